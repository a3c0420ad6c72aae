"""What is connected, how it is doing, what was recognised there and what is missing."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State, is_lost
from opsdesk.insight.words import age_text, count
from opsdesk.model.page import Panel
from opsdesk.model.snapshot import SourceStatus
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.rowlist import Row, RowList
from opsdesk.ui.theme import Look


class SourcesPanel(PanelView):
    """A line for each source, one for each family in use, one for each note."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._rows = RowList(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        rows: list[Row] = []
        states: list[State] = []
        for source in board.sources.values():
            rows.append((source.title, "", _answering(source, now)))
            states.append(_state(source, now))
            for family in source.families:
                if family.used:
                    rows.append((family.title, "", count(family.series, "series", "series")))
                    states.append(State.OK if source.problem is None else State.STALE)
            for note in (source.problem.what if source.problem else "", *source.notes):
                if note:
                    rows.append((note, "", ""))
                    states.append(State.NO_SOURCE)
        if not rows:
            rows, states = [("no source connected", "", "")], [State.NO_SOURCE]
        self.show_head(board, (), now, count(len(board.sources), "source") if board.sources else "")
        self._rows.show_rows(rows, states)
        self.setToolTip("\n".join(" ".join(part for part in row if part) for row in rows))
        self.describe("; ".join(f"{name} {remark}" for name, _, remark in rows))


def _state(source: SourceStatus, now: datetime) -> State:
    if is_lost(source, now):
        return State.STALE
    if source.problem is not None:
        return State.DEGRADED
    return State.OK if source.last_success is not None else State.NO_SOURCE


def _answering(source: SourceStatus, now: datetime) -> str:
    if source.problem is not None:
        return "not answering"
    if source.last_success is None:
        return "waiting for first answer"
    return f"answered {age_text((now - source.last_success).total_seconds())} ago"
