"""The blocks of a slide: each tells what height it needs, and draws itself into what it gets."""

from __future__ import annotations

from typing import Protocol

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from opsdesk.catalogue.language import trn
from opsdesk.insight.slides.blocks import (
    Block,
    Figure,
    Figures,
    Hero,
    Line,
    Rows,
    Trend,
    Words,
)
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.ui import glyphs, strip
from opsdesk.ui.glyphs import STATE_FILES
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT
from opsdesk.ui.wall import charts
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Type, Writer

# Heights in lines of text, and shares of a width.
_ROW_LEAST, _ROW_MOST = 1.15, 1.48
_VALUE_HEIGHT = 1.12
_HERO_CHART = 1.3
_TREND_CHART = 2.4
_STRIP_FROM, _STRIP_TO = 0.44, 0.8
_RULE_ALPHA = 0.55
# Between two figures of one block, in sizes of text.
_CELL_GAP = 1.1
# Between a value and its unit, in sizes of the unit; a unit of so few letters is a sign.
_UNIT_GAP, _SIGN = 0.28, 2


class Drawing(Protocol):
    """Draws one block. Heights are in pixels."""

    def least(self, width: float) -> float:
        """Return the height below which it cannot be read."""

    def most(self, width: float) -> float:
        """Return the height beyond which more does not help."""

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw into a box of at least the least height."""


def drawing_of(block: Block, sizes: Sizes) -> Drawing:
    """Return what draws a block."""
    match block:
        case Hero():
            return HeroDrawing(block, sizes)
        case Figures():
            return FiguresDrawing(block, sizes)
        case Rows():
            return RowsDrawing(block, sizes)
        case Trend():
            return TrendDrawing(block, sizes)
        case Words():
            return WordsDrawing(block, sizes)


def rule(writer: Writer, box: QRectF) -> None:
    """Draw a line between two things, thin as it may be."""
    ink = writer.look.color("edge")
    ink.setAlphaF(_RULE_ALPHA)
    writer.painter.fillRect(box, ink)


def paint_glyph(writer: Writer, box: QRectF, state: State, ink: str = "", on: str = "bg") -> None:
    """Draw the shape of a state."""
    look = writer.look
    glyphs.paint(
        writer.painter,
        STATE_FILES[state],
        box,
        look.color(ink or STATE_GLYPH[state]),
        look.color(on),
    )


class HeroDrawing:
    """A figure as large as its box lets it be."""

    def __init__(self, hero: Hero, sizes: Sizes) -> None:
        self._hero, self._sizes = hero, sizes

    def least(self, width: float) -> float:
        """Return the height of the title and of a figure of the least size."""
        del width
        return self._sizes.leading + 1.6 * self._sizes.primary

    def most(self, width: float) -> float:
        """Return infinity: it takes all there is."""
        del width
        return float("inf")

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw title, figure and curve."""
        sizes, figure = self._sizes, self._hero.figure
        title = QRectF(box.left(), box.top(), box.width(), sizes.leading)
        writer.write(title, figure.title, sizes.plain("text2"))
        rest = box.adjusted(0, sizes.leading, 0, 0)
        chart, note = self._hero.chart, figure.note
        below = sizes.leading * _HERO_CHART if chart is not None else 0.0
        if not below and note:
            below = sizes.leading
        if rest.height() - below < 1.4 * sizes.primary:
            below, chart, note = 0.0, None, ""
        value = QRectF(rest.left(), rest.top(), rest.width(), rest.height() - below)
        self._draw_value(writer, value)
        foot = QRectF(rest.left(), value.bottom(), rest.width(), below)
        if chart is not None:
            charts.paint_line(writer, foot.adjusted(0, sizes.text / 4, 0, 0), chart, sizes)
        elif note:
            writer.write(foot, note, sizes.plain("text2"))

    def _draw_value(self, writer: Writer, box: QRectF) -> None:
        sizes, figure = self._sizes, self._hero.figure
        # Digits have no descenders: a font may be larger than the box is high.
        size = max(float(sizes.primary), box.height() * _VALUE_HEIGHT)
        text, unit = figure.value, figure.unit
        for _ in range(2):
            style, small = sizes.of(size, _ink(figure)), self._unit_type(size)
            aside = small.width(unit) + small.pixels * _UNIT_GAP if unit else 0.0
            if style.width(text) + aside > box.width():
                size = size * (box.width() - aside) / style.width(text)
        style, small = sizes.of(size, _ink(figure)), self._unit_type(size)
        write_base(writer, box, text, style, unit, small)

    def _unit_type(self, size: float) -> Type:
        """Return how the unit is written: a word of it as small as may be."""
        is_sign = len(self._hero.figure.unit) <= _SIGN
        return self._sizes.of(size * 0.38, "text2") if is_sign else self._sizes.plain("text2")


def _ink(figure: Figure) -> str:
    if figure.stale or figure.value == NOTHING:
        return "text3"
    return STATE_TEXT[figure.state] if figure.state is not None else "text1"


def write_base(  # noqa: PLR0913, PLR0917 - two texts on one line, each with its type
    writer: Writer, box: QRectF, text: str, style: Type, unit: str = "", small: Type | None = None
) -> float:
    """Write a value and its unit on one base line in the middle of a box; return their width."""
    painter = writer.painter
    cap = style.metrics.capHeight()
    base = box.center().y() + cap / 2
    shown = style.metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setFont(style.font)
    painter.setPen(writer.look.color(style.ink))
    painter.drawText(QPointF(box.left(), base), shown)
    width = style.width(shown)
    if unit and small is not None and shown == text:
        gap = small.pixels * _UNIT_GAP
        room = box.width() - width - gap
        if small.width(unit) <= room + 1:
            painter.setFont(small.font)
            painter.setPen(writer.look.color(small.ink))
            painter.drawText(QPointF(box.left() + width + gap, base), unit)
            width += gap + small.width(unit)
    return width


class FiguresDrawing:
    """Figures side by side, with lines between them."""

    def __init__(self, block: Figures, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    def least(self, width: float) -> float:
        """Return the height of a title and a figure."""
        del width
        return self._sizes.leading + 1.35 * self._sizes.primary

    def most(self, width: float) -> float:
        """Return the height with notes, and figures of the usual size."""
        cell = width / len(self._block.figures) - _CELL_GAP * self._sizes.text
        noted = any(self._fitting(figure, cell).note for figure in self._block.figures)
        return (2 if noted else 1) * self._sizes.leading + 1.05 * self._sizes.big

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many as have room."""
        sizes, figures = self._sizes, self._block.figures
        least = 6.0 * sizes.text
        number = max(1, min(len(figures), int(box.width() / least)))
        gap = sizes.text * _CELL_GAP / 2
        width = (box.width() + gap) / number
        for position, figure in enumerate(figures[:number]):
            left = box.left() + position * width
            if position:
                rule(writer, QRectF(left - gap, box.top(), sizes.rule, box.height()))
            cell = QRectF(left, box.top(), width - 2 * gap, box.height())
            self._draw_one(writer, cell, figure)

    def _draw_one(self, writer: Writer, box: QRectF, figure: Figure) -> None:
        sizes = self._sizes
        title = QRectF(box.left(), box.top(), box.width(), sizes.leading)
        writer.write(title, figure.title, sizes.plain("text2"))
        figure = self._fitting(figure, box.width())
        noted = box.height() >= 2 * sizes.leading + 1.2 * sizes.primary and bool(figure.note)
        below = sizes.leading if noted else 0.0
        value = box.adjusted(0, sizes.leading, 0, -below)
        value.setHeight(min(value.height(), 1.1 * sizes.big))
        if figure.state in (State.CRITICAL, State.DEGRADED) and not figure.stale:
            self._draw_framed(writer, value, figure)
        else:
            self._draw_value(writer, value, figure)
        if noted:
            note = QRectF(box.left(), value.bottom(), box.width(), sizes.leading)
            writer.write(note, figure.note, sizes.plain("text2"))

    def _fitting(self, figure: Figure, width: float) -> Figure:
        """Return a figure whose unit stands below it where there is no room beside it."""
        sizes = self._sizes
        unit = sizes.plain().width(figure.unit) + sizes.text * _UNIT_GAP
        if not figure.unit or sizes.figure().width(figure.value) + unit <= width:
            return figure
        return msgspec.structs.replace(figure, unit="", note=figure.note or figure.unit)

    def _draw_value(self, writer: Writer, box: QRectF, figure: Figure) -> None:
        sizes = self._sizes
        size = min(float(sizes.big), box.height())
        small = sizes.plain("text2")
        unit = small.width(figure.unit) + small.pixels * _UNIT_GAP if figure.unit else 0.0
        needed = sizes.of(size).width(figure.value)
        room = box.width() - unit
        if needed > room:
            size = max(float(sizes.primary), size * room / needed)
        write_base(writer, box, figure.value, sizes.of(size, _ink(figure)), figure.unit, small)

    def _draw_framed(self, writer: Writer, box: QRectF, figure: Figure) -> None:
        """Draw what is wrong in a frame of its colour, with its shape."""
        sizes, state = self._sizes, figure.state or State.CRITICAL
        text = f"{figure.value} {figure.unit}".rstrip()
        pad, glyph = sizes.text * 0.5, float(max(sizes.glyph, round(0.85 * sizes.primary)))
        size = min(1.2 * sizes.primary, box.height() * 0.7)
        room = box.width() - 3 * pad - glyph
        if sizes.figure().width(text) > room:
            text = figure.value
        size = min(size, size * room / sizes.of(size).width(text))
        style = sizes.of(size, STATE_TEXT[state])
        width = min(box.width(), style.width(text) + glyph + 3 * pad)
        height = min(box.height() * 0.92, 1.65 * style.pixels)
        frame = QRectF(box.left(), box.center().y() - height / 2, width, height)
        painter = writer.painter
        painter.setPen(QPen(writer.look.color(STATE_TEXT[state]), sizes.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = sizes.line / 2
        painter.drawRoundedRect(frame.adjusted(half, half, -half, -half), pad / 3, pad / 3)
        shape = QRectF(frame.left() + pad, frame.center().y() - glyph / 2, glyph, glyph)
        paint_glyph(writer, shape, state)
        words = QRectF(shape.right() + pad * 0.8, frame.top(), frame.right(), frame.height())
        words.setRight(frame.right() - pad * 0.5)
        write_base(writer, words, text, style)


class RowsDrawing:
    """Lines below a title; what has no room is counted in the last."""

    def __init__(self, block: Rows, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    @property
    def _head(self) -> float:
        return self._sizes.leading * 1.1 if self._block.title else 0.0

    def least(self, width: float) -> float:
        """Return the height of the title and of one line, or two where there are more."""
        del width
        shown = min(2, self._block.number)
        return self._head + shown * _ROW_LEAST * self._sizes.leading

    def most(self, width: float) -> float:
        """Return the height with every line."""
        del width
        return self._head + self._block.number * _ROW_MOST * self._sizes.leading

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many lines as have room."""
        sizes, block = self._sizes, self._block
        if block.title:
            title = QRectF(box.left(), box.top(), box.width(), sizes.leading)
            writer.write(title, block.title, sizes.plain("text2"))
        room = box.adjusted(0, self._head, 0, 0)
        most = max(1, int(room.height() / (_ROW_LEAST * sizes.leading) + 1e-6))
        shown = block.lines if block.number <= most else block.lines[: most - 1]
        rest = block.number - len(shown)
        rows = len(shown) + bool(rest)
        height = min(_ROW_MOST * sizes.leading, room.height() / max(1, rows))
        top = room.top()
        for position, line in enumerate(shown):
            cell = QRectF(box.left(), top, box.width(), height)
            if position:
                rule(writer, QRectF(cell.left(), cell.top(), cell.width(), sizes.rule))
            self._draw_line(writer, cell, line)
            top += height
        if rest:
            cell = QRectF(box.left(), top, box.width(), height)
            rule(writer, QRectF(cell.left(), cell.top(), cell.width(), sizes.rule))
            more = trn("and {number} more", "and {number} more", rest)
            writer.write(cell, more, sizes.plain("text3"))

    def _draw_line(self, writer: Writer, box: QRectF, line: Line) -> None:
        sizes, left = self._sizes, box.left()
        if line.state is not None:
            glyph = float(sizes.glyph)
            shape = QRectF(left, box.center().y() - glyph / 2, glyph, glyph)
            paint_glyph(writer, shape, line.state)
            left += glyph + sizes.text * 0.55
        right = self._draw_value(writer, box, line)
        if line.strip is not None:
            from_, to = box.width() * _STRIP_FROM, box.width() * _STRIP_TO
            room = QRectF(box.left() + from_, 0, to - from_, box.height() * 0.5)
            room.setRight(min(room.right(), right - sizes.text))
            room.moveTop(box.center().y() - room.height() / 2)
            if room.width() > 4 * sizes.text:
                strip.paint(writer.painter, room, line.strip, writer.look)
                right = room.left()
        name = QRectF(left, box.top(), right - left - sizes.text * 0.4, box.height())
        writer.name(name, line.name, sizes.plain("text3" if line.stale else "text1"))

    def _draw_value(self, writer: Writer, box: QRectF, line: Line) -> float:
        """Draw what stands at the right; return where it begins."""
        sizes, right = self._sizes, box.right()
        if line.flaps:
            glyph = float(sizes.glyph)
            shape = QRectF(right - glyph, box.center().y() - glyph / 2, glyph, glyph)
            look = writer.look
            on = look.color("bg")
            glyphs.paint(writer.painter, "flapping", shape, look.color("degradedg"), on)
            right -= glyph + sizes.text * 0.4
        if line.unit:
            style = sizes.plain("text2")
            width = style.width(line.unit)
            baseline(writer, right - width, box, line.unit, style, sizes.figure())
            right -= width + style.pixels * _UNIT_GAP
        if line.value:
            number = line.value[:1].isdigit() or bool(line.unit)
            ink = "text3" if line.stale or line.value == NOTHING else _line_ink(line)
            style = sizes.figure(ink) if number else sizes.strong(ink)
            width = min(style.width(line.value), box.width() * 0.6)
            area = QRectF(right - width, box.top(), width, box.height())
            write_base(writer, area, line.value, style)
            right -= width
        return right - sizes.text * 0.4


def baseline(  # noqa: PLR0913, PLR0917 - a place, a text, and the types that share a line
    writer: Writer, left: float, box: QRectF, text: str, style: Type, beside: Type
) -> None:
    """Write a text on the base line of a larger one beside it."""
    area = QRectF(left, box.top(), style.width(text) + 1, box.height())
    area.translate(0, (beside.metrics.capHeight() - style.metrics.capHeight()) / 2)
    write_base(writer, area, text, style)


def _line_ink(line: Line) -> str:
    bad = (State.CRITICAL, State.DEGRADED, State.STALE)
    return STATE_TEXT[line.state] if line.state in bad else "text1"


class TrendDrawing:
    """A figure above its curve."""

    def __init__(self, block: Trend, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    def least(self, width: float) -> float:
        """Return the height of title, figure, and a curve that can be followed."""
        del width
        sizes = self._sizes
        return sizes.leading * (1 + _TREND_CHART) + 1.35 * sizes.primary

    def most(self, width: float) -> float:
        """Return infinity: a curve takes all there is."""
        del width
        return float("inf")

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw title, figure and curve."""
        sizes, figure = self._sizes, self._block.figure
        title = QRectF(box.left(), box.top(), box.width(), sizes.leading)
        writer.write(title, figure.title, sizes.plain("text2"))
        value = QRectF(box.left(), title.bottom(), box.width(), 1.35 * sizes.primary)
        if box.height() > self.least(box.width()) + sizes.primary:
            value.setHeight(1.1 * sizes.big)
        style = sizes.of(min(sizes.big, value.height()), _ink(figure))
        taken = write_base(writer, value, figure.value, style, figure.unit, sizes.plain("text2"))
        left = value.left() + taken + sizes.text * 0.8
        note = QRectF(left, value.top(), value.right() - left, value.height())
        plain = sizes.plain("text2")
        if figure.note and plain.width(figure.note) <= note.width():
            baseline(writer, note.left(), value, figure.note, plain, style)
        rest = QRectF(box.left(), value.bottom(), box.width(), box.bottom() - value.bottom())
        if self._block.chart is not None:
            charts.paint_axes(writer, rest, self._block.chart, sizes)
        else:
            writer.write(rest, self._block.absence, sizes.plain("text3"))


class WordsDrawing:
    """Sentences below a title, each over two lines where it is long."""

    def __init__(self, block: Words, sizes: Sizes) -> None:
        self._block, self._sizes = block, sizes

    def least(self, width: float) -> float:
        """Return the height of the title and the first sentence."""
        first = self._block.sentences[:1]
        return self._sizes.leading * 1.1 + sum(self._height(line, width) for line in first)

    def most(self, width: float) -> float:
        """Return the height of all."""
        heights = (self._height(line, width) for line in self._block.sentences)
        return self._sizes.leading * 1.1 + sum(heights)

    def _indent(self, line: Line) -> float:
        return 0.0 if line.state is None else self._sizes.glyph + self._sizes.text * 0.55

    def _height(self, line: Line, width: float) -> float:
        sizes = self._sizes
        text = sizes.plain().height(line.name, width - self._indent(line))
        return text + sizes.leading * 0.3

    def draw(self, writer: Writer, box: QRectF) -> None:
        """Draw as many as have room, each of them whole."""
        sizes = self._sizes
        title = QRectF(box.left(), box.top(), box.width(), sizes.leading)
        writer.write(title, self._block.title, sizes.plain("text2"))
        top = title.bottom() + sizes.leading * 0.1
        for position, line in enumerate(self._block.sentences):
            height = self._height(line, box.width())
            if position and top + height > box.bottom() + 1:
                return
            if position:
                rule(writer, QRectF(box.left(), top, box.width(), sizes.rule))
            self._draw_line(writer, QRectF(box.left(), top, box.width(), height), line)
            top += height

    def _draw_line(self, writer: Writer, box: QRectF, line: Line) -> None:
        sizes, indent = self._sizes, self._indent(line)
        inner = box.adjusted(indent, sizes.leading * 0.15, 0, -sizes.leading * 0.15)
        if line.state is not None:
            glyph = float(sizes.glyph)
            top = inner.top() + (sizes.leading - glyph) / 2
            paint_glyph(writer, QRectF(box.left(), top, glyph, glyph), line.state)
        writer.wrap(inner, line.name, sizes.plain("text3" if line.stale else "text1"))
