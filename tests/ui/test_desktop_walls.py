"""Walls of the desktop of one profile."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.profiles import Open, sentence
from typing_extensions import override

from opsdesk.app.household import DesktopOptions, Household
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.wall import Wall
from opsdesk.store import settings
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places
from opsdesk.ui import application, engine_host
from opsdesk.ui import desktop as ui_desktop
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.instance import Instance
from opsdesk.ui.parts_wanted import Parts

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


@pytest.fixture
def walled(where: Places) -> DesktopOptions:
    """Return the demo of somebody who has set a wall up."""
    settings.change(where.settings, lambda now: replace(now, walls=(Wall(diagonal=55.0),)))
    return DesktopOptions(profile="test", demo=Demonstration())


def test_a_wall_goes_on_when_the_window_beside_it_is_closed(
    qtbot: QtBot, opened: Open, walled: DesktopOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda _: ends.append(True))
    desktop = opened(walled)
    desktop.open_wall()
    assert desktop.window is not None
    desktop._windows.frame.close()
    assert (ends, desktop.is_walled) == ([], True)
    desktop._wall.close()
    desktop._wall.left.emit()
    assert desktop.window.isVisible()  # there is no tray: nothing else would reach OpsDesk
    desktop._windows.frame.close()
    assert ends == [True]
    qtbot.waitUntil(lambda: desktop._is_going)


def test_an_engine_that_died_under_a_wall_or_before_it_runs_again(
    qtbot: QtBot, opened: Open, walled: DesktopOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_host, "_REVIVED_MS", 20)
    desktop = opened(walled)
    qtbot.waitUntil(lambda: "circuit breakers" in sentence(desktop))
    desktop._bridge.report_death(ZeroDivisionError("a bug"))
    qtbot.waitUntil(lambda: "engine" in desktop._banners.texts)
    with qtbot.waitSignal(desktop._engine.restarted):
        desktop.open_wall()
    assert "engine" not in desktop._banners.texts
    desktop._bridge.report_death(ZeroDivisionError("another"))
    with qtbot.waitSignal(desktop._engine.restarted):
        pass
    assert desktop._engine.alive


def test_what_is_read_anew_is_the_only_opsdesk_still_and_shows_its_wall(
    qapp: QApplication, where: Places, walled: DesktopOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, bool]] = []

    class Looking(Desktop):
        @override
        def start(self, *, walled: bool = False) -> None:
            super().start(walled=walled)
            could_be_taken = Instance(where.lock)._lock.tryLock(0)
            seen.append((could_be_taken, self.is_walled))
            self.open_wall()
            QTimer.singleShot(0, self, self._read_anew if len(seen) == 1 else self.quit)

    def parts() -> Parts:
        return Household(walled, where, Redactor()).parts()

    monkeypatch.setattr(application, "QApplication", lambda _: qapp)
    monkeypatch.setattr(ui_desktop, "Desktop", Looking)
    assert application.run(where.lock, (), lambda: None, parts) == 0
    assert seen == [(False, False), (False, True)]
