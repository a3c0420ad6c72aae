from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.incidents import board_of, incident

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.questions import of_panel
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.model.desk import Policy
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Change, SeriesFrame, Strip
from opsdesk.ui.panels.breaker_columns import COLUMNS, COURSE, FLAPPING, SERVICE, TRIPS, Seen
from opsdesk.ui.panels.breaker_model import BreakerModel
from opsdesk.ui.panels.breaker_table import BreakerTablePanel
from opsdesk.ui.theme import Look


@pytest.fixture
def model(qapp: QApplication) -> BreakerModel:
    """Return a model under the eyes of Qt's own tester."""
    found = BreakerModel()
    QAbstractItemModelTester(
        found, QAbstractItemModelTester.FailureReportingMode.Fatal, parent=found
    )
    assert qapp is not None
    return found


DAY = 86_400.0
HOUR = 3_600.0
TABLE = Panel(
    kind=PanelKind.BREAKER_TABLE, title="Breakers", metrics=("breaker.state",), window=DAY
)


def frame_of(board: Board, *, flapping: bool = False, since: float = DAY) -> SeriesFrame:
    """Answer for every breaker: closed since the answer begins, the first one open at its end."""
    (asked,) = of_panel(TABLE, board)
    end = NOW.timestamp()
    first = board.breakers[0].key
    strips = []
    for key in asked.keys:
        changes = [Change(end - since, "closed")]
        if key == first:
            changes += [Change(end - 2 * HOUR, "open"), Change(end - HOUR, "half-open")]
            changes.append(Change(end - 0.75 * HOUR, "open"))
        if key == first and flapping:
            trips = ((end - (5 - i) * HOUR, end - (4.5 - i) * HOUR) for i in range(3))
            ups = [Change(at, word) for pair in trips for at, word in zip(pair, FLAPS, strict=True)]
            changes[1:1] = ups
        strips.append(Strip(key=key, changes=tuple(changes)))
    return SeriesFrame(query=asked, start=end - DAY, end=end, strips=tuple(strips))


FLAPS = ("open", "closed")


@pytest.fixture
def panel(qtbot: QtBot, look: Look) -> BreakerTablePanel:
    """Return the table in its card, shown."""
    card = Panel(kind=PanelKind.BREAKER_TABLE, title="Circuit breakers", window=DAY, span=12)
    found = BreakerTablePanel(card, look)
    qtbot.addWidget(found)
    found.resize(1392, 420)
    with qtbot.waitExposed(found):
        found.show()
    return found


def column(model: BreakerModel, title: str) -> list[str]:
    position = [c.title for c in COLUMNS].index(title)
    return [model.index(row, position).data() for row in range(model.rowCount())]


def test_the_worst_stands_first(model: BreakerModel) -> None:
    model.show_board(boards.tripped(), NOW)
    assert column(model, "State") == ["OPEN", *["CLOSED"] * 6]
    assert column(model, "Service")[0] == "External API \u2013 Carbon Data"
    assert column(model, "Last reset")[0] == "Pending"
    assert model.state(0) is State.CRITICAL


def test_what_is_stale_asserts_nothing(model: BreakerModel) -> None:
    model.show_board(boards.stale(), NOW)
    assert column(model, "State") == ["was OPEN", *["was closed"] * 6]
    assert model.state(0) is State.STALE


def test_the_same_rows_only_change_data(model: BreakerModel) -> None:
    model.show_board(boards.normal(), NOW)
    changed, reset = QSignalSpy(model.dataChanged), QSignalSpy(model.modelReset)
    model.show_board(boards.normal(), NOW)
    assert (changed.count(), reset.count()) == (1, 0)


def test_another_set_of_rows_resets(model: BreakerModel) -> None:
    model.show_board(boards.normal(7), NOW)
    reset = QSignalSpy(model.modelReset)
    model.show_board(boards.normal(6), NOW)
    assert reset.count() == 1
    assert model.rowCount() == 6


def test_the_selection_follows_its_breaker_to_the_top(panel: BreakerTablePanel) -> None:
    panel.show_board(boards.normal(), NOW)
    panel.view.selectRow(6)
    assert panel.view.currentIndex().siblingAtColumn(1).data() == "External API \u2013 Carbon Data"
    panel.show_board(boards.tripped(), NOW)
    index = panel.view.currentIndex()
    assert (index.row(), index.siblingAtColumn(0).data()) == (0, "OPEN")


def test_the_selection_survives_a_breaker_that_comes(panel: BreakerTablePanel) -> None:
    panel.show_board(boards.normal(6), NOW)
    panel.view.selectRow(3)
    panel.show_board(boards.tripped(7), NOW)
    assert panel.view.currentIndex().siblingAtColumn(1).data() == "Database \u2013 Primary"


@pytest.mark.parametrize("position", range(len(COLUMNS)))
def test_every_column_sorts_both_ways(model: BreakerModel, position: int) -> None:
    board = boards.tripped(12)
    model.show_board(board, NOW)
    model.show_frame(frame_of(board))
    model.sort(position, Qt.SortOrder.AscendingOrder)
    up = column(model, "Service")
    model.sort(position, Qt.SortOrder.DescendingOrder)
    down = column(model, "Service")
    assert sorted(up) == sorted(down)
    seen, rows = Seen(board, model.courses, NOW), map(model.breaker, range(12))
    values = [COLUMNS[position].order(b, seen) for b in rows if b is not None]
    assert values == sorted(values, reverse=True)


def test_sorting_holds_through_a_refresh(model: BreakerModel) -> None:
    model.sort(1, Qt.SortOrder.AscendingOrder)
    model.show_board(boards.tripped(), NOW)
    names = column(model, "Service")
    assert names == sorted(names, key=str.casefold)


def test_a_row_tells_all_to_a_screen_reader(model: BreakerModel) -> None:
    states = {"Weather": BreakerState.UNKNOWN}
    model.show_board(boards.board_of(boards.figures(NOW, states)), NOW)
    said = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "State: UNKNOWN"
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_time_in_state_takes_what_knows_it_best(model: BreakerModel) -> None:
    board = boards.tripped()
    model.show_board(board, NOW)
    # Before any answer: the incident, and the last resets.
    assert column(model, "Time in state")[:2] == ["22 min", "30 min"]
    model.show_frame(frame_of(board))
    assert column(model, "Time in state")[:2] == ["22 min", "30 min"]


def test_without_incident_or_reset_the_strip_tells_the_time_in_state(model: BreakerModel) -> None:
    states = {"Weather": BreakerState.OPEN, "Carbon Data": BreakerState.OPEN}
    board = boards.board_of(boards.figures(NOW, states))
    model.show_board(board, NOW)
    assert column(model, "Time in state") == [NOTHING, NOTHING]
    model.show_frame(frame_of(board))
    assert column(model, "Time in state")[0] == "45 min"


@pytest.mark.parametrize(("since", "text"), [(DAY, "over 24 h"), (DAY - 30, "over 24 h")])
def test_longer_than_anybody_looked_is_said_to_be(
    model: BreakerModel, since: float, text: str
) -> None:
    states = dict.fromkeys(("Weather", "Carbon Data"), BreakerState.HALF_OPEN)
    board = boards.board_of(boards.figures(NOW, states))
    found = frame_of(board, since=since)
    strips = [
        msgspec.structs.replace(s, changes=(Change(NOW.timestamp() - since, "half-open"),))
        for s in found.strips
    ]
    model.show_board(board, NOW)
    model.show_frame(msgspec.structs.replace(found, strips=tuple(strips)))
    assert column(model, "Time in state") == [text, text]


def test_a_stale_breaker_asserts_no_time_in_its_state(model: BreakerModel) -> None:
    model.show_board(boards.stale(), NOW)
    assert set(column(model, "Time in state")) == {NOTHING}


def test_flapping_is_marked_until_it_is_stale(model: BreakerModel) -> None:
    board = boards.tripped()
    model.show_board(board, NOW)
    model.show_frame(frame_of(board, flapping=True))
    first, *others = column(model, "Flapping")
    assert float(first.removesuffix(" %")) >= Policy().flapping_from
    assert others == [""] * 6
    assert not model.is_quiet(0, FLAPPING)
    stale = boards.stale()
    model.show_board(stale, NOW)
    assert set(column(model, "Flapping")) == {""}


def test_only_what_is_open_now_is_coloured(model: BreakerModel) -> None:
    board = boards.tripped()
    model.show_board(board, NOW)
    assert model.strip(0) is None
    model.show_frame(frame_of(board))
    drawn = [model.strip(row) for row in range(7)]
    assert [strip.open_now for strip in drawn if strip is not None] == [True, *[False] * 6]
    model.show_board(boards.stale(), NOW)
    old = model.strip(0)
    assert old is not None
    assert not old.open_now


def test_a_breaker_that_nobody_has_seen_is_a_gap(model: BreakerModel) -> None:
    board = boards.normal()
    model.show_board(board, NOW)
    model.show_frame(msgspec.structs.replace(frame_of(board), strips=()))
    drawn = model.strip(0)
    assert drawn is not None
    # What the snapshot itself says is known.
    assert [change.state for change in drawn.changes] == ["closed"]


def test_the_header_sorts_by_keyboard(panel: BreakerTablePanel, qtbot: QtBot) -> None:
    panel.show_board(boards.tripped(), NOW)
    header = panel.view.horizontalHeader()
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Right)
    qtbot.keyClick(header, Qt.Key.Key_Space)
    names = column(panel.model, "Service")
    assert names == sorted(names, key=str.casefold)
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert column(panel.model, "Service") == names[::-1]
    assert header.sortIndicatorSection() == SERVICE


def test_the_strip_is_told_to_a_screen_reader(model: BreakerModel) -> None:
    board = boards.tripped()
    model.show_board(board, NOW)
    model.show_frame(frame_of(board))
    said = model.index(0, COURSE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Course: opened 2 times"


def test_two_thousand_rows_leave_room_for_their_strips(panel: BreakerTablePanel) -> None:
    panel.resize(976, 420)
    panel.show_board(boards.tripped(2_000), NOW)
    assert panel.view.columnWidth(COURSE) >= 120
    assert not panel.view.horizontalScrollBar().isVisible()


def test_ages_are_written_anew_each_second_only_while_they_count_seconds(
    model: BreakerModel,
) -> None:
    model.show_board(boards.tripped(), NOW)  # the youngest is 22 min old
    changed = QSignalSpy(model.dataChanged)
    model.show_time(NOW + timedelta(seconds=1))
    assert changed.count() == 0
    model.show_time(NOW + timedelta(seconds=60))
    assert changed.count() > 0
    assert column(model, "Time in state")[0] == "23 min"


def test_an_age_below_a_minute_ticks(model: BreakerModel) -> None:
    board = boards.tripped()
    (incident,) = board.snapshot.incidents
    opened = msgspec.structs.replace(incident, opened_at=NOW - timedelta(seconds=5))
    snapshot = msgspec.structs.replace(board.snapshot, incidents=(opened,))
    model.show_board(arrange(snapshot, boards.CATALOGUE), NOW)
    model.show_time(NOW + timedelta(seconds=1))
    assert column(model, "Time in state")[0] == "6 s"


def test_a_trip_between_two_steps_of_the_answer_is_counted_by_its_incident(
    model: BreakerModel,
) -> None:
    ended = [incident(boards.BREAKERS[0], ago, lasted=1) for ago in (300, 200, 100)]
    long_ago = incident(boards.BREAKERS[0], 3_000, lasted=1)
    first_seen_open = msgspec.structs.replace(ended[0], id="seen open", seen_opening=False)
    board = board_of(*ended, long_ago, first_seen_open)
    model.show_board(board, NOW)
    (asked,) = of_panel(TABLE, board)
    end = NOW.timestamp()
    strips = tuple(Strip(key=k, changes=(Change(end - DAY, "closed"),)) for k in asked.keys)
    model.show_frame(SeriesFrame(query=asked, start=end - DAY, end=end, strips=strips))
    assert max(column(model, "Trips")) == "3"


def test_trips_and_flapping_are_sorted_by(model: BreakerModel) -> None:
    board = boards.tripped()
    model.show_board(board, NOW)
    assert set(column(model, "Trips")) == {NOTHING}
    model.show_frame(frame_of(board, flapping=True))
    trips = [int(text) for text in column(model, "Trips")]
    assert max(trips) == trips[0] > 0
    model.sort(TRIPS, Qt.SortOrder.AscendingOrder)
    assert [int(text) for text in column(model, "Trips")] == sorted(trips)
    model.sort(FLAPPING, Qt.SortOrder.DescendingOrder)
    assert column(model, "Flapping")[0] != ""
