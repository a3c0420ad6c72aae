from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication
from support import boards
from support.boards import NOW

from opsdesk.insight.verdict import State
from opsdesk.model.reading import BreakerState
from opsdesk.ui.panels.breaker_model import COLUMNS, BreakerModel
from opsdesk.ui.panels.breaker_table import BreakerTablePanel
from opsdesk.ui.window import MainWindow


@pytest.fixture
def model(qapp: QApplication) -> BreakerModel:
    """Return a model under the eyes of Qt's own tester."""
    found = BreakerModel()
    QAbstractItemModelTester(
        found, QAbstractItemModelTester.FailureReportingMode.Fatal, parent=found
    )
    assert qapp is not None
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


def test_the_selection_follows_its_breaker_to_the_top(window: MainWindow) -> None:
    window.show_page(1)
    window.show_board(boards.normal(), NOW)
    panel = next(p for p in window.page.panels if isinstance(p, BreakerTablePanel))
    panel.view.selectRow(6)
    assert panel.view.currentIndex().siblingAtColumn(1).data() == "External API \u2013 Carbon Data"
    window.show_board(boards.tripped(), NOW)
    index = panel.view.currentIndex()
    assert (index.row(), index.siblingAtColumn(0).data()) == (0, "OPEN")


def test_the_selection_survives_a_breaker_that_comes(window: MainWindow) -> None:
    window.show_page(1)
    window.show_board(boards.normal(6), NOW)
    panel = next(p for p in window.page.panels if isinstance(p, BreakerTablePanel))
    panel.view.selectRow(3)
    window.show_board(boards.tripped(7), NOW)
    assert panel.view.currentIndex().siblingAtColumn(1).data() == "Database \u2013 Primary"


@pytest.mark.parametrize("position", range(len(COLUMNS)))
def test_every_column_sorts_both_ways(model: BreakerModel, position: int) -> None:
    model.show_board(boards.tripped(12), NOW)
    model.sort(position, Qt.SortOrder.AscendingOrder)
    up = column(model, "Service")
    model.sort(position, Qt.SortOrder.DescendingOrder)
    down = column(model, "Service")
    assert sorted(up) == sorted(down)
    values = [COLUMNS[position].order(b) for b in map(model.breaker, range(12)) if b is not None]
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
