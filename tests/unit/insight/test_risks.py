"""Risks in words, and what comes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import boards, dashboard
from support.boards import CATALOGUE, NOW

from opsdesk.insight.risks import consequence, is_risk, risk_text
from opsdesk.model.key import key
from opsdesk.model.reading import Reading, Value


def reading(metric: str, value: Value, **labels: str) -> Reading:
    return Reading(key=key(metric, labels), value=value, at=NOW, source="prod")


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("logs.volume_growth", 15.0, "Log volume grows 15 % per week"),
        ("runbook.low_success", 1.0, "1 runbook below 80 % success"),
        ("runbook.low_success", 2.0, "2 runbooks below 80 % success"),
        ("breaker.flapping", 1.0, "1 circuit breaker flapping"),
        ("errors.rate", 2.5, "Error rate: 2.5 %"),
    ],
)
def test_risks_are_said_in_words(metric: str, value: float, words: str) -> None:
    assert risk_text(reading(metric, value), CATALOGUE[metric], NOW) == words


def test_a_metric_that_nobody_has_described_is_said_as_it_is() -> None:
    assert risk_text(reading("queue.depth", 7.0, queue="mail"), None, NOW) == (
        "queue.depth of mail: 7"
    )


@pytest.mark.parametrize("value", [0.0, -2.0, None, "many", float("nan")])
def test_nothing_of_it_or_nothing_known_is_no_risk(value: Value) -> None:
    assert not is_risk(reading("breaker.flapping", value))


@pytest.mark.parametrize(
    ("growth", "words"),
    [
        (15.0, "doubles in about 5 weeks"),
        (40.0, "doubles in about 2 weeks"),
        (100.0, ""),  # in one week: the figure itself says so
        (0.5, ""),  # in years: nobody can know
        (0.0, ""),
    ],
)
def test_growth_is_said_as_the_time_in_which_it_doubles(growth: float, words: str) -> None:
    assert consequence(reading("logs.volume_growth", growth), boards.normal()) == words


def test_what_comes_of_other_risks_is_not_known() -> None:
    assert not consequence(reading("breaker.flapping", 3.0), boards.normal())


def test_runbooks_that_do_badly_are_named_where_all_of_them_are_known() -> None:
    low = reading("runbook.run_success_rate", 70.0, runbook="Cache Clear")
    board = dashboard.whole(but={"runbook.run_success_rate": (low,)})
    assert consequence(reading("runbook.low_success", 1.0), board) == "Cache Clear"
    assert consequence(reading("runbook.low_success", 2.0), board) == "names: no source"


@given(st.floats(-1e9, 1e9))
def test_any_growth_is_said_without_failing(growth: float) -> None:
    words = consequence(reading("logs.volume_growth", growth), boards.normal())
    assert not words or growth > 0
