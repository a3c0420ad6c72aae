"""The desktop of one profile on real settings files: what is kept, and what is not lost."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from support.http_server import answer, serving
from support.profiles import SECRET, Open, sentence, settings_of

from opsdesk.app.household import DesktopOptions
from opsdesk.catalogue import language
from opsdesk.demo.wanted import Demonstration
from opsdesk.store import settings
from opsdesk.store.profile import Places
from opsdesk.store.settings import SourceSettings
from opsdesk.ui.connect import ConnectDialog, NewSource
from opsdesk.ui.own_words import translate

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


def test_a_source_is_connected_kept_and_disconnected(
    qtbot: QtBot, opened: Open, where: Places
) -> None:
    desktop = opened(DesktopOptions())
    qtbot.waitUntil(lambda: "circuit breakers" in sentence(desktop))
    with serving(answer('{"status":"success","data":{}}')) as server:
        desktop._sources.connect_source(NewSource(title="Mine", url=server.url))
        (kept,) = settings_of(where)["source"]
        assert (kept["id"], kept["title"], kept["url"]) == ("mine", "Mine", server.url)
        qtbot.waitUntil(lambda: bool(server.requests))
        qtbot.waitUntil(lambda: list(desktop._board.sources) == ["mine"])
        assert desktop.window is not None
        menu = next(m for m in desktop.window.findChildren(QMenu) if m.title() == "Disconnect")
        menu.actions()[0].trigger()
        qtbot.waitUntil(lambda: sentence(desktop).startswith("No source is connected"))
    assert settings_of(where).get("source", []) == []


def test_a_secret_goes_to_no_settings_file(opened: Open, where: Places, qtbot: QtBot) -> None:
    desktop = opened(DesktopOptions())
    with serving(answer("{}")) as server:
        source = NewSource(title="Mine", url=server.url, auth="bearer", secret=SECRET)
        desktop._sources.connect_source(source)
        qtbot.waitUntil(lambda: bool(server.requests))
        assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in where.settings.read_text("utf-8")


def test_choices_are_remembered(opened: Open, where: Places) -> None:
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    desktop.window.header.theme_chosen.emit("light")
    desktop.window.header.interval_chosen.emit(15.0)
    assert settings_of(where) | {"theme": "light", "interval": 15.0} == settings_of(where)


def test_a_setting_that_is_not_known_is_said_and_the_others_hold(
    opened: Open, where: Places, caplog: pytest.LogCaptureFixture
) -> None:
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text('theme = "light"\nintervall = 5')
    desktop = opened(DesktopOptions(hidden=True))
    said = f"{where.settings}, line 2: there is no setting 'intervall'"
    assert said in desktop._banners.texts["settings"]
    assert said in caplog.text
    assert where.settings_copy.read_text() == where.settings.read_text()


def test_settings_that_cannot_be_read_are_set_aside_and_said(opened: Open, where: Places) -> None:
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text("interval = [")
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    assert desktop.window.banner.isVisible()
    (aside,) = where.settings.parent.glob("*unreadable*")
    assert aside.read_text() == "interval = ["


def test_what_its_owner_wrote_meanwhile_is_not_lost(opened: Open, where: Places) -> None:
    settings.save(where.settings, settings.Settings())
    desktop = opened(DesktopOptions())
    by_hand = SourceSettings(id="b", title="By hand", url="http://127.0.0.1:9")
    settings.save(where.settings, settings.Settings(interval=30, sources=(by_hand,)))
    assert desktop.window is not None
    desktop.window.header.theme_chosen.emit("light")
    kept = settings_of(where)
    assert (kept["theme"], kept["interval"], len(kept["source"])) == ("light", 30, 1)


def test_an_option_of_one_run_is_no_setting(opened: Open, where: Places) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration(), interval=5))
    assert desktop.window is not None
    desktop.window.header.theme_chosen.emit("dark")
    assert settings_of(where)["interval"] == 60


def test_the_dialog_goes_with_its_secret(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions())
    desktop._connect("http://127.0.0.1:9")
    desktop._connect()
    assert desktop.window is not None
    (dialog,) = desktop.window.findChildren(ConnectDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not desktop.window.findChildren(ConnectDialog))


def test_a_mistake_in_a_users_own_file_is_said_with_its_line(opened: Open, where: Places) -> None:
    mine = where.own / "catalogue" / "mine.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text('[[metric]]\nid = "mine.latency"\nunit = "furlong"\n')
    desktop = opened(DesktopOptions(demo=Demonstration()))
    assert desktop.window is not None
    assert desktop.window.banner.isVisible()
    assert f"{mine}, line 3" in desktop._banners.texts["settings"]


def test_the_window_comes_back_as_it_was_left(qtbot: QtBot, opened: Open) -> None:
    first = opened(DesktopOptions(demo=Demonstration()))
    assert first.window is not None
    first.window.show_page_of("value")
    assert first._windows.frame is not None
    first._windows.frame.setGeometry(60, 50, 1100, 720)
    first.window.pause_wanted.emit(True)
    first.stop()
    again = opened(DesktopOptions(demo=Demonstration()))
    assert again.window is not None
    assert again.window.page.page.id == "value"
    assert (again.window.width(), again.window.height()) == (1100, 720)
    qtbot.waitUntil(lambda: "Updates are paused" in sentence(again))
    again.window.pause_wanted.emit(False)
    qtbot.waitUntil(lambda: "net savings" in sentence(again))


def test_the_language_changes_at_once(qtbot: QtBot, opened: Open, where: Places) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "1 of 7 circuit breakers is open" in sentence(desktop))
    before = desktop.window
    assert before is not None
    before.show_page_of("value")
    try:
        before.header.language_chosen.emit("de")
        qtbot.waitUntil(lambda: desktop.window is not before)
        assert settings_of(where)["language"] == "de"
        assert desktop.window is not None
        assert desktop.window.page.page.id == "value"
        qtbot.waitUntil(lambda: "Netto-Ersparnis" in sentence(desktop))
    finally:
        language.choose("en")
        translate(QApplication.instance())
