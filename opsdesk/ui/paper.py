"""The report: every page on A4, light, with vector charts and text that can be selected.

The panels are those of the window, laid out in two columns. Lengths are in the window's pixels; a
sheet is so many of them wide that body text of 13 px comes out at 9 pt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

import msgspec
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtWidgets import QApplication

from opsdesk import __version__
from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.headline import of_page
from opsdesk.insight.knowing import Headline
from opsdesk.insight.words import MIDDLE_DOT, age_text, listing
from opsdesk.model.page import Page, Panel, Place
from opsdesk.model.reading import Freshness
from opsdesk.model.series import SeriesFrame
from opsdesk.ui import glyphs
from opsdesk.ui.fonts import font
from opsdesk.ui.glyphs import STATE_FILES
from opsdesk.ui.grid import arrange
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.theme import STATE_GLYPH, Look

_DOTS_PER_INCH = 1200
_A4_INCHES = (210 / 25.4, 297 / 25.4)
# 13 px are 9 pt: 104 px an inch.
_PER_INCH = 13 / 9 * 72
WIDTH, HEIGHT = _A4_INCHES[0] * _PER_INCH, _A4_INCHES[1] * _PER_INCH
_MARGIN, _TOP, _BOTTOM, _GUTTER, _GAP = 56.0, 52.0, 64.0, 40.0, 22.0
_CONTENT = WIDTH - 2 * _MARGIN
_COLUMNS = 2


class Block(msgspec.Struct, frozen=True):
    """Something on a sheet that is not torn apart."""

    height: float
    #: paints with the origin at its top left corner
    paint: Callable[[QPainter], None]
    #: stands on the same sheet as the block after it
    keeps_with_next: bool = False


class Shown(msgspec.Struct, frozen=True):
    """What is rendered: a board as it is to be seen at a moment, and how its figures went."""

    board: Board
    now: datetime
    frames: Sequence[SeriesFrame] = ()


def report(shown: Shown, pages: Sequence[Page], look: Look) -> bytes:
    """Return the report as PDF. Needs a QApplication in the look's style, and ``look.paper``."""
    blocks = list(_blocks(shown, pages, look))
    sheets = paginate([(block.height, block.keeps_with_next) for block in blocks])
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(tr("Operations status report"))
    writer.setCreator(f"OpsDesk {__version__}")
    painter = QPainter(writer)
    scale = _DOTS_PER_INCH / _PER_INCH
    painter.scale(scale, scale)
    for number, sheet in enumerate(sheets, start=1):
        if number > 1:
            writer.newPage()
        top = _TOP
        for position in sheet:
            painter.save()
            painter.translate(_MARGIN, top)
            blocks[position].paint(painter)
            painter.restore()
            top += blocks[position].height + _GAP
        _paint_foot(painter, look, _provenance(shown), number, len(sheets))
    painter.end()
    return bytes(buffer.data().data())


def paginate(heights: Sequence[tuple[float, bool]]) -> list[list[int]]:
    """Return the blocks of each sheet; what keeps with its next is never last on one."""
    room = HEIGHT - _TOP - _BOTTOM
    sheets: list[list[int]] = [[]]
    used = 0.0
    for position, (height, keeps) in enumerate(heights):
        needed = height
        if keeps and position + 1 < len(heights):
            needed += _GAP + heights[position + 1][0]
        if sheets[-1] and used + needed > room:
            sheets.append([])
            used = 0.0
        sheets[-1].append(position)
        used += height + _GAP
    return sheets


def _blocks(shown: Shown, pages: Sequence[Page], look: Look) -> Iterator[Block]:
    title = partial(_paint_title, look=look, board=shown.board)
    yield Block(64.0, title, keeps_with_next=True)
    first = True
    for page in pages:
        panels = [panel for panel in page.panel if Place.REPORT in panel.places]
        if Place.REPORT not in page.places or not panels:
            continue
        headline = of_page(page, shown.board, shown.now)
        if first:
            yield Block(66.0, partial(_paint_state, look=look, headline=headline))
            first = False
        else:
            name = tr(page.title)
            paint = partial(_paint_heading, look=look, title=name, headline=headline)
            yield Block(58.0, paint, keeps_with_next=True)
        yield from _lines(panels, shown, look)


def _lines(panels: Sequence[Panel], shown: Shown, look: Look) -> Iterator[Block]:
    """Yield the lines of a page: panels side by side, as high as the highest."""
    flat = [msgspec.structs.replace(panel, stacked=False) for panel in panels]
    for _, line in groupby(arrange(flat, _COLUMNS), key=lambda place: place.line):
        stand = [position for place in line for position in place.panels]
        alone = len(stand) == 1
        views = [_view(flat[position], look) for position in stand]
        half = (_CONTENT - _GUTTER) / _COLUMNS
        width = _CONTENT if alone else half
        height = max(view.paper_height(shown.board, width) for view in views)
        for view in views:
            view.resize(round(width), round(height))
            _fill(view, shown)
        yield Block(height, partial(_paint_line, views=views, step=half + _GUTTER))


def _view(panel: Panel, look: Look) -> PanelView:
    view = view_of(panel, look)
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    return view


def _fill(view: PanelView, shown: Shown) -> None:
    board, now = shown.board, shown.now
    view.show()
    for _ in range(2):  # the second time with the sizes that the first gave the layouts
        view.show_board(board, now)
        for frame in shown.frames:
            if frame.query in view.queries(board):
                view.show_frame(frame, board, now)
        view.show_age(now)
        QApplication.processEvents()


def _paint_line(painter: QPainter, views: Sequence[PanelView], step: float) -> None:
    for position, view in enumerate(views):
        painter.save()
        painter.translate(position * step, 0)
        view.render(painter, QPoint(0, 0))
        painter.restore()


def _paint_title(painter: QPainter, look: Look, board: Board) -> None:
    glyphs.paint(painter, "brand", QRectF(0, 0, 20, 20), look.color("text1"), look.color("surface"))
    _write(
        painter, look, QRectF(30, 0, 200, 20), "opsdesk", pixels=14, weight=QFont.Weight.DemiBold
    )
    at = board.snapshot.at.astimezone().isoformat(sep=" ", timespec="minutes")
    when = tr("Snapshot {time} {dot} last 24 hours unless stated", time=at, dot=MIDDLE_DOT)
    right = QRectF(_CONTENT - 420, 0, 420, 20)
    _write(painter, look, right, when, pixels=12, ink="text2", right=True)
    title = tr("Operations status report")
    box = QRectF(0, 30, _CONTENT, 34)
    _write(painter, look, box, title, pixels=26, weight=QFont.Weight.DemiBold)


def _paint_state(painter: QPainter, look: Look, headline: Headline) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("edge"), 1))
    painter.drawRoundedRect(QRectF(0, 0, _CONTENT, 64), 5, 5)
    _paint_glyph(painter, look, headline, QRectF(16, 18, 28, 28))
    sentence = QRectF(58, 10, _CONTENT - 70, 24)
    _write(painter, look, sentence, headline.sentence, pixels=16, weight=QFont.Weight.DemiBold)
    detail = QRectF(58, 34, _CONTENT - 70, 20)
    _write(painter, look, detail, headline.detail, pixels=13, ink="text2")


def _paint_heading(painter: QPainter, look: Look, title: str, headline: Headline) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 8, _CONTENT, 26)
    _write(painter, look, box, title, pixels=20, weight=QFont.Weight.DemiBold)
    _paint_glyph(painter, look, headline, QRectF(0, 38, 14, 14))
    sentence = QRectF(22, 35, _CONTENT - 22, 20)
    _write(painter, look, sentence, headline.sentence, pixels=13, ink="text2")


def _paint_glyph(painter: QPainter, look: Look, headline: Headline, box: QRectF) -> None:
    ink = look.color(STATE_GLYPH[headline.state])
    glyphs.paint(painter, STATE_FILES[headline.state], box, ink, look.color("surface"))


def _paint_foot(painter: QPainter, look: Look, words: str, number: int, of: int) -> None:
    painter.fillRect(QRectF(_MARGIN, HEIGHT - 50, _CONTENT, 0.75), look.color("hair"))
    box = QRectF(_MARGIN, HEIGHT - 44, _CONTENT, 18)
    _write(painter, look, box, words, pixels=11, ink="text3")
    page = tr("Page {number} of {all}", number=number, all=of)
    _write(painter, look, box, page, pixels=11, ink="text3", right=True)


def _provenance(shown: Shown) -> str:
    """Return where the figures come from, how old they are, and how many are stale."""
    board, now = shown.board, shown.now
    sources = listing(tuple(source.title for source in board.sources.values()))
    readings = board.snapshot.readings.values()
    stale = sum(board.freshness(reading, now) is Freshness.STALE for reading in readings)
    age = age_text((now - board.newest).total_seconds()) if board.newest is not None else ""
    return " ".join(
        (
            tr("Source: {sources}, {age} old at snapshot.", sources=sources, age=age)
            if board.newest is not None
            else tr("No source has answered."),
            trn("{number} figure was stale.", "{number} figures were stale.", stale)
            if stale
            else tr("Nothing in this report was stale."),
        )
    )


def _write(  # noqa: PLR0913 - a text has a place, a size, a weight, a colour and a side
    painter: QPainter,
    look: Look,
    box: QRectF,
    text: str,
    *,
    pixels: int,
    weight: QFont.Weight = QFont.Weight.Normal,
    ink: str = "text1",
    right: bool = False,
) -> None:
    painter.setFont(font(pixels, weight))
    painter.setPen(look.color(ink))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, fitting)
