"""How every figure goes: a number for each of them at any time, past or present."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import floor
from random import Random
from types import MappingProxyType

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.demo import chance, figures
from opsdesk.demo.breakers import LiveBreaker
from opsdesk.demo.clock import DAY, PAST, WEEK, Clock, reported
from opsdesk.demo.figures import Family, Figure
from opsdesk.demo.outages import HOUR, of_component
from opsdesk.demo.runs import Book
from opsdesk.demo.wanted import DEMO
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Baseline

#: the number of a figure at a real time
Course = Callable[[Clock, float], float]

_EIGHT_WEEKS = 8 * WEEK
_WHOLE = 100.0
#: points that the health score loses with each breaker that is not closed
_COSTS = 0.1
_LOGS_SWAY = 0.05
#: a mean of a week is slow
_SLOWLY = 500.0


class Life:
    """All that happens, from the seed alone: asked twice, it tells the same."""

    def __init__(self, seed: int, catalogue: Catalogue) -> None:
        self._seed = seed
        self._catalogue = catalogue
        self.families = figures.families()
        self.script = figures.script()
        first = _first(self.script.breaker, chance.random(seed, "first"))
        self.breakers = tuple(
            LiveBreaker(breaker, seed, is_first=breaker is first) for breaker in self.script.breaker
        )
        self._open_at_first = self._ailing(0.0)
        self._components = {
            key("component.uptime", {"component": component.name}): of_component(component, seed)
            for component in self.script.component
        }
        self._book = Book(self.script.runbooks, seed)
        #: every number, by key
        self.courses: Mapping[Key, Course] = dict(self._courses())

    def baseline(self, clock: Clock) -> Baseline:
        """Return how things were before the past that is known here."""
        at = clock.moment(-PAST)
        found = {
            family.key(figure): Reading(
                key=family.key(figure),
                value=figure.before,
                at=at,
                source=DEMO,
                origin=family.origin,
                window=family.window,
            )
            for family in self.families
            for figure in family.figures
            if figure.before is not None
        }
        return Baseline(name=self.script.before, readings=MappingProxyType(found))

    def _courses(self) -> Iterator[tuple[Key, Course]]:
        for family in self.families:
            yield from self._of_family(family)
        yield key("health.score"), self._health
        for subject in self._components:
            yield subject, partial(self._uptime, subject)
        for breaker in self.breakers:
            yield breaker.key.with_metric("breaker.failures"), partial(_failures, breaker)
        for subject in self._book.numbers(0.0):
            yield subject, partial(self._runbook, subject)
        yield key("logs.volume"), self._logs

    def _of_family(self, family: Family) -> Iterator[tuple[Key, Course]]:
        for figure in family.figures:
            if isinstance(figure.value, bool | str):
                continue
            course = self._rest if figure.rest else partial(self._figure, figure=figure)
            yield family.key(figure), partial(course, family)

    def _figure(self, family: Family, clock: Clock, real: float, *, figure: Figure) -> float:
        """Return a figure as it is measured, or as people reported it last."""
        began, at = 0.0, clock.life(real)
        if family.every:
            began, at = (reported(family.every, when) for when in (clock.start, real))
            if at >= began:
                # People have not reported anew since.
                return float(figure.value)
        now = float(figure.value)
        was = now if figure.was is None else figure.was
        ago = min(1.0, max(0.0, (began - at) / _EIGHT_WEEKS))
        thing = chance.number(self._seed, figure.tide or str(family.key(figure)))
        share = family.sway if figure.sway is None else figure.sway
        moved = (now + (was - now) * ago) * (1 + share * chance.sway(thing, at - began))
        if family.rise:
            moved += family.rise * chance.rise(thing, at - began, _SLOWLY)
        return self._possible(family.id, round(moved, family.digits))

    def _rest(self, family: Family, clock: Clock, real: float) -> float:
        others = (figure for figure in family.figures if not figure.rest)
        taken = sum(self._figure(family, clock, real, figure=figure) for figure in others)
        return round(_WHOLE - taken, family.digits)

    def _health(self, clock: Clock, real: float) -> float:
        (family,) = (family for family in self.families if family.id == "health.score")
        (figure,) = family.figures
        ailing = self._ailing(clock.life(real)) - self._open_at_first
        score = self._figure(family, clock, real, figure=figure) - _COSTS * ailing
        return self._possible(family.id, round(score, family.digits))

    def _ailing(self, at: float) -> int:
        return sum(breaker.state(at) != BreakerState.CLOSED for breaker in self.breakers)

    def _uptime(self, subject: Key, clock: Clock, real: float) -> float:
        """Return which share of the last day a component answered."""
        at = clock.life(real)
        down = sum(
            min(at, spell.end) - max(at - DAY, spell.start)
            for spell in self._components[subject].since(at - DAY, at)
        )
        return round(_WHOLE * (1 - down / DAY), 1)

    def _runbook(self, subject: Key, clock: Clock, real: float) -> float:
        return self._book.numbers(clock.life(real))[subject]

    def _logs(self, clock: Clock, real: float) -> float:
        """Return how much is logged: each day as the one drawn, and more in each week."""
        at = clock.life(real)
        logs = self.script.logs
        hour = at % DAY / HOUR
        before = floor(hour)
        drawn = logs.hours[before] + (logs.hours[before + 1] - logs.hours[before]) * (hour - before)
        # The day that is drawn, and the first one that is lived, are day 0.
        days = floor(at / DAY) + (at < 0)
        # Somebody will have planned for it by then.
        grown = math.pow(1 + logs.grows, min(days * DAY, _EIGHT_WEEKS) / WEEK)
        thing = chance.number(self._seed, "logs")
        return round(drawn * grown * (1 + _LOGS_SWAY * chance.sway(thing, at, quiet=DAY)), 1)

    def _possible(self, metric: str, value: float) -> float:
        known = self._catalogue[metric]
        lowest = value if known.low is None else max(known.low, value)
        return lowest if known.high is None else min(known.high, lowest)


def _failures(breaker: LiveBreaker, clock: Clock, real: float) -> float:
    return breaker.failures(clock.life(real))


def _first(breakers: tuple[figures.Breaker, ...], drawn: Random) -> figures.Breaker:
    """Return the breaker that trips first: one that can, and is closed when the demo begins."""
    closed = [b for b in breakers if b.every and all(past.closed is not None for past in b.past)]
    return drawn.choice(closed)
