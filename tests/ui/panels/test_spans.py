"""Parts of a whole, one after the other."""

from __future__ import annotations

import pytest
from support import dashboard
from support.panels import BY_KIND, Make, rowed, shares

from opsdesk.model.page import PanelKind


def test_spans_follow_each_other_and_the_largest_is_bright(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.SPANS], dashboard.whole()))
    bars = [row.marks.bar for row in panel.rows if row.marks is not None and row.marks.bar]
    assert bars == [(0.0, 0.12), (0.12, 0.2), (0.2, 0.45), (0.45, 0.8), (0.8, 0.95), (0.95, 1.0)]
    assert [row.name for row in panel.rows if row.bright] == ["AI Services"]


@pytest.mark.parametrize(
    ("parts", "foot"),
    [
        ({"a": 60.0, "b": 20.0}, "adds up to 80 %"),
        ({"a": 90.0, "b": 30.0}, "adds up to 120 %"),
        ({"a": 33.3, "b": 33.3, "c": 33.3}, ""),
    ],
)
def test_spans_that_make_no_whole_say_so(parts: dict[str, float], foot: str, make: Make) -> None:
    metric = "trace.latency_share"
    board = dashboard.whole(but={metric: shares(metric, "layer", parts)})
    panel = rowed(make(BY_KIND[PanelKind.SPANS], board))
    assert panel.view.scale.foot == foot
    ends = [row.marks.bar[1] for row in panel.rows if row.marks is not None and row.marks.bar]
    assert ends[-1] <= 1.0
