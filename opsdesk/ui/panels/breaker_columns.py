"""The columns of the breaker table, as data."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from opsdesk.catalogue.language import grouped, mark, tr, trn
from opsdesk.insight.board import Board, Breaker, display_name
from opsdesk.insight.breakers import Courses, failures_count, failures_number, state_and_word
from opsdesk.insight.words import EPOCH, NOTHING, age_text, number_text
from opsdesk.model.reading import Unit


class Seen(msgspec.Struct, frozen=True, eq=False):
    """What a cell may look at beside its breaker."""

    board: Board
    courses: Courses
    now: datetime


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column as data: what it is called, what it says, what it sorts by."""

    title: str
    text: Callable[[Breaker, Seen], str]
    order: Callable[[Breaker, Seen], Any]
    width: int
    #: its width where there is little room, if that is another
    narrow: int = 0
    right: bool = False
    #: whether it gives its room away where no breaker has anything to say in it
    may_be_empty: bool = False
    #: whether a text says so little that it is written quietly
    quiet: Callable[[Breaker, Seen], bool] = lambda *_: False
    #: whether it changes as time goes
    ages: bool = False


def _reset_text(breaker: Breaker, seen: Seen) -> str:
    reading = breaker.last_reset
    if reading is None or not isinstance(reading.value, datetime):
        return tr("Pending") if breaker.state.is_open else tr("N/A")
    return tr("{age} ago", age=age_text((seen.now - reading.value).total_seconds()))


def _reset_time(breaker: Breaker, _seen: Seen) -> datetime:
    value = breaker.last_reset.value if breaker.last_reset is not None else None
    return value if isinstance(value, datetime) else EPOCH


def _from(breaker: Breaker, _seen: Seen) -> str:
    return " / ".join(v for n, v in breaker.key.labels if n != "breaker")


def _strip_text(breaker: Breaker, seen: Seen) -> str:
    """Return what the strip shows, for those who do not see it."""
    course = seen.courses.of(breaker, seen.board)
    if course is None:
        return ""
    return trn("opened once", "opened {number} times", course.trips)


def _trips(breaker: Breaker, seen: Seen) -> int:
    course = seen.courses.of(breaker, seen.board)
    return course.trips if course is not None else -1


def _trips_text(breaker: Breaker, seen: Seen) -> str:
    number = _trips(breaker, seen)
    return grouped(number) if number >= 0 else NOTHING


def _score(breaker: Breaker, seen: Seen) -> float:
    course = seen.courses.of(breaker, seen.board)
    return course.score if course is not None else -1.0


def _flapping_text(breaker: Breaker, seen: Seen) -> str:
    """Return how much it flaps; nothing where it does not at all."""
    score = _score(breaker, seen)
    return f"{number_text(score, Unit.PERCENT)} %" if score > 0 else ""


def _flaps(breaker: Breaker, seen: Seen) -> bool:
    course = seen.courses.of(breaker, seen.board)
    return course is not None and course.flaps


def _since(breaker: Breaker, seen: Seen) -> float:
    """Return how long it has lasted; what has lasted for longer than anybody looked is longer."""
    found = seen.courses.since(breaker, seen.board)
    return seen.now.timestamp() - found.at if found is not None else math.inf


def _is_exact(breaker: Breaker, seen: Seen) -> bool:
    found = seen.courses.since(breaker, seen.board)
    return found is not None and found.exact


COLUMNS: tuple[Column, ...] = (
    Column(
        title=mark("State"),
        text=lambda breaker, seen: state_and_word(breaker, seen.now)[1],
        order=lambda *_: 0,  # the board's own order is worst first
        width=130,
        narrow=108,
    ),
    Column(
        title=mark("Service"),
        text=lambda breaker, _seen: display_name(breaker),
        order=lambda breaker, _seen: breaker.name.casefold(),
        width=230,
    ),
    Column(
        title=mark("Note"),
        text=lambda breaker, _seen: tr(breaker.reading.note),
        order=lambda breaker, _seen: breaker.reading.note,
        width=170,
        may_be_empty=True,
    ),
    Column(
        title=mark("From"),
        text=_from,
        order=lambda breaker, _seen: breaker.key.labels,
        width=100,
        may_be_empty=True,
    ),
    Column(title=mark("Course"), text=_strip_text, order=_trips, width=200),
    Column(
        title=mark("Trips"),
        text=_trips_text,
        order=_trips,
        quiet=lambda breaker, seen: _trips(breaker, seen) <= 0,
        width=58,
        narrow=50,
        right=True,
    ),
    Column(
        title=mark("Flapping"),
        text=_flapping_text,
        order=_score,
        quiet=lambda breaker, seen: not _flaps(breaker, seen),
        width=100,
        narrow=90,
        right=True,
        may_be_empty=True,
    ),
    Column(
        title=mark("Failures"),
        text=lambda breaker, seen: failures_count(breaker, seen.board, seen.now),
        order=lambda breaker, _seen: failures_number(breaker),
        quiet=lambda breaker, _seen: failures_number(breaker) <= 0,
        width=80,
        narrow=66,
        right=True,
    ),
    Column(
        title=mark("Time in state"),
        text=lambda breaker, seen: seen.courses.since_text(breaker, seen.board, seen.now),
        order=_since,
        quiet=lambda breaker, seen: not _is_exact(breaker, seen),
        width=110,
        narrow=96,
        right=True,
        ages=True,
    ),
    Column(
        title=mark("Last reset"),
        text=_reset_text,
        order=_reset_time,
        quiet=lambda breaker, seen: (
            not breaker.state.is_open and _reset_time(breaker, seen) == EPOCH
        ),
        width=122,
        narrow=100,
        right=True,
        ages=True,
    ),
)
(
    STATE,
    SERVICE,
    NOTE,
    FROM,
    COURSE,
    TRIPS,
    FLAPPING,
    FAILURES,
    TIME_IN_STATE,
    LAST_RESET,
) = range(len(COLUMNS))
#: columns whose order follows from strips
FROM_STRIPS = (COURSE, TRIPS, FLAPPING, TIME_IN_STATE)
