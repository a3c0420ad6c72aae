"""By how much figures have changed."""

from __future__ import annotations

import msgspec
import pytest
from support.readings import NOW, by_key, reading
from support.systems import CATALOGUE

from opsdesk.insight.board import arrange
from opsdesk.insight.changes import baseline_of, change_of, change_percent
from opsdesk.model.reading import Qualifier, Value
from opsdesk.model.snapshot import Baseline, Snapshot

FALSE_ALERTS = reading("oncall.false_alerts", 3.0)


def baseline(name: str, value: Value) -> Baseline:
    return Baseline(name=name, readings=by_key(reading("oncall.false_alerts", value)))


@pytest.mark.parametrize(
    ("earlier", "value", "change"),
    [
        (45.0, 18.0, -60.0),
        (-10.0, -5.0, 50.0),
        (15.0, 3.0, -80.0),
        (3.0, 0.0, -100.0),
        (0.0, 5.0, None),
        (5.0, None, None),
        (None, 5.0, None),
    ],
)
def test_a_change_is_in_percent_of_what_was(
    earlier: float | None, value: float | None, change: float | None
) -> None:
    assert change_percent(earlier, value) == change


@pytest.mark.parametrize(
    ("earlier", "value", "reported", "change"),
    [
        (15.0, 3.0, None, -80.0),
        (15, 3, -79.0, -80.0),
        (0.0, 3.0, -79.0, -79.0),
        ("few", 3.0, -79.0, -79.0),
        (15.0, "few", None, None),
    ],
)
def test_is_that_of_the_figures_where_both_are_known(
    earlier: Value, value: Value, reported: float | None, change: float | None
) -> None:
    now = msgspec.structs.replace(FALSE_ALERTS, value=value, change=reported)
    assert change_of(now, (baseline("before", earlier),)) == change


def test_without_a_baseline_what_is_reported_stands() -> None:
    now = msgspec.structs.replace(FALSE_ALERTS, change=-60.0)
    assert change_of(now, ()) == -60.0
    assert change_of(FALSE_ALERTS, (Baseline(name="empty"),)) is None


def test_the_first_baseline_that_knows_a_figure_is_taken() -> None:
    known = baseline("last week", 6.0)
    baselines = (Baseline(name="empty"), known, baseline("before", 15.0))
    assert baseline_of(FALSE_ALERTS.key, baselines) is known
    snapshot = Snapshot(at=NOW, readings=by_key(FALSE_ALERTS), baselines=baselines)
    board = arrange(snapshot, CATALOGUE)
    earlier = board.baseline_of(FALSE_ALERTS)
    assert earlier is not None
    assert (earlier.value, board.change_of(FALSE_ALERTS)) == (6.0, -50.0)
    assert board.baseline_of(reading("other", 1.0)) is None


@pytest.mark.parametrize("qualifier", [one for one in Qualifier if one is not Qualifier.EXACT])
def test_of_what_is_not_exact_no_change_is_computed(qualifier: Qualifier) -> None:
    about = msgspec.structs.replace(FALSE_ALERTS, qualifier=qualifier)
    assert change_of(about, (baseline("before", 15.0),)) is None
    before = Baseline(name="before", readings=by_key(about))
    assert change_of(msgspec.structs.replace(FALSE_ALERTS, change=-4.0), (before,)) == -4.0
