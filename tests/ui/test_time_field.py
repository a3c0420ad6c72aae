"""A time of day is written over, however one came to its field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTime
from pytestqt.qtbot import QtBot

from opsdesk.ui.time_field import TimeField


@pytest.fixture
def field(qtbot: QtBot) -> TimeField:
    found = TimeField()
    found.setDisplayFormat("HH:mm")
    found.setTime(QTime(22, 0))
    qtbot.addWidget(found)
    with qtbot.waitExposed(found):
        found.show()
    return found


def test_after_a_click(qtbot: QtBot, field: TimeField) -> None:
    qtbot.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.keyClicks(field, "0730")
    assert field.time() == QTime(7, 30)


def test_with_all_of_it_selected(qtbot: QtBot, field: TimeField) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "0015")
    assert field.time() == QTime(0, 15)
