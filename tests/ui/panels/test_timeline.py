"""What was open, when."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.incidents import incident
from support.panels import DAY, MakeKind, answer, replaced, rows

from opsdesk.insight.words import clock_text
from opsdesk.model.key import key
from opsdesk.model.page import PanelKind
from opsdesk.model.series import Change, Strip
from opsdesk.model.snapshot import IncidentKind, Severity
from opsdesk.ui.panels.lanes import Lane
from opsdesk.ui.panels.timeline import SHOWN


def test_the_timeline_shows_what_changed_the_open_first(make_kind: MakeKind) -> None:
    board = boards.tripped()
    panel = make_kind(PanelKind.TIMELINE, board)
    assert "no history yet" in panel.accessibleName()
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked, "Database - Primary"), board, NOW)
    lanes = rows(panel, Lane)
    assert [lane.name.split()[-1] for lane in lanes[:-1]] == ["Data", "Primary"]
    assert [lane.loud for lane in lanes] == [True, False, False]
    assert lanes[1].remark == "opened once"
    assert lanes[-1].name == "5 other breakers: nothing known to have happened"


def test_a_quiet_day_is_said_to_be(make_kind: MakeKind) -> None:
    board = boards.normal()
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    assert "no breaker has changed in the last 24 h" in panel.accessibleName()


def test_a_quiet_hour_is_not_said_to_be_a_day(make_kind: MakeKind) -> None:
    board = boards.normal()
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    lately = (Change(NOW.timestamp() - 3_600, "closed"),)
    seen = tuple(Strip(key=of, changes=lately) for of in asked.keys)
    panel.show_frame(msgspec.structs.replace(answer(asked), strips=seen), board, NOW)
    since = clock_text(NOW - timedelta(hours=1), NOW)
    assert f"no breaker has changed since {since}" in panel.accessibleName()


def test_what_was_open_all_the_time_is_drawn(make_kind: MakeKind) -> None:
    board = boards.tripped()
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(msgspec.structs.replace(answer(asked), strips=()), board, NOW)
    lane, rest = rows(panel, Lane)
    assert (lane.name.split()[-1], lane.loud) == ("Data", True)
    assert rest.counts


def test_an_answer_that_failed_says_why(make_kind: MakeKind) -> None:
    board = boards.normal()
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    failed = msgspec.structs.replace(answer(asked), problem=boards.TIMED_OUT, strips=())
    panel.show_frame(failed, board, NOW)
    assert boards.TIMED_OUT.what in panel.accessibleName()


def test_more_than_have_room_are_counted(make_kind: MakeKind) -> None:
    board = boards.normal(48)
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked, "*"), board, NOW)
    lanes = rows(panel, Lane)
    assert (len(lanes), lanes[-1].name) == (SHOWN + 1, "and 18 more")


def test_what_is_no_breaker_stands_as_bars(make_kind: MakeKind) -> None:
    ran = incident("x", 300, lasted=20, kind=IncidentKind.SOURCE, title="Source lost")
    runs = incident("y", 60, kind=IncidentKind.THRESHOLD, title="Too slow")
    mild = msgspec.structs.replace(
        runs, id="z", title="Slow", severity=Severity.DEGRADED, subject=key("errors.rate")
    )
    long_ago = incident("x", 3_000, lasted=20, kind=IncidentKind.SOURCE, title="Source lost")
    board = replaced(boards.normal(), incidents=(long_ago, ran, runs, mild))
    panel = make_kind(PanelKind.TIMELINE, board)
    lanes = {lane.name: lane for lane in rows(panel, Lane)}
    assert list(lanes) == ["Too slow", "Slow", "Source lost"]
    assert [lane.loud for lane in lanes.values()] == [True, True, False]
    inks = [[bar.ink for bar in lane.bars] for lane in lanes.values()]
    assert inks == [["critical"], ["degradedg"], ["data2"]]
    (bar,) = lanes["Source lost"].bars
    assert (round(bar.start, 3), round(bar.end, 3)) == (
        round(1 - 300 / 1_440, 3),
        round(1 - 280 / 1_440, 3),
    )
    assert not panel.grab().isNull()


def test_a_week_is_asked_for_and_shown(make_kind: MakeKind, qtbot: QtBot) -> None:
    board = boards.tripped(200)
    panel = make_kind(PanelKind.TIMELINE, board)
    day, week = panel.findChildren(QPushButton)
    assert (day.isChecked(), week.accessibleName()) == (True, "last 7 d")
    with qtbot.waitSignal(panel.past_wanted):
        week.click()
    (asked,) = panel.queries(board)
    assert asked.window == 7 * DAY
    assert "no history yet" in panel.accessibleName()
    panel.show_frame(answer(asked), board, NOW)
    *_, quiet, unasked = rows(panel, Lane)
    # Of a week, OpsDesk does not know every incident.
    assert (quiet.name, unasked.name) == (
        "49 other breakers: nothing known to have happened",
        "150 breakers not looked at",
    )
    with qtbot.assertNotEmitted(panel.past_wanted):
        week.click()


def test_of_a_day_what_was_not_asked_for_had_no_incident(make_kind: MakeKind) -> None:
    board = boards.tripped(200)
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    assert rows(panel, Lane)[-1].name == "199 other breakers: nothing known to have happened"


def test_that_nobody_sees_them_any_more_is_no_news_of_each(make_kind: MakeKind) -> None:
    board = boards.stale()
    panel = make_kind(PanelKind.TIMELINE, board)
    (asked,) = panel.queries(board)
    panel.show_frame(answer(asked), board, NOW)
    lane, rest = rows(panel, Lane)
    assert (lane.name.split()[-1], lane.loud) == ("Data", False)
    assert rest.name == "6 other breakers: nothing known to have happened"


def test_the_timeline_asks_for_what_had_an_incident(make_kind: MakeKind) -> None:
    board = boards.normal(2_000)
    last = board.breakers[-1]
    ended = incident("x", 300, lasted=5, subject=last.key)
    board = replaced(board, incidents=(ended,))
    (asked,) = make_kind(PanelKind.TIMELINE, board).queries(board)
    assert last.key in asked.keys
