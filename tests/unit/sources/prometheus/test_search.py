"""What is found out of a server that is slow, or of which some queries fail alone."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest
from support.http_server import Connection, Request, answer, serving, vector
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

from opsdesk.model.errors import SourceError
from opsdesk.model.protocols import Harvest
from opsdesk.sources.prometheus import search, source

COUNT = "count by (__name__)"


def asked(requests: list[Request], *, begin: str) -> int:
    return sum(request.form.get("query", "").startswith(begin) for request in requests)


def test_what_can_be_asked_at_once_is_asked_at_once() -> None:
    together = threading.Barrier(5)

    def handle(request: Request, connection: Connection) -> None:
        if len(server.requests) <= together.parties:
            together.wait(timeout=5)  # one that is asked alone waits in vain
        scripted(shop)(request, connection)

    with serving(handle) as server:
        assert values(poll(server.url))[STATE] == "open"
    assert not together.broken


def polled_after_a_deadline(url: str, hangs: threading.Event) -> Harvest:
    """Return what the second poll brings in; the first is given up when it hangs."""

    async def run() -> Harvest:
        client = source_of(url)
        first = asyncio.create_task(client.poll(NOW))
        await asyncio.to_thread(hangs.wait, 10)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        try:
            return await client.poll(NOW)
        finally:
            await client.close()

    return asyncio.run(run())


@pytest.mark.parametrize(("kept", "times"), [(600.0, 1), (-1.0, 2)])
def test_what_was_found_out_before_a_deadline_is_kept_for_a_while(
    kept: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_KEPT", kept)
    hangs = threading.Event()

    def handle(request: Request, connection: Connection) -> None:
        if request.form.get("query", "").startswith("up{") and not hangs.is_set():
            hangs.set()
            connection.stopping.wait(10)
        scripted(shop_with_cadence(shop))(request, connection)

    with serving(handle) as server:
        harvest = polled_after_a_deadline(server.url, hangs)
        found = [asked(server.requests, begin=begin) for begin in (COUNT, "topk", "count(up")]
        probes = sum(request.path.endswith("buildinfo") for request in server.requests)
    assert values(harvest)[STATE] == "open"
    assert harvest.cadence == 15
    # the second poll also looks for what has come up since
    assert found == [times + 1, times, times]
    assert probes == times


def test_a_family_that_fails_alone_at_the_start_does_not_sink_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "_DISCOVERY_PAUSE", 0.0)
    broken = True

    def failing(query: str) -> str | None:
        return "no such thing" if broken and "resilience4j" in query else shop(query)

    async def run(url: str) -> tuple[Harvest, Harvest]:
        nonlocal broken
        client = source_of(url)
        first = await client.poll(NOW)
        broken = False
        second = await client.poll(NOW)
        await client.close()
        return first, second

    with serving(scripted(failing)) as server:
        first, second = asyncio.run(run(server.url))
    assert any("instances_up" in name for name in values(first))
    assert STATE not in values(first)
    (said,) = first.partial
    assert "it could not be looked for: the server answered 422" in said
    assert "no such thing" in said
    (family,) = (one for one in first.families if one.pack == "resilience4j")
    assert not family.used
    assert not any("No circuit breakers found" in note for note in first.notes)
    assert "breaker.state" in first.unanswered
    # as soon as it can be asked for, it is there
    assert values(second)[STATE] == "open"
    assert second.partial == ()
    assert second.unanswered == frozenset()


@pytest.mark.parametrize(
    ("refused", "first"),
    [
        # a family that cannot be looked for
        ("resilience4j", [0, 5, 15, 35]),
        # what is asked of a family that is there: it is silent from the second poll on
        ("== 1", [0, 10, 20, 40]),
    ],
)
def test_what_a_server_always_refuses_is_asked_for_more_and_more_rarely(
    refused: str, first: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, found = 0, []
    monkeypatch.setattr(source, "time", SimpleNamespace(monotonic=lambda: float(now)))

    def refusing(query: str) -> str | None:
        return "on fire" if refused in query else shop(query)

    async def run(url: str) -> None:
        nonlocal now
        client = source_of(url)
        for now in (*range(0, 40, 5), *range(40, 2_000, 40)):
            before = len(server.requests)
            harvest = await client.poll(NOW)
            paths = [request.path for request in server.requests[before:]]
            found.extend([now] * any(path.endswith("buildinfo") for path in paths))
            assert "on fire" in " ".join(harvest.partial)
        await client.close()

    with serving(scripted(shop_with_cadence(refusing))) as server:
        asyncio.run(run(server.url))
    assert found == [*first, 80, 160, 320, 640, 1_240, 1_840]


def test_what_cannot_be_looked_for_does_not_hide_what_comes_up() -> None:
    names = {"up"}

    def coming(query: str) -> str | None:
        if "circuit_breaker_state" in query:
            return "too many series"
        if query.startswith(COUNT):
            return vector(*(({"__name__": name}, 1) for name in names if name in query))
        return shop(query)

    async def run(url: str) -> tuple[Harvest, Harvest]:
        client = source_of(url)
        first = await client.poll(NOW)
        names.add("resilience4j_circuitbreaker_state")
        second = await client.poll(NOW)
        await client.close()
        return first, second

    with serving(scripted(shop_with_cadence(coming))) as server:
        first, second = asyncio.run(run(server.url))
    assert STATE not in values(first)
    assert values(second)[STATE] == "open"
    assert first.partial == second.partial


def test_where_every_family_fails_the_server_cannot_be_asked() -> None:
    def failing(query: str) -> str | None:
        return "on fire" if query.startswith(COUNT) else shop(query)

    with serving(scripted(failing)) as server, pytest.raises(SourceError, match="on fire"):
        poll(server.url)


@pytest.mark.parametrize(("status", "serves"), [(422, True), (403, False)])
def test_what_is_known_serves_on_where_it_cannot_be_looked_for_again(
    status: int, serves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(source, "time", SimpleNamespace(monotonic=lambda: now))

    def handle(request: Request, connection: Connection) -> None:
        fails = now and request.form.get("query", "").startswith(COUNT)
        (answer("no", status) if fails else scripted(shop_with_cadence(shop)))(request, connection)

    async def run(url: str) -> Harvest:
        nonlocal now
        client = source_of(url)
        try:
            await client.poll(NOW)
            now = source.DISCOVERY_SECONDS
            return await client.poll(NOW)
        finally:
            await client.close()

    with serving(handle) as server:
        if serves:
            harvest = asyncio.run(run(server.url))
            assert values(harvest)[STATE] == "open"
            assert [str(status) in said for said in harvest.partial] == [True]
        else:
            with pytest.raises(SourceError, match=str(status)):
                asyncio.run(run(server.url))


def test_after_an_outage_it_is_looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, out = 0.0, False
    monkeypatch.setattr(source, "time", SimpleNamespace(monotonic=lambda: now))

    def failing(query: str) -> str | None:
        return "on fire" if out else shop(query)

    async def run(url: str) -> Harvest:
        nonlocal now, out
        client = source_of(url)
        await client.poll(NOW)
        out = True
        for _ in range(5):
            now += source.DISCOVERY_SECONDS
            with pytest.raises(SourceError, match="on fire"):
                await client.poll(NOW)
        now, out = now + 60.0, False
        harvest = await client.poll(NOW)
        await client.close()
        return harvest

    with serving(scripted(shop_with_cadence(failing))) as server:
        harvest = asyncio.run(run(server.url))
    assert values(harvest)[STATE] == "open"
    assert harvest.partial == ()


def test_a_check_that_fails_is_told_as_a_part_that_failed() -> None:
    def failing(query: str) -> str | None:
        return "too costly" if query.startswith("count(resilience4j") else shop(query)

    with serving(scripted(failing)) as server:
        harvest = poll(server.url)
    (said,) = harvest.partial
    assert "it could not be checked: the server answered 422" in said
    assert not any("could not be checked" in note for note in harvest.notes)
    assert STATE not in values(harvest)


@pytest.mark.parametrize("begin", ["count(up", "topk", "count by (job)"])
@pytest.mark.parametrize(("status", "said"), [(422, 0), (429, 1)])
def test_what_is_asked_beside_may_fail_and_be_unknown_to_a_server(
    begin: str, status: int, said: int
) -> None:
    def handle(request: Request, connection: Connection) -> None:
        fails = request.form.get("query", "").startswith(begin)
        (answer("no", status) if fails else scripted(shop))(request, connection)

    with serving(handle) as server:
        harvest = poll(server.url)
    assert values(harvest)[STATE] == "open"
    assert len(harvest.partial) == said


def test_what_says_nothing_of_itself_is_asked_all_the_same() -> None:
    with serving(scripted(lambda _query: vector(), build="nothing")) as server:
        assert "nothing that OpsDesk knows" in poll(server.url).notes[0]
