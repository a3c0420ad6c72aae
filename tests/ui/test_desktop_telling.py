"""What one is told at the desktop of one profile, and what one says to it."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support import boards
from support.browsers import Browser
from support.incidents import with_desk
from support.profiles import SECRET, Open, sentence, settings_of

from opsdesk.app.household import DesktopOptions
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.desk import Desk, Digest, Hush, Policy
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.store.profile import Places
from opsdesk.store.secrets import WEBHOOK, Secrets
from opsdesk.ui.notifications import NotificationsDialog
from opsdesk.ui.panels.incident_list import IncidentListPanel

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


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
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"


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
    qtbot.waitUntil(lambda: desktop._trays.tray is not None)
    assert desktop._board is not None
    assert desktop._trays.tray is not None
    (running,) = (one for one in desktop._board.snapshot.incidents if one.runs)
    desktop._trays.tray.incident_wanted.emit(running.id)
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
