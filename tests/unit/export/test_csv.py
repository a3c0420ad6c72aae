from __future__ import annotations

import csv
import io
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, breaker, by_key, reading

from opsdesk.catalogue import metrics
from opsdesk.export.csv import COLUMNS, cell, number_text, render, safe, window_text
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Origin, Qualifier, Reading, Value
from opsdesk.model.snapshot import Baseline, Snapshot, SourceStatus

CATALOGUE = metrics.load()
SOURCE = SourceStatus(id="a", title="A", kind="x", where="http://a", interval=60, cadence=15)


def rows(*readings: Reading, baselines: tuple[Baseline, ...] = ()) -> list[dict[str, str]]:
    snapshot = Snapshot(at=NOW, readings=by_key(*readings), sources=(SOURCE,), baselines=baselines)
    text = render(snapshot, CATALOGUE, NOW + timedelta(seconds=12)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_those_promised() -> None:
    promised = (
        "section,metric,title,labels,value,qualifier,unit,window,origin,at,age_seconds,freshness,"
        "source,baseline,baseline_value,change_percent,note"
    )
    assert ",".join(COLUMNS) == promised
    assert render(Snapshot(at=NOW), CATALOGUE, NOW).decode() == f"{promised}\n"


def test_what_is_known_of_one_thing_stands_together() -> None:
    found = rows(
        breaker("B", BreakerState.OPEN),
        breaker("A", BreakerState.CLOSED),
        reading("breaker.failures", 2.0, breaker="A"),
        reading("breaker.failures", 3.0, breaker="B"),
        reading("health.score", 98.5),
        reading("breaker.last_reset", None, breaker="C"),
        reading("of.nobody", 1.0),
    )
    assert [(row["metric"], row["labels"], row["value"]) for row in found] == [
        ("health.score", "", "98.5"),
        ("breaker.state", 'breaker="B"', "open"),
        ("breaker.failures", 'breaker="B"', "3"),
        ("breaker.state", 'breaker="A"', "closed"),
        ("breaker.failures", 'breaker="A"', "2"),
        ("breaker.last_reset", 'breaker="C"', ""),
        ("of.nobody", "", "1"),
    ]


def test_a_reading_is_a_row() -> None:
    found = msgspec.structs.replace(
        reading("latency.quantile", 291.0, quantile="0.95"),
        window=86_400.0,
        origin=Origin.DERIVED,
        qualifier=Qualifier.LESS,
        note="from a histogram",
    )
    before = Baseline(name="before Phase 4", readings={found.key: reading("x", 582.0)})
    assert rows(found, baselines=(Baseline(name="empty"), before)) == [
        {
            "section": "Response times",
            "metric": "latency.quantile",
            "title": "Response time",
            "labels": 'quantile="0.95"',
            "value": "291",
            "qualifier": "<",
            "unit": "ms",
            "window": "24h",
            "origin": "derived",
            "at": "2026-03-01T12:00:00Z",
            "age_seconds": "12",
            "freshness": "live",
            "source": "a",
            "baseline": "before Phase 4",
            "baseline_value": "582",
            "change_percent": "",
            "note": "from a histogram",
        }
    ]
    # Of what is below a bound nobody knows by how much it has changed.
    exact = msgspec.structs.replace(found, qualifier=Qualifier.EXACT)
    assert rows(exact, baselines=(before,))[0]["change_percent"] == "-50"


def test_a_metric_that_nobody_has_described_is_a_row_too() -> None:
    (row,) = rows(reading("own.metric", 1.25))
    assert (row["section"], row["title"], row["unit"]) == ("", "", "")
    assert (row["metric"], row["value"]) == ("own.metric", "1.25")


def test_every_row_has_every_column_whatever_the_texts_hold() -> None:
    name = 'a "quoted",\nbroken\\name'
    (row,) = rows(breaker(name, BreakerState.OPEN))
    assert row["labels"] == 'breaker="a \\"quoted\\",\\nbroken\\\\name"'
    assert None not in row
    assert None not in row.values()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (98.5, "98.5"),
        (98.50000001, "98.5"),
        (-60.0, "-60"),
        (0.0, "0"),
        (142.0, "142"),
        (1e300, "1e+300"),
        (None, ""),
        (float("nan"), ""),
        (True, "yes"),
        (False, "no"),
        (BreakerState.HALF_OPEN, "half-open"),
        (NOW, "2026-03-01T12:00:00Z"),
        ("Exceeded", "Exceeded"),
        ("=1+1", "'=1+1"),
        ("-60", "-60"),
        ("-60 or so", "'-60 or so"),
    ],
)
def test_a_value_is_written_as_short_as_it_can_be(value: Value, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\n=1",
        "\uff1d1+1",
        "-",
        "+ 1",
        "- 1",
    ],
)
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_a_carriage_return_ends_no_line() -> None:
    assert safe("a\r\nb\rc") == "a\nb\nc"
    assert safe("\r=1") == "'\n=1"


@pytest.mark.parametrize("text", ["", "plain", "-60", "+4.5e3", "a=b", "'=1"])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert safe(text) == text


@given(st.text(max_size=20), st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_no_cell_ever_begins_like_a_formula(note: str, metric: str, value: str) -> None:
    found = msgspec.structs.replace(reading("own", value), key=key(metric), note=note, source=note)
    text = render(Snapshot(at=NOW, readings=by_key(found)), CATALOGUE, NOW).decode()
    (_, row) = csv.reader(io.StringIO(text, newline=""))
    for content in row:
        if content.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
            float(content)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_what_it_was(value: float) -> None:
    text = number_text(value)
    assert float(text) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (86_400.0, "24h"),
        (604_800.0, "7d"),
        (300.0, "5m"),
        (3600.0, "1h"),
        (90_000.0, "25h"),
        (90.0, "90s"),
        (0.5, "0.5s"),
        (0.0, "0s"),
    ],
)
def test_windows_are_written_as_prometheus_does(seconds: float | None, text: str) -> None:
    assert window_text(seconds) == text
