"""What is read out of the answers of a metrics API: units, ranges, names, bounds."""

from __future__ import annotations

import json
from datetime import timedelta
from math import inf

import pytest
from support.metrics_api import (
    AT,
    CARBON,
    NOW,
    TOKEN,
    UPTIME,
    api,
    document,
    figure,
    poll,
    snapshots,
)

from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Origin
from opsdesk.sources.credentials import Credentials


def test_the_least_that_a_backend_may_say_is_enough() -> None:
    labels = {"component": "API"}
    found = poll(snapshots(figure("component.uptime", 98, labels=labels)))
    (reading,) = found.readings
    assert (reading.key, reading.value, reading.source) == (UPTIME, 98.0, "far")
    assert reading.at == NOW - timedelta(seconds=30)
    assert reading.origin is Origin.MEASURED
    assert found.notes == ()
    # what is not in it is not there
    assert found.lookback == inf


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
        {"id": "partly", "title": "Partly", "interval": 15, "partial": ["Requests: failed."]},
    ]
    readings = [
        figure("errors.rate", 1, source="quick"),
        figure("health.score", 90, source="slow"),
        figure("breaker.failures", 1, labels={"breaker": "A"}, source="computed"),
    ]
    found = poll(snapshots(*readings, sources=sources))
    assert found.cadence == 15
    assert [reading.cadence for reading in found.readings] == [15, 300, 300]
    assert found.notes == ("Slow: it is on fire", "Partly: Requests: failed.")
    assert found.lookback == 0.0


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
    assert found.lookback == 0.0


def test_what_it_repeats_of_our_secret_is_hidden() -> None:
    found = poll(
        snapshots(figure("errors.rate", 1, labels={"area": f"Bearer {TOKEN}"})),
        credentials=Credentials(token=TOKEN),
    )
    assert TOKEN not in str(found)
