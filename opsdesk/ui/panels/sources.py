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
from opsdesk.model.snapshot import SourceStatus
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.rowed import RowedPanel


class SourcesPanel(RowedPanel):
    """A line for each source, one for each family in use, what failed there, and each note."""

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        scope = trn("{number} source", "{number} sources", len(board.sources))
        self.show_head(board, (), now, scope if board.sources else "")

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        board = self.board
        if board is not None:
            lines = [line for source in board.sources.values() for line in _lines(source, now)]
            self.show_rows(lines, board)


def _lines(source: SourceStatus, now: datetime) -> Iterator[Row]:
    yield Row(
        name=source.title,
        small=tr("stale after {interval}", interval=interval_text(greatest_age(None, source))),
        remark=_answering(source, now),
        state=_state(source, now),
        bright=True,
    )
    if source.problem is not None:
        yield Row(name=source.problem.what, state=State.NO_SOURCE)
    for family in source.families:
        if family.used:
            ok = State.OK if source.problem is None else State.STALE
            series = trn("{number} series", "{number} series", family.series)
            yield Row(name=tr(family.title), remark=series, state=ok)
    for failed in source.partial:
        yield Row(name=failed, state=State.DEGRADED)
    for note in source.notes:
        yield Row(name=note, state=State.NO_SOURCE)


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
