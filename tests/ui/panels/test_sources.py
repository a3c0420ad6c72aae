"""What is connected, and what nothing supplies."""

from __future__ import annotations

from support import boards, dashboard
from support.boards import NOW
from support.panels import MakeKind

from opsdesk.model.page import PanelKind


def test_what_nothing_supplies_is_named(make_kind: MakeKind) -> None:
    titled = boards.CATALOGUE["trace.path_mean"].title
    without = make_kind(PanelKind.ABSENT, dashboard.whole(but={"trace.path_mean": ()}))
    assert titled in without.accessibleName()
    assert titled not in make_kind(PanelKind.ABSENT, dashboard.whole()).accessibleName()


def test_a_source_says_how_it_is_doing(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.SOURCES, boards.normal())
    for words in ("Production metrics", "answering, 12 s ago", "stale after 3 min", "4 series"):
        assert words in panel.accessibleName()
    panel.show_board(boards.partly(), NOW)
    assert boards.FAILED_ALONE in panel.accessibleName()
    panel.show_board(boards.stale(), NOW)
    assert "no answer for 46 min" in panel.accessibleName()
    assert boards.TIMED_OUT.what in panel.accessibleName()
    panel.show_board(boards.connecting(), NOW)
    assert "waiting for first answer" in panel.accessibleName()
    panel.show_board(boards.no_source(), NOW)
    assert "no source connected" in panel.accessibleName()
