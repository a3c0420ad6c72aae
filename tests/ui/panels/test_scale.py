"""Dots on one scale, the worst first."""

from __future__ import annotations

import pytest
from support import boards, dashboard
from support.panels import BY_KIND, Make, rowed, shares

from opsdesk.insight.verdict import State
from opsdesk.model.page import PanelKind

ABOUT = "\N{ALMOST EQUAL TO}"


def test_uptime_says_how_long_a_component_was_down(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SCALE], dashboard.whole()))
    assert {row.name: row.remark for row in panel.rows} == {
        "API Gateway": f"{ABOUT} 12 min down",
        "AI Services": f"{ABOUT} 27 min down",
        "Database": f"{ABOUT} 3 min down",
        "Cache Layer": f"{ABOUT} 1 min down",
    }
    # Nobody tells what is up: no row has a state, and none is counted.
    assert {row.state for row in panel.rows} == {None}
    assert panel.view.scale.foot == ""


def test_dots_stand_worst_first_where_a_source_tells_states(make: Make) -> None:
    states = {"API Gateway": 100.0, "AI Services": 0.0, "Database": 100.0}
    metric = "component.instances_up"
    board = dashboard.whole(but={metric: shares(metric, "component", states)})
    panel = rowed(make(BY_KIND[PanelKind.SCALE], board))
    assert [(row.name, row.state) for row in panel.rows] == [
        ("AI Services", State.CRITICAL),
        ("Cache Layer", State.NO_SOURCE),
        ("API Gateway", State.OK),
        ("Database", State.OK),
    ]
    assert panel.view.scale.foot == "2 of 3 up, 1 unknown"
    assert panel.rows[0].small == "CRITICAL"


@pytest.mark.parametrize(
    ("states", "foot"),
    [
        ((100.0, 100.0, 0.0, 100.0), "3 of 4 up"),
        ((100.0, None, None, None), "1 up, 3 unknown"),
        ((100.0, 0.0, None, None), "1 of 2 up, 2 unknown"),
        ((0.0, None, None, None), "0 of 1 up, 3 unknown"),
        ((None, None, None, None), "state unknown"),
    ],
)
def test_what_is_not_known_counts_neither_as_up_nor_as_down(
    states: tuple[float | None, ...], foot: str, make: Make
) -> None:
    names = ("API Gateway", "AI Services", "Database", "Cache Layer")
    metric = "component.instances_up"
    told = shares(metric, "component", dict(zip(names, states, strict=True)))
    panel = rowed(make(BY_KIND[PanelKind.SCALE], dashboard.whole(but={metric: told})))
    assert panel.view.scale.foot == foot


def test_dots_whose_states_are_stale_assert_nothing(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SCALE], boards.stale()))
    assert {row.state for row in panel.rows} == {State.STALE}
    assert panel.view.scale.foot == "state unknown"


@pytest.mark.parametrize(
    ("uptime", "ends"), [(98.0, ["98", "99", "100"]), (91.0, ["90", "95", "100"])]
)
def test_the_scale_begins_below_the_least(uptime: float, ends: list[str], make: Make) -> None:
    metric = "component.uptime"
    board = dashboard.whole(but={metric: shares(metric, "component", {"a": uptime, "b": 99.9})})
    ticks = rowed(make(BY_KIND[PanelKind.SCALE], board)).view.scale.ticks
    assert [words for _, words in sorted(ticks)] == ends
