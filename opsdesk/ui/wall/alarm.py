"""The slide that takes a wall over: a filled band, what is wrong, how it went, what still works."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from opsdesk.catalogue.language import tr
from opsdesk.insight.slides.blocks import Alarm, Figure, Part, Rows, Well
from opsdesk.insight.verdict import State
from opsdesk.ui import strip
from opsdesk.ui.theme import STATE_TEXT
from opsdesk.ui.wall import charts
from opsdesk.ui.wall.blocks.drawing import (
    APART,
    FIGURE,
    head_of,
    paint_glyph,
    paint_shape,
    rule,
    square,
    without_title,
    write_title,
)
from opsdesk.ui.wall.layout import lay_out
from opsdesk.ui.wall.text import (
    at_most,
    base_of,
    fitted,
    paint,
    put,
    usual_width,
    wrapped,
    write_base,
)
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import RIGHT, Type, Writer

# The band: lines of text that it is high, and must be; shares of the slide that it takes at most.
_BAND, _BAND_LEAST, _BAND_SHARE, _BAND_MOST = 4.1, 2.4, 0.27, 0.5
# Its word and its glyph, in shares of its height; the glyph at most in sizes of text; the gap
# between them in shares of the glyph.
_WORD, _SHAPE, _SHAPE_MOST, _SHAPE_GAP = 0.72, 0.62, 3.2, 0.28
# How long it lasts: in sizes of figures, and in shares of the band's height.
_LASTS, _LASTS_SHARE, _LASTS_HEIGHT = 1.6, 0.4, 1.1
# Below the band, and of the line of what still works, in lines of text.
_APART, _WELL = 0.4, 1.5
# What still works stands so far apart, in sizes of text.
_WELL_GAP = 1.4
# The past: its strip, at least and at most, and what stands around it, in lines of text.
_STRIP, _STRIP_MOST, _STRIP_AROUND = 1.3, 2.2, 2.5
# The name, at most in sizes of figures, its lines in sizes of its letters, and the step by which it
# gets smaller until it has room; facts, beside it, take at most such a share of the width.
_NAME_MOST, _NAME_HEIGHT, _SMALLER, _FACTS_SHARE = 2.0, 1.2, 0.94, 0.55
# Facts: figures, words of more letters than that, in sizes of figures; what is free beside them
# in sizes of text.
_FACT, _FACT_WORD, _FACT_LONG, _FACT_GAP = 1.75, 1.2, 8, 0.8


def paint_alarm(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes, bleed: float) -> None:
    """Draw an alarm into a box that reaches from the display's top to the foot.

    ``bleed`` pixels beyond the box are filled as well: the picture is shifted now and then.
    """
    band = QRectF(box)
    usual = min(_BAND * sizes.leading, _BAND_SHARE * box.height())
    least = min(_BAND_LEAST * sizes.leading, _BAND_MOST * box.height())
    band.setHeight(max(least, usual))
    _paint_band(writer, band, alarm, sizes, bleed)
    inner = box.adjusted(sizes.margin, band.height() + _APART * sizes.leading, -sizes.margin, 0)
    foot = _WELL * sizes.leading if alarm.well else 0.0
    if inner.height() < foot + sizes.leading + FIGURE * sizes.primary:
        foot = 0.0
    inner.setBottom(box.bottom() - foot)
    if alarm.rows is not None:
        _paint_rows(writer, inner, alarm.rows, sizes)
    else:
        _paint_one(writer, inner, alarm, sizes)
    if foot:
        line = QRectF(inner.left(), box.bottom() - foot, inner.width(), foot)
        rule(writer, QRectF(line.left(), line.top(), line.width(), sizes.rule))
        _paint_well(writer, line, alarm.well, sizes)


def _paint_band(writer: Writer, band: QRectF, alarm: Alarm, sizes: Sizes, bleed: float) -> None:
    fill = STATE_TEXT[alarm.state]
    writer.painter.fillRect(band.adjusted(-bleed, -bleed, bleed, 0), writer.look.color(fill))
    inner = band.adjusted(sizes.margin, 0, -sizes.margin, 0)
    side = min(_SHAPE * band.height(), _SHAPE_MOST * sizes.text)
    shape = square(inner.left(), inner.center().y(), side)
    paint_glyph(writer, shape, alarm.state, "onfill", fill)
    inner.setLeft(shape.right() + _SHAPE_GAP * side)
    right = _paint_lasts(writer, inner, alarm, sizes)
    words = QRectF(inner.left(), inner.top(), right - inner.left(), inner.height())
    style = _word_style(alarm.word, words.width(), _WORD * band.height(), sizes)
    write_base(writer, words, alarm.word, style)


def _word_style(word: str, room: float, most: float, sizes: Sizes) -> Type:
    """Return the largest type in which a word has room; that of text where it has none."""
    style = sizes.of(most, "onfill")
    if style.width(word) > room:
        style = sizes.of(style.pixels * room / style.width(word), "onfill")
    return style if style.width(word) <= room else sizes.strong("onfill")


def _paint_lasts(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> float:
    """Write how long it has lasted at the right; return where that begins."""
    style = sizes.of(min(_LASTS * sizes.primary, _LASTS_SHARE * box.height()), "onfill")
    plain = sizes.plain("onfill")
    width = max(style.width(alarm.lasts), plain.width(alarm.before))
    # The word that says what is wrong comes first.
    if not alarm.lasts or width + sizes.strong().width(alarm.word) + sizes.text > box.width():
        return box.right()
    height = sizes.leading + _LASTS_HEIGHT * style.pixels
    left = box.right() - width
    if height > box.height():
        value = QRectF(left, box.top(), width, box.height())
    else:
        top = box.center().y() - height / 2
        writer.write(QRectF(left, top, width, sizes.leading), alarm.before, plain, RIGHT)
        value = QRectF(left, top + sizes.leading, width, height - sizes.leading)
    writer.write(value, alarm.lasts, style, RIGHT)
    return left - sizes.text


# ---- several


def _paint_rows(writer: Writer, box: QRectF, rows: Rows, sizes: Sizes) -> None:
    for placed in lay_out([Part(block=rows)], box, sizes).placed:
        placed.drawing.draw(writer, placed.box)


# ---- one


def _paint_one(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    past = _past_height(box, alarm, sizes)
    top = box.adjusted(0, 0, 0, -past)
    _paint_name(writer, top, alarm, sizes)
    if past:
        area = QRectF(box.left(), top.bottom(), box.width(), past)
        rule(writer, QRectF(area.left(), area.top(), area.width(), sizes.rule))
        _paint_past(writer, area.adjusted(0, sizes.text * 0.3, 0, -sizes.text * 0.2), alarm, sizes)


def _past_height(box: QRectF, alarm: Alarm, sizes: Sizes) -> float:
    """Return the height of how it went: at first its times are left out, then all of it."""
    if alarm.strip is None and alarm.chart is None:
        return 0.0
    name = sizes.leading + FIGURE * sizes.primary
    for around in (_STRIP_AROUND, _STRIP_AROUND - 1):
        past = sizes.leading * (around + _STRIP)
        if box.height() >= past + name:
            spare = box.height() - past - name - FIGURE * sizes.primary
            return past + max(0.0, min(spare, sizes.leading * (_STRIP_MOST - _STRIP)))
    return 0.0


def _paint_name(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    """Write what is wrong, with facts beside it as far as the name leaves room."""
    facts, gap = list(alarm.facts), sizes.text * _FACT_GAP
    while True:
        taken = sum(_fact_width(fact, sizes) + 2 * gap for fact in facts)
        name = box.adjusted(0, 0, -taken, 0)
        below = without_title(name, alarm.group, sizes, FIGURE * sizes.primary)
        style, lines, is_whole = _name_lines(alarm.name, below, sizes)
        if not facts or (is_whole and taken <= _FACTS_SHARE * box.width()):
            break
        facts.pop()
    write_title(writer, name, alarm.group, sizes, FIGURE * sizes.primary)
    line = QRectF(below.left(), below.top(), below.width(), _NAME_HEIGHT * style.pixels)
    for text in lines:
        write_base(writer, line, text, style, name=True)
        line.translate(0, line.height())
    # The last reaches up to the margin.
    left, height = name.right() + gap, min(box.height() - sizes.text * 0.4, 4 * sizes.leading)
    for fact in facts:
        width = _fact_width(fact, sizes)
        rule(writer, QRectF(left, box.top(), sizes.rule, height))
        _paint_fact(writer, QRectF(left + gap, box.top(), width, box.height()), fact, sizes)
        left += width + 2 * gap


def _name_lines(name: str, box: QRectF, sizes: Sizes) -> tuple[Type, list[str], bool]:
    """Return the largest type in which a name has room, its lines, and whether it is whole."""
    size = _NAME_MOST * sizes.primary
    while size >= sizes.primary:
        style = sizes.of(size)
        lines = wrapped(name, style, box.width())
        room = int(box.height() / (_NAME_HEIGHT * style.pixels))
        if len(lines) <= room and all(style.width(line) <= box.width() for line in lines):
            return style, lines, True
        size *= _SMALLER
    style = sizes.figure()
    room = int(box.height() / (_NAME_HEIGHT * style.pixels) + 0.1)
    return style, at_most(wrapped(name, style, box.width()), room), False


def _fact_style(fact: Figure, sizes: Sizes) -> float:
    return (_FACT if len(fact.value) < _FACT_LONG else _FACT_WORD) * sizes.primary


def _fact_width(fact: Figure, sizes: Sizes) -> float:
    value = sizes.of(_fact_style(fact, sizes)).width(fact.value)
    unit = usual_width(fact, sizes) - sizes.figure().width(fact.value)
    return max(sizes.plain().width(fact.title), value + unit) + 1


def _paint_fact(writer: Writer, box: QRectF, fact: Figure, sizes: Sizes) -> None:
    rest = write_title(writer, box, fact.title, sizes, FIGURE * sizes.primary)
    most = min(_fact_style(fact, sizes), rest.height() / _NAME_HEIGHT)
    ink = "text3" if fact.stale else "text1"
    amount = fitted(fact, sizes, rest.width(), most, ink)
    rest.setHeight(_NAME_HEIGHT * amount.style.pixels)
    paint(writer, rest.left(), base_of(rest, amount.style), amount)


def _paint_past(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    head = head_of(box, sizes)
    room = _paint_flaps(writer, head, sizes) if alarm.flaps else head
    write_base(writer, room, tr("Last 24 h"), sizes.plain("text2"))
    has_times = box.height() >= sizes.leading * (2 + _STRIP)
    foot = QRectF(box.left(), box.bottom(), box.width(), 0)
    if has_times:
        foot.setTop(foot.top() - sizes.leading)
        _paint_times(writer, foot, sizes)
    area = QRectF(box.left(), head.bottom(), box.width(), foot.top() - head.bottom())
    area.adjust(0, sizes.text * 0.15, 0, -sizes.text * 0.1)
    if alarm.strip is not None:
        strip.paint(writer.painter, area, alarm.strip, writer.look)
    elif alarm.chart is not None:
        charts.paint_line(writer, area, alarm.chart, sizes)


def _paint_flaps(writer: Writer, head: QRectF, sizes: Sizes) -> QRectF:
    """Say at the right that it comes and goes; return what is left of the line."""
    word, style, glyph = tr("flapping").upper(), sizes.strong("degraded"), float(sizes.glyph)
    left = head.right() - style.width(word)
    put(writer, left, base_of(head, style), word, style)
    shape = square(left - glyph - sizes.text * APART, head.center().y(), glyph)
    paint_shape(writer, shape, "flapping", "degradedg")
    return QRectF(head.left(), head.top(), shape.left() - head.left() - sizes.text, head.height())


def _paint_times(writer: Writer, foot: QRectF, sizes: Sizes) -> None:
    style = sizes.plain("text3")
    begin, middle, end = tr("{interval} ago", interval="24 h"), "12 h", tr("now")
    base = base_of(foot, style)
    put(writer, foot.left(), base, begin, style)
    put(writer, foot.right() - style.width(end), base, end, style)
    left = foot.center().x() - style.width(middle) / 2
    if left > foot.left() + style.width(begin) + sizes.text:
        put(writer, left, base, middle, style)


# ---- what still works


def _paint_well(writer: Writer, box: QRectF, well: Sequence[Well], sizes: Sizes) -> None:
    left, glyph, style = box.left(), float(sizes.glyph), sizes.plain()
    for found in well:
        words = left + glyph + sizes.text * APART
        if left > box.left() and words + style.width(found.text) > box.right():
            return
        paint_glyph(writer, square(left, box.center().y(), glyph), State.OK)
        area = QRectF(words, box.top(), box.right() - words, box.height())
        left = words + write_base(writer, area, found.text, style) + sizes.text * _WELL_GAP
