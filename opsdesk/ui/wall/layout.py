"""Lays the parts of a slide out: fewer of them where letters leave no room, never smaller ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from PySide6.QtCore import QRectF

from opsdesk.catalogue.pages import COLUMNS
from opsdesk.insight.slides.blocks import Hero, Part
from opsdesk.ui.wall.blocks import Drawing, drawing_of
from opsdesk.ui.wall.type import Sizes

# Between lines of parts, and between parts of a line, in lines of text.
_APART, _GUTTER = 0.42, 1.15


class Placed(msgspec.Struct, frozen=True):
    """A part in its place."""

    part: Part
    drawing: Drawing
    box: QRectF


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A slide that is laid out."""

    placed: tuple[Placed, ...] = ()
    #: lines between the lines of parts, and between figures
    rules: tuple[QRectF, ...] = ()
    #: parts for which there was no room
    left_out: tuple[Part, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    parts: tuple[Part, ...]
    drawings: tuple[Drawing, ...]
    widths: tuple[float, ...]

    @property
    def least(self) -> float:
        pairs = zip(self.drawings, self.widths, strict=True)
        return max(drawing.least(width) for drawing, width in pairs)

    @property
    def most(self) -> float:
        pairs = zip(self.drawings, self.widths, strict=True)
        return max(drawing.most(width) for drawing, width in pairs)


def lay_out(parts: Sequence[Part], box: QRectF, sizes: Sizes) -> Laid:
    """Return where each part stands; what ranks last is left out first, and the last of those."""
    kept = list(parts)
    left_out: list[Part] = []
    while True:
        lines = list(_lines(kept, box.width(), sizes))
        needed = sum(line.least for line in lines)
        needed += 2 * _APART * sizes.leading * max(0, len(lines) - 1)
        if needed <= box.height() + 1 or len(kept) <= 1:
            return _placed(lines, box, sizes, left_out)
        worst = max(range(len(kept)), key=lambda n: (kept[n].rank, n))
        left_out.append(kept.pop(worst))


def _lines(parts: Sequence[Part], width: float, sizes: Sizes) -> Iterator[_Line]:
    line: list[Part] = []
    used = 0
    for part in parts:
        if line and used + part.span > COLUMNS:
            yield _line(line, width, sizes)
            line, used = [], 0
        line.append(part)
        used += part.span
    if line:
        yield _line(line, width, sizes)


def _line(parts: Sequence[Part], width: float, sizes: Sizes) -> _Line:
    """Share a width out by span: what is left of twelve columns is shared too."""
    gutter = _GUTTER * sizes.leading
    room = width - gutter * (len(parts) - 1)
    spans = sum(part.span for part in parts)
    widths = tuple(room * part.span / spans for part in parts)
    return _Line(tuple(parts), tuple(drawing_of(p.block, sizes) for p in parts), widths)


def _placed(lines: Sequence[_Line], box: QRectF, sizes: Sizes, left_out: Sequence[Part]) -> Laid:
    apart, gutter = _APART * sizes.leading, _GUTTER * sizes.leading
    heights = _heights(lines, box.height() - 2 * apart * max(0, len(lines) - 1))
    placed, rules, top = [], [], box.top()
    for position, (line, height) in enumerate(zip(lines, heights, strict=True)):
        if position:
            top += apart
            rules.append(QRectF(box.left(), top - sizes.rule / 2, box.width(), sizes.rule))
            top += apart
        left = box.left()
        for part, drawing, width in zip(line.parts, line.drawings, line.widths, strict=True):
            if left > box.left() and not isinstance(line.parts[0].block, Hero):
                middle = left - gutter / 2
                rules.append(QRectF(middle, top, sizes.rule, height))
            placed.append(Placed(part, drawing, QRectF(left, top, width, height)))
            left += width + gutter
        top += height
    return Laid(placed=tuple(placed), rules=tuple(rules), left_out=tuple(left_out))


def _heights(lines: Sequence[_Line], room: float) -> list[float]:
    """Share a height out: each line gets its least, then as much of the rest as it can use."""
    heights = [line.least for line in lines]
    open_ = set(range(len(lines)))
    while open_:
        free = room - sum(heights)
        if free <= 1:
            break
        share = free / len(open_)
        full = {n for n in open_ if lines[n].most - heights[n] <= share}
        for n in full or open_:
            heights[n] += max(0.0, lines[n].most - heights[n]) if full else share
        if not full:
            break
        open_ -= full
    return heights
