"""Risks as sentences, with their pictures."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from support import boards, dashboard
from support.boards import NOW
from support.panels import RISKS, Make, reading

from opsdesk.insight.board import Board
from opsdesk.insight.strips import Drawn
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.series import Change, SeriesFrame, Strip
from opsdesk.ui.panels.risk_pictures import Below, Growth, RiskPicture
from opsdesk.ui.panels.risks import RisksPanel
from opsdesk.ui.parts import Elided


def risks(make: Make, board: Board, height: int = 300) -> RisksPanel:
    panel = Panel(kind=PanelKind.RISKS, title="Risks", metrics=RISKS, height=height)
    found = make(panel, board)
    assert isinstance(found, RisksPanel)
    return found


def test_risks_are_sentences(make: Make) -> None:
    found = risks(make, dashboard.whole())
    assert [(risk.sentence, risk.remark, risk.more) for risk in found.rows] == [
        ("Log volume grows 15 % per week", "plan storage scaling", "doubles in about 5 weeks"),
        ("2 runbooks below 80 % success", "needs tuning", "names: no source"),
        ("1 circuit breaker flapping", "external API issues", ""),
    ]


def test_risks_have_pictures(make: Make) -> None:
    board = dashboard.whole()
    panel = Panel(kind=PanelKind.RISKS, title="T", metrics=RISKS, height=300, window=86_400.0)
    found = make(panel, board)
    assert isinstance(found, RisksPanel)
    assert [risk.picture for risk in found.rows[:3]] == [Growth(5), Below(80.0, 92.3), None]
    (asked,) = found.queries(board)
    now = NOW.timestamp()
    opened = [Change(now - 600 * n, "open" if n % 2 else "closed") for n in range(20, 0, -1)]
    strips = (Strip(key=asked.keys[0], changes=tuple(opened)),)
    start = now - asked.window
    frame = SeriesFrame(query=asked, start=start, end=now, strips=strips)
    found.show_frame(frame, board, NOW)
    flapping = found.rows[2]
    assert isinstance(flapping.picture, Drawn)
    assert flapping.more == "Anthropic, closed now"
    pictures = found.findChildren(RiskPicture)
    drawn = [colours(one) for one in pictures if one.isVisible()]
    assert len(drawn) == 3
    assert all(len(inks) > 2 for inks in drawn)


def colours(widget: QWidget) -> set[int]:
    image = widget.grab().toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


def test_old_risks_have_no_picture(make: Make) -> None:
    found = risks(make, dashboard.stale())
    assert all(risk.picture is None for risk in found.rows if risk.stale)


def test_a_small_card_counts_its_findings_and_lists_them_on_hover(make: Make) -> None:
    board = dashboard.whole()
    found = risks(make, board, height=190)
    last = found.rows[-1]
    assert (last.sentence, last.remark) == ("7 figures disagree", "see Outlook")
    assert last.tip.splitlines() == [finding.sentence for finding in board.snapshot.findings]


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_nothing_of_it_is_no_risk(value: float, make: Make) -> None:
    board = dashboard.whole(but={metric: (reading(metric, value),) for metric in RISKS})
    sentences = [risk.sentence for risk in risks(make, board).rows if not risk.is_finding]
    assert sentences == []


def test_no_risk_is_said_and_is_not_the_same_as_not_knowing(make: Make) -> None:
    calm = dashboard.arranged(reading(metric, 0.0) for metric in RISKS)
    assert "nothing needs attention" in risks(make, calm).accessibleName()
    assert "no source connected" in risks(make, boards.no_source()).accessibleName()


def test_a_stale_risk_is_not_counted(make: Make) -> None:
    assert {risk.stale for risk in risks(make, dashboard.stale()).rows[:3]} == {True}
    fresh, stale = risks(make, dashboard.whole()), risks(make, dashboard.stale())
    assert "3 need attention" in {text.text() for text in fresh.findChildren(Elided)}
    assert "3 need attention" not in {text.text() for text in stale.findChildren(Elided)}


def test_a_large_card_asks_for_the_height_of_all_lines(make: Make) -> None:
    board = dashboard.whole()
    large, small = risks(make, board), risks(make, board, height=190)
    assert large.needed_height(300) > large.needed_height(700) > 150
    assert small.needed_height(300) == 0
