"""A Prometheus that does everything wrong: named as what it is, bounded, no secret shown."""

from __future__ import annotations

import gzip
from urllib.parse import quote

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving, vector
from support.prometheus import free_port
from support.small_prometheus import NOW, SHOP, STATE, poll, scripted, shop, source_of, values

from opsdesk.model.errors import ConfigError, Problem, ProblemKind, SourceError
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.prometheus import asker


def failure(url: str, **options: object) -> Problem:
    with pytest.raises(SourceError) as caught:
        poll(url, **options)
    return caught.value.problem


def test_one_failing_query_does_not_lose_the_others() -> None:
    def failing(query: str) -> str | None:
        return "too many samples" if "sum_over_time" in query else shop(query)

    with serving(scripted(failing)) as server:
        harvest = poll(server.url)
    assert values(harvest)[STATE] == "open"
    assert not any("uptime" in name for name in values(harvest))
    (note,) = harvest.partial
    assert "Scrape targets (up)" in note
    assert "component.uptime" in note
    assert "too many samples" in note
    assert harvest.unanswered == {"component.uptime"}


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
        harvest = poll(server.url)
    assert any("store x is gone" in note for note in harvest.notes)
    assert not any("hm" in note for note in harvest.notes)
    # what is lacking may be there
    assert "component.instances_up" in harvest.unanswered
    assert "breaker.state" not in harvest.unanswered


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
            said = " ".join(poll(server.url).partial)
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
        problem = failure(server.url, credentials=Credentials(token="abc"))
    assert problem.kind is ProblemKind.REDIRECT
    assert other.requests == []


TOKEN = "s3cr3t/token+123"


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
        problem = failure(server.url, credentials=Credentials(user="ann", password="Word-of-ann"))
    assert "http://[hidden].invalid" in problem.what


def test_nothing_listening() -> None:
    assert failure(f"http://127.0.0.1:{free_port()}").kind is ProblemKind.UNREACHABLE


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="keyring"):
        source_of("http://ann:secret@host:9090")
