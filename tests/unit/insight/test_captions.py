"""What stands beside figures."""

from __future__ import annotations

import msgspec
import pytest
from support import dashboard
from support.readings import reading

from opsdesk.insight.captions import comparison, part_of, rate, scope_of
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading, Unit

DAY = 86_400.0
AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"


def uptime(window: float | None, coverage: float | None = None, name: str = "a") -> Reading:
    one = reading("component.uptime", 100.0, component=name)
    return msgspec.structs.replace(one, window=window, coverage=coverage)


@pytest.mark.parametrize(
    ("scope", "of", "expected"),
    [
        ("uptime, {window}", [uptime(DAY)], "uptime, last 24 h"),
        ("uptime, {window}", [uptime(15.0, 1.0)], "uptime, last 15 s"),
        ("uptime, {window}", [uptime(15.0), uptime(DAY)], "uptime, last 15 s to 24 h"),
        ("{window}", [uptime(DAY, 0.999), uptime(DAY)], "last 24 h"),
        ("{window}", [uptime(DAY, 0.508), uptime(DAY, 1.0)], f"last 24 h, {AT_LEAST} 50 % known"),
        ("uptime, {window}", [uptime(None), uptime(DAY)], "uptime"),
        ("uptime, {window}", [], "uptime"),
        ("{window}", [], ""),
        ("mean, {of} all", [uptime(DAY)], "mean, {of} all"),
        ("", [uptime(DAY), uptime(DAY)], "last 24 h"),
        ("", [uptime(DAY), uptime(15.0)], ""),
        ("", [uptime(None)], ""),
        ("", [], ""),
    ],
)
def test_a_scope_says_what_the_figures_cover(scope: str, of: list[Reading], expected: str) -> None:
    assert scope_of(scope, of) == expected


def metric(unit: Unit, **more: object) -> Metric:
    found = Metric(id="ours", title="Ours", section="Tests", unit=unit, definition="A figure.")
    return msgspec.structs.replace(found, **more)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (None, ""),
        (metric(Unit.PERCENT), ""),
        (metric(Unit.PERCENT, target=99.9, degraded=99.0), "target 99.9 %"),
        (metric(Unit.COUNT, target=3.0), "target 3"),
        (metric(Unit.PERCENT, degraded=99.0, direction=Direction.UP), "normal above 99 %"),
        (
            metric(Unit.MILLISECONDS, degraded=500.0, direction=Direction.DOWN),
            "normal below 500 ms",
        ),
    ],
)
def test_a_value_is_held_against_its_target_else_where_it_would_be_wrong(
    of: Metric | None, expected: str
) -> None:
    assert comparison(of) == expected


@pytest.mark.parametrize(
    ("of", "number", "window", "expected"),
    [
        (None, 70.0, 7 * DAY, ""),
        (metric(Unit.COUNT), 70.0, None, ""),
        (metric(Unit.PERCENT), 70.0, 7 * DAY, ""),
        (metric(Unit.COUNT), 70.0, 7 * DAY, "about 10 per day"),
        (metric(Unit.COUNT), 70.0, DAY, ""),
        (metric(Unit.COUNT), 6.0, 7 * DAY, ""),
        (metric(Unit.HOURS_PER_WEEK), 100.0, None, "2.5 weeks of 40 h"),
    ],
)
def test_a_count_of_several_days_says_how_many_a_day(
    of: Metric | None, number: float, window: float | None, expected: str
) -> None:
    one = msgspec.structs.replace(reading("ours", number), window=window)
    assert rate(one, of) == expected


def test_a_share_of_counts_is_told_as_a_part() -> None:
    board = dashboard.whole()
    told = {
        id_: part_of(board, board.by_metric[id_][0], board.catalogue[id_])
        for id_ in ("runbook.success_rate", "cost.roi", "errors.rate")
    }
    assert told == {"runbook.success_rate": "131 of 142", "cost.roi": "", "errors.rate": ""}
    wrong = reading("runbook.success_rate", 80.0)
    other = dashboard.whole(but={"runbook.success_rate": (wrong,)})
    assert not part_of(other, wrong, other.metric("runbook.success_rate"))  # 131 are no 80 %
