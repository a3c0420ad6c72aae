"""What is connected, how it is doing, what was recognised there and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
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
        self._board: Board | None = None
        self._rows = RowList(look)
        self.body.addSpacing(8)
        self.body.addWidget(self._rows, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._board = board
        self.show_head(board, (), now, count(len(board.sources), "source") if board.sources else "")
        self._show_rows(board, now)

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self._board is not None:
            self._show_rows(self._board, now)

    def _show_rows(self, board: Board, now: datetime) -> None:
        lines = [line for source in board.sources.values() for line in _lines(source, now)]
        lines = lines or [(("no source connected", "", ""), State.NO_SOURCE)]
        self._rows.show_rows([row for row, _ in lines], [state for _, state in lines])
        self.describe("; ".join(f"{name} {remark}" for (name, _, remark), _ in lines))


def _lines(source: SourceStatus, now: datetime) -> Iterator[tuple[Row, State]]:
    yield (source.title, "", _answering(source, now)), _state(source, now)
    if source.problem is not None:
        yield (source.problem.what, "", ""), State.NO_SOURCE
    for family in source.families:
        if family.used:
            state = State.OK if source.problem is None else State.STALE
            yield (family.title, "", count(family.series, "series", "series")), state
    for note in source.notes:
        yield (note, "", ""), State.NO_SOURCE


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
