from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW

from opsdesk.engine.flapping import flapping_subjects
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, Severity

CARBON = key("breaker.state", {"breaker": "Carbon"})
NONE: frozenset[Key] = frozenset()
FLAPS = frozenset({CARBON})


def incident(ago: float, lasted: float | None = 60, **changes: object) -> Incident:
    """Return one that opened so many seconds ago and lasted so many; None: it runs."""
    opened = NOW - timedelta(seconds=ago)
    values = {
        "id": f"{ago}",
        "subject": CARBON,
        "title": "Breaker open: Carbon",
        "severity": Severity.CRITICAL,
        "state": BreakerState.OPEN if lasted is None else BreakerState.CLOSED,
        "opened_at": opened,
        "closed_at": None if lasted is None else opened + timedelta(seconds=lasted),
    }
    return Incident(**{**values, **changes})


def flaps(
    *incidents: Incident,
    before: frozenset[Key] = NONE,
    policy: Policy = Policy(),
) -> bool:
    found = flapping_subjects(incidents, before, NOW, policy)
    assert found in (NONE, FLAPS)
    return found == FLAPS


def test_six_turns_in_six_hours_begin_it_and_three_no_longer_do() -> None:
    three = tuple(incident(ago) for ago in (900, 600, 300))
    assert flaps(*three)
    two = (*three[:2], incident(300, None))
    assert not flaps(*two)  # five turns
    assert flaps(*two, before=FLAPS)
    assert flaps(*three[:2], before=FLAPS)  # four
    assert not flaps(three[0], incident(300, None), before=FLAPS)


def test_what_is_older_than_six_hours_does_not_count() -> None:
    assert flaps(*(incident(21_000 + ago) for ago in (500, 300, 100)))
    assert not flaps(*(incident(21_600 + ago) for ago in (500, 300, 100)))


def test_an_opening_that_nobody_saw_is_no_turn() -> None:
    unseen = (incident(ago, seen_opening=False) for ago in (900, 600, 300))
    assert not flaps(*unseen)


def test_nor_is_an_end_that_nobody_saw() -> None:
    lost = (incident(ago, state=BreakerState.UNKNOWN) for ago in (900, 600, 300))
    assert not flaps(*lost)


def test_each_thing_is_judged_by_itself() -> None:
    other = key("breaker.state", {"breaker": "Weather"})
    assert not flaps(incident(900), incident(600), incident(300, subject=other))


@pytest.mark.parametrize("limit", [24.0, 30.0, 35.0])
def test_a_policy_that_settles_later_than_it_begins_does_not_come_and_go_itself(
    limit: float,
) -> None:
    policy = Policy(flapping_from=limit, flapping_to=90)
    turns = tuple(incident(ago) for ago in (900, 600, 300))
    now = flapping_subjects(turns, NONE, NOW, policy)
    assert flapping_subjects(turns, now, NOW, policy) == now


@given(
    st.lists(st.floats(0, 86_400), max_size=40), st.booleans(), st.floats(1, 100), st.floats(0, 100)
)
def test_at_one_moment_it_either_flaps_or_does_not(
    times: list[float], before: bool, begins: float, ends: float
) -> None:
    policy = Policy(flapping_from=begins, flapping_to=ends)
    known = [incident(ago) for ago in times]
    first = flapping_subjects(known, FLAPS if before else NONE, NOW, policy)
    assert flapping_subjects(known, first, NOW, policy) == first
