"""``opsdesk render``: hidden; what OpsDesk starts to have a report or a picture made."""

from __future__ import annotations

import click

from opsdesk.runtime import garbage


@click.command(hidden=True)
def render() -> int:
    """Render the document on standard input to standard output."""
    garbage.put_off()  # it ends within a second
    # Qt is loaded by those commands alone that show something.
    from opsdesk.ui.render import main

    return main()
