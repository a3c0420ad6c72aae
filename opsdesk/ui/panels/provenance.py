"""Where the figures of each section come from, as a table: what is wrong first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

import msgspec
from PySide6.QtCore import QRectF, Qt
from typing_extensions import override

from opsdesk.catalogue import pages
from opsdesk.catalogue.language import mark, tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.freshness import age_seconds
from opsdesk.insight.provenance import Provenance, Shown, provenance, shown_on, source_text
from opsdesk.insight.terms import origin_word
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT, NOTHING, age_text, interval_text
from opsdesk.model.page import Panel
from opsdesk.ui.panels.canvas import FRAME, PaintedPanel, Row, paint_rule, paint_state
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import BESIDE, BODY, CAPTION, LEFT, QUIET, RIGHT, Writer

_HEADER, _LEAST, _MOST = 32.0, 25.0, 37.0
# What a state's glyph takes; by so many pixels the widest columns give.
_GLYPH, _PIXELS = 20.0, 2


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """What a column is called, and where its words stand."""

    title: str
    side: Qt.AlignmentFlag = LEFT
    #: pixels to the column after it
    gap: float = 12.0


class Section(Row, frozen=True, kw_only=True):
    """A row of the table, column by column."""

    texts: tuple[str, ...]
    state: State


class ProvenancePanel(PaintedPanel):
    """A row for each section of the catalogue."""

    goes_on = True

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__(panel, look)
        #: which pages show what: read once, for pages do not change while OpsDesk runs
        self._shown: Shown | None = None
        self._found: tuple[Provenance, ...] = ()

    @override
    def show_board(self, board: Board, now: datetime) -> None:
        if self._shown is None:
            self._shown = shown_on(pages.load(board.catalogue))
        found = provenance(board, self._shown, now)
        if self.look.paper:  # a report lists what it lacks
            found = tuple(one for one in found if one.state is not State.NO_SOURCE)
        self._found = found
        self.show_head(board, (), now, _scope(board))

    @override
    def show_age(self, now: datetime) -> None:
        super().show_age(now)
        if self.board is not None:
            none = _none(self.board)
            number = len(self.rows)
            self.show_rows([_section(one, none, now) for one in self._found], self.board)
            if len(self.rows) != number:
                self.height_changed.emit()

    @override
    def least_height(self) -> float:
        return _HEADER + len(self.rows) * _LEAST

    @override
    def needed_height(self, width: int) -> int:
        del width
        return FRAME + round(self.least_height())  # the page scrolls, not the card

    @override
    def boxes(self) -> list[QRectF]:
        room = self.canvas.height() - _HEADER
        height = max(_LEAST, min(_MOST, room / max(1, len(self.rows))))
        width = self.canvas.width()
        tops = [_HEADER + n * height for n in range(len(self.rows))]
        return [QRectF(0, top, width, height) for top in tops]

    @override
    def draw(self, writer: Writer) -> None:
        width = float(self.canvas.width())
        header = QRectF(0, 0, width, _HEADER - 4)
        sections = [row for row in self.rows if isinstance(row, Section)]
        # Nobody can go to a page from paper.
        shown = COLUMNS[:_PAGES] if self.look.paper else COLUMNS
        columns = _columns(sections, width, shown)
        for column, place in zip(shown, columns, strict=True):
            writer.write(_cell(header, place), tr(column.title), CAPTION, column.side)
        paint_rule(writer, 0, _HEADER - 1, width, "edge")
        for section, box in zip(sections, self.boxes(), strict=True):
            _paint(writer, box, section, columns)
            if section is not sections[-1]:
                paint_rule(writer, 0, box.bottom() - 1, width)


def _scope(board: Board) -> str:
    interval = min((source.interval for source in board.sources.values()), default=0.0)
    every = tr("refresh every {interval}", interval=interval_text(interval)) if interval else ""
    return f" {MIDDLE_DOT} ".join(filter(None, (tr("problems first"), every)))


def _none(board: Board) -> str:
    """Return the words for what has no source: before the first answer, nobody knows that yet."""
    sources = board.sources.values()
    if not sources or any(source.last_success is not None for source in sources):
        return tr("no source")
    failing = any(source.problem is not None for source in sources)
    return tr("not answering") if failing else tr("waiting for first answer")


def _section(found: Provenance, none: str, now: datetime) -> Section:
    age = age_text(age_seconds(found.oldest, now)) if found.oldest is not None else NOTHING
    texts = (
        tr(found.section),
        ", ".join(origin_word(origin) for origin in found.origins) or NOTHING,
        source_text(found.sources) or NOTHING,
        _state_text(found, none),
        age,
        ", ".join(tr(title) for title in found.pages) or NOTHING,
    )
    said = ", ".join(text for text in texts if text != NOTHING)
    return Section(said=said, reading=found.oldest, texts=texts, state=found.state)


def _state_text(found: Provenance, none: str) -> str:
    """Return the word, and how many are too old or missing, where not all are."""
    if found.state is State.NO_SOURCE:
        return none
    if found.state is State.STALE:
        if found.stale == found.number:
            return tr("STALE")
        return tr("STALE: {stale} of {number}", stale=found.stale, number=found.number)
    if found.missing:
        lacking = trn("{number} has no source", "{number} have no source", len(found.missing))
        return tr("OK, {missing}", missing=lacking)
    return tr("OK")


def _paint(
    writer: Writer, box: QRectF, section: Section, columns: Sequence[tuple[float, float]]
) -> None:
    known = section.state is not State.NO_SOURCE
    for position, (text, place) in enumerate(zip(section.texts, columns, strict=False)):
        cell = _cell(box, place)
        if position == _STATE:
            paint_state(writer, cell, section.state, text)
        else:
            loud = BODY if position in (_SECTION, _AGE) else BESIDE
            writer.write(cell, text, loud if known else QUIET, COLUMNS[position].side)


def _cell(box: QRectF, place: tuple[float, float]) -> QRectF:
    left, width = place
    return QRectF(left, box.top(), width, box.height())


def _columns(
    sections: Sequence[Section], width: float, shown: Sequence[Column]
) -> list[tuple[float, float]]:
    """Return left and width of each column: what it needs, and an equal part of what is left.

    Where there is not enough, the widest give.
    """
    rows = [tuple(tr(column.title) for column in shown), *(row.texts for row in sections)]
    needed = [
        max(BODY.width(row[n]) for row in rows) + column.gap for n, column in enumerate(shown)
    ]
    needed[_STATE] += _GLYPH
    last = shown[-1].gap  # nothing stands after it
    most = next(
        (room for room in range(round(width), 0, -_PIXELS) if _taken(needed, room) - last <= width),
        1,
    )
    widths = [min(one, most) for one in needed]
    spare = max(0.0, width - sum(widths) + last) / (len(shown) - 1)
    lefts = accumulate((one + spare for one in widths[:-1]), initial=0.0)
    return [
        (left, one - column.gap) for left, one, column in zip(lefts, widths, shown, strict=True)
    ]


def _taken(needed: Sequence[float], most: float) -> float:
    return sum(min(one, most) for one in needed)


COLUMNS = (
    Column(title=mark("Section")),
    Column(title=mark("Kind")),
    Column(title=mark("Source")),
    Column(title=mark("State")),
    Column(title=mark("Age"), side=RIGHT, gap=24.0),  # words stand after it
    Column(title=mark("Shown on")),
)
_SECTION, _KIND, _SOURCE, _STATE, _AGE, _PAGES = range(len(COLUMNS))
