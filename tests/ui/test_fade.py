"""States fade where the desktop lets things move, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import CATALOGUE

from opsdesk.catalogue import pages
from opsdesk.ui import fade
from opsdesk.ui.dress import dress
from opsdesk.ui.page import HeadlineStrip
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow


@pytest.fixture
def moving(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """Return a window on a desktop."""
    look = Look("dark", moves=True)
    dress(qapp, look)
    window = MainWindow(pages.load(CATALOGUE), look)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.show_board(boards.tripped(), boards.NOW)
    yield window
    window.close()


def running(of: QWidget) -> list[fade._Veil]:
    """Return what fades over a widget itself."""
    veils = (child for child in of.children() if isinstance(child, fade._Veil))
    return [veil for veil in veils if veil.isVisible()]


def strip_of(window: MainWindow) -> HeadlineStrip:
    strip = window.page.findChild(HeadlineStrip)
    assert isinstance(strip, HeadlineStrip)
    return strip


def test_another_state_fades(qtbot: QtBot, moving: MainWindow) -> None:
    strip = strip_of(moving)
    moving.show_board(boards.connecting(), boards.NOW)
    qtbot.waitUntil(lambda: not running(strip))
    moving.show_board(boards.tripped(), boards.NOW)
    assert running(strip) == [], "the first that is known"
    moving.show_board(boards.tripped(), boards.NOW)
    assert running(strip) == [], "the same state, though newer"
    moving.show_board(boards.normal(), boards.NOW)
    assert len(running(strip)) == 1
    qtbot.waitUntil(lambda: not running(strip))


def test_a_picture_for_a_file_does_not_fade(window: MainWindow) -> None:
    window.show_board(boards.tripped(), boards.NOW)
    window.show_board(boards.normal(), boards.NOW)
    assert running(strip_of(window)) == []


class Calm(QProxyStyle):
    """A desktop whose user wants no motion."""

    def styleHint(  # noqa: N802 - Qt's name
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returned)


def test_where_motion_is_unwanted_nothing_fades(
    moving: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fade.motion_is_wanted()
    calm = Calm()
    monkeypatch.setattr(QApplication, "style", staticmethod(lambda: calm))
    assert not fade.motion_is_wanted()
    moving.show_board(boards.normal(), boards.NOW)
    assert running(strip_of(moving)) == []
