from __future__ import annotations

import json

import msgspec
import pytest
from msgspec.structs import replace

from opsdesk.catalogue import metrics
from opsdesk.model.metric import Direction, Kind, Metric
from opsdesk.model.reading import Unit
from opsdesk.wire.catalogue import decode, to_wire
from opsdesk.wire.decoding import WireError

CATALOGUE = metrics.load()


def test_the_catalogue_comes_back_but_for_how_figures_are_computed() -> None:
    described = tuple(
        replace(metric, compute=None, checks=(), claimed_as=()) for metric in CATALOGUE.values()
    )
    content = msgspec.json.encode(to_wire(CATALOGUE.values()))
    assert decode(content, "server") == described


def read_one(**fields: object) -> Metric:
    content = json.dumps({"metrics": [{"id": "m", "unit": "count"} | fields]}).encode()
    (found,) = decode(content, "server")
    return found


def test_id_and_unit_make_a_metric() -> None:
    assert read_one() == Metric(id="m", title="m", section="", unit=Unit.COUNT, definition="")


@pytest.mark.parametrize(
    ("unit", "kind", "expected"),
    [
        ("state", "", (Unit.STATE, Kind.STATE)),
        ("time", "", (Unit.TIME, Kind.TIME)),
        ("percent", "", (Unit.PERCENT, Kind.NUMBER)),
        ("percent", "odd", (Unit.PERCENT, Kind.NUMBER)),
        ("furlongs", "number", (Unit.COUNT, Kind.NUMBER)),
        ("furlongs", "text", (Unit.TEXT, Kind.TEXT)),
    ],
)
def test_kind_and_unit_tell_of_each_other(
    unit: str, kind: str, expected: tuple[Unit, Kind]
) -> None:
    found = read_one(unit=unit, kind=kind)
    assert (found.unit, found.kind) == expected


@pytest.mark.parametrize(
    ("fields", "limits"),
    [
        ({"direction": "up", "degraded": 99, "critical": 95}, (99.0, 95.0)),
        ({"direction": "up", "degraded": 95, "critical": 99}, (None, None)),
        ({"direction": "down", "degraded": 1, "critical": 5}, (1.0, 5.0)),
        ({"degraded": 1, "critical": 5}, (None, None)),
        ({"direction": "sideways", "degraded": 1}, (None, None)),
    ],
)
def test_limits_that_contradict_the_direction_are_none(
    fields: dict[str, object], limits: tuple[float | None, float | None]
) -> None:
    found = read_one(**fields)
    assert (found.degraded, found.critical) == limits


def test_a_range_that_holds_nothing_is_none() -> None:
    found = read_one(low=5, high=1)
    assert (found.low, found.high, found.direction) == (None, None, Direction.NONE)


def test_what_would_never_be_an_incident_is_one_after_a_week() -> None:
    assert read_one(lasts=1e300).lasts == 604_800


def test_of_two_metrics_of_one_id_there_is_one() -> None:
    sent = [{"id": "m", "unit": "count"}, {"id": "m", "unit": "ms"}]
    found = decode(json.dumps({"metrics": sent}).encode(), "server")
    assert [metric.id for metric in found] == ["m"]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"metrics": [{"id": "", "unit": "count"}]}'])
def test_what_cannot_be_read_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(WireError, match=r"^server: not a catalogue of OpsDesk: "):
        decode(content, "server")
