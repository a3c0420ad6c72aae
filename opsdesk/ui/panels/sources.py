"""What is connected, how it is doing, what was recognised there and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from typing_extensions import override

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.freshness import greatest_age
from opsdesk.insight.verdict import State, is_lost
from opsdesk.insight.words import age_text, interval_text
from opsdesk.model.page import Panel
from opsdesk.model.snapshot import SourceStatus
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.painting import LEAST, Row, RowsView, Scale
from opsdesk.ui.theme import Look

_FRAME = 62


class SourcesPanel(PanelView):
    """A line for each source, one for each family in use, one for each note."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        self._board: Board | None = None
        self.rows: tuple[Row, ...] = ()
        self.view = RowsView(look)
        self.body.addSpacing(6)
        self.body.addWidget(self.view, 1)

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        self._board = board
        scope = trn("{number} source", "{number} sources", len(board.sources))
        self.show_head(board, (), now, scope if board.sources else "")
        self._fill(board, now)

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self._board is not None:
            self._fill(self._board, now)

    @override
    def paper_height(self, board: Board, width: float) -> float:
        lines = sum(3 + len(source.families) for source in board.sources.values())
        return _FRAME + max(1, lines) * LEAST

    def _fill(self, board: Board, now: datetime) -> None:
        lines = tuple(line for source in board.sources.values() for line in _lines(source, now))
        self.rows = lines or (Row(name=tr("no source connected"), state=State.NO_SOURCE),)
        self.view.show_rows(self.rows, Scale(), stale=False)
        said = (" ".join(filter(None, (row.name, row.remark))) for row in self.rows)
        self.describe("; ".join(said))


def _lines(source: SourceStatus, now: datetime) -> Iterator[Row]:
    remark = _answering(source, now)
    yield Row(name=source.title, remark=remark, state=_state(source, now), bright=True)
    if source.problem is not None:
        yield Row(name=source.problem.what, state=State.NO_SOURCE)
    for family in source.families:
        if family.used:
            ok = State.OK if source.problem is None else State.STALE
            series = trn("{number} series", "{number} series", family.series)
            yield Row(name=family.title, remark=series, state=ok)
    for note in source.notes:
        yield Row(name=note, state=State.NO_SOURCE)
    every = tr("refresh every {interval}", interval=interval_text(source.interval))
    stale = tr("stale after {interval}", interval=interval_text(greatest_age(None, source)))
    yield Row(name=every, remark=stale)


def _state(source: SourceStatus, now: datetime) -> State:
    if is_lost(source, now):
        return State.STALE
    if source.problem is not None:
        return State.DEGRADED
    return State.OK if source.last_success is not None else State.NO_SOURCE


def _answering(source: SourceStatus, now: datetime) -> str:
    if source.last_success is None:
        failing = source.problem is not None
        return tr("not answering") if failing else tr("waiting for first answer")
    age = age_text((now - source.last_success).total_seconds())
    if source.problem is not None:
        return tr("no answer for {age}", age=age)
    return tr("answering, {age} ago", age=age)
