"""The Prometheus source against a small server on loopback that answers what a test wants."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.http_server import Connection, Request, answer, head, serving, vector
from support.small_prometheus import NOW, SHOP, STATE, poll, scripted, shop, source_of, values

from opsdesk.model.protocols import Harvest, Source


def test_it_is_a_source() -> None:
    given: Source = source_of("http://host:9090/graph?g0.expr=up")
    assert (given.id, given.kind, given.where) == ("prom", "prometheus", "http://host:9090")


@pytest.mark.parametrize(
    ("pasted", "where"),
    [
        ("http://h:1/", "http://h:1"),
        ("http://h:1/query", "http://h:1"),
        ("http://h:1/prom/graph?g0=1#x", "http://h:1/prom"),
        ("http://h:1/api/v1/query?query=up", "http://h:1"),
        ("http://h:1/api/v1", "http://h:1"),
        ("http://h:1/-/healthy", "http://h:1"),
        ("http://h:1/select/0/prometheus", "http://h:1/select/0/prometheus"),
        ("http://h:1/metrics", "http://h:1"),
    ],
)
def test_a_pasted_address_is_cut_back_to_its_base(pasted: str, where: str) -> None:
    assert source_of(pasted).where == where


def test_readings_carry_the_time_of_the_data() -> None:
    with serving(scripted(shop)) as server:
        harvest = poll(server.url)
    assert values(harvest)[STATE] == "open"
    (state,) = (found for found in harvest.readings if str(found.key) == STATE)
    assert state.at == NOW - timedelta(seconds=7)
    assert state.source == "prom"
    used = {family.pack: family.used for family in harvest.families}
    assert (used["resilience4j"], used["opossum"]) == (True, False)
    assert any("No HTTP response times" in note for note in harvest.notes)


def test_the_prefix_headers_and_parameters_go_with_every_request() -> None:
    with serving(scripted(shop)) as server:
        poll(
            f"{server.url}/select/0/prometheus?extra_label=a",
            headers={"X-Scope-OrgID": "team"},
            params=(("dedup", "true"),),
        )
    for request in server.requests:
        assert request.target.startswith("/select/0/prometheus/api/v1/")
        assert "extra_label=a" in request.target
        assert "dedup=true" in request.target
        assert request.headers["x-scope-orgid"] == "team"


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_wrong_server_clock_is_corrected_and_said(minutes: int) -> None:
    error = timedelta(minutes=minutes)

    def ahead(query: str) -> str | None:
        if "timestamp(up)" in query:
            return vector((SHOP, (NOW + error).timestamp() - 5))
        return shop(query)

    with serving(scripted(ahead, date=NOW + error)) as server:
        harvest = poll(server.url)
    asked = [float(r.form["time"]) for r in server.requests if "time" in r.form]
    assert all(abs(at - (NOW + error).timestamp()) < 5 for at in asked)
    (found,) = (f for f in harvest.readings if f.key.metric == "component.instances_up")
    assert abs((found.at - (NOW - timedelta(seconds=5))).total_seconds()) < 3
    assert any("clock" in note for note in harvest.notes)


def test_victoria_metrics_is_asked_for_fresh_samples_and_not_for_a_time() -> None:
    def metricsql(query: str) -> str | None:
        return vector(({}, 1)) if query == "now()" else shop(query)

    with serving(scripted(metricsql, build='{"status":"success","data":{}}')) as server:
        assert values(poll(server.url))[STATE] == "open"
    # what kind of server it is, is asked beside what can be asked of any
    forms = [request.form for request in server.requests[6:]]
    assert all(form["nocache"] == "1" and "time" not in form for form in forms)


def test_a_proxy_that_lets_only_get_pass_is_asked_so_and_remembered() -> None:
    def only_get(request: Request, connection: Connection) -> None:
        handler = answer("no", 405) if request.method == "POST" else scripted(shop)
        handler(request, connection)

    with serving(only_get) as server:
        assert values(poll(server.url, times=2))[STATE] == "open"
    posts = [at for at, request in enumerate(server.requests) if request.method == "POST"]
    assert 0 < len(posts) <= 6
    assert max(posts) < 12


def test_a_poll_after_a_cancelled_one_works() -> None:
    drips = True

    def maybe(request: Request, connection: Connection) -> None:
        if not drips:
            scripted(shop)(request, connection)
            return
        connection.send(head(200, {"Content-Length": "100000"}))
        while connection.send(b" "):
            connection.stopping.wait(0.02)

    async def run(url: str) -> Harvest:
        nonlocal drips
        client = source_of(url)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.poll(NOW)
        drips = False
        harvest = await client.poll(NOW)
        await client.close()
        await client.close()
        return harvest

    with serving(maybe) as server:
        assert values(asyncio.run(run(server.url)))[STATE] == "open"
