"""The desktop of one profile, put together as the application does it: what it shows, and when."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support import boards
from support.profiles import Open, sentence

from opsdesk.app.household import DesktopOptions
from opsdesk.demo.wanted import Demonstration
from opsdesk.engine.commands import AskSeries
from opsdesk.engine.engine import Engine
from opsdesk.store import settings, snapshots
from opsdesk.store.profile import Places
from opsdesk.store.settings import SourceSettings
from opsdesk.ui.instance import option
from opsdesk.ui.panels.breaker_cells import BreakerCellsPanel, Cell

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


def test_the_demo_fills_the_window(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "1 of 7 circuit breakers is open" in sentence(desktop))


def test_a_first_start_shows_the_demo_and_says_that_it_is_one(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions())
    qtbot.waitUntil(lambda: "1 of 7 circuit breakers is open" in sentence(desktop))
    assert desktop.window is not None
    marks = [mark.text() for mark in desktop.window.header.findChildren(QLabel, "demo")]
    assert marks == ["demo"]


def test_an_engine_that_dies_is_said_and_can_be_restarted(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "circuit breakers" in sentence(desktop))
    desktop._bridge.report_death(ZeroDivisionError("a bug"))
    assert desktop.window is not None
    qtbot.waitUntil(desktop.window.banner.restart.isVisible)
    desktop.window.banner.restart.click()
    assert desktop._engine.alive
    assert not desktop.window.banner.restart.isVisible()


def test_what_charts_ask_of_the_last_known_snapshot_is_heard(
    opened: Open, where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SourceSettings(id="gone", title="Gone", url="http://127.0.0.1:9")
    settings.save(where.settings, settings.Settings(sources=(source,)))
    snapshots.save(boards.stale().snapshot, boards.CATALOGUE, where.last_known)
    sent: list[object] = []
    monkeypatch.setattr(Engine, "send", lambda _engine, command: sent.append(command))
    opened(DesktopOptions())
    (asked,) = sent
    assert isinstance(asked, AskSeries)
    assert asked.queries


def test_the_last_known_snapshot_is_shown_before_any_answer(opened: Open, where: Places) -> None:
    source = SourceSettings(id="prod", title="Production metrics", url="http://127.0.0.1:9")
    settings.save(where.settings, settings.Settings(sources=(source,)))
    snapshots.save(boards.stale().snapshot, boards.CATALOGUE, where.last_known)
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    shown = [label.text() for label in desktop.window.findChildren(QLabel) if label.isVisible()]
    assert "291" in shown
    (cells,) = desktop.window.findChildren(BreakerCellsPanel)
    assert "was OPEN" in [row.word for row in cells.rows if isinstance(row, Cell)]


def test_a_warning_outlives_the_tray(opened: Open, where: Places) -> None:
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text('theme = "solarized"')
    desktop = opened(DesktopOptions())
    desktop._tray_came(there=True)
    assert desktop.window is not None
    said = [label.text() for label in desktop.window.banner.findChildren(QLabel)]
    assert any("solarized" in text for text in said)


def test_updates_begin_even_if_the_window_is_never_painted(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    assert desktop.window is not None
    desktop.window.painted.disconnect()
    qtbot.waitUntil(lambda: desktop._engine.alive)


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["--url", "http://a"], "http://a"),
        (["--hidden", "--url=http://a"], "http://a"),
        (["--url"], ""),
        ([], ""),
    ],
)
def test_the_address_of_a_second_start_is_found(arguments: list[str], address: str) -> None:
    assert option(arguments, "--url") == address


def test_before_the_first_answer_the_window_says_whom_it_asks(opened: Open) -> None:
    desktop = opened(DesktopOptions(url="http://127.0.0.1:9"))
    assert sentence(desktop).startswith("Connecting to 127.0.0.1:9")


def test_a_tray_that_goes_brings_the_window_back(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._is_going)
    assert desktop._windows.frame is not None
    desktop._windows.frame.hide()
    desktop._tray_came(there=False)
    assert desktop.window.isVisible()
    assert "tray" in desktop._banners.texts


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_popover_is_made_when_it_is_wanted(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration(), hidden=True))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._desk._popover is None
    desktop._trays.tray.popover_wanted.emit(QRect())
    popover = desktop._desk._popover
    assert popover is not None
    assert popover.isVisible()
    assert desktop.window is None
    with qtbot.waitSignal(popover.open_wanted):
        popover._open.click()
    assert desktop.window is not None
    desktop._trays.tray.popover_wanted.emit(QRect())
    desktop._trays.tray.popover_wanted.emit(QRect())
    assert not popover.isVisible()
