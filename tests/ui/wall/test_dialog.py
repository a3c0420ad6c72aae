"""The dialog about a wall: what is prefilled, what is entered, what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.boards import CATALOGUE
from support.displays import DESK

from opsdesk.catalogue import pages
from opsdesk.insight.displays import Display
from opsdesk.model.wall import Plan, Wall
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.dialog import WallDialog

W = TypeVar("W", bound=QWidget)
Make = Callable[..., WallDialog]
TELEVISION = Display(
    identity="HDMI-1",
    connector="HDMI-1",
    monitor="",
    number=1,
    width=1920,
    height=1080,
    diagonal=None,
)
OWN = Wall(
    id="lobby",
    display="HDMI-1",
    pages=("value", "overview", "value"),
    dwell=7.5,
    distance=4.8768,
    diagonal=55.12,
    theme="light",
    plan=(Plan(start="22:00", end="06:00"),),
)


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    assert look

    def made(wall: Wall = OWN, *, opens: bool = False) -> WallDialog:
        shown = pages.load(CATALOGUE)
        found = WallDialog(None, wall, (DESK, TELEVISION), shown, opens=opens)
        qtbot.addWidget(found)
        with qtbot.waitExposed(found):
            found.show()
        return found

    return made


def named(dialog: QObject, kind: type[W], name: str) -> W:
    return next(one for one in dialog.findChildren(kind) if one.accessibleName() == name)


def distance(dialog: WallDialog) -> QDoubleSpinBox:
    return named(dialog, QDoubleSpinBox, "Distance from which the wall is read")


def diagonal(dialog: WallDialog) -> QDoubleSpinBox:
    return named(dialog, QDoubleSpinBox, "Diagonal of the display")


def page_list(dialog: WallDialog) -> QListWidget:
    return named(dialog, QListWidget, "Pages")


def press(dialog: WallDialog, words: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(one for one in buttons if words in (one.text(), one.accessibleName())).click()


def said(dialog: WallDialog) -> list[str]:
    return [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]


def choose(dialog: WallDialog, display: str) -> None:
    field = named(dialog, QComboBox, "Display")
    field.setCurrentIndex(field.findData(display))


@pytest.mark.parametrize(
    "wall",
    [
        OWN,
        Wall(),
        replace(OWN, display="LG TV 8", diagonal=None),
        replace(OWN, display="DP-1", pages=("gone", "diagnostics")),
        replace(OWN, display="", diagonal=26.98),
    ],
)
def test_what_is_not_touched_stays_as_it_was(wall: Wall, make: Make) -> None:
    found = make(wall).wall()
    assert replace(found, diagonal=wall.diagonal) == wall
    # Where nobody has said it, and the display does not either, it has been asked now.
    assert found.diagonal == (55.0 if wall.display == "LG TV 8" else wall.diagonal)


def test_what_is_entered_is_what_is_wanted(qtbot: QtBot, make: Make) -> None:
    dialog = make()
    choose(dialog, "DELL U2720Q 7")
    distance(dialog).setValue(3.5)
    diagonal(dialog).setValue(43.0)
    named(dialog, QSpinBox, "Seconds a page").setValue(30)
    theme = named(dialog, QComboBox, "Theme")
    theme.setCurrentIndex(theme.findData("high_contrast"))
    with qtbot.waitSignal(dialog.accepted_wall) as wanted:
        press(dialog, "Save")
    assert wanted.args == [
        replace(
            OWN,
            display="DELL U2720Q 7",
            distance=3.5,
            diagonal=43.0,
            dwell=30.0,
            theme="high_contrast",
        )
    ]
    assert not dialog.isVisible()


def test_the_size_that_a_display_says_is_prefilled_and_said(make: Make) -> None:
    dialog = make(Wall(), opens=True)
    assert diagonal(dialog).value() == 27.0
    assert "as the display says" in said(dialog)
    assert "Capital letters: 187 and 150 pixels" in said(dialog)
    assert dialog.wall().diagonal is None
    choose(dialog, "HDMI-1")
    assert diagonal(dialog).value() == 55.0
    assert "measure it: the display does not tell" in said(dialog)
    assert "Capital letters: 46 and 37 pixels" in said(dialog)
    assert dialog.wall().diagonal == 55.0


def test_a_size_that_somebody_gave_is_not_written_over(make: Make) -> None:
    dialog = make(Wall())
    diagonal(dialog).setValue(65.0)
    choose(dialog, "HDMI-1")
    choose(dialog, "DELL U2720Q 7")
    assert dialog.wall().diagonal == 65.0


def test_letters_follow_the_distance(make: Make) -> None:
    dialog = make(Wall(display="HDMI-1"))
    distance(dialog).setValue(10.0)
    assert "Capital letters: 92 and 74 pixels" in said(dialog)


def test_a_display_that_is_not_there_is_said_and_tells_nothing(make: Make) -> None:
    dialog = make(replace(OWN, display="LG TV 8"))
    assert named(dialog, QComboBox, "Display").currentText() == "LG TV 8 (not there now)"
    assert not any(words.startswith("Capital letters") for words in said(dialog))


def test_pages_are_ticked_and_moved_by_keyboard(qtbot: QtBot, make: Make) -> None:
    dialog = make(replace(OWN, pages=("overview", "reliability")))
    rows = page_list(dialog)
    texts = [rows.item(row).text() for row in range(rows.count())]
    assert texts[:2] == ["Overview", "Reliability"]
    assert texts[-1] == "Diagnostics"
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert dialog.wall().pages == ("reliability", "overview")
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert dialog.wall().pages == ("reliability",)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # it is the first
    assert dialog.wall().pages == ("incidents", "reliability")


def test_pages_are_moved_by_buttons_as_far_as_they_go(make: Make) -> None:
    dialog = make(replace(OWN, pages=("overview", "reliability")))
    buttons = dialog.findChildren(QPushButton)
    up = next(one for one in buttons if one.accessibleName() == "Move the page up")
    down = next(one for one in buttons if one.accessibleName() == "Move the page down")
    assert not up.isEnabled()
    press(dialog, "Move the page down")
    assert up.isEnabled()
    assert dialog.wall().pages == ("reliability", "overview")
    press(dialog, "Move the page up")
    assert dialog.wall().pages == ("overview", "reliability")
    page_list(dialog).setCurrentRow(page_list(dialog).count() - 1)
    assert not down.isEnabled()


def test_a_page_that_there_is_not_says_so(make: Make) -> None:
    dialog = make(replace(OWN, pages=("night",)))
    assert page_list(dialog).item(0).text() == "night: not there"


def test_a_wall_without_pages_is_refused(qtbot: QtBot, make: Make) -> None:
    dialog = make(replace(OWN, pages=("overview",)))
    page_list(dialog).item(0).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.assertNotEmitted(dialog.accepted_wall):
        press(dialog, "Save")
    assert dialog.isVisible()
    assert "Tick at least one page." in said(dialog)


def test_whoever_cancels_has_said_nothing(qtbot: QtBot, make: Make) -> None:
    dialog = make(Wall(), opens=True)
    with qtbot.assertNotEmitted(dialog.accepted_wall):
        press(dialog, "Cancel")
    assert not dialog.isVisible()


def test_for_the_first_time_it_says_why_it_asks(qtbot: QtBot, make: Make) -> None:
    dialog = make(Wall(), opens=True)
    assert any("asked once" in words for words in said(dialog))
    with qtbot.waitSignal(dialog.accepted_wall) as wanted:
        press(dialog, "Open the wall")
    assert wanted.args == [Wall()]


def test_what_is_ticked_has_a_tick_in_the_colour_of_the_theme(make: Make, look: Look) -> None:
    dialog = make()
    shown = named(dialog, QListWidget, "Pages").grab().toImage()
    tick, fill = look.color("onfill").lightness(), look.color("accent").lightness()
    inside = [shown.pixelColor(x, y) for x in range(14, 24) for y in range(12, 22)]
    like_tick = [c for c in inside if abs(c.lightness() - tick) < abs(c.lightness() - fill)]
    assert 0 < len(like_tick) < len(inside) / 2
