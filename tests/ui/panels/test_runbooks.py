"""Runbooks: how often each ran, and how often it helped."""

from __future__ import annotations

import pytest
from support import dashboard
from support.panels import BY_KIND, Make, reading, rowed, shares

from opsdesk.insight.words import NOTHING
from opsdesk.model.page import PanelKind


def test_runbooks_stand_by_runs_with_their_success(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.RUNBOOKS], dashboard.whole()))
    assert [(row.name, row.lead, row.value) for row in panel.rows] == [
        ("AI Service Recovery", "45", "95"),
        ("Health Check", "30", "100"),
        ("High Memory Usage", "28", "89"),
        ("Database Performance", "21", "90"),
        ("Cache Clear", "18", "100"),
    ]
    dots = [row.more.dot for row in panel.rows if row.more is not None]
    assert dots == pytest.approx([0.75, 1.0, 0.45, 0.5, 1.0])
    scale = panel.view.scale
    assert scale.heads == ("Runbook", "Runs", "Success, dashed: all runs 92.3 %")
    assert scale.line == (pytest.approx(0.615), "")
    assert [words for _, words in scale.ticks] == ["80", "90", "100"]
    # Two do badly, and all five that are listed do well.
    assert (scale.warning, scale.foot) == ("2 runbooks below 80 %", "names: no source")


def test_runbooks_that_do_badly_are_named_where_they_are_known(make: Make) -> None:
    metric = "runbook.run_success_rate"
    found = shares(metric, "runbook", {"AI Service Recovery": 61.0, "Health Check": 99.0})
    low = reading("runbook.low_success", 1.0)
    board = dashboard.whole(but={metric: found, "runbook.low_success": (low,)})
    panel = rowed(make(BY_KIND[PanelKind.RUNBOOKS], board))
    scale = panel.view.scale
    assert (scale.warning, scale.foot) == ("1 runbook below 80 %", "AI Service Recovery")
    assert [words for _, words in scale.ticks] == ["50", "75", "100"]
    assert {row.name: row.value for row in panel.rows}["Cache Clear"] == NOTHING


def test_a_stale_warning_warns_of_nothing(make: Make) -> None:
    scale = rowed(make(BY_KIND[PanelKind.RUNBOOKS], dashboard.stale())).view.scale
    assert (scale.warning, scale.foot) == ("", "")
