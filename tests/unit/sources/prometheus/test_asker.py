"""What is asked of a slow server, and in which order."""

from __future__ import annotations

import asyncio

import pytest
from support.http_server import Connection, Request, serving
from support.small_prometheus import STATE, poll, scripted, shop, values

from opsdesk.sources.body import Budget
from opsdesk.sources.prometheus import source
from opsdesk.sources.prometheus.answers import Result
from opsdesk.sources.prometheus.asker import Asker
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.plan import Ask


def test_what_is_not_answered_in_time_does_not_lose_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "_PATIENCE", 2.0)

    def slow(request: Request, connection: Connection) -> None:
        if "sum_over_time" in request.form.get("query", ""):
            connection.stopping.wait(10)
            return
        scripted(shop)(request, connection)

    with serving(slow) as server:
        harvest = poll(server.url)
    assert values(harvest)[STATE] == "open"
    (said,) = harvest.partial
    assert "component.uptime" in said
    assert "the server did not answer in time" in said


class OneAtATime(PrometheusClient):
    """A server that answers so many queries, one after the other, and then no more."""

    where = "nowhere"

    def __init__(self, answers: int) -> None:
        self._answers = answers

    async def instant(
        self, query: str, *, at: float | None = None, budget: Budget | None = None
    ) -> Result:
        """Answer, or never."""
        del query, at, budget
        self._answers -= 1
        if self._answers < 0:
            await asyncio.Event().wait()
        return Result()


def test_of_a_slow_server_all_is_known_by_turns() -> None:
    asks = [Ask(name, 0.0) for name in "abcdef"]

    async def answered(late: set[str]) -> tuple[set[str], set[str]]:
        until = asyncio.get_running_loop().time()
        asker = Asker(OneAtATime(4), until + 0.05, late)
        await asker.ask(asks)
        return {ask.promql for ask in asks if asker.has(ask)}, asker.late

    async def run() -> None:
        first, late = await answered(set())
        assert (first, late) == (set("abcd"), set("ef"))
        second, late = await answered(late)
        assert (second, late) == (set("efab"), set("cd"))

    asyncio.run(run())


class Slow(OneAtATime):
    """A server that answers the first query at once, and the next after a tenth of a second."""

    def __init__(self) -> None:
        super().__init__(2)
        self.asker: Asker

    async def instant(
        self, query: str, *, at: float | None = None, budget: Budget | None = None
    ) -> Result:
        """Answer, and have the next waited for, but not the one after that."""
        answer = await super().instant(query, at=at, budget=budget)
        if query == "b":
            await asyncio.sleep(0.1)
        more = 3_600.0 if query == "a" else 0.0
        self.asker.extend(asyncio.get_running_loop().time() + more)
        return answer


def test_an_answer_can_give_the_others_more_time() -> None:
    async def run() -> None:
        server, asks = Slow(), [Ask(name, 0.0) for name in "abc"]
        server.asker = asker = Asker(server, asyncio.get_running_loop().time() + 0.05)
        await asker.ask(asks)
        assert [asker.has(ask) for ask in asks] == [True, True, False]
        asker.extend(0.0)  # nobody waits any more

    asyncio.run(run())


def slowly(request: Request, connection: Connection) -> None:
    """Answer as a server that needs a while for whatever it is asked."""
    connection.stopping.wait(0.3)
    scripted(shop)(request, connection)


def test_one_poll_alone_lasts_as_long_as_there_are_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_PATIENCE", 1.0)
    heard: list[int] = []
    with serving(slowly) as server:
        harvest = poll(server.url, heard=lambda: heard.append(1))
        assert len(heard) == len(server.requests)
    assert values(harvest)[STATE] == "open"
    assert harvest.partial == ()
