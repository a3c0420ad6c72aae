"""Lays the parts of a slide out: fewer of them where letters leave no room, never smaller ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

import msgspec
from PySide6.QtCore import QRectF

from opsdesk.catalogue.pages import COLUMNS
from opsdesk.insight.slides.blocks import Hero, Part
from opsdesk.ui.wall.blocks import drawing_of
from opsdesk.ui.wall.blocks.drawing import Drawing
from opsdesk.ui.wall.type import Sizes

# Between lines of parts, and between parts of a line, in lines of text.
_APART, _GUTTER = 0.42, 1.15
# Letters grow so far where little stands on a slide.
_GROWN = (1.8, 1.5, 1.25)
# What could be as high as there is room is not crowded at so many times its least height.
_USUAL = 2.5
# Of a pixel, by rounding.
_GRACE = 1.0


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
    #: of what is placed: letters may have grown
    sizes: Sizes | None = None

    def changed(self, before: Laid) -> tuple[QRectF, ...] | None:
        """Return the places of what looks different now; None where all is placed differently."""
        pairs = list(zip(self.placed, before.placed, strict=False))
        same_number = len(self.placed) == len(before.placed)
        if (self.sizes, self.rules) != (before.sizes, before.rules) or not same_number:
            return None
        if any(now.box != was.box for now, was in pairs):
            return None
        return tuple(now.box for now, was in pairs if now.part.block != was.part.block)


class _Line(msgspec.Struct, frozen=True):
    parts: tuple[Part, ...]
    drawings: tuple[Drawing, ...]
    widths: tuple[float, ...]

    @property
    def least(self) -> float:
        return max(drawing.least(width) for drawing, width in self._pairs())

    @property
    def most(self) -> float:
        return max(drawing.most(width) for drawing, width in self._pairs())

    @property
    def usual(self) -> float:
        """A height at which nothing is crowded."""
        return max(
            most if isfinite(most := drawing.most(width)) else _USUAL * drawing.least(width)
            for drawing, width in self._pairs()
        )

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut."""
        return all(drawing.natural <= width + _GRACE for drawing, width in self._pairs())

    def _pairs(self) -> Iterator[tuple[Drawing, float]]:
        return zip(self.drawings, self.widths, strict=True)


def lay_out(parts: Sequence[Part], box: QRectF, sizes: Sizes) -> Laid:
    """Return where each part stands; what ranks last is left out first, and the last of those.

    Where little stands there, letters grow.
    """
    if not parts or box.height() < sizes.primary:
        return Laid(left_out=tuple(parts))
    if (grown := _grown(parts, box, sizes)) is not None:
        return grown
    kept = list(parts)
    left_out: list[Part] = []
    while True:
        lines = list(_lines(kept, box, sizes))
        needed = sum(line.least for line in lines) + _between(len(lines), sizes)
        if needed <= box.height() + _GRACE or len(kept) <= 1:
            return _placed(lines, box, sizes, left_out)
        worst = max(range(len(kept)), key=lambda n: (kept[n].rank, n))
        left_out.append(kept.pop(worst))


def _grown(parts: Sequence[Part], box: QRectF, sizes: Sizes) -> Laid | None:
    """Return where all parts stand in larger letters; None where that would cut or move any."""
    usual = [line.parts for line in _lines(parts, box, sizes)]
    for larger in map(sizes.grown, _GROWN):
        lines = list(_lines(parts, box, larger))
        needed = sum(line.usual for line in lines) + _between(len(lines), larger)
        stays = [line.parts for line in lines] == usual and all(line.is_whole for line in lines)
        if stays and needed <= box.height():
            return _placed(lines, box, larger, ())
    return None


def _between(lines: int, sizes: Sizes) -> float:
    """Return the height of what is free between lines."""
    return 2 * _APART * sizes.leading * max(0, lines - 1)


def _lines(parts: Sequence[Part], box: QRectF, sizes: Sizes) -> Iterator[_Line]:
    """Break a slide into lines: of twelve columns, and of what can be read side by side.

    A display on its side has six: there each part is twice as wide.
    """
    columns = COLUMNS if box.width() > box.height() else COLUMNS // 2
    line: list[Part] = []
    drawings: list[Drawing] = []
    for part in parts:
        drawing = drawing_of(part.block, sizes)
        needed = sum(drawing.narrowest for drawing in (*drawings, drawing))
        needed += _GUTTER * sizes.leading * len(line)
        spans = part.span + sum(part.span for part in line)
        if line and (spans > columns or needed > box.width()):
            yield _line(line, drawings, box.width(), sizes)
            line, drawings = [], []
        line.append(part)
        drawings.append(drawing)
    if line:
        yield _line(line, drawings, box.width(), sizes)


def _line(parts: Sequence[Part], drawings: Sequence[Drawing], width: float, sizes: Sizes) -> _Line:
    room = width - _GUTTER * sizes.leading * (len(parts) - 1)
    return _Line(tuple(parts), tuple(drawings), tuple(_widths(parts, drawings, room)))


def _widths(parts: Sequence[Part], drawings: Sequence[Drawing], room: float) -> list[float]:
    """Share a width out by span, but give each what it needs; what is left of twelve is shared."""
    narrow: dict[int, float] = {}
    while True:
        spans = sum(part.span for n, part in enumerate(parts) if n not in narrow)
        left = room - sum(narrow.values())
        widths = [narrow.get(n, left * p.span / spans if spans else 0) for n, p in enumerate(parts)]
        more = {n: d.narrowest for n, d in enumerate(drawings) if widths[n] < d.narrowest}
        if not more or len(parts) == 1:
            return widths
        narrow |= more


def _placed(lines: Sequence[_Line], box: QRectF, sizes: Sizes, left_out: Sequence[Part]) -> Laid:
    apart, gutter = _APART * sizes.leading, _GUTTER * sizes.leading
    heights = _heights(lines, box.height() - _between(len(lines), sizes))
    placed, rules, top = [], [], box.top()
    for position, (line, height) in enumerate(zip(lines, heights, strict=True)):
        if position:
            top += apart
            rules.append(QRectF(box.left(), top - sizes.rule / 2, box.width(), sizes.rule))
            top += apart
        left = box.left()
        for part, drawing, width in zip(line.parts, line.drawings, line.widths, strict=True):
            if left > box.left() and not isinstance(line.parts[0].block, Hero):
                rules.append(QRectF(left - gutter / 2, top, sizes.rule, height))
            placed.append(Placed(part, drawing, QRectF(left, top, width, height)))
            left += width + gutter
        top += height
    return Laid(placed=tuple(placed), rules=tuple(rules), left_out=tuple(left_out), sizes=sizes)


def _heights(lines: Sequence[_Line], room: float) -> list[float]:
    """Share a height out: each line gets its least, then as much of the rest as it can use."""
    heights = [line.least for line in lines]
    if len(heights) == 1:
        return [min(room, lines[0].most)]
    open_ = set(range(len(lines)))
    while open_:
        free = room - sum(heights)
        if free <= _GRACE:
            break
        share = free / len(open_)
        full = {n for n in open_ if lines[n].most - heights[n] <= share}
        for n in full or open_:
            heights[n] += max(0.0, lines[n].most - heights[n]) if full else share
        if not full:
            break
        open_ -= full
    return heights
