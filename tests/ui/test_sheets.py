"""Where the blocks of a report stand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtGui import QPainter

from opsdesk.ui.sheets import GAP, Block, Placed, sheets_of

ROOM, ROW, HEAD = 1000.0, 20.0, 40.0


def nothing(painter: QPainter) -> None:
    """Paint nothing."""


def block(height: float, *, across: bool = True) -> Block:
    return Block(height=height, paint=nothing, across=across)


def half(height: float) -> Block:
    return block(height, across=False)


def heading(height: float = 30.0) -> Block:
    return replace(block(height), keeps_with_next=True)


def table(rows: int, *, across: bool = True) -> Block:
    """Return a table that goes on on the next sheet, three rows at least in each part."""

    def torn(height: float) -> tuple[Block, Block] | None:
        fitting = min(int((height - HEAD) / ROW), rows - 3)
        if fitting < 3:
            return None
        return table(fitting, across=across), table(rows - fitting, across=across)

    whole = block(HEAD + rows * ROW, across=across)
    return replace(whole, tear=torn, least=HEAD + 3 * ROW)


def places(sheets: list[list[Placed]]) -> list[list[tuple[int, float]]]:
    return [[(placed.column, placed.top) for placed in sheet] for sheet in sheets]


def test_blocks_of_half_the_width_stand_below_the_shorter_column() -> None:
    sheets = sheets_of([half(300), half(100), half(100), block(50)], ROOM)
    assert places(sheets) == [
        [(0, 0.0), (1, 0.0), (1, 100 + GAP), (0, 300 + GAP)],
    ]


def test_columns_that_end_near_each_other_go_on_from_one_line() -> None:
    ((*_, third, fourth),) = places(sheets_of([half(300), half(280), half(9), half(9)], ROOM))
    assert third == (0, 300 + GAP)
    assert fourth == (1, 300 + GAP)


def test_what_belongs_together_stays_on_one_sheet() -> None:
    sheets = sheets_of([block(ROOM - 200), heading(), block(300)], ROOM)
    assert [len(sheet) for sheet in sheets] == [1, 2]


def test_what_is_higher_than_a_sheet_has_one_of_its_own() -> None:
    sheets = sheets_of([block(10), block(2 * ROOM), block(10)], ROOM)
    assert [len(sheet) for sheet in sheets] == [1, 1, 1]


def test_a_heading_stands_over_the_first_rows_of_a_table_that_goes_on() -> None:
    sheets = sheets_of([block(600), heading(), table(40)], ROOM)
    assert [len(sheet) for sheet in sheets] == [3, 1]
    sheets = sheets_of([block(ROOM - 100), heading(), table(40)], ROOM)
    assert [len(sheet) for sheet in sheets] == [1, 2]


def test_a_long_table_in_one_column_goes_on_beside_and_then_on_the_next_sheet() -> None:
    sheets = sheets_of([table(120, across=False)], ROOM)
    assert places(sheets) == [[(0, 0.0), (1, 0.0)], [(0, 0.0)]]


def test_no_sheet_holds_nothing() -> None:
    assert sheets_of([], ROOM) == [[]]
    assert all(sheets_of([table(3), block(ROOM), table(200)], ROOM))


blocks = st.one_of(
    st.builds(block, st.floats(1, ROOM), across=st.booleans()),
    st.builds(heading, st.floats(1, 100)),
    st.builds(table, st.integers(1, 150), across=st.booleans()),
)


@given(st.lists(blocks, max_size=20))
def test_nothing_overlaps_nothing_is_cut_off_nothing_is_lost(given_blocks: list[Block]) -> None:
    sheets = sheets_of(given_blocks, ROOM)
    for sheet in sheets:
        for column in (0, 1):
            stand = [p for p in sheet if p.block.across or p.column == column]
            stand.sort(key=lambda placed: placed.top)
            for above, below in pairwise(stand):
                assert above.top + above.block.height <= below.top
        assert all(p.top + p.block.height <= ROOM for p in sheet)
    rows = sum(b.height - HEAD for b in given_blocks if b.tear is not None)
    found = [p.block for sheet in sheets for p in sheet]
    assert sum(b.height - HEAD for b in found if b.tear is not None) == rows
    whole = [b for b in given_blocks if b.tear is None]
    assert [b for b in found if b.tear is None] == whole
