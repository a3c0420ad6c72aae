"""The API as its clients meet it: the real server on loopback."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest
from msgspec.structs import replace
from support.readings import NOW, OFFLINE, by_key, failing, reading
from support.serving import CARBON, CATALOGUE, SNAPSHOT, TRIPPED, UPTIME, Small, serving
from typing_extensions import override

from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire import catalogue, events, health, openapi, series, snapshot

HOUR = {"start": "0", "end": "3600", "step": "60"}


@pytest.fixture
def provider() -> Small:
    return Small()


@pytest.fixture
def client(provider: Small) -> Iterator[httpx.Client]:
    with serving(provider, title="Production") as url, httpx.Client(base_url=url) as client:
        yield client


def test_the_newest_snapshot_is_served(client: httpx.Client) -> None:
    answer = client.get("/v1/snapshot")
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"] == "application/json"
    assert snapshot.from_wire(snapshot.decode(answer.content, "server")) == SNAPSHOT


def test_what_no_request_changes_is_in_every_answer(client: httpx.Client) -> None:
    for path in ("/v1/snapshot", "/v1/health", "/v1/nothing"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-cache"
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    etag = client.get("/v1/snapshot").headers["etag"]
    again = client.get("/v1/snapshot", headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert again.headers["etag"] == etag


def asked_later(snapshot: Snapshot) -> Snapshot:
    later = NOW + timedelta(minutes=1)
    source = replace(snapshot.sources[0], last_success=later, next_attempt=later, took=0.5)
    return replace(snapshot, at=later, sources=(source,))


def test_a_refresh_that_changes_nothing_keeps_the_name_of_the_content(
    client: httpx.Client, provider: Small
) -> None:
    first = client.get("/v1/snapshot")
    provider.newest = asked_later(SNAPSHOT)
    second = client.get("/v1/snapshot")
    assert second.headers["etag"] == first.headers["etag"]
    assert second.json()["generated_at"] == "2026-03-01T12:01:00Z"


def changed_figure(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, readings=by_key(reading("errors.rate", 0.7)))


def lost_source(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, sources=(replace(snapshot.sources[0], problem=OFFLINE),))


def lost_finding(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, findings=())


@pytest.mark.parametrize("change", [changed_figure, lost_source, lost_finding])
def test_whatever_is_said_anew_changes_the_name_of_the_content(
    client: httpx.Client, provider: Small, change: Callable[[Snapshot], Snapshot]
) -> None:
    etag = client.get("/v1/snapshot").headers["etag"]
    provider.newest = change(SNAPSHOT)
    again = client.get("/v1/snapshot", headers={"If-None-Match": etag})
    assert again.status_code == httpx.codes.OK
    assert again.headers["etag"] != etag


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("", False),
    ],
)
def test_an_answer_is_packed_for_those_who_take_it(
    client: httpx.Client, accepts: str, packed: bool
) -> None:
    with client.stream("GET", "/v1/snapshot", headers={"Accept-Encoding": accepts}) as answer:
        raw = b"".join(answer.iter_raw())
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert answer.headers["vary"] == "Accept-Encoding"
    content = gzip.decompress(raw) if packed else raw
    assert snapshot.decode(content, "server").schema == snapshot.SCHEMA


def test_head_tells_of_an_answer_without_it(client: httpx.Client) -> None:
    get, head = client.get("/v1/snapshot"), client.head("/v1/snapshot")
    assert (head.status_code, head.content) == (httpx.codes.OK, b"")
    for name in ("etag", "content-length", "content-type"):
        assert head.headers[name] == get.headers[name]


def test_series_are_served_for_keys_as_text(client: httpx.Client) -> None:
    parameters = [("key", str(UPTIME)), ("key", str(CARBON)), ("key", "m"), *HOUR.items()]
    found = series.decode(client.get("/v1/series", params=parameters).content, "server")
    (line,), (strip,) = found.lines, found.strips
    assert (line.key, line.times, line.values) == (UPTIME, (0.0, 3600.0), (None, 99.2))
    assert (strip.key, strip.changes[0].state) == (CARBON, "open")


def test_transitions_after_a_moment_are_served(client: httpx.Client) -> None:
    for since, count in ((None, 1), (TRIPPED - 1, 1), (TRIPPED, 0)):
        parameters = {} if since is None else {"since": repr(since)}
        content = client.get("/v1/events", params=parameters).content
        assert len(events.decode(content, "server")) == count


def test_the_catalogue_is_served_in_its_order_and_once(client: httpx.Client) -> None:
    answer = client.get("/v1/catalogue")
    described = [metric.id for metric in catalogue.decode(answer.content, "server")]
    assert described == list(CATALOGUE)
    again = client.get("/v1/catalogue", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED


def test_a_catalogue_that_grows_is_served_anew(client: httpx.Client, provider: Small) -> None:
    client.get("/v1/catalogue")
    own = replace(next(iter(CATALOGUE.values())), id="own.metric")
    provider.catalogue = {**CATALOGUE, own.id: own}
    described = catalogue.decode(client.get("/v1/catalogue").content, "server")
    assert described[-1].id == "own.metric"


def test_it_says_what_it_is(client: httpx.Client) -> None:
    found = health.decode(client.get("/v1/health").content, "server")
    assert (found.title, found.generated_at) == ("Production", NOW)


def test_its_description_is_served(client: httpx.Client) -> None:
    document = msgspec.json.encode(openapi.document())
    assert client.get("/openapi.json").content == document


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/", 404, "GET /: not found"),
        ("GET", "/v1/snapshot/", 404, "not found"),
        ("POST", "/v1/snapshot", 405, "POST /v1/snapshot: method not allowed"),
        ("OPTIONS", "/v1/snapshot", 405, "method not allowed"),
        ("GET", "/v1/series", 400, "is missing"),
        ("GET", "/v1/events?since=yesterday", 400, "'since' must be a number"),
    ],
)
def test_what_cannot_be_had_is_refused_in_the_same_form(
    client: httpx.Client, method: str, path: str, status: int, says: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    fault = msgspec.json.decode(answer.content, type=health.WireFailure).error
    assert says in fault.what
    assert fault.kind
    assert fault.remedy
    if status == httpx.codes.METHOD_NOT_ALLOWED:
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


class Troubled(Small):
    """Has nothing, and says why."""

    @override
    def snapshot(self) -> Snapshot:
        raise failing(retry_after=7.0)

    @override
    async def series(self, wanted: SeriesRange) -> SeriesData:
        raise TimeoutError


def test_a_source_that_fails_is_told_with_when_to_try_again() -> None:
    with serving(Troubled()) as url:
        answer = httpx.get(f"{url}v1/snapshot")
        assert health.decode(httpx.get(f"{url}v1/health").content, "s").generated_at is None
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json() == {
        "error": {"kind": "unreachable", "what": OFFLINE.what, "remedy": OFFLINE.remedy}
    }


def test_an_answer_that_takes_too_long_is_told() -> None:
    with serving(Troubled()) as url:
        answer = httpx.get(f"{url}v1/series", params={"key": "m", **HOUR})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (503, "timeout")


class Broken(Small):
    """Has a bug."""

    @override
    def snapshot(self) -> Snapshot:
        raise ZeroDivisionError("the secret of the bug")


def test_a_bug_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Broken()) as url:
        answer = httpx.get(f"{url}v1/snapshot")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (500, "server")
    assert "secret" not in answer.text
    assert "the secret of the bug" in caplog.text


class Slow(Small):
    """Never answers."""

    @override
    async def series(self, wanted: SeriesRange) -> SeriesData:
        await asyncio.Event().wait()
        return SeriesData()


def test_who_waits_for_a_series_keeps_nobody_else_waiting_nor_the_end() -> None:
    with serving(Slow()) as url, httpx.Client(base_url=url) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v1/series", params={"key": "m", **HOUR}, timeout=0.2)
        assert client.get("/v1/snapshot").status_code == httpx.codes.OK


class Counting(Small):
    """Tells how many series it was asked for at a time."""

    busy = most = 0

    @override
    async def series(self, wanted: SeriesRange) -> SeriesData:
        self.busy += 1
        self.most = max(self.most, self.busy)
        await asyncio.sleep(0.01)  # others come meanwhile
        self.busy -= 1
        return await super().series(wanted)


def test_however_many_ask_for_series_a_few_are_answered_at_a_time() -> None:
    async def ask(url: str) -> list[int]:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            asked = (client.get("/v1/series", params={"key": "m", **HOUR}) for _ in range(20))
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    provider = Counting()
    with serving(provider) as url:
        assert set(asyncio.run(ask(url))) == {httpx.codes.OK}
    assert 1 < provider.most <= 4
