"""What is found out about a Prometheus, and when it is looked at anew."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from support.http_server import serving, vector
from support.small_prometheus import (
    NOW,
    STATE,
    poll,
    scripted,
    shop,
    shop_with_cadence,
    source_of,
    values,
)

from opsdesk.model.protocols import Harvest
from opsdesk.sources.prometheus import source


def test_a_second_poll_asks_no_discovery_and_shorter_looks_back() -> None:
    async def run(url: str) -> tuple[int, int]:
        client = source_of(url)
        await client.poll(NOW)
        first = len(server.requests)
        await client.poll(NOW)
        await client.close()
        return first, len(server.requests) - first

    with serving(scripted(shop)) as server:
        first, second = asyncio.run(run(server.url))
    assert second < first
    assert not any("86400s:60s" in r.form.get("query", "") for r in server.requests[first:])


def test_what_comes_up_between_discoveries_is_seen_at_once() -> None:
    there = False

    def late(query: str) -> str | None:
        return shop(query) if there or "resilience4j" not in query else None

    async def run(url: str) -> tuple[Harvest, Harvest]:
        nonlocal there
        client = source_of(url)
        before = await client.poll(NOW)
        there = True
        after = await client.poll(NOW)
        await client.close()
        return before, after

    def only_up(query: str) -> str | None:
        if query.startswith("count by (__name__)") and not there:
            return vector(({"__name__": "up"}, 1)) if "up" in query else None
        return late(query)

    with serving(scripted(only_up)) as server:
        before, after = asyncio.run(run(server.url))
    assert STATE not in values(before)
    assert values(after)[STATE] == "open"


def test_a_server_with_nothing_known_invents_nothing() -> None:
    with serving(scripted(lambda _query: None)) as server:
        harvest = poll(server.url)
    assert harvest.readings == ()
    assert "nothing that OpsDesk knows" in harvest.notes[0]
    text = " ".join(harvest.notes)
    assert all(name in text for name in ("up", "circuit", "http_server_requests_seconds_count"))
    assert {family.used for family in harvest.families} == {False}


@pytest.mark.parametrize(
    ("family", "lacks", "reason"),
    [
        ("circuit", "event!=", "circuit found, but its label event is missing"),
        ("circuit", "fire", "not opossum's"),
        ("circuit_breaker_state", "state!=", "their meaning must be stated by you"),
    ],
)
def test_a_name_that_means_something_else_is_not_used_and_the_reason_is_said(
    family: str, lacks: str, reason: str
) -> None:
    def odd(query: str) -> str | None:
        if query.startswith("count by (__name__)"):
            return vector(({"__name__": family}, 3)) if f"{family}|" in query else None
        return vector(({}, 3)) if query.startswith("count(") and lacks not in query else None

    with serving(scripted(odd)) as server:
        harvest = poll(server.url)
    assert harvest.readings == ()
    assert any(reason in note for note in harvest.notes)
    (found,) = (found for found in harvest.families if found.series)
    assert (found.series, found.used) == (3, False)
    assert reason in found.reason


def test_of_two_http_families_the_one_that_is_not_shown_is_named() -> None:
    def two(query: str) -> str | None:
        if query.startswith("count by (__name__)"):
            stable = "http_server_request_duration_seconds_count"
            return vector(
                ({"__name__": "http_server_requests_seconds_count"}, 40),
                ({"__name__": stable}, 900),
            )
        return shop(query)

    with serving(scripted(two)) as server:
        harvest = poll(server.url)
    spring = "HTTP server (Spring Boot, Micrometer)"
    assert (
        f"not shown: HTTP server (OpenTelemetry), 900 series; {spring} is shown instead"
    ) in harvest.notes
    reasons = {family.pack: family.reason for family in harvest.families}
    assert reasons["http_otel"] == f"{spring} is shown instead"


def test_a_pack_that_has_gone_quiet_asks_for_a_new_discovery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "_DISCOVERY_PAUSE", 0.0)
    gone = False

    def leaving(query: str) -> str | None:
        return None if gone and "resilience4j" in query and "__name__" not in query else shop(query)

    async def run(url: str) -> Mapping[str, int]:
        nonlocal gone
        client = source_of(url)
        seen = {}
        for name in ("first", "second", "quiet", "quiet too", "new look"):
            gone = name not in ("first", "second")
            before = len(server.requests)
            await client.poll(NOW)
            paths = [request.path for request in server.requests[before:]]
            seen[name] = sum(path.endswith("buildinfo") for path in paths)
        await client.close()
        return seen

    with serving(scripted(shop_with_cadence(leaving))) as server:
        seen = asyncio.run(run(server.url))
    assert seen == {"first": 1, "second": 0, "quiet": 0, "quiet too": 0, "new look": 1}


def test_rediscover_looks_anew() -> None:
    async def run(url: str) -> None:
        client = source_of(url)
        await client.poll(NOW)
        await client.rediscover()
        await client.poll(NOW)
        await client.close()

    with serving(scripted(shop_with_cadence(shop))) as server:
        asyncio.run(run(server.url))
    assert sum(request.path.endswith("buildinfo") for request in server.requests) == 2
