"""How breakers went, as it is drawn."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from support.boards import BREAKERS, CATALOGUE, NOW, tripped

from opsdesk.insight.board import arrange
from opsdesk.insight.breakers import DAY, Courses
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, SeriesFrame, SeriesQuery, Strip


def test_what_nobody_has_seen_since_is_a_gap_and_no_state_that_goes_on() -> None:
    board = tripped()
    breaker = next(b for b in board.breakers if b.key.label("breaker") == BREAKERS[6])
    end = NOW.timestamp()
    strip = Strip(key=breaker.key, changes=(Change(end - DAY, BreakerState.CLOSED),))
    query = SeriesQuery(keys=(breaker.key,), window=DAY, step=60.0)
    courses = Courses(DAY)
    courses.take(SeriesFrame(query=query, start=end - DAY, end=end, strips=(strip,)))

    now = courses.drawn(breaker, board, NOW)
    later = courses.drawn(breaker, board, NOW + timedelta(hours=1))

    assert now is not None
    assert later is not None
    assert (now.changes[-1].state, now.open_now) == (BreakerState.OPEN, True)
    seen = breaker.reading.at.timestamp()
    assert later.changes[-1] == Change(seen, BreakerState.UNKNOWN)
    assert not later.open_now


@pytest.mark.parametrize(
    ("opened", "seen", "open_seen_at", "expected"),
    [
        (180, True, -120, 180),  # it opened before our eyes
        (180, False, -240, 240),  # it was open when OpsDesk began; a server saw it open before
        (180, False, None, 180),  # at the server it is open for as long as it knows: 2 h
        (60, False, None, 120),
    ],
)
def test_since_when_it_is_open_is_told_by_what_knows_it_best(
    opened: int, seen: bool, open_seen_at: int | None, expected: int
) -> None:
    board = tripped()
    (incident,) = board.snapshot.incidents
    incident = msgspec.structs.replace(
        incident, opened_at=NOW - timedelta(minutes=opened), seen_opening=seen
    )
    board = arrange(msgspec.structs.replace(board.snapshot, incidents=(incident,)), CATALOGUE)
    breaker = board.breaker_of[incident.subject]
    end, window = NOW.timestamp(), 7_200.0 if open_seen_at is None else DAY
    changes = [Change(end - window, BreakerState.OPEN)]
    if open_seen_at is not None:
        changes = [
            Change(end - window, BreakerState.CLOSED),
            Change(end + 60 * open_seen_at, BreakerState.OPEN),
        ]
    query = SeriesQuery(keys=(breaker.key,), window=window, step=60.0)
    courses = Courses(window)
    strip = Strip(key=breaker.key, changes=tuple(changes))
    courses.take(SeriesFrame(query=query, start=end - window, end=end, strips=(strip,)))
    found = courses.since(breaker, board)
    assert found is not None
    assert end - found.at == 60 * expected
    assert found.exact == (seen or open_seen_at is not None)
