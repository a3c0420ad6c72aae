"""The metrics API as a source: real HTTP, and servers that do everything wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving
from support.metrics_api import NOW, TOKEN, api, document, figure, poll, snapshots, using

from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.protocols import Harvest
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.metrics_api import MetricsApiSource


def failure(handler: Handler, **more: object) -> Problem:
    with pytest.raises(SourceError) as caught:
        poll(handler, **more)
    return caught.value.problem


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


# ---- what has not changed, and clocks


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
