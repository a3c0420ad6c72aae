from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, OFFLINE, breaker, by_key, reading

from opsdesk.catalogue import metrics
from opsdesk.model.errors import ConfigError, ProblemKind
from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Freshness, Origin, Qualifier, Reading, Unit, Value
from opsdesk.model.snapshot import (
    Baseline,
    Family,
    Finding,
    Incident,
    Severity,
    Snapshot,
    SourceStatus,
)
from opsdesk.wire.numbers import short
from opsdesk.wire.snapshot import SCHEMA, decode, from_wire, to_wire

CATALOGUE = metrics.load()

texts = st.text(max_size=20)
names = st.text("abcdefgh_", min_size=1, max_size=8)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
numbers = st.floats(allow_nan=False, allow_infinity=False).map(short)
states = st.sampled_from(BreakerState)
keys = st.builds(
    key,
    st.sampled_from(["errors.rate", "breaker.failures", "own.metric"]),
    st.dictionaries(names, st.text(min_size=1, max_size=10), max_size=3),
)


def readings_of(keys: st.SearchStrategy[Key], values: st.SearchStrategy[Value]) -> object:
    return st.builds(
        Reading,
        key=keys,
        value=values,
        at=times,
        source=names,
        origin=st.sampled_from(Origin),
        qualifier=st.sampled_from(Qualifier),
        window=st.none() | st.floats(0, 1e9),
        samples=st.none() | st.integers(0, 10**9),
        coverage=st.none() | st.floats(0, 1),
        cadence=st.floats(0, 1e5),
        change=st.none() | numbers,
        note=texts,
    )


def keyed(metric: str) -> st.SearchStrategy[Key]:
    return names.map(lambda name: key(metric, {"breaker": name}))


readings = st.lists(
    readings_of(keys, st.none() | numbers)
    | readings_of(keyed("breaker.state"), states)
    | readings_of(keyed("breaker.last_reset"), st.none() | times)
    | readings_of(keyed("own.state"), states)
    | readings_of(keyed("own.time"), times)
    | readings_of(keyed("own.flag"), st.booleans())
    | readings_of(keyed("own.text"), texts),
    max_size=8,
).map(lambda found: by_key(*found))
sources = st.lists(
    st.builds(
        SourceStatus,
        id=names,
        title=texts,
        kind=names,
        where=texts,
        interval=st.floats(1, 1e5),
        cadence=st.floats(0, 1e5),
        last_success=st.none() | times,
        failures=st.integers(0, 1000),
        problem=st.none() | st.just(OFFLINE),
        families=st.lists(
            st.builds(
                Family, pack=names, title=texts, series=st.integers(0, 9), used=st.booleans()
            ),
            max_size=2,
        ).map(tuple),
        notes=st.lists(texts, max_size=2).map(tuple),
    ),
    max_size=3,
).map(tuple)
incidents = st.lists(
    st.builds(
        Incident,
        id=names,
        subject=keys,
        title=texts,
        severity=st.sampled_from(Severity),
        state=states,
        opened_at=times,
        seen_opening=st.booleans(),
        closed_at=st.none() | times,
        trips=st.integers(1, 99),
        detail=texts,
    ),
    max_size=3,
).map(tuple)
snapshots = st.builds(
    Snapshot,
    at=times,
    readings=readings,
    baselines=st.lists(
        st.builds(Baseline, name=names, period=texts, readings=readings), max_size=2
    ).map(tuple),
    incidents=incidents,
    findings=st.lists(
        st.builds(Finding, kind=names, sentence=texts, keys=st.lists(keys, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    sources=sources,
)


@given(snapshots, times)
def test_a_snapshot_comes_back_from_a_file_as_it_went_in(snapshot: Snapshot, now: datetime) -> None:
    content = msgspec.json.encode(to_wire(snapshot, CATALOGUE, now))
    assert from_wire(decode(content, "file")) == snapshot


def written(*found: Reading) -> dict[str, object]:
    source = SourceStatus(id="a", title="A", kind="x", where="http://a", interval=60, cadence=15)
    snapshot = Snapshot(at=NOW, readings=by_key(*found), sources=(source,))
    content = msgspec.json.encode(to_wire(snapshot, CATALOGUE, NOW + timedelta(minutes=1)))
    result: dict[str, object] = json.loads(content)
    return result


def test_the_fields_are_those_of_the_schema() -> None:
    document = written(breaker("Carbon", BreakerState.OPEN))
    assert list(document) == [
        "schema", "generated_at", "sources", "readings", "baselines", "incidents", "findings",
    ]  # fmt: skip
    assert document["schema"] == SCHEMA == "opsdesk.snapshot/1"
    assert document["generated_at"] == "2026-03-01T12:00:00Z"
    assert document["readings"] == [
        {
            "metric": "breaker.state",
            "labels": {"breaker": "Carbon"},
            "value": "open",
            "qualifier": "",
            "unit": "state",
            "window": None,
            "origin": "measured",
            "at": "2026-03-01T12:00:00Z",
            "freshness": "live",
            "source": "a",
            "note": "",
        }
    ]


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (1.5, None),
        (None, None),
        (True, "bool"),
        ("words", "text"),
        (NOW, "time"),
        (BreakerState.OPEN, "state"),
    ],
)
def test_a_metric_that_nobody_has_described_has_the_unit_of_its_type(
    value: Value, unit: str | None
) -> None:
    (found,) = written(reading("own.metric", value))["readings"]
    assert found["unit"] == unit


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_value(value: float) -> None:
    (found,) = written(reading("errors.rate", value))["readings"]
    assert found["value"] is None


def test_readings_stand_in_the_order_of_the_catalogue() -> None:
    document = written(
        reading("own.metric", 1.0), reading("errors.rate", 0.5), reading("health.score", 99.0)
    )
    order = [found["metric"] for found in document["readings"]]
    assert order == ["health.score", "errors.rate", "own.metric"]


def test_a_figure_that_was_fresh_then_is_judged_anew_when_it_is_shown() -> None:
    status = SourceStatus(id="a", title="A", kind="fake", where="", interval=15, cadence=0)
    snapshot = Snapshot(at=NOW, readings=by_key(reading("errors.rate", 0.5)), sources=(status,))
    found = to_wire(snapshot, CATALOGUE, NOW)
    assert found.readings[0].freshness is Freshness.LIVE


def document(**changes: object) -> bytes:
    return json.dumps(
        {"schema": SCHEMA, "generated_at": "2026-03-01T12:00:00+00:00", "readings": []} | changes
    ).encode()


def nested_but_valid(levels: int) -> bytes:
    """Return what the decoder reads to its end, though it needs its second look."""
    return b'{"readings": null, "x": %s, %s' % (b"[" * levels + b"]" * levels, document()[1:])


def test_unknown_fields_are_passed_over() -> None:
    assert decode(document(weather="fine"), "file").readings == ()


def read_one(**fields: object) -> Reading:
    """Return what a reader makes of a reading, by default the least that makes one."""
    least = {"metric": "m", "at": "2026-03-01T12:00:00Z", "value": 1}
    wire = decode(document(readings=[least | fields]), "f")
    (found,) = from_wire(wire, CATALOGUE).readings.values()
    return found


def test_metric_value_and_time_make_a_reading() -> None:
    assert read_one() == Reading(key=key("m"), value=1.0, at=NOW, source="")


def test_a_text_that_is_no_time_stays_a_text() -> None:
    assert read_one(unit="time", value="molten").value == "molten"


def test_the_catalogue_tells_the_unit_of_a_reading_that_has_none() -> None:
    found = read_one(metric="breaker.state", value="half-open", labels={"breaker": "Carbon"})
    assert found.value is BreakerState.HALF_OPEN


def test_a_state_that_nobody_knows_is_unknown() -> None:
    assert read_one(unit="state", value="molten").value is BreakerState.UNKNOWN


@pytest.mark.parametrize(
    ("sent", "field", "read"),
    [
        ({"origin": "dreamt"}, "origin", Origin.MEASURED),
        ({"qualifier": "=~"}, "qualifier", Qualifier.ABOUT),
        ({"unit": "furlongs"}, "value", 1.0),
        ({"freshness": "crisp"}, "value", 1.0),
        ({"labels": None}, "key", key("m")),
        ({"note": None}, "note", ""),
        ({"samples": None}, "samples", None),
        ({"samples": 4}, "samples", 4),
        ({"coverage": 0.5}, "coverage", 0.5),
        ({"change_percent": -12.5}, "change", -12.5),
        ({"cadence": 15}, "cadence", 15.0),
        ({"at": "2026-03-01T13:00:00+01:00"}, "at", NOW),
        ({"at": "2026-03-01T12:00:00"}, "at", NOW),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", datetime(1970, 1, 1, tzinfo=UTC)),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at", datetime(2200, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_is_unknown_or_null_costs_no_reading(
    sent: dict[str, object], field: str, read: object
) -> None:
    assert getattr(read_one(**sent), field) == read


def test_lists_that_are_null_are_empty() -> None:
    wire = decode(document(sources=None, baselines=None, incidents=None, findings=None), "f")
    assert from_wire(wire) == Snapshot(at=NOW)


def test_a_source_needs_no_more_than_its_id() -> None:
    problem = {"what": "no answer", "kind": "bored"}
    wire = decode(document(sources=[{"id": "a", "problem": problem}]), "f")
    (found,) = from_wire(wire).sources
    assert found.problem is not None
    assert (found.problem.what, found.problem.kind) == ("no answer", ProblemKind.SERVER)


def test_an_incident_of_unknown_severity_is_critical() -> None:
    incident = {
        "id": "1",
        "subject": {"metric": "m"},
        "title": "t",
        "severity": "purple",
        "opened_at": "2026-03-01T12:00:00Z",
    }
    (found,) = from_wire(decode(document(incidents=[incident]), "f")).incidents
    assert (found.severity, found.state) == (Severity.CRITICAL, BreakerState.OPEN)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (document(schema="opsdesk.snapshot/2"), "later OpsDesk.*Update"),
        (document(schema="opsdesk.snapshot/x"), "not a snapshot of OpsDesk but"),
        (document(schema="opsdesk.snapshot/0"), "not a snapshot of OpsDesk but"),
        (document(schema="other/2"), "not a snapshot of OpsDesk but 'other/2'"),
        (document(generated_at="yesterday"), "not a snapshot of OpsDesk: .*generated_at"),
        (document(readings=[{}]), "not a snapshot of OpsDesk: .*readings"),
        (b"[]", "not a snapshot"),
        (b'{"schema": "opsdesk.snapshot/1", "x": ' + b"[" * 100_000, "nested too deeply"),
        (nested_but_valid(700).replace(b"[]}", b"[{}]}"), "nested too deeply"),
        (b'{"schema": "\xff"}', "not a snapshot"),
        (document(readings=None), "missing required field `readings`"),
        (document(readings=[{"metric": "m", "at": "2026-03-01T12:00:00Z"}]), "field `value`"),
        (b"", "not a snapshot"),
        (b"\xff\xfe", "not a snapshot"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=f"^some file: .*{says}"):
        decode(content, "some file")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(content: bytes) -> None:
    with pytest.raises(ConfigError):
        decode(content, "file")


@pytest.mark.parametrize(
    ("value", "shortened"),
    [
        (98.50000001, 98.5),
        (148.33333333333334, 148.333),
        (0.1 + 0.2, 0.3),
        (99.9999995, 99.9999995),
        (99.99999, 99.99999),
        (100.00000000000001, 100.0),
        (1234567.0, 1234567.0),
        (1234567.25, 1234567.25),
        (-60.0, -60.0),
        (0.0, 0.0),
        (1e-9, 1e-9),
    ],
)
def test_digits_that_arithmetic_added_are_left_out(value: float, shortened: float) -> None:
    assert short(value) == shortened


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_shortened_number_is_close_and_stays_as_it_is(value: float) -> None:
    once = short(value)
    assert math.isclose(once, value, rel_tol=1e-5)
    assert short(once) == once


def test_unit_is_the_catalogues() -> None:
    snapshot = Snapshot(at=NOW, readings=by_key(reading("errors.rate", 0.5)))
    assert to_wire(snapshot, CATALOGUE, NOW).readings[0].unit is Unit.PERCENT
