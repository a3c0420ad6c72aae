from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.strips import (
    Height,
    Segment,
    Since,
    continued,
    flapping,
    flapping_score,
    height_of,
    segments,
    since,
    transitions,
    trips,
)
from opsdesk.model.desk import Policy
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, Strip

STATES = st.sampled_from([*BreakerState, "a word of tomorrow"])
CHANGES = st.lists(st.tuples(st.integers(-50, 150), STATES), max_size=20).map(
    lambda found: tuple(Change(float(at), state) for at, state in sorted(found))
)
HOUR = 3_600.0


def strip(*changes: tuple[float, str]) -> tuple[Change, ...]:
    return tuple(Change(at, state) for at, state in changes)


@pytest.mark.parametrize(
    ("changed", "percent"),
    [
        ([False] * 16 + [True] * 4, 24.21),
        ([True] * 4 + [False] * 16, 15.79),
        ([False] * 14 + [True] * 6, 35.53),
        ([True] * 20, 100.0),
        ([], 0.0),
    ],
)
def test_the_published_vectors_of_flapping(changed: list[bool], percent: float) -> None:
    assert flapping_score(changed) == pytest.approx(percent, abs=0.005)


def test_what_is_missing_did_not_change() -> None:
    assert flapping_score([True] * 4) == flapping_score([False] * 16 + [True] * 4)


def test_the_twenty_newest_count() -> None:
    assert flapping_score([True] * 30 + [False] * 20) == 0.0


def times_open(number: int, every: float) -> tuple[Change, ...]:
    found = [Change(0.0, "closed")]
    for trip in range(number):
        found += [Change(1 + trip * every, "open"), Change(1 + (trip + 0.5) * every, "closed")]
    return tuple(found)


def flaps_at(changes: tuple[Change, ...], now: float) -> bool:
    flaps, _ = flapping(changes, now, Policy())
    return flaps


@pytest.mark.parametrize(("number", "flaps"), [(0, False), (2, False), (3, True), (9, True)])
def test_three_trips_within_six_hours_are_flapping(number: int, *, flaps: bool) -> None:
    assert flaps_at(times_open(number, HOUR / 2), number * HOUR / 2 + 10) is flaps


def test_what_counts_as_flapping_is_its_users_to_say() -> None:
    changes = [Change(0.0, "closed"), Change(HOUR, "open"), Change(1.5 * HOUR, "closed")]
    now = 2 * HOUR
    assert flapping(changes, now, Policy()) == (False, pytest.approx(12.37, abs=0.01))
    assert flapping(changes, now, Policy(flapping_from=12.0, flapping_to=5.0))[0]
    assert flapping(changes, now, Policy(flapping_from=12.0, flapping_hours=0.5))[0] is False


def test_half_open_probes_within_one_outage_are_not_flapping() -> None:
    probes = [
        Change(10.0 * i, "half-open" if i % 2 else BreakerState.FORCED_OPEN) for i in range(1, 20)
    ]
    assert not flaps_at((Change(0.0, "closed"), *probes), 300.0)


def test_it_has_settled_only_once_it_is_quiet() -> None:
    changes = times_open(3, HOUR)  # turns at 0, 0.5, 1, 1.5, 2, 2.5 h
    begun = 2.5 * HOUR + 1
    assert flaps_at(changes, begun)
    # Two turns have left the window: 24 % would not begin it, and does not end it either.
    assert flaps_at(changes, 6.6 * HOUR)
    assert not flaps_at(changes, 7.1 * HOUR)


def test_a_gap_is_no_turn() -> None:
    gaps = [Change(10.0 * i, "unknown" if i % 2 else "closed") for i in range(20)]
    assert not flaps_at(gaps, 300.0)


def test_a_strip_is_cut_to_its_range() -> None:
    changes = strip((-20, "closed"), (50, "open"), (75, "half-open"))
    assert segments(changes, 0, 100, 4) == (
        Segment(0, 0.5, Height.LINE),
        Segment(0.5, 0.75, Height.FULL),
        Segment(0.75, 1, Height.HALF),
    )


def test_before_the_first_change_nobody_saw() -> None:
    found = segments(strip((50, "closed")), 0, 100, 10)
    assert [part.height for part in found] == [Height.GAP, Height.LINE]
    assert segments((), 0, 100, 10) == (Segment(0, 1, Height.GAP),)


def test_a_trip_below_a_pixel_is_one_pixel_wide() -> None:
    changes = strip((0, "closed"), (50.0, "open"), (50.001, "closed"))
    widths = [p.end - p.start for p in segments(changes, 0, 100, 20) if p.height is Height.FULL]
    assert widths == [pytest.approx(0.05)]


def test_nothing_is_drawn_on_nothing() -> None:
    assert segments(strip((0, "open")), 0, 100, 0) == ()
    assert segments(strip((0, "open")), 100, 100, 10) == ()


@given(changes=CHANGES, pixels=st.integers(1, 200))
def test_segments_cover_the_range_without_overlap(changes: tuple[Change, ...], pixels: int) -> None:
    found = segments(changes, 0.0, 100.0, pixels)
    assert (found[0].start, found[-1].end) == (0.0, 1.0)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(before.height != after.height for before, after in pairwise(found))
    assert all(part.height is not Height.NOTHING for part in found)


@given(changes=CHANGES, pixels=st.integers(1, 200))
def test_no_outage_is_lost(changes: tuple[Change, ...], pixels: int) -> None:
    was_open = any(
        height_of(change.state) is Height.FULL
        and change.at < 100
        and next((c.at for c in changes[i + 1 :]), 100.0) > max(0.0, change.at)
        for i, change in enumerate(changes)
    )
    drawn = {part.height for part in segments(changes, 0.0, 100.0, pixels)}
    assert (Height.FULL in drawn) is was_open


def test_trips_are_openings_that_somebody_saw() -> None:
    opened = strip((0, "open"), (1, "half-open"), (2, "open"), (3, "closed"), (4, "forced-open"))
    assert trips(opened) == 2
    assert trips(strip((0, "unknown"), (1, "open"), (2, "forced-open"))) == 0


def test_a_state_lasts_from_its_last_change() -> None:
    changes = strip((0, "closed"), (10, "open"), (20, "closed"), (30, "closed"))
    assert since(changes, "closed") == Since(20.0, exact=True)
    assert since(changes, "open") is None
    assert since((), "open") is None


@pytest.mark.parametrize(
    "changes", [strip((5, "closed")), strip((0, "open"), (3, "unknown"), (5, "closed"))]
)
def test_nobody_saw_how_the_first_state_began(changes: tuple[Change, ...]) -> None:
    assert since(changes, "closed") == Since(5.0, exact=False)


def test_a_strip_goes_on_with_what_the_snapshot_says() -> None:
    seen = Strip(key=key("breaker.state"), changes=strip((0, "closed")))
    assert continued(seen, "closed", 9.0) is seen
    assert continued(seen, "open", -1.0) is seen
    assert continued(seen, "open", 9.0).changes[-1] == Change(9.0, "open")
    empty = Strip(key=key("breaker.state"), changes=())
    assert continued(empty, "open", 9.0).changes == strip((9, "open"))


@given(changes=CHANGES)
def test_neighbouring_transitions_differ(changes: tuple[Change, ...]) -> None:
    found = transitions(changes)
    assert all(before.state != after.state for before, after in pairwise(found))
    assert found[:1] == changes[:1]
