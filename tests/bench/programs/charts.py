"""Runs OpsDesk and prints ``live`` once every chart of the open page has been drawn.

Usage: ``charts.py ARGUMENTS...``: the arguments are OpsDesk's own. It looks on after each chart;
what runs is OpsDesk.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from opsdesk import cli
from opsdesk.ui import binding

gc.disable()  # as the command line does before it imports
binding.load()

from PySide6.QtCore import QTimer  # noqa: E402 - after the binding, as in OpsDesk
from PySide6.QtWidgets import QApplication  # noqa: E402

from opsdesk.ui.charts.plot import ChartView  # noqa: E402

_said: list[str] = []


def watched(draw: Callable[[ChartView], None]) -> Callable[[ChartView], None]:
    """Draw, and look whether this was the last chart."""

    def drawn(view: ChartView) -> None:
        draw(view)
        views = [v for v in view.window().findChildren(ChartView) if v.isVisible()]
        if view._drawing is not None and all(v.chart and v._drawing for v in views):
            QTimer.singleShot(0, say)

    return drawn


def say() -> None:
    """Say it when it can be seen."""
    QApplication.processEvents()
    if not _said:
        _said.append("live")
        print(_said[0], flush=True)


if __name__ == "__main__":
    ChartView._draw = watched(ChartView._draw)
    cli.main()
