"""``opsdesk demo``: OpsDesk on a simulated production."""

from __future__ import annotations

import click

from opsdesk.catalogue.language import tr
from opsdesk.cli.options import hidden_option, interval_option, seed_option, speed_option
from opsdesk.cli.window import open_window
from opsdesk.demo.wanted import DEMO, Demonstration


@click.command(
    help=tr(
        "Open OpsDesk on a simulated production, which needs no server.\n\n"
        "It begins at known figures, has a past of eight weeks, and lives."
    )
)
@seed_option
@speed_option
@click.option(
    "--profile",
    default=DEMO,
    show_default=True,
    metavar=tr("NAME"),
    help=tr("Profile whose settings are used."),
)
@interval_option
@hidden_option
def demo(*, seed: int, speed: float, profile: str, interval: float | None, hidden: bool) -> int:
    """Open OpsDesk on a simulated production."""
    return open_window(
        profile=profile,
        interval=interval,
        hidden=hidden,
        demo=Demonstration(seed=seed, speed=speed),
    )
