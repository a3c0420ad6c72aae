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
