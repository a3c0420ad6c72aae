"""A still picture stands everywhere equally often, and nobody sees it move."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.pixel_shift import reach_of, shift

REACHES = st.integers(0, 12)
MINUTES = st.integers(-(10**9), 10**9)


@given(MINUTES, REACHES)
def test_it_never_moves_by_more_than_one_pixel(minute: int, reach: int) -> None:
    before, after = shift(minute, reach), shift(minute + 1, reach)
    assert abs(after[0] - before[0]) + abs(after[1] - before[1]) <= 1


@given(MINUTES, REACHES)
def test_it_stays_within_its_reach(minute: int, reach: int) -> None:
    assert all(abs(by) <= reach for by in shift(minute, reach))


@given(MINUTES, st.integers(0, 6))
def test_it_stands_everywhere_equally_often(minute: int, reach: int) -> None:
    side = 2 * reach + 1
    stood = Counter(shift(minute + later, reach) for later in range(2 * side * side))
    assert len(stood) == side * side
    assert set(stood.values()) == {2}


def test_it_reaches_further_on_larger_displays() -> None:
    assert [reach_of(height) for height in (100, 720, 1080, 1440, 2160)] == [1, 3, 4, 5, 8]
