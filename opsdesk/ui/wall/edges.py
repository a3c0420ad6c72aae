"""The line at the top of every slide, how everything is, and the one at its foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from opsdesk.catalogue.language import tr
from opsdesk.insight.slides.blocks import Alarm, Marks, Scene, Slide, Status
from opsdesk.insight.verdict import State
from opsdesk.ui.theme import STATE_TEXT
from opsdesk.ui.wall.blocks.drawing import paint_glyph, rule, square
from opsdesk.ui.wall.text import base_of, cut, put, write_base
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Type, Writer

_CLOCK = "00:00"
# In sizes of figures: clock, word and glyph of the state, and what is free behind that.
_CLOCK_SIZE, _WORD, _GLYPH, _GLYPH_GAP = 1.12, 1.05, 1.1, 0.5
# In sizes of text: between words and reason, and where that has too little room to be told.
_REASON_GAP, _REASON_LEAST, _TITLE_LEAST = 0.6, 8.0, 4.0
# The marks of where in its turn a slide stands, in sizes of text; more of them are counted.
_DOT, _LONG, _MARKS_GAP, _MOST_DOTS = 0.38, 1.05, 0.7, 12


def clock_stands_above(scene: Scene, width: float, sizes: Sizes) -> bool:
    """Tell whether the clock has room at the top; else it stands at the foot."""
    if isinstance(scene.slide, Alarm):
        return False
    word = _word(scene.status, sizes).width(scene.status.word)
    taken = _glyph(sizes) + _GLYPH_GAP * sizes.primary + word + sizes.text
    return taken + _clock(sizes).width(_CLOCK) <= width - 2 * sizes.margin


def paint_head(writer: Writer, box: QRectF, scene: Scene, sizes: Sizes, bleed: float) -> None:
    """Draw how everything is, and the time; ``bleed`` pixels beyond the box are filled as well."""
    status = scene.status
    ink, on = ("onfill", STATE_TEXT[status.state]) if status.filled else ("", "bg")
    inner = box.adjusted(sizes.margin, 0, -sizes.margin, 0)
    if status.filled:
        writer.painter.fillRect(box.adjusted(-bleed, -bleed, bleed, 0), writer.look.color(on))
    else:
        rule(writer, QRectF(inner.left(), box.bottom(), inner.width(), sizes.rule))
    shape = square(inner.left(), inner.center().y(), _glyph(sizes))
    paint_glyph(writer, shape, status.state, ink, on)
    right = inner.right()
    if clock_stands_above(scene, box.width(), sizes):
        clock = _clock(sizes, ink or "text2")
        put(writer, right - clock.width(scene.clock), base_of(inner, clock), scene.clock, clock)
        right -= clock.width(_CLOCK) + sizes.text
    left = shape.right() + _GLYPH_GAP * sizes.primary
    words = QRectF(left, inner.top(), right - left, inner.height())
    _write_status(writer, words, status, sizes, ink)


def _write_status(writer: Writer, box: QRectF, status: Status, sizes: Sizes, ink: str) -> None:
    style = _word(status, sizes, ink)
    if style.width(status.word) > box.width():
        style = sizes.strong(style.ink)
    width = write_base(writer, box, status.word, style)
    rest = box.adjusted(width + _REASON_GAP * sizes.text, 0, 0, 0)
    plain = sizes.plain(ink or ("text2" if status.state is State.OK else "text1"))
    if rest.width() >= min(_REASON_LEAST * sizes.text, plain.width(status.reason)):
        write_base(writer, rest, status.reason, plain, name=True)


def _word(status: Status, sizes: Sizes, ink: str = "") -> Type:
    own = "text1" if status.state is State.OK else STATE_TEXT[status.state]
    return sizes.of(_WORD * sizes.primary, ink or own)


def _clock(sizes: Sizes, ink: str = "text2") -> Type:
    return Type(int(_CLOCK_SIZE * sizes.primary), ink)


def _glyph(sizes: Sizes) -> float:
    return max(float(sizes.glyph), _GLYPH * sizes.primary)


# ---- the foot


def paint_age(writer: Writer, box: QRectF, scene: Scene, sizes: Sizes) -> float:
    """Write how old the data are, or what is said in place of that; return where that ends."""
    inner = box.adjusted(sizes.margin, 0, -sizes.margin, 0)
    style = sizes.plain("text1" if scene.said else "text3")
    return inner.left() + write_base(writer, inner, scene.said or scene.age, style)


def paint_foot(writer: Writer, box: QRectF, scene: Scene, sizes: Sizes) -> None:
    """Draw the age of the data, the slide's title, and where in its turn it stands."""
    inner = box.adjusted(sizes.margin, 0, -sizes.margin, 0)
    rule(writer, QRectF(inner.left(), box.top(), inner.width(), sizes.rule))
    if not clock_stands_above(scene, box.width(), sizes):
        style = sizes.plain("text2")
        left = inner.right() - style.width(scene.clock)
        put(writer, left, base_of(inner, style), scene.clock, style)
        inner.setRight(left - sizes.text)
    box = QRectF(box)
    box.setRight(inner.right() + sizes.margin)
    inner.setLeft(paint_age(writer, box, scene, sizes) + sizes.text)
    inner.setRight(_paint_marks(writer, inner, scene.marks, sizes))
    title = scene.slide.title if isinstance(scene.slide, Slide) else ""
    style = sizes.plain("text2")
    if inner.width() >= min(style.width(title), _TITLE_LEAST * sizes.text):
        shown = cut(title, style, inner.width())
        put(writer, inner.right() - style.width(shown), base_of(inner, style), shown, style)


def _paint_marks(writer: Writer, box: QRectF, marks: Marks, sizes: Sizes) -> float:
    """Draw where in its turn the slide stands, as far as there is room; return where it begins."""
    gap, right, base = _MARKS_GAP * sizes.text, box.right(), base_of(box, sizes.plain())
    held, strong = (tr("held").upper() if marks.held else ""), sizes.strong("accent")
    for_held = strong.width(held) + gap if held else 0.0
    count, plain = f"{marks.position + 1} / {marks.number}", sizes.plain("text2")
    dot, long = _DOT * sizes.text, _LONG * sizes.text
    dots = long + (marks.number - 1) * 2 * dot
    if marks.number > _MOST_DOTS and plain.width(count) + for_held <= box.width():
        right -= plain.width(count)
        put(writer, right, base, count, plain)
        right -= gap
    elif 1 < marks.number <= _MOST_DOTS and dots + for_held <= box.width():
        writer.painter.setPen(Qt.PenStyle.NoPen)
        top = box.center().y() - dot / 2
        for position in reversed(range(marks.number)):
            here = position == marks.position
            width = long if here else dot
            writer.painter.setBrush(writer.look.color("text2" if here else "edge"))
            place = QRectF(right - width, top, width, dot)
            writer.painter.drawRoundedRect(place, dot / 2, dot / 2)
            right = place.left() - dot
        right += dot - gap
    if held and for_held <= right - box.left():
        right -= strong.width(held)
        put(writer, right, base, held, strong)
        right -= gap
    return right
