"""How fast an error budget is used up."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue import metrics
from opsdesk.insight import burn
from opsdesk.insight.burn import RULES, burning
from opsdesk.model.key import key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.series import Line
from opsdesk.model.snapshot import Severity

HOUR, DAY = 3_600.0, 86_400.0
NOW = 100 * DAY
RATE = key("errors.rate")
METRIC = msgspec.structs.replace(metrics.load()["errors.rate"], objective=99.9)


def line(window: float, step: float, *phases: tuple[float, float]) -> Line:
    """Return a line up to now; each phase is its length in seconds and its percent, newest last."""
    times = tuple(NOW - window + step * (i + 1) for i in range(int(window / step)))
    ends, end = [], NOW
    for lasts, percent in reversed(phases):
        ends.append((end - lasts, percent))
        end -= lasts
    values = tuple(next((p for since, p in ends if at > since), None) for at in times)
    return Line(key=RATE, times=times, values=values)


def rule_of(*phases: tuple[float, float], metric: Metric = METRIC) -> tuple[float, Severity] | None:
    found = burning(metric, line(burn.FINE, 60, *phases), line(burn.COARSE, 900, *phases), NOW)
    return None if found is None else (found.rule.factor, found.rule.severity)


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        pytest.param([(3 * DAY, 0.02)], None, id="well within it"),
        pytest.param([(3 * DAY, 0.02), (HOUR, 1.5)], (14.4, Severity.CRITICAL), id="fast"),
        pytest.param([(3 * DAY, 0.02), (6 * HOUR, 0.7)], (6.0, Severity.CRITICAL), id="slower"),
        pytest.param([(3 * DAY, 0.15)], (1.0, Severity.DEGRADED), id="slowly"),
        pytest.param([(3 * DAY, 0.02), (300, 9.0)], None, id="five minutes are no hour"),
        pytest.param([(3 * DAY, 0.02), (HOUR, 1.7), (360, 0.0)], None, id="it was bad and is over"),
        pytest.param([(900, 50.0)], None, id="a quarter of an hour is known, no more"),
        pytest.param([], None, id="nothing is known"),
    ],
)
def test_a_long_window_tells_that_much_is_lost_and_a_short_one_that_it_goes_on(
    phases: list[tuple[float, float]], found: tuple[float, Severity] | None
) -> None:
    assert rule_of(*phases) == found


def test_the_factor_says_how_long_a_budget_lasts() -> None:
    phases = (3 * DAY, 1.44)
    found = burning(METRIC, line(burn.FINE, 60, phases), line(burn.COARSE, 900, phases), NOW)
    assert found is not None
    assert found.factor == pytest.approx(14.4)
    assert found.lasts == pytest.approx(30 * DAY / 14.4)


def test_a_share_of_what_goes_well_burns_by_what_is_missing() -> None:
    upwards = msgspec.structs.replace(METRIC, direction=Direction.UP)
    assert rule_of((3 * DAY, 98.5), metric=upwards) == (14.4, Severity.CRITICAL)
    assert rule_of((3 * DAY, 99.99), metric=upwards) is None


@pytest.mark.parametrize("times", [(NOW,), (NOW, NOW)])
def test_of_points_that_cover_no_time_nothing_is_said(times: tuple[float, ...]) -> None:
    points = Line(key=RATE, times=times, values=(100.0,) * len(times))
    assert burning(METRIC, points, points, NOW) is None


def test_without_an_objective_nothing_burns() -> None:
    assert rule_of((3 * DAY, 50.0), metric=msgspec.structs.replace(METRIC, objective=None)) is None


@given(st.floats(0, 100), st.floats(0.1, 99.99))
def test_a_constant_rate_is_judged_by_the_gravest_rule_that_it_reaches(
    percent: float, objective: float
) -> None:
    metric = msgspec.structs.replace(METRIC, objective=objective)
    factor = percent / (100 - objective)
    # Rounding decides where a factor lies on a rule itself.
    if any(abs(factor - rule.factor) < 1e-6 for rule in RULES):
        return
    reached = [rule for rule in RULES if factor > rule.factor]
    wanted = (reached[0].factor, reached[0].severity) if reached else None
    assert rule_of((3 * DAY, percent), metric=metric) == wanted
