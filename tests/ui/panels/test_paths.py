"""Ways through the system, the slowest first."""

from __future__ import annotations

from support import dashboard
from support.panels import ARROW, BY_KIND, Make, rowed

from opsdesk.model.page import PanelKind


def test_paths_stand_slowest_first_with_their_way_and_what_is_usual(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.PATHS], dashboard.whole()))
    assert [(row.name, row.remark, row.value) for row in panel.rows] == [
        ("/api/reports/generate", f"Database {ARROW} PDF Service", "1,243"),
        ("/api/ai/chat", f"AI Service {ARROW} Database", "823"),
        ("/api/data/analyze", f"ML Model {ARROW} Cache", "567"),
    ]
    assert panel.view.scale.line == (291 / 1243, "overall p95 291 ms")


def test_paths_have_no_mark_where_nobody_says_what_is_usual(make: Make) -> None:
    panel = rowed(make(BY_KIND[PanelKind.PATHS], dashboard.whole(but={"latency.quantile": ()})))
    assert panel.view.scale.line is None
    assert [row.marks.tick for row in panel.rows if row.marks is not None] == [None] * 3
