"""Bars from zero: quantiles, shares of a whole."""

from __future__ import annotations

import pytest
from support import dashboard
from support.panels import BY_KIND, Make, reading, rowed

from opsdesk.model.page import Panel, PanelKind


def test_quantiles_are_bars_with_words_for_those_who_do_not_know_them(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.BARS], dashboard.whole()))
    assert [(row.name, row.small, row.value, row.unit) for row in panel.rows] == [
        ("p50", "half within", "148", "ms"),
        ("p75", "3 in 4 within", "203", "ms"),
        ("p95", "19 in 20 within", "291", "ms"),
        ("p99", "99 in 100 within", "531", "ms"),
        ("max", "slowest", "1,243", "ms"),
    ]
    assert [row.name for row in panel.rows if row.bright] == ["p95"]
    bars = [row.marks.bar for row in panel.rows if row.marks is not None]
    assert bars == [(0.0, value / 1243) for value in (148, 203, 291, 531, 1243)]


def test_shares_of_a_whole_have_its_scale_and_say_what_is_missing(make: Make) -> None:
    panel = Panel(kind=PanelKind.BARS, title="Coverage", metrics=("coverage.share",))
    found = rowed(make(panel, dashboard.whole()))
    assert {row.name: row.remark for row in found.rows} == {
        "Logging": "complete",
        "Tracing": "complete",
        "Error tracking": "2 points short",
        "Runbooks": "15 points short",
    }
    assert [row.marks.bar for row in found.rows if row.marks is not None and row.marks.rest] == [
        (0.0, 1.0),
        (0.0, 1.0),
        (0.0, 0.98),
        (0.0, 0.85),
    ]


@pytest.mark.parametrize(("share", "remark"), [(99.0, "1 point short"), (98.5, "1.5 points short")])
def test_what_is_missing_is_counted_in_points(share: float, remark: str, make: Make) -> None:
    board = dashboard.whole(but={"coverage.share": (reading("coverage.share", share),)})
    panel = Panel(kind=PanelKind.BARS, title="Coverage", metrics=("coverage.share",))
    assert [row.remark for row in rowed(make(panel, board)).rows] == [remark]
