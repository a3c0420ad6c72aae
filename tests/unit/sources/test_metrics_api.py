"""The metrics API as a source: real HTTP, and servers that do everything wrong."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving

from opsdesk.catalogue import metrics
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState, Origin
from opsdesk.model.series import Change, SeriesData, SeriesRange
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.metrics_api import MetricsApiSource

T = TypeVar("T")
CATALOGUE = metrics.load()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AT = "2026-03-01T11:59:30Z"
CARBON = key("breaker.state", {"breaker": "Carbon"})
UPTIME = key("component.uptime", {"component": "API"})
TOKEN = "t0ken-of-ours"  # noqa: S105 - made up, looked for in what is shown


def figure(metric: str, value: object, **more: object) -> dict[str, object]:
    return {"metric": metric, "value": value, "at": AT, **more}


def document(*readings: object, **more: object) -> str:
    return json.dumps(
        {
            "schema": "opsdesk.snapshot/1",
            "generated_at": "2026-03-01T12:00:00Z",
            "readings": readings,
            **more,
        }
    )


def api(pages: Mapping[str, str | Handler], **headers: str) -> Handler:
    """Return a server of these pages; all else is not there."""

    def handle(request: Request, connection: Connection) -> None:
        page = pages.get(request.path, answer("", 404))
        (answer(page, **headers) if isinstance(page, str) else page)(request, connection)

    return handle


def snapshots(*readings: object, **more: object) -> Handler:
    return api({"/v1/snapshot": document(*readings, **more)})


def using(url: str, work: Callable[[MetricsApiSource], Awaitable[T]], **more: object) -> T:
    async def run() -> T:
        source = MetricsApiSource("far", "Far", url, CATALOGUE, **more)
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(run())


def poll(handler: Handler, **more: object) -> Harvest:
    with serving(handler) as server:
        return using(server.url, lambda source: source.poll(NOW), **more)


def failure(handler: Handler, **more: object) -> Problem:
    with pytest.raises(SourceError) as caught:
        poll(handler, **more)
    return caught.value.problem


# ---- what is read


def test_the_least_that_a_backend_may_say_is_enough() -> None:
    labels = {"component": "API"}
    found = poll(snapshots(figure("component.uptime", 98, labels=labels)))
    (reading,) = found.readings
    assert (reading.key, reading.value, reading.source) == (UPTIME, 98.0, "far")
    assert reading.at == NOW - timedelta(seconds=30)
    assert reading.origin is Origin.MEASURED
    assert found.notes == ()


def test_what_it_knows_beyond_readings_is_taken_along() -> None:
    subject = {"metric": "breaker.state", "labels": {"breaker": "Carbon"}}
    incident = {
        "id": "42",
        "subject": subject,
        "title": "Carbon is down",
        "severity": "critical",
        "state": "open",
        "opened_at": "2026-03-01T11:00:00Z",
        "trips": 3,
    }
    content = document(
        {**subject, "value": "open", "at": AT},
        baselines=[{"name": "before", "readings": [figure("errors.rate", 0.4)]}],
        incidents=[incident],
        findings=[{"kind": "risk", "sentence": "Two of three.", "keys": [subject]}],
    )
    catalogue = {"metrics": [{"id": "queue.depth", "title": "Depth", "unit": "count"}]}
    found = poll(api({"/v1/snapshot": content, "/v1/catalogue": json.dumps(catalogue)}))
    assert found.readings[0].value is BreakerState.OPEN
    assert found.baselines[0].readings[key("errors.rate")].value == 0.4
    assert (found.incidents[0].id, found.incidents[0].trips) == ("42", 3)
    assert found.findings[0].keys == (CARBON,)
    assert [(metric.id, metric.title) for metric in found.metrics] == [("queue.depth", "Depth")]


def test_its_sources_set_the_pace_and_tell_only_their_problems() -> None:
    sources = [
        {"id": "quick", "title": "Quick", "interval": 15, "cadence": 10},
        {
            "id": "slow",
            "title": "Slow",
            "interval": 15,
            "cadence": 300,
            "problem": {"kind": "server", "what": "it is\non fire"},
        },
    ]
    readings = [
        figure("errors.rate", 1, source="quick"),
        figure("health.score", 90, source="slow"),
        figure("breaker.failures", 1, labels={"breaker": "A"}, source="computed"),
    ]
    found = poll(snapshots(*readings, sources=sources))
    assert found.cadence == 15
    assert [reading.cadence for reading in found.readings] == [15, 300, 300]
    assert found.notes == ("Slow: it is on fire",)


def test_units_are_brought_to_those_of_the_catalogue() -> None:
    found = poll(
        snapshots(
            figure("latency.quantile", 0.291, labels={"quantile": "0.95"}, unit="s"),
            figure("errors.rate", 0.4, unit="USD"),
            figure("health.score", 90, unit="%"),
        )
    )
    values = {reading.key.metric: reading.value for reading in found.readings}
    assert values == {"latency.quantile": 291.0, "health.score": 90.0}
    assert found.notes == (
        "left out, for its unit is another: errors.rate in USD instead of percent",
        "the unit is not known: health.score in % instead of percent",
    )


def test_what_cannot_be_true_is_left_out_and_named() -> None:
    found = poll(
        snapshots(
            figure("errors.rate", 250),
            figure("health.score", "fine"),
            figure("component.uptime", True, labels={"component": "API"}),
            figure("breaker.state", "melted", labels={"breaker": "Carbon"}),
            figure("breaker.last_reset", "some day", labels={"breaker": "Carbon"}),
            figure("own.figure", "anything"),
            figure("coverage.share", None, note="not counted yet"),
        )
    )
    values = {reading.key.metric: reading.value for reading in found.readings}
    assert values == {
        "breaker.state": BreakerState.UNKNOWN,
        "own.figure": "anything",
        "coverage.share": None,
    }
    (note,) = found.notes
    assert note.startswith("left out, for it cannot be true: errors.rate = 250.0, health.score = ")
    assert note.endswith(" and 1 more")


def test_names_are_cleaned_and_bounded() -> None:
    bell = "A\x1b[31m\nB"
    found = poll(
        snapshots(
            figure("errors.rate", 1, labels={"area": bell}, note="n" * 5000),
            figure("", 1),
            figure("errors.rate", 2, labels={f"l{i}": "x" for i in range(20)}),
        )
    )
    (reading,) = found.readings
    assert reading.key.label("area") == "A [31m B"
    assert len(reading.note) == 1000
    assert found.notes == ("2 figures left out: their names are empty or too long",)


def test_too_many_figures_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsdesk.sources.metrics_api.reading.MOST_READINGS", 3)
    readings = [figure("errors.rate", 1, labels={"area": str(i)}) for i in range(5)]
    found = poll(snapshots(*readings, baselines=[{"name": "b", "readings": readings}]))
    assert len(found.readings) == 3
    assert found.baselines[0].readings == {}
    assert found.notes == ("7 figures left out: there are too many",)


def test_what_it_repeats_of_our_secret_is_hidden() -> None:
    found = poll(
        snapshots(figure("errors.rate", 1, labels={"area": f"Bearer {TOKEN}"})),
        credentials=Credentials(token=TOKEN),
    )
    assert TOKEN not in str(found)


# ---- what has not changed, and clocks


def tagged(*, date: Callable[[], datetime] = lambda: NOW) -> Handler:
    """Return a server whose snapshot never changes."""

    def handle(request: Request, connection: Connection) -> None:
        lines = {"ETag": '"same"', "Date": format_datetime(date(), usegmt=True)}
        if request.path != "/v1/snapshot":
            connection.send(head(404, {"Date": lines["Date"]}))
        elif request.headers.get("if-none-match") == '"same"':
            connection.send(head(304, lines))
        else:
            answer(document(figure("errors.rate", 1)), **lines)(request, connection)

    return handle


async def _twice(source: MetricsApiSource) -> tuple[Harvest, Harvest]:
    return await source.poll(NOW), await source.poll(NOW)


def test_what_has_not_changed_is_the_same_harvest() -> None:
    with serving(tagged()) as server:
        first, second = using(server.url, _twice)
    assert first is second
    paths = [request.path for request in server.requests]
    assert paths == ["/v1/snapshot", "/v1/catalogue", "/v1/snapshot"]


def test_a_look_anew_asks_for_everything() -> None:
    async def anew(source: MetricsApiSource) -> None:
        await source.poll(NOW)
        await source.rediscover()
        await source.poll(NOW)

    with serving(tagged()) as server:
        using(server.url, anew)
    assert [request.path for request in server.requests] == ["/v1/snapshot", "/v1/catalogue"] * 2
    assert all("if-none-match" not in request.headers for request in server.requests)


def test_a_clock_that_is_wrong_is_corrected_and_told() -> None:
    with serving(tagged(date=lambda: NOW + timedelta(minutes=10))) as server:
        first, second = using(server.url, _twice)
    late = NOW - timedelta(seconds=30) - timedelta(minutes=10)
    assert abs((first.readings[0].at - late).total_seconds()) < 3
    assert second.readings[0].at == first.readings[0].at
    assert any("clock" in note for note in first.notes)


def test_a_clock_that_was_set_meanwhile_is_read_by_anew() -> None:
    clock = [NOW + timedelta(minutes=10)]

    async def set_right(source: MetricsApiSource) -> tuple[Harvest, Harvest]:
        first = await source.poll(NOW)
        clock[0] = NOW
        return first, await source.poll(NOW)

    with serving(tagged(date=lambda: clock[0])) as server:
        first, second = using(server.url, set_right)
    assert second.readings[0].at == NOW - timedelta(seconds=30)
    assert first.readings[0].at < second.readings[0].at
    assert second.notes == ()


# ---- what goes wrong


@pytest.mark.parametrize(
    ("handler", "kind", "words"),
    [
        (snapshots(schema="opsdesk.snapshot/2"), ProblemKind.BAD_ANSWER, "later"),
        (snapshots(schema="grafana/7"), ProblemKind.BAD_ANSWER, "grafana/7"),
        (api({"/v1/snapshot": "[1, 2"}), ProblemKind.BAD_ANSWER, "snapshot"),
        (api({"/v1/snapshot": "[" * 100_000}), ProblemKind.BAD_ANSWER, "snapshot"),
        (api({"/v1/snapshot": b"\xff\xfe".decode("latin-1")}), ProblemKind.BAD_ANSWER, "snapshot"),
        (api({"/v1/snapshot": '{"schema": "opsdesk.snapshot/1"}'}), ProblemKind.BAD_ANSWER, "miss"),
        (snapshots(figure("a", {"x": 1})), ProblemKind.BAD_ANSWER, "$.readings[0].value"),
        (snapshots({"metric": "a", "value": 1}), ProblemKind.BAD_ANSWER, "at"),
        (api({}), ProblemKind.NOT_FOUND, "404"),
        (answer("", 401), ProblemKind.CREDENTIALS, "401"),
        (answer("", 429, Retry_After="7"), ProblemKind.RATE_LIMITED, "429"),
        (answer("", 503), ProblemKind.SERVER, "503"),
        (answer('{"error": ' + "[" * 7_000, 503), ProblemKind.SERVER, "503"),
        (answer("<html>", content_type="text/html"), ProblemKind.BAD_ANSWER, "web page"),
        (
            answer(gzip.compress(b" " * (30 << 20)), Content_Encoding="gzip"),
            ProblemKind.TOO_LARGE,
            "larger",
        ),
    ],
)
def test_a_bad_answer_is_a_problem_with_place_and_remedy(
    handler: Handler, kind: ProblemKind, words: str
) -> None:
    problem = failure(handler)
    assert problem.kind is kind
    assert words in problem.what
    assert problem.where.startswith("http://127.0.0.1:")
    assert problem.remedy


def test_numbers_that_are_none_are_refused() -> None:
    for number in ("NaN", "Infinity", "1e999"):
        content = document(figure("errors.rate", 7)).replace(" 7,", f" {number},")
        assert number in content
        problem = failure(api({"/v1/snapshot": content}))
        assert problem.kind is ProblemKind.BAD_ANSWER


def test_it_says_itself_what_is_wrong() -> None:
    said = {"error": {"kind": "credentials", "what": f"{TOKEN} is old", "remedy": "Renew\nit."}}
    problem = failure(answer(json.dumps(said), 403), credentials=Credentials(token=TOKEN))
    assert problem.what == "the server answered 403 Forbidden: [hidden] is old"
    assert problem.remedy == "Renew it."


def test_a_catalogue_that_cannot_be_read_is_told_and_asked_for_again() -> None:
    pages = {"/v1/catalogue": '{"metrics": 7}', "/v1/snapshot": document()}
    with serving(api(pages, ETag='"x"')) as server:
        first, second = using(server.url, _twice)
    assert "v1/catalogue" in first.notes[0]
    assert second.notes == first.notes
    assert [request.path for request in server.requests] == ["/v1/snapshot", "/v1/catalogue"] * 2


def test_an_endpoint_that_was_pasted_is_cut_off() -> None:
    with serving(snapshots()) as server:
        using(f"{server.url}/v1/snapshot", lambda source: source.poll(NOW))
    assert server.requests[0].path == "/v1/snapshot"


def test_a_catalogue_is_asked_for_again_when_it_may_explain_more() -> None:
    """Another OpsDesk learns of metrics itself, after it was first asked."""
    figures, metrics_ = [figure("errors.rate", 1)], []

    def handle(request: Request, connection: Connection) -> None:
        is_snapshot = request.path == "/v1/snapshot"
        page = document(*figures) if is_snapshot else json.dumps({"metrics": metrics_})
        answer(page)(request, connection)

    async def follow(source: MetricsApiSource) -> list[int]:
        found = [len((await source.poll(NOW)).metrics)]
        figures.append(figure("queue.depth", 7))
        metrics_.append({"id": "queue.depth", "unit": "count"})
        found += [len((await source.poll(NOW)).metrics)]
        figures.append(figure("what.is.this", 7))
        await source.poll(NOW)
        await source.poll(NOW)
        return found

    with serving(handle) as server:
        assert using(server.url, follow) == [0, 1]
    assert [request.path for request in server.requests].count("/v1/catalogue") == 3


# ---- how figures went


def wanted(*keys: object, **more: object) -> SeriesRange:
    return SeriesRange(keys=keys, start=1000.0, end=1300.0, step=100.0, **more)


def series(handler: Handler, asked: SeriesRange) -> tuple[SeriesData, list[dict[str, list[str]]]]:
    with serving(handler) as server:
        found = using(server.url, lambda source: source.series(asked))
    return found, [parse_qs(urlsplit(request.target).query) for request in server.requests]


def columns(**more: object) -> str:
    return json.dumps({"start": 1000, "end": 1300, "step": 100, **more})


def test_the_past_is_asked_for_by_key_and_read_as_columns() -> None:
    line = {
        "metric": "component.uptime",
        "labels": {"component": "API"},
        "times": [0, 1000, 1100, 1200, 1300.2, 9000],
        "values": [9, 1, None, 3, 4, 9],
    }
    strip = {
        "metric": "breaker.state",
        "labels": {"breaker": "Carbon"},
        "changes": [
            {"at": 10, "state": "open"},
            {"at": 900, "state": "closed"},
            {"at": 1200, "state": "open"},
            {"at": 5000, "state": "closed"},
        ],
    }
    other = {"metric": "not.asked.for", "times": [1000], "values": [1]}
    handler = answer(columns(lines=[line, other], strips=[strip]))
    found, (asked,) = series(handler, wanted(UPTIME, CARBON, baseline="last week"))
    assert asked == {
        "key": [str(UPTIME), str(CARBON)],
        "start": ["1000"],
        "end": ["1300"],
        "step": ["100"],
        "baseline": ["last week"],
    }
    assert [one.key for one in found.lines] == [UPTIME]
    assert found.lines[0].times == (1000.0, 1100.0, 1200.0, 1300.2)
    assert found.lines[0].values == (1.0, None, 3.0, 4.0)
    assert found.strips[0].changes == (Change(1000.0, "closed"), Change(1200.0, "open"))


def test_many_keys_are_asked_for_in_portions() -> None:
    keys = [key("component.uptime", {"component": f"{'long name ' * 6}{i}"}) for i in range(150)]
    _, asked = series(answer(columns()), wanted(*keys))
    assert len(asked) > 1
    assert sorted(text for one in asked for text in one["key"]) == sorted(map(str, keys))
    assert all(sum(map(len, one["key"])) < 8000 for one in asked)


def test_all_portions_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsdesk.sources.metrics_api.source._SERIES_BUDGET", 3_000)
    keys = [key("component.uptime", {"component": str(number)}) for number in range(500)]
    with pytest.raises(SourceError) as caught:
        series(answer(columns(padding="x" * 1_000)), wanted(*keys))
    assert caught.value.problem.kind is ProblemKind.TOO_LARGE


@pytest.mark.parametrize("status", [404, 501])
def test_a_server_that_keeps_no_past_gives_nothing(status: int) -> None:
    assert series(answer("", status), wanted(UPTIME))[0] == SeriesData()


def test_nothing_is_asked_for_nothing() -> None:
    assert series(answer("", 500), wanted()) == (SeriesData(), [])


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (answer("", 400), "400"),
        (answer(columns(lines=[{"metric": "a", "times": [1], "values": []}])), "columns"),
        (answer("{"), "series"),
    ],
)
def test_a_past_that_cannot_be_read_is_a_problem(handler: Handler, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        series(handler, wanted(UPTIME))
    assert words in caught.value.problem.what
    assert caught.value.problem.where.endswith("/v1/series")
