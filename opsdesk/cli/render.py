"""``opsdesk render``: hidden; what OpsDesk starts to have a report or a picture made."""

from __future__ import annotations

import gc

import click


@click.command(hidden=True)
def render() -> int:
    """Render the document on standard input to standard output."""
    # It ends within a second, and the search for garbage took a tenth of that.
    gc.disable()
    # Qt is loaded by those commands alone that show something.
    from opsdesk.ui.render import main

    return main()
