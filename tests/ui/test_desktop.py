"""The desktop of one profile, put together as the application does it, on real settings files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, QRect, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot
from support import boards
from support.http_server import answer, serving
from support.incidents import with_desk
from typing_extensions import override

from opsdesk.app.household import DesktopOptions, Household
from opsdesk.catalogue import language
from opsdesk.demo.wanted import Demonstration
from opsdesk.engine.commands import AskSeries
from opsdesk.engine.engine import Engine
from opsdesk.model.desk import Desk, Digest, Hush, Policy
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.reading import BreakerState
from opsdesk.model.wall import Wall
from opsdesk.store import settings, snapshots
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places, places
from opsdesk.store.remembered import Remembered
from opsdesk.store.secrets import WEBHOOK, Secrets
from opsdesk.store.settings import SourceSettings
from opsdesk.ui import application, engine_host
from opsdesk.ui import desktop as ui_desktop
from opsdesk.ui.connect import ConnectDialog, NewSource
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.exporting import Wish
from opsdesk.ui.instance import Instance, option
from opsdesk.ui.notifications import NotificationsDialog
from opsdesk.ui.opening import Opening
from opsdesk.ui.own_words import translate
from opsdesk.ui.panels.incident_list import IncidentListPanel
from opsdesk.ui.parts_wanted import Parts

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")

SECRET = "t0p-s3cret"  # noqa: S105 - of nobody
Open = Callable[[DesktopOptions], Desktop]


@pytest.fixture
def where() -> Places:
    """Return the places of a profile that nobody has used."""
    return places("test")


@pytest.fixture
def opened(qapp: QApplication, where: Places) -> Iterator[Open]:
    """Return a function that opens a desktop, which is closed after the test."""
    desktops: list[Desktop] = []

    def open_(options: DesktopOptions) -> Desktop:
        parts = Household(options, where, Redactor()).parts()
        desktop = Desktop(qapp, parts, Instance(where.lock))
        desktops.append(desktop)
        desktop.start()
        return desktop

    yield open_
    for desktop in desktops:
        desktop.stop()
        if desktop._windows.frame is not None:
            desktop._windows.frame.deleteLater()
        desktop.deleteLater()


def settings_of(where: Places) -> dict[str, object]:
    return tomllib.loads(where.settings.read_text("utf-8"))


def sentence(desktop: Desktop) -> str:
    assert desktop.window is not None
    return desktop.window.windowTitle()


def test_the_demo_fills_the_window(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "1 of 7 circuit breakers is open" in sentence(desktop))


def test_a_first_start_shows_the_demo_and_says_that_it_is_one(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions())
    qtbot.waitUntil(lambda: "1 of 7 circuit breakers is open" in sentence(desktop))
    assert desktop.window is not None
    marks = [mark.text() for mark in desktop.window.header.findChildren(QLabel, "demo")]
    assert marks == ["demo"]


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


def test_an_engine_that_dies_is_said_and_can_be_restarted(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "circuit breakers" in sentence(desktop))
    desktop._bridge.report_death(ZeroDivisionError("a bug"))
    assert desktop.window is not None
    qtbot.waitUntil(desktop.window.banner.restart.isVisible)
    desktop.window.banner.restart.click()
    assert desktop._engine.alive
    assert not desktop.window.banner.restart.isVisible()


class Browser(QObject):
    """What opens addresses, in the place of the desktop's own."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open_address(self, address: QUrl) -> None:
        self.opened.append(address.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    found = Browser()
    for scheme in ("https", "file"):
        QDesktopServices.setUrlHandler(scheme, found, "open_address")
    yield found
    for scheme in ("https", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


def notice(runbook: str = "") -> Notice:
    return Notice(id="n", title="t", body="", severity=None, page="incidents", runbook=runbook)


def test_a_click_on_a_notification_shows_its_page(
    qtbot: QtBot, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    desktop = opened(DesktopOptions(demo=Demonstration()))
    assert desktop._windows.frame is not None
    desktop._windows.frame.close()
    desktop._bridge.activated.emit(notice(), NoticeAction.SHOW, "token-1")
    qtbot.waitUntil(desktop.window.isVisible)
    assert desktop.window.page.page.id == "incidents"
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"  # noqa: S105 - no secret


def test_a_runbook_opens_where_pages_are_read_and_nothing_else_does(
    qtbot: QtBot, opened: Open, browser: Browser
) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    for address in ("file:///etc/passwd", "https://", "", "https://runbooks.example/carbon"):
        desktop._bridge.activated.emit(notice(address), NoticeAction.RUNBOOK, "")
    qtbot.waitUntil(lambda: bool(browser.opened))
    assert browser.opened == ["https://runbooks.example/carbon"]


def test_a_webhook_that_fails_is_said_until_it_works_again(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    assert desktop.window is not None
    (line,) = desktop.window.banner.findChildren(QLabel)
    words = "The webhook for notices fails: The server answered 503."
    desktop._bridge.troubled.emit("webhook", "The server answered 503.")
    qtbot.waitUntil(lambda: words in line.text())
    desktop._bridge.troubled.emit("webhook", "")
    qtbot.waitUntil(lambda: words not in line.text())


def test_a_snapshot_is_exported_from_the_window(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._board is not None
    path = tmp_path / "now.csv"
    with qtbot.waitSignal(desktop._exporter.ended):
        desktop._exporter.start(Wish(snapshot=desktop._board.snapshot, kind="csv", path=path))
    assert BreakerState.OPEN in path.read_text("utf-8")
    missing = tmp_path / "missing" / "now.csv"
    with qtbot.waitSignal(desktop._exporter.failed) as failed:
        desktop._exporter.start(Wish(snapshot=desktop._board.snapshot, kind="csv", path=missing))
    assert "missing" in failed.args[0]


def test_a_report_that_is_stopped_leaves_nothing_behind(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._board is not None
    assert desktop.window is not None
    wish = Wish(snapshot=desktop._board.snapshot, kind="pdf", path=tmp_path / "now.pdf")
    with qtbot.waitSignal(desktop._exporter.ended):
        desktop._exporter.start(wish)
        desktop.window.footer.stop_wanted.emit()
    assert list(tmp_path.glob("*.pdf")) == []
    assert "export" not in desktop._banners.texts


def test_settings_that_cannot_be_read_are_set_aside_and_said(opened: Open, where: Places) -> None:
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text("interval = [")
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    assert desktop.window.banner.isVisible()
    (aside,) = where.settings.parent.glob("*unreadable*")
    assert aside.read_text() == "interval = ["


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
    assert "was OPEN" in shown
    assert "291" in shown


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


def test_the_dialog_goes_with_its_secret(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions())
    desktop._connect("http://127.0.0.1:9")
    desktop._connect()
    assert desktop.window is not None
    (dialog,) = desktop.window.findChildren(ConnectDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not desktop.window.findChildren(ConnectDialog))


def test_before_the_first_answer_the_window_says_whom_it_asks(opened: Open) -> None:
    desktop = opened(DesktopOptions(url="http://127.0.0.1:9"))
    assert sentence(desktop).startswith("Connecting to 127.0.0.1:9")


def chosen(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Let the person at the desk choose a path in the desktop's own file dialog."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))


def said_below(desktop: Desktop) -> list[str]:
    assert desktop.window is not None
    return [label.text() for label in desktop.window.footer.findChildren(QLabel)]


def test_export_writes_beside_the_window_and_says_so(
    qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop.window is not None
    path = tmp_path / "now.json"
    chosen(monkeypatch, str(path))
    desktop.window.export_wanted.emit("json")
    qtbot.waitUntil(lambda: f"Saved {path}" in said_below(desktop))
    assert '"opsdesk.snapshot/1"' in path.read_text("utf-8")
    chosen(monkeypatch, str(tmp_path / "missing" / "now.csv"))
    desktop.window.export_wanted.emit("csv")
    qtbot.waitUntil(lambda: "was not written" in desktop._banners.texts.get("export", ""))
    chosen(monkeypatch, "")
    desktop.window.export_wanted.emit("csv")  # the dialog was cancelled
    assert [entry.name for entry in tmp_path.glob("now*")] == ["now.json"]


def test_with_nothing_known_there_is_nothing_to_export(opened: Open) -> None:
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    desktop.window.export_wanted.emit("csv")
    assert "There is nothing to save yet: no source has answered." in said_below(desktop)


def test_a_tray_that_goes_brings_the_window_back(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._is_going)
    assert desktop._windows.frame is not None
    desktop._windows.frame.hide()
    desktop._tray_came(there=False)
    assert desktop.window.isVisible()
    assert "tray" in desktop._banners.texts


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


def test_what_happened_meanwhile_is_said_until_it_has_been_read(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "circuit breaker" in sentence(desktop))
    digest = Digest(hush=Hush.AWAY, since=boards.NOW, until=boards.NOW, opened=("x",))
    board = with_desk(boards.tripped(), Desk(digest=digest, problem="the disk is full"))
    desktop._show_board(board)
    assert "While you were away" in desktop._banners.texts["digest"]
    assert "the disk is full" in desktop._banners.texts["desk"]
    assert desktop.window is not None
    assert desktop.window.banner.digest.isVisible()
    with qtbot.waitSignal(desktop.window.banner.digest_read):
        desktop.window.banner.digest.click()
    assert "digest" not in desktop._banners.texts
    desktop._show_board(board)  # before the engine has heard of it
    assert "digest" not in desktop._banners.texts
    desktop._show_board(boards.tripped())
    assert "desk" not in desktop._banners.texts


def test_what_ends_before_the_digest_is_read_is_not_called_open(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: "circuit breaker" in sentence(desktop))
    (one,) = boards.tripped().snapshot.incidents
    desk = Desk(
        digest=Digest(hush=Hush.AWAY, since=boards.NOW, until=boards.NOW, still_open=(one.id,))
    )
    desktop._show_board(with_desk(boards.tripped(), desk))
    assert "1 still open" in desktop._banners.texts["digest"]
    desktop._show_board(with_desk(boards.normal(), desk))
    assert "none still open" in desktop._banners.texts["digest"]
    desktop._banners.read()
    desktop._show_board(with_desk(boards.tripped(), desk))
    assert "digest" not in desktop._banners.texts


def test_an_incident_is_acknowledged_in_the_window(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._board is not None
    (running,) = (one for one in desktop._board.snapshot.incidents if one.runs)
    desktop._tray.incident_wanted.emit(running.id)
    assert desktop.window is not None
    assert desktop.window.page.page.id == "incidents"
    (panel,) = desktop.window.page.findChildren(IncidentListPanel)
    assert panel.detail is not None
    assert panel.detail.incident_id == running.id
    panel.buttons.do("acknowledge")
    qtbot.waitUntil(lambda: panel.view.entry is not None and panel.view.entry.acknowledged)


def test_how_to_be_told_is_kept(opened: Open, where: Places) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    assert desktop.window is not None
    desktop.window.header.notifications_wanted.emit()
    desktop.window.header.notifications_wanted.emit()
    (dialog,) = desktop.window.findChildren(NotificationsDialog)
    dialog._reminder.setValue(15)
    dialog._check()
    notices = settings_of(where)["notices"]
    assert isinstance(notices, dict)
    assert notices["reminder"] == 15.0
    assert desktop._desk._policy.reminder == 15.0


def test_how_to_be_told_holds_though_it_cannot_be_kept(opened: Open, where: Places) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    where.settings.parent.mkdir(parents=True, exist_ok=True)
    where.settings.write_text("interval = ")
    desktop._desk._keep_policy(Policy(reminder=15.0))
    assert "This choice holds until OpsDesk ends." in desktop._banners.texts["settings"]
    assert desktop._desk._policy.reminder == 15.0


def test_the_token_of_the_webhook_goes_where_secrets_are(
    qtbot: QtBot, opened: Open, where: Places
) -> None:
    desktop = opened(DesktopOptions())
    secrets = Secrets("default", where.secrets)
    desktop._parts.keep_token(SECRET)
    qtbot.waitUntil(lambda: secrets.get(WEBHOOK) == SECRET)
    desktop._parts.keep_token("")
    qtbot.waitUntil(lambda: secrets.get(WEBHOOK) is None)


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_popover_is_made_when_it_is_wanted(qtbot: QtBot, opened: Open) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration(), hidden=True))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._desk._popover is None
    desktop._tray.popover_wanted.emit(QRect())
    popover = desktop._desk._popover
    assert popover is not None
    assert popover.isVisible()
    assert desktop.window is None
    with qtbot.waitSignal(popover.open_wanted):
        popover._open.click()
    assert desktop.window is not None
    desktop._tray.popover_wanted.emit(QRect())
    desktop._tray.popover_wanted.emit(QRect())
    assert not popover.isVisible()


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
    opening = Opening(left=Remembered(), picture=None, load=lambda: None)
    assert application.run(where.lock, (), opening, parts) == 0
    assert seen == [(False, False), (False, True)]
