"""The Prometheus source against a small server on loopback that answers what a test wants."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving, vector
from support.prometheus import free_port

from opsdesk.catalogue import metrics, packs
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ConfigError, Problem, ProblemKind, SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest, Source
from opsdesk.model.reading import Reading
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.prometheus import PrometheusSource, asker, source
from opsdesk.sources.prometheus.source import paced

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
CATALOGUE = metrics.load()
PACKS = packs.load()
SHOP = {"job": "shop"}

Script = Callable[[str], str | None]


def source_of(url: str, **options: object) -> PrometheusSource:
    return PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE, **options)


def poll(url: str, times: int = 1, now: datetime = NOW, **options: object) -> Harvest:
    async def run() -> Harvest:
        client = source_of(url, **options)
        try:
            for _ in range(times):
                harvest = await client.poll(now)
            return harvest
        finally:
            await client.close()

    return asyncio.run(run())


def failure(url: str, **options: object) -> Problem:
    with pytest.raises(SourceError) as caught:
        poll(url, **options)
    return caught.value.problem


def scripted(script: Script, *, build: str = "", date: datetime = NOW) -> Handler:
    """Answer queries by ``script``; None is an empty vector."""
    clock = format_datetime(date, usegmt=True)

    def handle(request: Request, connection: Connection) -> None:
        if request.path.endswith("/buildinfo"):
            body = build or '{"status":"success","data":{"version":"3.1.0","revision":"abc"}}'
        else:
            body = script(request.form["query"]) or vector()
        if body.startswith("{"):
            answer(body, Date=clock)(request, connection)
        else:
            said = json.dumps({"status": "error", "errorType": "execution", "error": body})
            answer(said, 422, Date=clock)(request, connection)

    return handle


def shop(query: str) -> str | None:
    """One job that is up and has one breaker, open."""
    breaker = {"name": "pay", "instance": "a", **SHOP}
    if query.startswith("count by (__name__)"):
        names = ("up", "resilience4j_circuitbreaker_state")
        return vector(*(({"__name__": name}, 1) for name in names if name in query))
    if query.startswith("count(resilience4j"):
        return vector(({}, 1))
    if "timestamp(up)" in query:
        return vector((SHOP, NOW.timestamp() - 5))
    if "timestamp(resilience4j" in query and "_over_time" not in query:
        return vector((breaker, NOW.timestamp() - 7))
    if query.endswith("== 1") and "resilience4j" in query:
        return vector(({**breaker, "state": "open"}, 1))
    return vector((SHOP, 1)) if ("up" in query and "[" in query) or "(up" in query else None


def values(harvest: Harvest) -> dict[str, object]:
    return {str(found.key): found.value for found in harvest.readings}


STATE = 'breaker.state{breaker="pay",job="shop"}'


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


def test_one_failing_query_does_not_lose_the_others() -> None:
    def failing(query: str) -> str | None:
        return "too many samples" if "sum_over_time" in query else shop(query)

    with serving(scripted(failing)) as server:
        harvest = poll(server.url)
    assert values(harvest)[STATE] == "open"
    assert not any("uptime" in name for name in values(harvest))
    (note,) = (note for note in harvest.notes if "partial" in note)
    assert "Scrape targets (up)" in note
    assert "component.uptime" in note
    assert "too many samples" in note


def test_all_queries_failing_is_a_failure() -> None:
    def failing(query: str) -> str | None:
        return shop(query) if query.startswith("count") else "the engine is on fire"

    with serving(scripted(failing)) as server:
        problem = failure(server.url)
    assert problem.kind is ProblemKind.QUERY
    assert "the engine is on fire" in problem.what


def test_warnings_reach_the_user() -> None:
    def warning(query: str) -> str | None:
        if "timestamp(up)" in query:
            return vector((SHOP, NOW.timestamp()), warnings=["store x is gone"], infos=["hm"])
        return shop(query)

    with serving(scripted(warning)) as server:
        notes = poll(server.url).notes
    assert any("store x is gone" in note for note in notes)
    assert not any("hm" in note for note in notes)


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
    forms = [request.form for request in server.requests[2:]]
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


def endless(_request: Request, connection: Connection) -> None:
    connection.send(head(200, {"Content-Length": str(200 << 20)}))
    while connection.send(bytes(1 << 16)):
        pass


def cut_off(_request: Request, connection: Connection) -> None:
    connection.send(head(200, {"Content-Length": "100"}) + b'{"status"')


BOMB = gzip.compress(bytes(32 << 20))
NAN_TIME = '{"status":"success","data":{"resultType":"vector","result":[{"value":["NaN","1"]}]}}'


@pytest.mark.parametrize(
    ("handler", "kind", "words"),
    [
        (answer("hello"), ProblemKind.BAD_ANSWER, "not JSON"),
        (answer("<html>hi", content_type="text/html"), ProblemKind.BAD_ANSWER, "web page"),
        (answer('{"a": 1}'), ProblemKind.BAD_ANSWER, "not as Prometheus"),
        (answer(NAN_TIME), ProblemKind.BAD_ANSWER, "not as Prometheus"),
        (answer(""), ProblemKind.BAD_ANSWER, "empty answer"),
        (endless, ProblemKind.TOO_LARGE, "1 MiB"),
        (answer(BOMB, Content_Encoding="gzip"), ProblemKind.TOO_LARGE, "1 MiB"),
        (cut_off, ProblemKind.BAD_ANSWER, "broke off"),
        (answer("no", 401, content_type="text/plain"), ProblemKind.CREDENTIALS, "401"),
        (answer("no org id", 401, content_type="text/plain"), ProblemKind.CREDENTIALS, "org id"),
        (answer("no", 403), ProblemKind.CREDENTIALS, "403"),
        (answer("404 page not found", 404), ProblemKind.NOT_FOUND, "404"),
        (answer("unsupported path", 400), ProblemKind.BAD_ANSWER, "400"),
        (answer("slow down", 429, Retry_After="30"), ProblemKind.RATE_LIMITED, "429"),
        (answer("later", 503), ProblemKind.SERVER, "503"),
        (
            answer('{"status":"error","errorType":"timeout","error":"query timed out"}', 503),
            ProblemKind.TIMEOUT,
            "timed out",
        ),
    ],
)
def test_a_bad_server_is_named_as_what_it_is(
    handler: Handler, kind: ProblemKind, words: str
) -> None:
    with serving(handler) as server:
        problem = failure(server.url)
    assert (problem.kind, problem.where) == (kind, server.url)
    assert words in problem.what
    assert problem.remedy


def lengthy(query: str) -> str | None:
    """A megabyte and a half of breakers, far less of everything else."""
    if query.startswith("max by (name") and "resilience4j" in query:
        rows = (({"name": f"{at:0100}", "instance": "a", **SHOP}, 1) for at in range(8_000))
        return vector(*rows)
    return shop(query)


def test_the_answers_of_one_poll_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "POLL_BYTES", 1 << 20)
    with serving(scripted(lengthy)) as server:
        try:
            said = " ".join(poll(server.url).notes)
        except SourceError as error:  # what is asked beside the long answers may not fit either
            said = str(error)
        assert "of one refresh are larger than 1 MiB together" in said
        assert "Connect a server with fewer series" in said
        monkeypatch.setattr(asker, "POLL_BYTES", 12 << 20)
        assert len(poll(server.url).readings) >= 8_000


def test_a_refresh_of_which_nothing_fits_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "POLL_BYTES", 100)
    with serving(scripted(shop)) as server:
        problem = failure(server.url)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert "together" in problem.what
    assert "fewer series" in problem.remedy


def test_a_probe_may_have_a_small_answer_only() -> None:
    def many_names(query: str) -> str | None:
        if query.startswith("count by (__name__)"):
            return vector(*(({"__name__": f"{at:0100}"}, 1) for at in range(8_000)))
        return shop(query)

    with serving(scripted(many_names)) as server:
        problem = failure(server.url)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert "larger than 1 MiB" in problem.what


def test_how_long_to_wait_is_handed_on() -> None:
    with serving(answer("slow down", 429, Retry_After="30")) as server:
        assert failure(server.url).retry_after == 30.0


def test_credentials_are_not_carried_to_another_host() -> None:
    with serving(answer("{}")) as other, serving(answer("", 302, Location=other.url)) as server:
        problem = failure(server.url, credentials=Credentials(token="abc"))  # noqa: S106 - made up
    assert problem.kind is ProblemKind.REDIRECT
    assert other.requests == []


TOKEN = "s3cr3t/token+123"  # noqa: S105 - made up


def echoing(status: int, body: str) -> Handler:
    """Answer with what came in the Authorization header, in place of ECHO."""

    def handle(request: Request, connection: Connection) -> None:
        said = body.replace("ECHO", request.headers["authorization"].split()[-1])
        kind = "application/json" if body.startswith("{") else "text/plain"
        answer(said, status, content_type=kind)(request, connection)

    return handle


REPEATS = [
    (401, "token rejected: ECHO"),
    (401, "x" * 190 + " ECHO"),
    (422, '{"status":"error","errorType":"execution","error":"no: ECHO"}'),
    (200, '{"status":"error","errorType":"execution","error":"no: ECHO"}'),
    (200, '{"status":"success","data":{"resultType":"ECHO"}}'),
]


@pytest.mark.parametrize(("status", "body"), REPEATS)
@pytest.mark.parametrize(
    "options",
    [
        {"credentials": Credentials(token=TOKEN)},
        {"credentials": Credentials(user="ann", password=TOKEN)},
        {"credentials": Credentials(headers={"Authorization": f"Bearer {TOKEN}"})},
        {"headers": {"Authorization": f"Bearer {TOKEN}"}},
    ],
)
def test_a_secret_that_the_server_repeats_is_not_shown(
    status: int, body: str, options: dict[str, object]
) -> None:
    with serving(echoing(status, body)) as server:
        problem = failure(server.url, **options)
        sent = server.requests[0].headers["authorization"].split()[-1]
    assert sent not in str(problem)
    assert TOKEN[:6] not in str(problem)
    assert "[hidden" in str(problem)


def test_a_secret_in_a_warning_or_a_redirect_is_not_shown() -> None:
    def warning(query: str) -> str | None:
        if "timestamp(up)" in query:
            said = f"{quote(TOKEN, safe='')} reads all"
            return vector((SHOP, NOW.timestamp()), warnings=[said])
        return shop(query)

    with serving(scripted(warning)) as server:
        notes = poll(server.url, credentials=Credentials(token=TOKEN)).notes
    assert any("[hidden] reads all" in note for note in notes)
    location = "http://word-of-ann.invalid/"
    with serving(answer("", 302, Location=location)) as server:
        problem = failure(server.url, credentials=Credentials(user="ann", password="Word-of-ann"))  # noqa: S106 - made up
    assert "http://[hidden].invalid" in problem.what


def test_nothing_listening() -> None:
    assert failure(f"http://127.0.0.1:{free_port()}").kind is ProblemKind.UNREACHABLE


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="keyring"):
        source_of("http://ann:secret@host:9090")


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


def shop_with_cadence(script: Script) -> Script:
    """Add what tells the scrape interval."""

    def answering(query: str) -> str | None:
        if query.startswith("topk"):
            return vector(({"instance": "a", **SHOP}, 3))
        if query.startswith("up{"):
            series = {"metric": SHOP, "values": [[at, "1"] for at in (0, 15, 30)]}
            return json.dumps(
                {"status": "success", "data": {"resultType": "matrix", "result": [series]}}
            )
        return script(query)

    return answering


def test_the_cadence_is_that_of_the_scrapes() -> None:
    with serving(scripted(shop_with_cadence(shop))) as server:
        assert poll(server.url).cadence == 15.0


@pytest.mark.parametrize(
    ("carriers", "cadence"),
    [
        (("shop",), 30.0),
        (("backup",), 290.0),
        ((), 30.0),
        (("pushed",), 30.0),
    ],
)
def test_one_slow_job_does_not_make_everything_count_as_fresh(
    carriers: tuple[str, ...], cadence: float
) -> None:
    jobs = {"shop": 15.0, "mail": 30.0, "backup": 290.0}

    def several(query: str) -> str | None:
        if query.startswith("count by (job)"):
            return vector(*(({"job": job}, 1) for job in carriers))
        if query.startswith("topk"):
            return vector(*(({"instance": job, "job": job}, 3) for job in jobs))
        if query.startswith("up{"):
            result = [
                {"metric": {"job": job}, "values": [[at * gap, "1"] for at in range(3)]}
                for job, gap in jobs.items()
            ]
            data = {"resultType": "matrix", "result": result}
            return json.dumps({"status": "success", "data": data})
        return shop(query)

    with serving(scripted(several)) as server:
        assert poll(server.url).cadence == cadence
        queries = [request.form.get("query", "") for request in server.requests]
    # windows hold four scrapes of the slowest all the same
    assert any("86400s:300s" in query for query in queries)


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


def test_the_figures_of_a_slow_job_carry_their_own_cadence() -> None:
    def figure(metric: str, labels: dict[str, str]) -> Reading:
        return Reading(key=key(metric, labels), value=100.0, at=utc_now(), source="prod")

    seldom = figure("component.instances_up", {"component": "certs"})
    breaker = figure("breaker.failures", {"breaker": "a", "job": "certs"})
    often = figure("component.instances_up", {"component": "api"})
    found = paced([seldom, breaker, often], {"certs": 290.0})
    assert [reading.cadence for reading in found] == [290.0, 290.0, 0.0]
    assert paced([often], {}) == (often,)
