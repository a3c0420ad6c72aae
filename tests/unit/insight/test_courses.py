"""How breakers went, as it is drawn."""

from __future__ import annotations

from datetime import timedelta

from support.boards import BREAKERS, NOW, tripped

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
