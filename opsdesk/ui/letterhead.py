"""What a report has beside its panels: title, state, headings of its parts, foot."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.knowing import Headline
from opsdesk.insight.words import MIDDLE_DOT, age_text, listing
from opsdesk.model.reading import Freshness
from opsdesk.ui import glyphs
from opsdesk.ui.glyphs import STATE_FILES
from opsdesk.ui.theme import STATE_GLYPH, Look
from opsdesk.ui.writing import BESIDE, CAPTION, LEFT, RIGHT, SMALL, Type, Writer

#: heights in pixels
TITLE, _HEADING = 60.0, 26.0
# Where the detail of a state begins, and what its glyph and margins take.
_DETAIL_TOP, _BESIDE_GLYPH = 35.0, 70.0
# Between the title of a part and its sentence, and what the glyph before that takes.
_BETWEEN, _GLYPH = 16.0, 21.0
_BRAND = Type(14, "text1", QFont.Weight.DemiBold)
_TITLE = Type(28, "text1", QFont.Weight.DemiBold)
_PART = Type(18, "text1", QFont.Weight.DemiBold)
_SENTENCE = Type(15, "text1", QFont.Weight.DemiBold)
_FOOT = Type(12, "text3")


def paint_title(painter: QPainter, look: Look, width: float, at: datetime) -> None:
    """Draw the mark, of when it is, and what it is."""
    writer = Writer(painter, look)
    glyphs.paint(painter, "brand", QRectF(0, 0, 20, 20), look.color("text1"), look.color("surface"))
    writer.write(QRectF(29, 0, 200, 20), "opsdesk", _BRAND)
    time = at.astimezone().isoformat(sep=" ", timespec="minutes")
    when = tr("Snapshot {time} {dot} last 24 hours unless stated", time=time, dot=MIDDLE_DOT)
    writer.write(QRectF(130, 0, width - 130, 20), when, SMALL, RIGHT)
    writer.write(QRectF(0, 27, width, 34), tr("Operations status report"), _TITLE)


def state_height(width: float, headline: Headline) -> float:
    """Return the pixels that a state takes: its detail may go over two lines."""
    return _DETAIL_TOP + BESIDE.height(_detail(headline, width), width - _BESIDE_GLYPH) + 10.0


def _detail(headline: Headline, width: float) -> str:
    """Return what has room in two lines: their ends stay free for words that do not fit."""
    room = 1.9 * (width - _BESIDE_GLYPH)
    return BESIDE.metrics.elidedText(headline.detail, Qt.TextElideMode.ElideRight, room)


def paint_state(painter: QPainter, look: Look, width: float, headline: Headline) -> None:
    """Draw how the system is, in a frame."""
    writer = Writer(painter, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("edge"), 1))
    height = state_height(width, headline)
    painter.drawRoundedRect(QRectF(0, 0, width, height), 5, 5)
    _paint_glyph(painter, look, headline, QRectF(16, (height - 28) / 2, 28, 28))
    room = width - _BESIDE_GLYPH
    writer.write(QRectF(58, 10, room, 24), headline.sentence, _SENTENCE)
    writer.wrap(
        QRectF(58, _DETAIL_TOP, room, height - _DETAIL_TOP), _detail(headline, width), BESIDE
    )


def heading_height(width: float, title: str, headline: Headline) -> float:
    """Return the pixels that a heading takes: its sentence stands below a long title."""
    needed = _PART.width(title) + BESIDE.width(headline.sentence) + _BETWEEN + _GLYPH
    return _HEADING if needed <= width else 2 * _HEADING - 4


def paint_heading(
    painter: QPainter, look: Look, width: float, title: str, headline: Headline
) -> None:
    """Draw what a part of the report is called, and its sentence."""
    writer = Writer(painter, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    end = writer.write(QRectF(0, 0, width, _HEADING), title, _PART)
    below = heading_height(width, title, headline) - _HEADING
    left = 0.0 if below else end + _BETWEEN
    _paint_glyph(painter, look, headline, QRectF(left, below + 8, 14, 14))
    beside = QRectF(left + _GLYPH, below + 4, width - left - _GLYPH, 22)
    writer.write(beside, headline.sentence, BESIDE)


def paint_running_head(painter: QPainter, look: Look, width: float, title: str) -> None:
    """Draw which part of the report goes on, above the sheet."""
    words = tr("{title}, continued", title=title)
    Writer(painter, look).write(QRectF(0, -25, width, 18), words, CAPTION)


def paint_foot(
    painter: QPainter, look: Look, size: tuple[float, float], source: str, page: str
) -> None:
    """Draw where the figures come from and which sheet it is, below a sheet of ``size``."""
    writer, (width, height) = Writer(painter, look), size
    painter.fillRect(QRectF(0, height + 10, width, 1), look.color("hair"))
    box = QRectF(0, height + 15, width, 18)
    beside = writer.write(box, page, _FOOT, RIGHT)
    writer.write(box.adjusted(0, 0, -beside - 20, 0), source, _FOOT, LEFT)


def provenance(board: Board, now: datetime) -> str:
    """Return where the figures come from, how old they are, and how many are stale."""
    if board.newest is None:
        return tr("No source has answered.")
    sources = listing(tuple(source.title for source in board.sources.values()))
    readings = board.snapshot.readings.values()
    stale = sum(board.freshness(reading, now) is Freshness.STALE for reading in readings)
    age = age_text((now - board.newest).total_seconds())
    found = tr("Source: {sources}, {age} old at snapshot.", sources=sources, age=age)
    said = trn("{number} figure was stale.", "{number} figures were stale.", stale)
    return f"{found} {said if stale else tr('Nothing in this report was stale.')}"


def _paint_glyph(painter: QPainter, look: Look, headline: Headline, box: QRectF) -> None:
    ink = look.color(STATE_GLYPH[headline.state])
    glyphs.paint(painter, STATE_FILES[headline.state], box, ink, look.color("surface"))
