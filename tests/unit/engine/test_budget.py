"""Error budgets beside the polling."""

from __future__ import annotations

import asyncio

import msgspec
from support.readings import NOW, failing, reading

from opsdesk.catalogue import metrics
from opsdesk.engine.budget import Budgets, budget_key
from opsdesk.model.key import Key, key
from opsdesk.model.reading import Reading
from opsdesk.model.series import Line, SeriesData, SeriesRange
from opsdesk.model.snapshot import Severity, Snapshot

RATE = key("errors.rate")
CATALOGUE = metrics.load()
STRICT = {
    **CATALOGUE,
    "errors.rate": msgspec.structs.replace(CATALOGUE["errors.rate"], objective=99.9),
}


class Past:
    """A past in which everything stood at one percent all the time."""

    def __init__(self, percent: float) -> None:
        self.percent = percent
        self.asked: list[SeriesRange] = []
        self.fails = False

    async def data(self, wanted: SeriesRange) -> SeriesData:
        self.asked.append(wanted)
        if self.fails:
            raise failing()
        number = int((wanted.end - wanted.start) / wanted.step)
        times = tuple(wanted.start + wanted.step * (i + 1) for i in range(number))
        lines = (Line(key=k, times=times, values=(self.percent,) * number) for k in wanted.keys)
        return SeriesData(lines=tuple(lines))


class Watched:
    """Budgets over a past, and how often they had news."""

    def __init__(
        self, past: Past, *figures: Reading, catalogue: metrics.Catalogue = STRICT
    ) -> None:
        self.news = 0
        self.budgets = Budgets(past.data, lambda: catalogue, lambda: NOW, self._changed)
        self.budgets.take(Snapshot(at=NOW, readings={f.key: f for f in figures}))

    def _changed(self) -> None:
        self.news += 1

    def look(self) -> dict[Key, Severity | None]:
        asyncio.run(self.budgets.look())
        return {of: condition.severity for of, condition in (self.budgets.conditions or {}).items()}


def test_a_budget_that_burns_is_a_subject_of_its_own_beside_the_threshold() -> None:
    watched = Watched(Past(2.0), reading("errors.rate", 2.0))
    assert watched.budgets.conditions is None
    assert watched.look() == {budget_key(RATE): Severity.CRITICAL}
    condition = (watched.budgets.conditions or {})[budget_key(RATE)]
    assert condition.title == "Error budget burning: Error rate"
    assert condition.detail == "20.0 times too fast over 1 h: a month of it lasts 36 h"


def test_what_has_not_changed_keeps_its_moment_and_is_no_news() -> None:
    watched = Watched(Past(2.0), reading("errors.rate", 2.0))
    watched.look()
    before = watched.budgets.conditions
    watched.look()
    assert watched.budgets.conditions == before
    assert watched.news == 1


def test_a_budget_that_no_longer_burns_says_so() -> None:
    past = Past(2.0)
    watched = Watched(past, reading("errors.rate", 2.0))
    watched.look()
    past.percent = 0.0
    assert watched.look() == {budget_key(RATE): None}
    assert watched.news == 2


def test_while_nobody_can_tell_what_burnt_goes_on_burning() -> None:
    past = Past(2.0)
    watched = Watched(past, reading("errors.rate", 2.0))
    watched.look()
    past.fails = True
    assert watched.look() == {budget_key(RATE): Severity.CRITICAL}
    assert Watched(past, reading("errors.rate", 2.0)).look() == {}


def test_a_minimum_of_traffic_is_needed() -> None:
    few = msgspec.structs.replace(reading("errors.rate", 2.0), samples=99)
    assert Watched(Past(2.0), few).look() == {}
    assert Watched(Past(2.0), msgspec.structs.replace(few, samples=100)).look() != {}


def test_without_an_objective_no_source_is_asked() -> None:
    past = Past(2.0)
    watched = Watched(past, reading("errors.rate", 2.0), catalogue=CATALOGUE)
    assert watched.look() == {}
    assert watched.news == 0
    assert past.asked == []


def test_what_is_no_share_has_no_budget_whatever_a_server_says() -> None:
    slow = msgspec.structs.replace(CATALOGUE["latency.quantile"], objective=99.9)
    past = Past(2.0)
    catalogue = {**CATALOGUE, "latency.quantile": slow}
    figure = reading("latency.quantile", 340.0, quantile="0.99")
    assert Watched(past, figure, catalogue=catalogue).look() == {}
    assert past.asked == []


def test_systems_are_told_apart_by_name() -> None:
    watched = Watched(Past(2.0), reading("errors.rate", 2.0, system="shop"))
    watched.look()
    (condition,) = (watched.budgets.conditions or {}).values()
    assert condition.title == "Error budget burning: Error rate of shop"
