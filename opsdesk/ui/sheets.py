"""Where the blocks of a report stand: on which sheet, in which of two columns, how far down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec
from PySide6.QtGui import QPainter

#: between a block and the one below it, in pixels, unless it says another
GAP = 24.0
# Columns that end so close to each other go on from one line.
_NEAR = 40.0


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a sheet. Lengths are in pixels."""

    height: float
    #: paints with the origin at its top left corner
    paint: Callable[[QPainter], None]
    #: below it
    gap: float = GAP
    #: over both columns
    across: bool = True
    #: stands on the same sheet as the block after it
    keeps_with_next: bool = False
    #: given a height: what of it fits there, and the rest; None where that is not worth it
    tear: Callable[[float], tuple[Block, Block] | None] | None = None


class Placed(msgspec.Struct, frozen=True):
    """A block, and where it stands."""

    block: Block
    #: 0 or 1
    column: int
    #: pixels below the upper margin
    top: float


def sheets_of(blocks: Iterable[Block], room: float) -> list[list[Placed]]:
    """Return what stands on each sheet, of which ``room`` is the height.

    A block in half the width goes where there is room first. What is too high for a sheet of its
    own, and cannot be torn, has one nevertheless.
    """
    waiting = deque(blocks)
    sheets = [_Sheet(room)]
    while waiting:
        block, sheet = waiting.popleft(), sheets[-1]
        column = sheet.column_for(block)
        left = room - sheet.top(block, column)
        if block.height <= left and _keeps(block, waiting, left):
            sheet.put(block, column)
        elif torn := block.tear(left) if block.tear is not None else None:
            first, rest = torn
            sheet.put(first, column)
            waiting.appendleft(rest)
            sheets.append(_Sheet(room))
        elif sheet.placed:
            waiting.appendleft(block)
            sheets.append(_Sheet(room))
        else:
            sheet.put(block, column)
    return [sheet.placed for sheet in sheets]


def _keeps(block: Block, waiting: Sequence[Block], left: float) -> bool:
    """Tell whether what must stay below a block has room there, at least its beginning."""
    if not block.keeps_with_next or not waiting:
        return True
    following = waiting[0]
    left -= block.height + block.gap
    return following.height <= left or (following.tear is not None and following.tear(left) is not None)


class _Sheet:
    """One that is being filled."""

    def __init__(self, room: float) -> None:
        self.placed: list[Placed] = []
        self._room = room
        # How far each column is full, and from where both go on together.
        self._tops, self._line = [0.0, 0.0], 0.0

    def column_for(self, block: Block) -> int:
        """Return where a block of half the width stands: below the shorter column, if it fits."""
        if block.across:
            return 0
        return 0 if self._tops[0] <= self._tops[1] else 1

    def top(self, block: Block, column: int) -> float:
        """Return how far down a block would stand."""
        return max(self._tops) if block.across else self._tops[column]

    def put(self, block: Block, column: int) -> None:
        """Place a block."""
        top = self.top(block, column)
        self.placed.append(Placed(block, column, top))
        if block.across:
            self._tops = [top + block.height + block.gap] * 2
            self._line = self._tops[0]
            return
        self._tops[column] = top + block.height + block.gap
        if min(self._tops) > self._line and max(self._tops) - min(self._tops) <= _NEAR:
            self._tops = [max(self._tops)] * 2
            self._line = self._tops[0]
