"""Before and after, on a scale where before is 100."""

from __future__ import annotations

import msgspec
from support import dashboard
from support.panels import ON_CALL, MakeKind, replaced, rows

from opsdesk.insight.words import MINUS
from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.changes import Step


def test_a_change_is_told_with_both_values(make_kind: MakeKind) -> None:
    steps = rows(make_kind(PanelKind.CHANGES, dashboard.whole(), *ON_CALL), Step)
    assert [(s.before, s.after, s.change, s.remark) for s in steps] == [
        ("45 min", "18 min", f"{MINUS}60 %", ""),
        ("23 / week", "8 / week", f"{MINUS}65 %", ""),
        ("6.2 / 10", "8.7 / 10", "+40 %", "higher is better"),
    ]
    assert [round(step.place or 0) for step in steps] == [40, 35, 140]


def test_without_an_earlier_figure_the_value_stands_alone(make_kind: MakeKind) -> None:
    board = replaced(dashboard.whole(), baselines=())
    (first, *_) = rows(make_kind(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert (first.before, first.place, first.remark) == ("", None, "no earlier figure")


def test_a_figure_that_nobody_gives_keeps_its_line(make_kind: MakeKind) -> None:
    board = dashboard.whole(but={"oncall.escalations": ()})
    steps = rows(make_kind(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert [step.remark for step in steps][1] == "no source has it"


def test_what_was_nothing_has_no_scale(make_kind: MakeKind) -> None:
    board = dashboard.whole()
    (before,) = board.snapshot.baselines
    zero = {k: msgspec.structs.replace(r, value=0.0) for k, r in before.readings.items()}
    board = replaced(board, baselines=(msgspec.structs.replace(before, readings=zero),))
    steps = rows(make_kind(PanelKind.CHANGES, board, *ON_CALL), Step)
    assert [step.place for step in steps] == [None, None, None]
