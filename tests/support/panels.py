"""Panels of every kind, and what their rows say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import msgspec
from support import boards
from support.boards import NOW

from opsdesk.insight.board import Board, arrange
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import Reading
from opsdesk.model.series import Change, SeriesFrame, SeriesQuery, Strip
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.canvas import PaintedPanel, Row
from opsdesk.ui.panels.rowed import RowedPanel

ARROW = "\N{RIGHTWARDS ARROW}"
DAY = 86_400.0
#: when what a test adds was read
AT = NOW - timedelta(seconds=12)
RUNBOOKS = ("runbook.runs", "runbook.run_success_rate", "runbook.success_rate")
ON_CALL = ("oncall.resolution_time", "oncall.escalations", "oncall.satisfaction")
RISKS = ("logs.volume_growth", "runbook.low_success", "breaker.flapping")
COSTS = (
    "cost.saving",
    "cost.savings_total",
    "cost.observability",
    "cost.observability_total",
    "cost.net_savings",
    "cost.roi",
)
#: a panel of each kind, as the shipped pages have them
PANELS = (
    Panel(
        kind=PanelKind.BARS,
        title="Bars",
        metrics=("latency.quantile",),
        labels={"quantile": "0.95"},
    ),
    Panel(kind=PanelKind.SPANS, title="Spans", metrics=("trace.latency_share",)),
    Panel(
        kind=PanelKind.PATHS,
        title="Paths",
        metrics=("trace.path_mean", "latency.quantile"),
        labels={"quantile": "0.95"},
    ),
    Panel(
        kind=PanelKind.RUNBOOKS,
        title="Runbooks",
        metrics=RUNBOOKS,
        beside=("runbook.low_success",),
    ),
    Panel(
        kind=PanelKind.SCALE,
        title="Scale",
        metrics=("component.uptime", "component.instances_up"),
    ),
    Panel(
        kind=PanelKind.ROWS,
        title="Rows",
        metrics=("objectives.met", "budget.under", "budget.margin", "quality.standard"),
        beside=("achievement",),
    ),
    Panel(
        kind=PanelKind.FIGURES,
        title="Figures",
        metrics=("runbook.executions", "runbook.duration_mean", "incidents.mttr_change"),
    ),
    Panel(kind=PanelKind.RISKS, title="Risks", metrics=RISKS),
)
BY_KIND = {panel.kind: panel for panel in PANELS}
#: make a panel, or one of a kind with some metrics, and show a board in it
Make = Callable[..., PanelView]
MakeKind = Callable[..., PanelView]
Kind = TypeVar("Kind", bound=Row)


def rowed(view: PanelView) -> RowedPanel:
    """Return a panel of rows."""
    assert isinstance(view, RowedPanel)
    return view


def reading(metric: str, value: float, labels: Mapping[str, str] | None = None) -> Reading:
    """Return a reading that is live."""
    return Reading(key=key(metric, labels), value=value, at=AT, source="prod")


def shares(metric: str, label: str, values: Mapping[str, float | None]) -> tuple[Reading, ...]:
    """Return a reading for each value of a label."""
    return tuple(reading(metric, value, {label: name}) for name, value in values.items())


def rows(panel: PanelView, kind: type[Kind]) -> list[Kind]:
    """Return the painted rows of a kind."""
    assert isinstance(panel, PaintedPanel)
    return [row for row in panel.rows if isinstance(row, kind)]


def replaced(board: Board, **changes: object) -> Board:
    """Return a board of which something in the snapshot is otherwise."""
    return arrange(msgspec.structs.replace(board.snapshot, **changes), boards.CATALOGUE)


def answer(asked: SeriesQuery, *flapping: str) -> SeriesFrame:
    """Return a quiet day, but for those that open and close once."""
    end = NOW.timestamp()
    strips = []
    for of in asked.keys:
        changes = [Change(end - DAY, "closed")]
        if of.label("breaker") in flapping or "*" in flapping:
            changes += [Change(end - 7_200, "open"), Change(end - 3_600, "closed")]
        strips.append(Strip(key=of, changes=tuple(changes)))
    return SeriesFrame(query=asked, start=end - DAY, end=end, strips=tuple(strips))
