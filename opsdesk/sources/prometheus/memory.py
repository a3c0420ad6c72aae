"""Remembers when things last happened, so that only the first look back is long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from opsdesk.model.key import Key
from opsdesk.sources.prometheus import plan
from opsdesk.sources.prometheus.plan import Terms

#: what a later look back reaches beyond the last one, for data that comes late
_SLACK = 60.0


class Place(NamedTuple):
    """One instance of one breaker, and one of its events where there are several."""

    key: Key
    instance: str
    event: str = ""


class Look(NamedTuple):
    """One look back: how far and how fine, in seconds."""

    back: float
    step: float


class Memory:
    """When something last happened at each place, in seconds of the server's clock."""

    def __init__(self) -> None:
        self._last: dict[Place, float] = {}
        self._keys: frozenset[Key] = frozenset()
        self._until: float | None = None

    def looks(self, now: float, terms: Terms) -> tuple[Look, ...]:
        """Return the looks back that are due, the finer last."""
        if self._until is not None and now - self._until < plan.FINE_LOOK_BACK:
            back = max(now - self._until, 0.0) + plan.event_lag(terms.step) + _SLACK
            return (Look(back, terms.step),)
        fine = Look(plan.FINE_LOOK_BACK, terms.step)
        return (fine,) if terms.young else (Look(plan.LOOK_BACK, terms.coarse_step), fine)

    def learn(self, found: Mapping[Place, float]) -> None:
        """Take in the answer to one look."""
        for place, at in found.items():
            self._last[place] = max(at, self._last.get(place, at))
        self._keys = frozenset(place.key for place in self._last)

    def refine(self, found: Mapping[Place, float], coarse: float, fine: float) -> None:
        """Take in times to the step ``fine`` of what is known to the step ``coarse``.

        An earlier event at the same place does not replace the last one.
        """
        for place, at in found.items():
            known = self._last.get(place)
            # each is late by less than its own step
            if known is not None and known - coarse < at < known + fine:
                self._last[place] = at

    def looked(self, now: float) -> None:
        """Note that all looks due at ``now`` were answered, and forget what is too old."""
        self._until = now
        oldest = now - plan.LOOK_BACK
        self._last = {place: at for place, at in self._last.items() if at >= oldest}
        self._keys = frozenset(place.key for place in self._last)

    @property
    def complete(self) -> bool:
        """Whether a look back has been answered: silence means something only then."""
        return self._until is not None

    def knows(self, about: Key) -> bool:
        """Tell whether anything is remembered of a breaker; of most there is not."""
        return about in self._keys

    def last(self, place: Place) -> float | None:
        """Return when it last happened at ``place``; None if not within the look back."""
        return self._last.get(place)

    def ties(self) -> tuple[float, ...]:
        """Return the times at which several events of one instance seem to fall together."""
        return tuple(sorted(set(_tied(self._last).values())))


def without_rebirths(found: Mapping[Place, float], memory: Memory) -> dict[Place, float]:
    """Leave out events that all seem to happen at once where an order is known already.

    After an outage of the server all counters look born in the same moment.
    """
    tied = _tied(found)
    return {
        place: at
        for place, at in found.items()
        if (place.key, place.instance) not in tied or memory.last(place) is None
    }


def _tied(found: Mapping[Place, float]) -> dict[tuple[Key, str], float]:
    """Return the instances of which the newest event is not one alone, with the time."""
    newest: dict[tuple[Key, str], float] = {}
    tied: dict[tuple[Key, str], float] = {}
    for place, at in sorted(found.items(), key=_by_time):
        who = (place.key, place.instance)
        if newest.get(who) == at:
            tied[who] = at
        else:
            tied.pop(who, None)
        newest[who] = at
    return tied


def _by_time(item: tuple[Place, float]) -> float:
    return item[1]


def newest(times: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Return the events that share the newest time."""
    known = dict(times)
    latest = max(known.values())
    return tuple(sorted(event for event, at in known.items() if at == latest))
