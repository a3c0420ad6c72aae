"""How an incident is drawn as a row: in the list, in the tray's popover, on paper."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPen

from opsdesk.catalogue.language import tr
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.verdict import State
from opsdesk.insight.words import MIDDLE_DOT
from opsdesk.ui import glyphs
from opsdesk.ui.panels.canvas import paint_state
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT, Look
from opsdesk.ui.writing import BESIDE, BODY, BOLD, CAPTION, RIGHT, SMALL, VALUE, Type, Writer

#: heights in pixels
ROW, HEADING = 48.0, 30.0
#: height in a report, where one line has room for all of it
PAPER_ROW = 28.0
# Below this width the state is told by its glyph alone, and times stand in the second line.
_NARROW = 620.0
# The times: '30. Sept. 23:31 - 31. Sept. 00:07', and before them '3 d 12 h'.
_CHIP, _WHEN, _LASTS, _GAP = 116.0, 194.0, 98.0, 14.0
_GLYPH_ROOM, _MARK = 24.0, 15.0
# Facts have at least this share of the room that they have with the name.
_FACTS = 0.3
_DIM = msgspec.structs.replace(VALUE, ink="text2")
_WORD = Type(12, "text2", QFont.Weight.DemiBold)
_FLAPS = Type(12, "degraded", QFont.Weight.Medium)
_SEPARATOR = f" {MIDDLE_DOT} "


def paint_heading(writer: Writer, box: QRectF, text: str) -> None:
    """Write what follows: 'Acknowledged'."""
    writer.write(box.adjusted(0, 6, 0, 0), text, CAPTION)


def paint_entry(writer: Writer, box: QRectF, entry: Entry) -> None:
    """Draw an incident: state, name and facts, how long it has lasted, what was said of it."""
    narrow = box.width() < _NARROW
    upper = QRectF(box.left(), box.top() + 4, box.width(), box.height() / 2 - 4)
    if not (entry.facts or entry.marks):  # what has one line stands in the middle
        upper = box
    lower = QRectF(box.left(), box.center().y(), box.width(), box.height() / 2 - 5)
    left = box.left() + (_GLYPH_ROOM if narrow else _CHIP) + _GAP / 2
    _paint_state(writer, box, entry, narrow=narrow)
    right = _paint_times(writer, upper, entry, narrow=narrow)
    name = QRectF(left, upper.top(), max(0.0, right - left - _GAP), upper.height())
    _paint_name(writer, name, entry, narrow=narrow)
    _paint_facts(
        writer, QRectF(left, lower.top(), box.right() - left, lower.height()), entry, narrow=narrow
    )


def paint_in_one_line(writer: Writer, box: QRectF, entry: Entry) -> None:
    """Draw an incident where there is the width of a sheet: its facts stand behind its name."""
    left = box.left() + _CHIP + _GAP / 2
    _paint_state(writer, box, entry, narrow=False)
    right = _paint_times(writer, box, entry, narrow=False) - _GAP
    facts = _SEPARATOR.join(part for part in (entry.facts, *entry.marks) if part)
    room = max(0.0, right - left)
    said = min(SMALL.width(facts), max(room * _FACTS, room - BOLD.width(entry.name) - 2 * _GAP))
    name = QRectF(left, box.top(), room - said - _GAP, box.height())
    end = _paint_name(writer, name, entry, narrow=True) + _GAP
    writer.write(QRectF(end, box.top(), right - end, box.height()), facts, CAPTION)


def _paint_state(writer: Writer, box: QRectF, entry: Entry, *, narrow: bool) -> None:
    loud = entry.incident.runs and entry.state is State.CRITICAL
    if narrow:
        spot = QRectF(box.left(), box.center().y() - 9, 18, 18)
        paint_glyph(writer, spot, entry.state, outlined=entry.acknowledged)
        return
    room = QRectF(box.left(), box.top(), _CHIP, box.height())
    if loud and entry.acknowledged:
        _paint_outlined(writer, room, entry)
    else:
        paint_state(writer, room, entry.state, entry.word, filled=loud)


def paint_glyph(writer: Writer, box: QRectF, state: State, *, outlined: bool = False) -> None:
    """Draw the shape of a state; in grey where it has been taken care of."""
    ink = "text3" if state is State.STALE else "text2" if outlined else STATE_GLYPH[state]
    paper = writer.look.color("surface")
    glyphs.paint(writer.painter, glyphs.STATE_FILES[state], box, writer.look.color(ink), paper)


def _paint_outlined(writer: Writer, box: QRectF, entry: Entry) -> None:
    """Draw the chip of what somebody takes care of: its edge alone."""
    look, ink = writer.look, STATE_TEXT[entry.state]
    style = msgspec.structs.replace(_WORD, ink=ink)
    width = min(style.width(entry.word), box.width() - 34)
    middle = box.center().y()
    writer.painter.setBrush(Qt.BrushStyle.NoBrush)
    writer.painter.setPen(QPen(look.color(ink), 1))
    writer.painter.drawRoundedRect(QRectF(box.left() + 0.5, middle - 10.5, width + 33, 21), 3, 3)
    spot = QRectF(box.left() + 6, middle - 7, 14, 14)
    name, paper = glyphs.STATE_FILES[entry.state], look.color("surface")
    glyphs.paint(writer.painter, name, spot, look.color(ink), paper)
    writer.write(QRectF(box.left() + 26, box.top(), width, box.height()), entry.word, style)


def _paint_times(writer: Writer, box: QRectF, entry: Entry, *, narrow: bool) -> float:
    """Write how long it has lasted and since when; return where they begin."""
    runs = entry.incident.runs
    style = BESIDE if not runs else _DIM if entry.state is State.STALE else VALUE
    if narrow:
        writer.write(box, entry.lasts, style, RIGHT)
        return box.right() - style.width(entry.lasts)
    when = QRectF(box.right() - _WHEN, box.top(), _WHEN, box.height())
    writer.write(when, entry.when, SMALL if runs else CAPTION, RIGHT)
    lasts = QRectF(when.left() - _GAP - _LASTS, box.top(), _LASTS, box.height())
    writer.write(lasts, entry.lasts, style, RIGHT)
    return lasts.right() - style.width(entry.lasts) if entry.lasts else when.left()


def _paint_name(writer: Writer, box: QRectF, entry: Entry, *, narrow: bool) -> float:
    """Write the name; what flaps is marked behind it, by the glyph alone where there is no room.

    Returns:
        where that ends, in pixels.

    """
    word = tr("flapping") if entry.flaps and not narrow else ""
    mark = _MARK + 8 + (_FLAPS.width(word) + 6 if word else 0) if entry.flaps else 0
    style = BOLD if entry.incident.runs and not entry.acknowledged else BODY
    room = QRectF(box.left(), box.top(), box.width() - mark, box.height())
    end = box.left() + writer.name(room, entry.name, style)
    left = end + 8
    if entry.flaps:
        ink, paper = writer.look.color("degradedg"), writer.look.color("surface")
        spot = QRectF(left, box.center().y() - _MARK / 2, _MARK, _MARK)
        glyphs.paint(writer.painter, "flapping", spot, ink, paper)
        beside = QRectF(spot.right() + 6, box.top(), box.right() - spot.right(), box.height())
        end = spot.right() + writer.write(beside, word, _FLAPS)
    return end


def _paint_facts(writer: Writer, box: QRectF, entry: Entry, *, narrow: bool) -> None:
    """Write the facts left, and right what was said at this desk."""
    marks = entry.marks[:1] if narrow else entry.marks
    said = _SEPARATOR.join(marks)
    width = min(SMALL.width(said), box.width() * 0.6)
    writer.write(QRectF(box.right() - width, box.top(), width, box.height()), said, SMALL, RIGHT)
    facts = QRectF(box.left(), box.top(), box.width() - width - (_GAP if said else 0), box.height())
    writer.write(facts, entry.facts, CAPTION)


def paint_focus(writer: Writer, box: QRectF, look: Look, *, focused: bool) -> None:
    """Draw a chosen row on its raised ground; with an outline while keys go to it."""
    painter = writer.painter
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("raised"))
    painter.drawRoundedRect(box, 4, 4)
    if focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("accent"), 2))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
