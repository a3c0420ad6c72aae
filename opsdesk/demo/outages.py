"""Outages: what was drawn of the last day, and by chance what came before and what will come.

A timeline is made from the seed in one order, however it is asked. Times are the demo's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter
from random import Random

import msgspec

from opsdesk.demo.chance import STILL, random
from opsdesk.demo.clock import DAY, PAST
from opsdesk.demo.figures import Breaker, Component, Outage
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change

MINUTE, HOUR = 60.0, 3_600.0

# Of outages to come: seconds of a test, and how likely it is to fail.
_TEST, _FAILS = (60.0, 90.0), 0.3
#: a breaker stays closed for so long at least, else outages would run into each other
_CLOSED_FOR = 10 * MINUTE
#: of the past by chance nothing reaches into the last day, which is drawn
_DRAWN = DAY + HOUR
#: in its first minutes the demo shows what breakers do: when the first one trips, for how long it
#: is open, and for how long it is tried
_FIRST, _FIRST_OPEN, _FIRST_TEST = (45.0, 120.0), (70.0, 100.0), (60.0, 75.0)


class Spell(msgspec.Struct, frozen=True):
    """A time in which something failed: its changes, the last of which ends it."""

    changes: tuple[Change, ...]

    @property
    def start(self) -> float:
        """When it began."""
        return self.changes[0].at

    @property
    def end(self) -> float:
        """When it was over."""
        return self.changes[-1].at


class Timeline:
    """Spells in their order, made as far as somebody looks."""

    def __init__(self, past: Iterable[Spell], coming: Iterator[Spell]) -> None:
        self._spells = list(past)
        self._coming = coming
        self._next = next(coming, None)

    def since(self, start: float, at: float) -> Iterator[Spell]:
        """Yield what has begun up to a time and was not over at ``start``, the newest first."""
        while self._next is not None and self._next.start <= at:
            self._spells.append(self._next)
            self._next = next(self._coming, None)
        place = bisect_right(self._spells, at, key=attrgetter("start"))
        while place and self._spells[place - 1].end > start:
            place -= 1
            yield self._spells[place]

    def last(self, at: float) -> Spell | None:
        """Return what began last."""
        return next(iter(self.since(float("-inf"), at)), None)


def of_breaker(breaker: Breaker, seed: int, *, is_first: bool) -> Timeline:
    """Return the outages of a breaker; that which is first trips soon, for those who look."""
    chance = random(seed, breaker.name, "coming")
    drawn = list(_drawn(breaker.past, chance))
    first = [_first(chance)] if is_first else []
    ended = max((spell.end for spell in (*drawn, *first)), default=0.0)
    coming = _by_chance(breaker, chance, max(STILL, ended), breaker.every)
    past_chance = random(seed, breaker.name, "past")
    past = _by_chance(breaker, past_chance, -PAST, breaker.before_every or breaker.every)
    return Timeline((*_before_the_last_day(past), *drawn, *first), coming)


def of_component(component: Component, seed: int) -> Timeline:
    """Return the times in which a component did not answer."""
    drawn = (
        _down(-ago * MINUTE, lasted * MINUTE)
        for ago, lasted in sorted(component.past, reverse=True)
    )
    past = _downs(component, random(seed, component.name, "past"), -PAST)
    coming = _downs(component, random(seed, component.name, "coming"), STILL)
    return Timeline((*_before_the_last_day(past), *drawn), coming)


def _before_the_last_day(spells: Iterable[Spell]) -> Iterator[Spell]:
    for spell in spells:
        if spell.end > -_DRAWN:
            return
        yield spell


def _downs(component: Component, chance: Random, at: float) -> Iterator[Spell]:
    while True:
        at += chance.expovariate(1 / (component.every * HOUR))
        spell = _down(at, MINUTE * chance.uniform(*component.lasts))
        yield spell
        at = spell.end


def _down(at: float, lasts: float) -> Spell:
    return Spell((Change(at, BreakerState.OPEN), Change(at + lasts, BreakerState.CLOSED)))


def _by_chance(breaker: Breaker, chance: Random, at: float, every: float) -> Iterator[Spell]:
    while every:
        at += _CLOSED_FOR + chance.expovariate(1 / (every * HOUR))
        opened = Change(at, BreakerState.OPEN)
        lasts = MINUTE * chance.uniform(*breaker.lasts)
        spell = Spell((opened, *_tested(chance, at + lasts, lasts)))
        yield spell
        at = spell.end


def _tested(chance: Random, at: float, again: float) -> Iterator[Change]:
    """Yield the tests of an open breaker, the first at ``at``, until one succeeds."""
    while True:
        yield Change(at, BreakerState.HALF_OPEN)
        at += chance.uniform(*_TEST)
        if chance.random() >= _FAILS:
            yield Change(at, BreakerState.CLOSED)
            return
        yield Change(at, BreakerState.OPEN)
        at += again * chance.uniform(0.3, 0.7)


def _first(chance: Random) -> Spell:
    opened = chance.uniform(*_FIRST)
    tried = opened + chance.uniform(*_FIRST_OPEN)
    closed = tried + chance.uniform(*_FIRST_TEST)
    return Spell(
        (
            Change(opened, BreakerState.OPEN),
            Change(tried, BreakerState.HALF_OPEN),
            Change(closed, BreakerState.CLOSED),
        )
    )


def _drawn(past: Iterable[Outage], chance: Random) -> Iterator[Spell]:
    for outage in sorted(past, key=attrgetter("open"), reverse=True):
        moments = (
            (outage.open, BreakerState.OPEN),
            (outage.half_open, BreakerState.HALF_OPEN),
            (outage.closed, BreakerState.CLOSED),
        )
        changes = [Change(-ago * MINUTE, state) for ago, state in moments if ago is not None]
        yield Spell((*changes, *(() if outage.closed is not None else _ending(chance))))


def _ending(chance: Random) -> Iterator[Change]:
    """Yield how the outage goes on that the demo begins with: a test that fails, one that does."""
    states = (
        BreakerState.HALF_OPEN,
        BreakerState.OPEN,
        BreakerState.HALF_OPEN,
        BreakerState.CLOSED,
    )
    at = STILL
    for state in states:
        at += chance.uniform(*_TEST)
        yield Change(at, state)
