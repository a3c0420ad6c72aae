"""Where the blocks of a report stand: on which sheet, in which of two columns, how far down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec
from PySide6.QtGui import QPainter

#: between a block and the one below it, in pixels, unless it says another
GAP = 21.0
# Columns that end so close to each other go on from one line.
_NEAR = 40.0


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a sheet. Lengths are in pixels."""

    height: float
    #: paints with the origin at its top left corner
    paint: Callable[[QPainter], None]
    #: below it
    gap: float = GAP
    #: what the outline of the report says where it begins
    title: str = ""
    #: over both columns
    across: bool = True
    #: stands on the same sheet as the block after it
    keeps_with_next: bool = False
    #: height of the least part of it that is worth a sheet, where it can be torn
    least: float = 0.0
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
        if sheet.takes(block, waiting):
            continue
        torn = sheet.tears(block)
        if torn is not None:
            waiting.appendleft(torn.rest)
            if not torn.goes_on_beside:
                sheets.append(_Sheet(room))
        elif sheet.placed:
            waiting.appendleft(block)
            sheets.append(_Sheet(room))
        else:
            sheet.put(block, 0)
    return [sheet.placed for sheet in sheets]


class _Torn(msgspec.Struct, frozen=True):
    """What had no room of a block, and whether the other column is still to be filled."""

    rest: Block
    goes_on_beside: bool


class _Sheet:
    """One that is being filled."""

    def __init__(self, room: float) -> None:
        self.placed: list[Placed] = []
        self._room = room
        # How far each column is full, and from where both go on together.
        self._tops, self._line = [0.0, 0.0], 0.0

    def takes(self, block: Block, waiting: Sequence[Block]) -> bool:
        """Place a block below the shorter column, if it has room with what must stay with it."""
        column = 0 if block.across or self._tops[0] <= self._tops[1] else 1
        left = self._left(block, column) - block.height
        if left < 0:
            return False
        if block.keeps_with_next and waiting:
            following = waiting[0]
            least = following.height if following.tear is None else following.least
            if left - block.gap < min(least, following.height):
                return False
        self.put(block, column)
        return True

    def tears(self, block: Block) -> _Torn | None:
        """Place what of a block has room: in the left column, then in the right one."""
        if block.tear is None:
            return None
        for column in (0,) if block.across else (0, 1):
            parts = block.tear(self._left(block, column))
            if parts is not None:
                first, rest = parts
                self.put(first, column)
                return _Torn(rest, goes_on_beside=not block.across and column == 0)
        return None

    def _left(self, block: Block, column: int) -> float:
        return self._room - self._top(block, column)

    def _top(self, block: Block, column: int) -> float:
        return max(self._tops) if block.across else self._tops[column]

    def put(self, block: Block, column: int) -> None:
        """Place a block."""
        top = self._top(block, column)
        self.placed.append(Placed(block, column, top))
        if block.across:
            self._tops = [top + block.height + block.gap] * 2
            self._line = self._tops[0]
            return
        self._tops[column] = top + block.height + block.gap
        if min(self._tops) > self._line and max(self._tops) - min(self._tops) <= _NEAR:
            self._tops = [max(self._tops)] * 2
            self._line = self._tops[0]
