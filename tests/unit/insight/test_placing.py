"""Labels neither lie on each other nor on a line."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.placing import APART, Box, apart, free, hit

PLACES = st.lists(st.floats(-50, 400), max_size=12)


@given(PLACES)
def test_labels_are_apart_and_in_the_order_of_their_lines(wanted: list[float]) -> None:
    places = apart(wanted, 0.0, 300.0)
    pairs = sorted(zip(wanted, places, strict=True))
    assert [place for _, place in pairs] == sorted(places)
    assert all(b - a >= APART - 1e-6 for a, b in pairwise(sorted(places)))
    assert all(-1e-6 <= place <= 300.0 + 1e-6 for place in places)


@given(st.lists(st.integers(0, 20), unique=True))
def test_labels_that_are_apart_stay_where_they_are(steps: list[int]) -> None:
    wanted = [step * APART for step in steps]
    assert apart(wanted, 0.0, 400.0) == wanted


def test_two_at_one_place_move_as_far_as_each_other() -> None:
    assert apart([100.0, 100.0], 0.0, 300.0) == [92.5, 107.5]


def test_too_many_begin_at_the_top() -> None:
    assert apart([5.0] * 4, 0.0, 20.0) == [0.0, 15.0, 30.0, 45.0]


def test_a_line_hits_what_it_runs_through() -> None:
    box = Box(10, 10, 20, 20)
    assert hit(box, [(0, 0), (30, 30)])
    assert hit(box, [(15, 0), (15, 30)])
    assert hit(box, [(12, 12)])
    assert not hit(box, [(0, 0), (30, 5)])
    assert not hit(box, [(0, 15), (5, 15)])
    assert not hit(box, [])


def test_the_first_free_box_is_taken() -> None:
    boxes = [Box(0, 0, 10, 10), Box(0, 20, 10, 30)]
    assert free(boxes, [[(0, 5), (10, 5)]]) == boxes[1]
    assert free(boxes, [[(0, 5), (10, 5)], [(0, 25), (10, 25)]]) is None
