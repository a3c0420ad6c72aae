"""The slide that takes a wall over: a filled band, what is wrong, how it went, what still works."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF

from opsdesk.catalogue.language import tr
from opsdesk.insight.slides.blocks import Alarm, Figure, Rows, Well
from opsdesk.insight.verdict import State
from opsdesk.ui import glyphs, strip
from opsdesk.ui.theme import STATE_TEXT
from opsdesk.ui.wall import charts
from opsdesk.ui.wall.blocks import RowsDrawing, paint_glyph, rule, write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import RIGHT, Writer

# Heights in lines of text.
_BAND, _BAND_LEAST, _STRIP, _APART = 4.1, 2.4, 1.3, 0.4
_STRIP_MOST, _NAME = 2.2, 1.35
# Rows are so high at most, and their letters grow at most so far.
_ROW, _GROWN = 1.5, 1.5


def paint_alarm(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes, bleed: float) -> None:
    """Draw an alarm into a box that reaches from the display's top to the foot.

    ``bleed`` pixels beyond the box are filled as well: the picture is shifted now and then.
    """
    band = QRectF(box)
    share = min(_BAND * sizes.leading, 0.27 * box.height())
    band.setHeight(max(_BAND_LEAST * sizes.leading, share))
    _paint_band(writer, band, alarm, sizes, bleed)
    inner = box.adjusted(sizes.margin, band.height() + _APART * sizes.leading, -sizes.margin, 0)
    foot = _well_height(alarm.well, sizes)
    inner.setBottom(box.bottom() - foot)
    if alarm.rows is not None:
        area = inner.adjusted(0, 0, 0, -sizes.text * 0.3)
        RowsDrawing(alarm.rows, _grown(sizes, alarm.rows, area)).draw(writer, area)
    else:
        _paint_one(writer, inner, alarm, sizes)
    if foot:
        line = QRectF(inner.left(), box.bottom() - foot, inner.width(), foot)
        rule(writer, QRectF(line.left(), line.top(), line.width(), sizes.rule))
        _paint_well(writer, line, alarm.well, sizes)


def _grown(sizes: Sizes, rows: Rows, area: QRectF) -> Sizes:
    """Return larger sizes where there are few rows for all that room."""
    by = max(1.0, min(_GROWN, area.height() / (_ROW * rows.number * sizes.leading)))
    grown = {name: int(getattr(sizes, name) * by) for name in ("text", "primary", "glyph")}
    return msgspec.structs.replace(sizes, **grown)


def _paint_band(writer: Writer, band: QRectF, alarm: Alarm, sizes: Sizes, bleed: float) -> None:
    fill = STATE_TEXT[alarm.state]
    writer.painter.fillRect(band.adjusted(-bleed, -bleed, bleed, 0), writer.look.color(fill))
    inner = band.adjusted(sizes.margin, 0, -sizes.margin, 0)
    right = _paint_lasts(writer, inner, alarm, sizes)
    side = min(0.62 * band.height(), 3.2 * sizes.text)
    shape = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
    paint_glyph(writer, shape, alarm.state, "onfill", fill)
    left = shape.right() + 0.28 * side
    words = QRectF(left, inner.top(), right - left, inner.height())
    size, style = 0.72 * band.height(), sizes.of(0.72 * band.height(), "onfill")
    if style.width(alarm.word) > words.width():
        style = sizes.of(size * words.width() / style.width(alarm.word), "onfill")
    write_base(writer, words, alarm.word, style)


def _paint_lasts(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> float:
    """Write how long it has lasted at the right; return where that begins."""
    if not alarm.lasts:
        return box.right()
    style = sizes.of(min(1.6 * sizes.primary, 0.4 * box.height()), "onfill")
    plain = sizes.plain("onfill")
    width = max(style.width(alarm.lasts), plain.width(alarm.before))
    height = sizes.leading + 1.1 * style.pixels
    top = box.center().y() - height / 2
    left = box.right() - width
    writer.write(QRectF(left, top, width, sizes.leading), alarm.before, plain, RIGHT)
    value = QRectF(left, top + sizes.leading, width, height - sizes.leading)
    writer.write(value, alarm.lasts, style, RIGHT)
    return left - sizes.text


def _paint_one(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    has_past = alarm.strip is not None or alarm.chart is not None
    past = sizes.leading * (2.5 + _STRIP)
    if not has_past or box.height() < past + sizes.leading + _NAME * sizes.primary:
        past = 0.0
    else:
        spare = box.height() - past - sizes.leading - 2 * _NAME * sizes.primary
        past += max(0.0, min(spare, sizes.leading * (_STRIP_MOST - _STRIP)))
    top = box.adjusted(0, 0, 0, -past)
    _paint_name(writer, top, alarm, sizes)
    if past:
        area = QRectF(box.left(), top.bottom(), box.width(), past)
        rule(writer, QRectF(area.left(), area.top(), area.width(), sizes.rule))
        _paint_past(writer, area.adjusted(0, sizes.text * 0.3, 0, -sizes.text * 0.2), alarm, sizes)


def _paint_name(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    """Write what is wrong, with facts beside it as far as the name leaves room."""
    style = sizes.of(min(2.0 * sizes.primary, max(0.0, box.height() - sizes.leading) * 0.8))
    gap = sizes.text * 0.8
    facts = list(alarm.facts)
    while facts:
        taken = sum(_fact_width(fact, sizes) + 2 * gap for fact in facts)
        if sizes.figure().width(alarm.name) + taken <= box.width() or len(facts) == 1:
            break
        facts.pop()
    taken = sum(_fact_width(fact, sizes) + 2 * gap for fact in facts)
    if facts and taken > box.width() * 0.55:
        facts, taken = [], 0.0
    name = QRectF(box.left(), box.top(), box.width() - taken, box.height())
    lines = name.height() - sizes.leading
    if style.width(alarm.name) > name.width():
        style = sizes.of(style.pixels * name.width() / style.width(alarm.name))
    writer.write(
        QRectF(name.left(), name.top(), name.width(), sizes.leading),
        alarm.group,
        sizes.plain("text2"),
    )
    value = QRectF(name.left(), name.top() + sizes.leading, name.width(), lines)
    value.setHeight(min(value.height(), 1.3 * style.pixels))
    writer.name(value, alarm.name, style)
    left = name.right()
    for fact in facts:
        width = _fact_width(fact, sizes)
        rule(
            writer,
            QRectF(
                left, box.top(), sizes.rule, min(box.height() - sizes.text * 0.4, 4 * sizes.leading)
            ),
        )
        cell = QRectF(left + gap, box.top(), width, box.height())
        _paint_fact(writer, cell, fact, sizes)
        left += width + 2 * gap


def _fact_style(sizes: Sizes, fact: Figure) -> float:
    return 1.75 * sizes.primary if len(fact.value) < 8 else 1.2 * sizes.primary  # noqa: PLR2004


def _fact_width(fact: Figure, sizes: Sizes) -> float:
    style, plain = sizes.of(_fact_style(sizes, fact)), sizes.plain()
    unit = plain.width(fact.unit) + sizes.text * 0.3 if fact.unit else 0.0
    return max(plain.width(fact.title), style.width(fact.value) + unit)


def _paint_fact(writer: Writer, box: QRectF, fact: Figure, sizes: Sizes) -> None:
    title = QRectF(box.left(), box.top(), box.width() + 1, sizes.leading)
    writer.write(title, fact.title, sizes.plain("text2"))
    style = sizes.of(_fact_style(sizes, fact), "text3" if fact.stale else "text1")
    value = QRectF(box.left(), title.bottom(), box.width() + 1, 1.3 * style.pixels)
    write_base(writer, value, fact.value, style, fact.unit, sizes.plain("text2"))


def _paint_past(writer: Writer, box: QRectF, alarm: Alarm, sizes: Sizes) -> None:
    head = QRectF(box.left(), box.top(), box.width(), sizes.leading)
    writer.write(head, tr("Last 24 h"), sizes.plain("text2"))
    if alarm.flaps:
        word, style = tr("flapping").upper(), sizes.strong("degraded")
        width = style.width(word)
        writer.write(QRectF(head.right() - width, head.top(), width, head.height()), word, style)
        glyph = float(sizes.glyph)
        left = head.right() - width - glyph - sizes.text * 0.4
        shape = QRectF(left, head.center().y() - glyph / 2, glyph, glyph)
        look = writer.look
        glyphs.paint(writer.painter, "flapping", shape, look.color("degradedg"), look.color("bg"))
    foot = QRectF(box.left(), box.bottom() - sizes.leading, box.width(), sizes.leading)
    area = QRectF(box.left(), head.bottom(), box.width(), foot.top() - head.bottom())
    area.adjust(0, sizes.text * 0.15, 0, -sizes.text * 0.1)
    if alarm.strip is not None:
        strip.paint(writer.painter, area, alarm.strip, writer.look)
    elif alarm.chart is not None:
        charts.paint_line(writer, area, alarm.chart, sizes)
    style = sizes.plain("text3")
    ago = tr("{interval} ago", interval="24 h")
    writer.write(foot, ago, style)
    middle = QRectF(foot)
    middle.setLeft(foot.center().x() - style.width("12 h") / 2)
    writer.write(middle, "12 h", style)
    writer.write(foot, tr("now"), style, RIGHT)


def _well_height(well: Sequence[Well], sizes: Sizes) -> float:
    return 1.5 * sizes.leading if well else 0.0


def _paint_well(writer: Writer, box: QRectF, well: Sequence[Well], sizes: Sizes) -> None:
    left, glyph, style = box.left(), float(sizes.glyph), sizes.plain()
    for found in well:
        width = glyph + sizes.text * 0.45 + style.width(found.text)
        if left > box.left() and left + width > box.right() + 1:
            return
        shape = QRectF(left, box.center().y() - glyph / 2, glyph, glyph)
        paint_glyph(writer, shape, State.OK)
        words = QRectF(shape.right() + sizes.text * 0.45, box.top(), 0, box.height())
        words.setRight(min(box.right(), left + width + 1))
        writer.write(words, found.text, style)
        left += width + sizes.text * 1.4
