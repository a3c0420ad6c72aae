"""Answers of the API: parsed whole, or refused with a reason."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.sources.prometheus.answers import Sample, parse_build_info, parse_failure, parse_result
from opsdesk.sources.prometheus.readings import number_of

HERE = "http://host:9090"


def body(data: object, **more: object) -> bytes:
    return json.dumps({"status": "success", "data": data, **more}).encode()


def test_a_vector_with_times_as_whole_numbers_and_values_that_json_cannot_hold() -> None:
    result = parse_result(
        body(
            {
                "resultType": "vector",
                "result": [
                    {"metric": {"a": "b"}, "value": [1700000000, "NaN"]},
                    {"metric": {}, "value": [1700000000.5, "+Inf"], "unknown": 1},
                    {"metric": {"h": "1"}, "histogram": [1.0, {"count": "3", "sum": "1"}]},
                ],
            },
            stats={"a": 1},
        ),
        HERE,
    )
    assert result.samples == [
        Sample({"a": "b"}, (1700000000.0, "NaN")),
        Sample({}, (1700000000.5, "+Inf")),
    ]


def test_a_scalar_is_one_sample_without_labels() -> None:
    got = parse_result(body({"resultType": "scalar", "result": [1, "3"]}), HERE)
    assert got.samples == [Sample({}, (1.0, "3"))]


def test_a_matrix_and_a_string() -> None:
    series = [{"metric": {"a": "b"}, "values": [[1, "2"], [2.5, "3"]]}]
    assert parse_result(body({"resultType": "matrix", "result": series}), HERE).series[
        0
    ].values == [(1.0, "2"), (2.5, "3")]
    assert parse_result(body({"resultType": "string", "result": [1, "x"]}), HERE).samples == []


def test_warnings_and_partial_data_are_kept_and_infos_apart() -> None:
    empty = {"resultType": "vector", "result": []}
    got = parse_result(body(empty, warnings=["w"], infos=["i"], isPartial=True), HERE)
    assert got.warnings[0] == "w"
    assert "partial" in got.warnings[1]
    assert got.infos == ("i",)
    assert parse_result(body(empty, warnings=None, infos=None), HERE).warnings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty answer"),
        (b"  \n", "empty answer"),
        (b"hello", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"status": "success", "data": {"resultType": "vector", "resu', "cut off"),
        (b"[1, 2]", "not as Prometheus answers"),
        (b"{}", "not as Prometheus answers"),
        (b'{"status": "success"}', "without data"),
        (b'{"status": "success", "data": []}', "not as Prometheus answers"),
        (b'{"status": "success", "data": {"resultType": "odd", "result": []}}', "odd"),
        (
            b'{"status": "success", "data": {"resultType": "vector", "result": [{"value": 5}]}}',
            "not as Prometheus answers",
        ),
        (b'{"status": "error", "error": "out of cheese"}', "out of cheese"),
    ],
)
def test_what_prometheus_never_answers_is_refused_and_named(text: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        parse_result(text, HERE)
    assert caught.value.problem.kind is ProblemKind.BAD_ANSWER
    assert caught.value.problem.where == HERE


json_values = st.recursive(st.none() | st.text() | st.floats(), st.lists)


@given(st.binary() | json_values.map(json.dumps).map(str.encode))
def test_nothing_but_a_source_error_comes_out(anything: bytes) -> None:
    parse_failure(anything)
    parse_build_info(anything)
    with pytest.raises(SourceError):
        parse_result(anything, HERE)


@given(st.floats(), st.dictionaries(st.text(), st.text()))
def test_any_value_and_labels_survive(value: float, labels: dict[str, str]) -> None:
    text = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, repr(value))
    data = {"resultType": "vector", "result": [{"metric": labels, "value": [1.5, text]}]}
    (sample,) = parse_result(body(data), HERE).samples
    assert sample.metric == labels
    assert sample.value is not None
    number = number_of(sample)
    assert number == value if math.isfinite(value) else number is None


def test_what_an_error_says() -> None:
    failure = parse_failure(b'{"status":"error","errorType":"bad_data","error":"parse error"}')
    assert failure is not None
    assert (failure.error_type, failure.error) == ("bad_data", "parse error")
    assert parse_failure(b"404 page not found") is None


def test_build_info_of_servers_that_say_little() -> None:
    assert parse_build_info(b'{"status":"success","data":{}}').revision == ""
    assert parse_build_info(b'{"status":"success","data":{"version":"2.24.0"}}').version == "2.24.0"
    assert parse_build_info(b"<html>") is None


def test_what_is_nested_without_end_is_refused() -> None:
    endless = b'{"status": "success", "x": ' + b"[" * 100_000
    with pytest.raises(SourceError, match="broken or cut off"):
        parse_result(endless, HERE)
    assert parse_failure(endless) is None
    assert parse_build_info(endless) is None
