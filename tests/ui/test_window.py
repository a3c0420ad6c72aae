from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from typing_extensions import override

from opsdesk.catalogue import metrics, pages
from opsdesk.engine.commands import Acknowledge
from opsdesk.insight.board import Board, arrange
from opsdesk.insight.verdict import State
from opsdesk.model.key import key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery, Usual
from opsdesk.model.snapshot import Snapshot
from opsdesk.ui.card import Card
from opsdesk.ui.grid import MARGIN
from opsdesk.ui.page import PageView
from opsdesk.ui.parts import Steady
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow


def texts(widget: QWidget) -> list[str]:
    """Return everything that can be read in a widget now."""
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisible()]


def told(window: MainWindow) -> str:
    """Return what the cards of the open page tell: much of it is painted, not written in labels."""
    return "\n".join(panel.accessibleName() for panel in window.page.panels)


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    return {b.text(): b for b in widget.findChildren(QPushButton) if b.isVisible()}


class Painted(QObject):
    """Notes which widgets of a window are painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.widgets: list[QObject] = []
        for widget in (window, *window.findChildren(QWidget)):
            widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.widgets.append(watched)
        return False


def test_an_open_breaker_is_the_headline_the_title_and_a_badge(window: MainWindow) -> None:
    window.show_board(boards.tripped(), NOW)
    assert window.windowTitle() == "Degraded: 1 of 7 circuit breakers is open \u2014 OpsDesk"
    shown = texts(window)
    assert "Degraded: 1 of 7 circuit breakers is open" in shown
    assert "OPEN" in told(window)
    assert "Updated 12 s ago" in shown
    tabs = window.header.tabs
    assert tabs.accessibleTabName(1) == "Incidents, 1 critical"
    assert tabs.accessibleTabName(2) == "Reliability, 1 critical"


def test_a_second_later_ages_alone_are_painted(window: MainWindow) -> None:
    window._clock.stop()
    window.show_board(boards.normal(), NOW)
    for _ in range(5):  # a layout may ask for another
        QApplication.processEvents()
    painted = Painted(window)
    window.tick(NOW + timedelta(seconds=1))
    QApplication.processEvents()
    assert "Updated 13 s ago" in texts(window)
    assert {type(widget) for widget in painted.widgets} == {Steady}


def test_the_title_tells_the_same_age_as_the_headline(window: MainWindow) -> None:
    window._clock.stop()
    lost = msgspec.structs.replace(
        boards.SOURCE, interval=5.0, cadence=0.0, failures=3, problem=boards.TIMED_OUT
    )
    board = boards.board_of(boards.figures(NOW, boards.closed()), lost)
    window.show_board(board, NOW)
    told_ages = set()
    for seconds in range(20, 30):
        window.tick(NOW + timedelta(seconds=seconds))
        assert window.windowTitle() == f"{window.page.headline.sentence} \u2014 OpsDesk"
        told_ages.add(window.windowTitle())
    assert len(told_ages) == 10


def test_recovery_takes_the_badge_and_the_headline_away(window: MainWindow) -> None:
    window.show_board(boards.tripped(), NOW)
    window.show_board(boards.normal(), NOW)
    assert window.windowTitle() == "All is well \u2014 OpsDesk"
    assert window.header.tabs.accessibleTabName(2) == "Reliability"
    assert "OPEN" not in told(window)


def test_where_nobody_knows_how_things_are_no_tab_is_marked(window: MainWindow) -> None:
    board = boards.tripped()
    window.show_board(board, NOW)
    window.tick(NOW + timedelta(hours=1))
    assert window.page.headline.state is State.STALE
    assert window.header.tabs.accessibleTabName(1) == "Incidents"


def test_what_is_open_is_acknowledged_from_its_headline(window: MainWindow, qtbot: QtBot) -> None:
    board = boards.tripped()
    window.show_board(board, NOW)
    button = next(b for b in window.page.findChildren(QPushButton) if b.text() == "Acknowledge")
    with qtbot.waitSignal(window.command_wanted) as wanted:
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert wanted.args == [Acknowledge((board.snapshot.incidents[0].id,))]


def test_last_values_stay_with_their_age_when_the_source_is_gone(window: MainWindow) -> None:
    window.show_board(boards.stale(), NOW)
    shown = texts(window)
    assert "Stale: no data for 46 min" in shown
    assert "STALE 46 min" in shown
    assert "291" in shown
    assert "was OPEN" in told(window)
    assert "OPEN" not in told(window).replace("was OPEN", ""), "what is stale asserts no state"
    assert "Next try in 40 s (attempt 9)" in shown
    cards = [card for card in window.findChildren(Card) if card.isVisible()]
    empty = [card for card in cards if not card.shown]
    assert [card.property("stale") for card in cards].count("true") == len(cards) - len(empty)
    assert "Retry now" in buttons(window)


def test_figures_turn_stale_by_themselves(window: MainWindow) -> None:
    board = boards.normal()
    window.show_board(board, NOW)
    assert window.page.headline.state is State.OK
    window.tick(NOW + timedelta(minutes=3))
    assert window.page.headline.state is State.STALE


def test_what_counts_minutes_goes_on_without_news_and_the_clock_with_its_own(
    window: MainWindow,
) -> None:
    window.show_page_of("incidents")
    window.show_board(boards.tripped(), NOW)
    shown = "1 incident open: External API \u2013 Carbon Data, for {} min".format
    assert shown(22) in texts(window)
    assert f"{NOW.astimezone():%H:%M} local time" in texts(window)
    full = NOW.replace(second=0) + timedelta(minutes=1)
    window.tick(full)
    assert shown(22) in texts(window)
    assert f"{full.astimezone():%H:%M} local time" in texts(window)
    window.tick(NOW + timedelta(seconds=66))
    assert shown(23) in texts(window)


def test_states_are_asked_for_as_often_as_they_can_be_drawn(window: MainWindow) -> None:
    asked: list[tuple[SeriesQuery, ...]] = []
    window.series_wanted.connect(asked.append)
    for minute in range(4):
        board = boards.board_of(boards.figures(NOW, boards.closed()))
        window.show_board(board, NOW + timedelta(minutes=minute))
    first, again = asked
    day = [query for query in first if query.window == 86_400]
    assert {query.step for query in day} == {60.0, 360.0}
    assert again == tuple(day)


def test_a_breaker_in_another_state_is_asked_for_at_once(window: MainWindow) -> None:
    asked: list[tuple[SeriesQuery, ...]] = []
    window.series_wanted.connect(asked.append)
    for minute, board in enumerate((boards.normal(), boards.tripped(), boards.normal())):
        window.show_board(board, NOW + timedelta(minutes=minute))
    first, opened, closed = asked
    (strips,) = (query for query in first if query.step == 60.0)
    assert opened == closed == (strips,)


def test_of_what_nobody_asks_any_more_nothing_is_kept(window: MainWindow) -> None:
    for number in (7, 6, 5):
        board = boards.normal(number)
        window.show_board(board, NOW)
        assert set(window.page._asked) == set(window.page.queries(board))


def test_what_a_failure_left_unanswered_is_asked_again_once_it_is_over(
    qtbot: QtBot, window: MainWindow
) -> None:
    failing, fine = boards.stale(), boards.normal()
    with qtbot.waitSignal(window.series_wanted) as wanted:
        window.show_board(failing, NOW)
    asked = wanted.args[0] if wanted.args else ()
    (first, *_) = asked
    window.show_frame(SeriesFrame(query=first, start=0, end=1, problem=boards.TIMED_OUT), NOW)
    with qtbot.assertNotEmitted(window.series_wanted):
        window.show_board(failing, NOW + timedelta(seconds=1))
    with qtbot.waitSignal(window.series_wanted) as wanted:
        window.show_board(fine, NOW + timedelta(seconds=2))
    assert first in (wanted.args[0] if wanted.args else ())


def test_the_sentence_about_response_times_says_whether_they_are_usual(window: MainWindow) -> None:
    window.show_page_of("performance")
    board = boards.normal()
    window.show_board(board, NOW)
    assert window.page.headline.sentence == "Response time p95 291 ms"
    asked = next(query for query in window.page.queries(board) if query.usual)
    p95 = next(key for key in asked.keys if key.label("quantile") == "0.95")
    usual = Usual(key=p95, low=270.0, high=280.0)
    window.show_frame(SeriesFrame(query=asked, start=0, end=1, usual=(usual,)), NOW)
    assert window.page.headline.sentence == "Response time p95 291 ms, above usual range"
    window.tick(NOW + timedelta(hours=1))
    assert "usual" not in window.page.headline.sentence


def test_nothing_connected_is_said_and_never_a_zero(window: MainWindow) -> None:
    window.show_board(boards.no_source(), NOW)
    shown = texts(window)
    assert "No source is connected" in shown
    assert "no source connected" in shown
    assert "0" not in shown
    assert "Connect a source" in buttons(window)


def test_before_the_first_answer_the_window_says_what_it_waits_for(window: MainWindow) -> None:
    window.show_board(boards.connecting(), NOW)
    assert "Connecting to Production metrics" in texts(window)
    assert "waiting for first answer" in texts(window)


@pytest.mark.parametrize(
    "board", [boards.normal(), boards.tripped(2_000), boards.stale(), boards.no_source()]
)
def test_every_page_shows_every_state_at_the_least_size(window: MainWindow, board: Board) -> None:
    window.resize(1024, 700)
    for position in range(len(window.pages)):
        window.show_page(position)
        window.show_board(board, NOW)
        for card in window.page.findChildren(Card):
            assert card.width() > 300, card.accessibleName()
            assert card.accessibleName()


def test_a_page_opens_in_turns(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.normal(), NOW)
    first = window._stack.currentWidget()
    qtbot.mouseClick(
        window.header.tabs, Qt.MouseButton.LeftButton, pos=window.header.tabs.tabRect(3).center()
    )
    assert window.page_id == "performance"
    assert window._stack.currentWidget() is first, "until the new one is ready"
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window.page)
    assert window.page.page.id == "performance"
    assert window.page.headline.sentence.startswith("Stale"), "what it shows is of another day"
    qtbot.mouseClick(
        window.header.tabs, Qt.MouseButton.LeftButton, pos=window.header.tabs.tabRect(0).center()
    )
    # It has its place a turn before it is painted.
    qtbot.waitUntil(lambda: window._stack.currentWidget() is first and first.updatesEnabled())
    assert window.page is first


def test_a_page_that_is_new_asks_once_it_is_seen(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.normal(), NOW)
    with qtbot.waitSignal(window.series_wanted) as asked:
        window.header.tabs.setCurrentIndex(3)
        assert not window.page.isVisible()
    assert window.page.isVisible()
    assert window.page.updatesEnabled()
    assert asked.args == [window.page.queries(boards.normal())]


def test_who_goes_on_to_another_new_tab_opens_that(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.normal(), NOW)
    window.header.tabs.setCurrentIndex(3)
    window.header.tabs.setCurrentIndex(2)
    qtbot.waitUntil(window.page.isVisible)
    assert window.page.page.id == window.pages[2].id
    assert set(window._stack._views) == {0, 2}


def test_who_goes_on_to_another_tab_meanwhile_stays_there(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.normal(), NOW)
    window.header.tabs.setCurrentIndex(3)
    window.header.tabs.setCurrentIndex(0)
    qtbot.wait(20)  # what must not come
    assert window.page_id == "overview"
    assert window._stack.currentWidget() is window.page
    window.header.tabs.setCurrentIndex(3)
    qtbot.waitUntil(window.page.isVisible)
    assert window.page.headline.sentence.startswith("Stale"), "what it shows is of another day"


def test_each_tab_has_a_key_and_each_action_one(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.show_board(boards.normal(), NOW)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.position == 1
    with qtbot.waitSignal(window.refresh_wanted):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    with qtbot.waitSignal(window.pause_wanted) as pause:
        qtbot.keyClick(window, Qt.Key.Key_P)
    assert pause.args == [True]


def test_retry_and_connect_are_emitted(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.stale(), NOW)
    with qtbot.waitSignal(window.refresh_wanted):
        buttons(window)["Retry now"].click()
    window.show_board(boards.no_source(), NOW)
    with qtbot.waitSignal(window.connect_wanted):
        buttons(window)["Connect a source"].click()


def test_two_thousand_breakers_are_counted_not_crammed(window: MainWindow) -> None:
    window.show_board(boards.tripped(2_000), NOW)
    (said,) = [text for text in texts(window) if text.endswith("are shown")]
    assert re.fullmatch(r"1,999 closed · 1 open · the worst \d are shown", said)


def test_a_metric_comes_onto_a_page_through_data_files_alone(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    for folder in ("catalogue", "pages"):
        (tmp_path / folder).mkdir()
    (tmp_path / "catalogue" / "queue.toml").write_text(
        '[[metric]]\nid = "queue.depth"\ntitle = "Queue depth"\nsection = "Queues"\n'
        'unit = "count"\ndefinition = "Jobs that wait."\nlabels = ["queue"]\n'
    )
    (tmp_path / "pages" / "queues.toml").write_text(
        'id = "queues"\ntitle = "Queues"\norder = 99\nheadline = "system"\n'
        '[[panel]]\nkind = "rows"\ntitle = "Depth"\nmetrics = ["queue.depth"]\n'
    )
    catalogue = metrics.load(tmp_path)
    page = next(p for p in pages.load(catalogue, tmp_path) if p.id == "queues")
    view = PageView(page, look)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    depth = Reading(key=key("queue.depth", {"queue": "mail"}), value=1204.0, at=NOW, source="prod")
    readings = {depth.key: depth}
    snapshot = Snapshot(at=NOW, readings=readings, sources=(boards.SOURCE,))
    view.show_board(arrange(snapshot, catalogue), NOW)
    (card,) = view.panels
    assert "Queue depth mail 1,204" in card.accessibleName()


def test_half_open_is_degraded_by_word_and_shape(window: MainWindow) -> None:
    states = boards.closed() | {"External API - Weather": BreakerState.HALF_OPEN}
    window.show_board(boards.board_of(boards.figures(NOW, states)), NOW)
    assert window.page.headline.state is State.DEGRADED
    assert "HALF-OPEN" in told(window)


def test_paused_says_so_and_offers_to_resume(qtbot: QtBot, window: MainWindow) -> None:
    window.show_board(boards.board_of(boards.figures(NOW, boards.closed()), paused=True), NOW)
    assert "Updates are paused" in texts(window)
    with qtbot.waitSignal(window.pause_wanted) as resume:
        window.header.pause.click()
    assert resume.args == [False]


def test_all_tabs_are_seen_whatever_the_width_and_the_marks(window: MainWindow) -> None:
    tabs, layout = window.header.tabs, window.header.layout()
    assert layout is not None
    for width in (1440, 1366, 1280, 1200, 1024, 1240, 1320, 1440):
        window.resize(width, 700)
        window.show_board(boards.normal(), NOW)
        for position in (1, 2):
            tabs.show_badge(position, 21)
        layout.activate()
        assert tabs.sizeHint().width() <= tabs.width()


@pytest.mark.parametrize(("width", "has_room"), [(1440, True), (1366, False), (1280, False)])
def test_a_demo_has_room_for_its_header(
    width: int, has_room: bool, qtbot: QtBot, look: Look
) -> None:
    window = MainWindow(pages.load(metrics.load()), look)
    qtbot.addWidget(window)
    window.resize(width, 900)
    window.show()
    demo = msgspec.structs.replace(boards.SOURCE, kind="demo")
    board = boards.board_of(boards.figures(NOW - timedelta(seconds=59), boards.closed()), demo)
    for _ in range(2):
        window.show_board(board, NOW)
        for position in (1, 2):
            window.header.tabs.show_badge(position, 1)
        QApplication.processEvents()
    assert window.header.tabs.sizeHint().width() <= window.header.tabs.width()
    assert ("\N{MIDDLE DOT} every 1 min" in texts(window)) is has_room


@pytest.mark.parametrize(("kind", "chip"), [("prometheus", "STALE 46 min"), ("demo", "STALE")])
def test_what_is_stale_says_since_when_as_far_as_there_is_room(
    kind: str, chip: str, qtbot: QtBot, window: MainWindow
) -> None:
    source = msgspec.structs.replace(boards.SOURCE, kind=kind)
    board = boards.board_of(boards.figures(NOW - timedelta(minutes=46), boards.closed()), source)
    window.resize(1024, 700)
    window.show_board(board, NOW)
    tabs = window.header.tabs
    qtbot.waitUntil(lambda: tabs.sizeHint().width() <= tabs.width())
    assert chip in texts(window)


@pytest.mark.parametrize("height", [700, 1_600])
def test_cards_end_where_the_head_does_beside_a_scroll_bar_or_not(
    window: MainWindow, height: int
) -> None:
    window.show_board(boards.normal(), NOW)
    window.resize(1024, height)
    QApplication.processEvents()
    (page,) = window.page.findChildren(
        QScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    assert page.verticalScrollBar().isVisible() == (height == 700)
    ends = {panel.mapTo(window, panel.rect().bottomRight()).x() for panel in window.page.panels}
    assert max(ends) == window.width() - MARGIN - 1
