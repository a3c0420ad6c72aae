"""Runbooks that run: how often, how well and how long in the last week. Times are the demo's own.

Runs are made week by week from the seed. In the week up to the demo's beginning they are as many
as its figures say, and none is near its ends, so that these figures stand still at first.
"""

from __future__ import annotations

from bisect import bisect_right
from math import floor
from operator import attrgetter
from random import Random

import msgspec

from opsdesk.demo.chance import STILL, random
from opsdesk.demo.figures import Runbook, Runbooks
from opsdesk.model.key import Key, key

_MARGIN = 3 * STILL
# Other weeks differ by up to so much, and runs from their mean duration.
_MORE_OR_LESS, _LONGER_OR_SHORTER = 0.12, 0.6
_BEFORE = -1
#: a chart asks for a dozen figures at the same times
_REMEMBERED = 4_000


class _Run(msgspec.Struct, frozen=True):
    at: float
    failed: bool
    escalated: bool
    lasted: float


class Book:
    """The runs of the runbooks."""

    def __init__(self, script: Runbooks, seed: int) -> None:
        self._script = script
        self._seed = seed
        self._weeks: dict[int, dict[str, list[_Run]]] = {}
        self._known: dict[float, dict[Key, float]] = {}

    def numbers(self, at: float) -> dict[Key, float]:
        """Return the figures of the window that ends at a time."""
        known = self._known.get(at)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[at] = self._counted(at)
        return known

    def _counted(self, at: float) -> dict[Key, float]:
        runs = {book.name: self._window(book.name, at) for book in self._script.book}
        everything = [run for those in runs.values() for run in those]
        executions = len(everything)
        escalated = sum(run.escalated for run in everything)
        found = {
            key("runbook.executions"): float(executions),
            key("runbook.escalations"): float(escalated),
            key("runbook.success_rate"): round(100 * (1 - escalated / executions), 1),
            key("runbook.duration_mean"): float(
                round(sum(run.lasted for run in everything) / executions)
            ),
        }
        for name, those in runs.items():
            succeeded = sum(not run.failed for run in those)
            book = {"runbook": name}
            found[key("runbook.runs", book)] = float(len(those))
            # Whole percent, never more than there are: 43 of 45 are 95.
            found[key("runbook.run_success_rate", book)] = float(100 * succeeded // len(those))
        return found

    def _window(self, name: str, at: float) -> list[_Run]:
        week = floor(at / self._script.window)
        runs = [*self._week(week - 1)[name], *self._week(week)[name]]
        first = bisect_right(runs, at - self._script.window, key=attrgetter("at"))
        return runs[first : bisect_right(runs, at, key=attrgetter("at"))]

    def _week(self, number: int) -> dict[str, list[_Run]]:
        known = self._weeks.get(number)
        if known is None:
            known = self._weeks[number] = self._made(number)
        return known

    def _made(self, number: int) -> dict[str, list[_Run]]:
        """Return the runs of a week; week 0 begins with the demo."""
        chance = random(self._seed, "runs", str(number))
        books = [_like(book, chance, number) for book in self._script.book]
        durations = _durations(sum(book.runs for book in books), self._script.duration, chance)
        failed = [n < book.failed for book in books for n in range(book.runs)]
        escalated = _escalated(failed, self._script.escalations, chance)
        window = self._script.window
        made: dict[str, list[_Run]] = {book.name: [] for book in books}
        names = (book.name for book in books for _ in range(book.runs))
        for name, fails, hands_over, lasted in zip(
            names, failed, escalated, durations, strict=True
        ):
            at = window * number + chance.uniform(_MARGIN, window - _MARGIN)
            made[name].append(_Run(at, fails, hands_over, lasted))
        for runs in made.values():
            runs.sort(key=attrgetter("at"))
        return made


def _like(book: Runbook, chance: Random, number: int) -> Runbook:
    """Return how often a runbook runs in a week."""
    if number == _BEFORE:
        return book
    runs = max(1, round(book.runs * (1 + chance.uniform(-_MORE_OR_LESS, _MORE_OR_LESS))))
    failed = min(runs, max(0, book.failed + chance.choice((-1, 0, 0, 1)))) if book.failed else 0
    return Runbook(book.name, runs, failed)


def _durations(number: int, mean: float, chance: Random) -> list[float]:
    """Return durations whose mean is exactly ``mean``: each stands beside its opposite."""
    halves = [chance.uniform(0, _LONGER_OR_SHORTER) for _ in range(number // 2)]
    shares = [*halves, *(-share for share in halves), *([0.0] if number % 2 else [])]
    chance.shuffle(shares)
    return [mean * (1 + share) for share in shares]


def _escalated(failed: list[bool], number: int, chance: Random) -> list[bool]:
    """Return which runs are handed to a person: all that failed, and some of the others."""
    others = [place for place, fails in enumerate(failed) if not fails]
    more = set(chance.sample(others, max(0, number - sum(failed))))
    return [fails or place in more for place, fails in enumerate(failed)]
