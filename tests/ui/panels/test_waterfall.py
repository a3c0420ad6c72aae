"""Savings and costs: each bar begins where the one above ends."""

from __future__ import annotations

from support import boards, dashboard
from support.boards import NOW
from support.panels import COSTS, MakeKind, replaced, rows

from opsdesk.insight.words import MINUS
from opsdesk.model.key import key
from opsdesk.model.page import PanelKind
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.waterfall_bars import Bar, Shape


def test_each_bar_begins_where_the_one_above_ends(make_kind: MakeKind) -> None:
    bars = rows(make_kind(PanelKind.WATERFALL, dashboard.whole(), *COSTS), Bar)
    by_shape = {
        shape: [(bar.start, bar.end) for bar in bars if bar.shape is shape] for shape in Shape
    }
    assert by_shape[Shape.SAVING] == [(0, 12_000), (12_000, 20_000), (20_000, 35_000)]
    assert by_shape[Shape.SAVED] == [(0, 35_000)]
    assert [end for _, end in by_shape[Shape.COST]] == [33_000, 31_500, 30_500, 28_000]
    assert by_shape[Shape.SPENT] == [(35_000, 28_000)]
    assert by_shape[Shape.NET] == [(0, 28_000)]
    assert [bar.change for bar in bars if bar.shape is Shape.SAVING] == [
        f"{MINUS}60 %",
        f"{MINUS}40 %",
        f"{MINUS}50 %",
    ]


def test_the_waterfall_says_what_is_left(make_kind: MakeKind) -> None:
    said = make_kind(PanelKind.WATERFALL, dashboard.whole(), *COSTS).accessibleName()
    for words in ("$28,000 net savings / month", "400 % ROI", "$35,000 saved, $7,000 spent"):
        assert words in said


def test_a_total_that_nobody_gives_is_not_drawn(make_kind: MakeKind) -> None:
    kept = [r for r in dashboard.whole().snapshot.readings.values() if r.key.metric in COSTS[:1]]
    bare = boards.board_of([])
    board = replaced(bare, readings={reading.key: reading for reading in kept})
    bars = rows(make_kind(PanelKind.WATERFALL, board, *COSTS), Bar)
    total = next(bar for bar in bars if bar.shape is Shape.SAVED)
    assert (total.start, total.text) == (None, "no source has it")


def test_the_waterfall_takes_a_cost_that_is_a_refund(make_kind: MakeKind) -> None:
    saving = Reading(key=key("cost.saving", {"item": "A"}), value=-5.0, at=NOW, source="prod")
    bars = rows(make_kind(PanelKind.WATERFALL, boards.board_of([saving]), *COSTS), Bar)
    assert next((b.start, b.end) for b in bars if b.shape is Shape.SAVING) == (0.0, -5.0)


def test_amounts_that_are_old_are_bars_that_are(make_kind: MakeKind) -> None:
    bars = rows(make_kind(PanelKind.WATERFALL, dashboard.stale(), *COSTS), Bar)
    assert all(bar.stale for bar in bars if bar.shape is not Shape.HEADING)
    fresh = rows(make_kind(PanelKind.WATERFALL, dashboard.whole(), *COSTS), Bar)
    assert not any(bar.stale for bar in fresh)
