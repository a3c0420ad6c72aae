"""How figures went, asked of a metrics API."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from support.http_server import Handler, answer, serving
from support.metrics_api import CARBON, UPTIME, using

from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.key import key
from opsdesk.model.series import Change, SeriesData, SeriesRange


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
