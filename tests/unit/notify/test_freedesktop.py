"""Notices at a real notification daemon, on a bus and a screen of their own."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from msgspec.structs import replace
from support.desktop import Desktop, desktop
from support.notices import ANOTHER, ENDED, OPENED, notified, notifying, tell
from support.processes import end, eventually

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.notify.freedesktop import FreedesktopService, _body
from opsdesk.notify.standing import Standing

NORMAL, CRITICAL = 1, 2
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
NOTIFICATIONS = DBusAddress(PATH, bus_name=NAME, interface=NAME)


def test_an_incident_is_one_notification_and_its_end_takes_its_place(screen: Desktop) -> None:
    tell(OPENED, ENDED)
    opened, ended = notified(screen, 2)
    assert (opened.app, opened.summary, opened.body) == ("OpsDesk", OPENED.title, OPENED.body)
    assert (opened.urgency, opened.timeout) == (CRITICAL, 0)
    assert "default" in opened.actions
    assert (ended.id, ended.replaces, ended.summary) == (opened.id, opened.id, ENDED.title)
    assert (ended.urgency, ended.timeout) == (NORMAL, -1)
    assert screen.displayed() == 1


def test_one_for_all_takes_the_place_of_many(screen: Desktop) -> None:
    many = [Notice(id=name, title=name, body="", severity=Severity.CRITICAL) for name in "abc"]
    one = Notice(
        id="all", title="3 breakers closed", body="", severity=None, withdraws=(*"abc", "unknown")
    )
    tell(*many, one)
    assert notified(screen, 4)[-1].replaces == 0
    assert screen.displayed() == 1


@pytest.mark.parametrize(
    ("capabilities", "sent"),
    [((), "<b>a & b</b>"), (("body-markup",), "&lt;b&gt;a &amp; b&lt;/b&gt;")],
)
def test_a_body_is_text_and_not_markup(capabilities: tuple[str, ...], sent: str) -> None:
    notice = Notice(id="x", title="t", body="<b>a & b</b>", severity=None)
    assert _body(notice, 0, frozenset(capabilities), sound=False)[4] == sent


def test_of_a_notification_that_no_longer_stands_nothing_is_kept(screen: Desktop) -> None:
    """OpsDesk runs for months."""

    def dismiss() -> None:
        with open_dbus_connection(screen.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            (shown,) = notified(screen, 1)
            close = new_method_call(NOTIFICATIONS, "CloseNotification", "u", (shown.id,))
            connection.send_and_get_reply(close, timeout=5)

    async def run() -> None:
        standing = Standing()
        service = FreedesktopService(print, standing)
        await service.show(OPENED, sound=False)
        assert standing.notices == (OPENED,)
        await asyncio.to_thread(dismiss)
        # The daemon has told of the first when it answers this.
        await service.show(ANOTHER, sound=False)
        assert standing.notices == (ANOTHER,)
        await service.show(ENDED, sound=False)
        await service.close()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert notified(screen, 3)[-1].replaces == 0


def acted(do: Callable[[], None], notice: Notice = OPENED) -> tuple[Notice, NoticeAction, str]:
    """Show a notice, do something at it, and return what came of that."""

    async def run() -> tuple[Notice, NoticeAction, str]:
        done: asyncio.Queue[tuple[Notice, NoticeAction, str]] = asyncio.Queue()
        service = FreedesktopService(lambda *what: done.put_nowait(what))
        notifier = DesktopNotifier(lambda: service)
        await notifier.show(notice)
        await asyncio.to_thread(do)
        try:
            async with asyncio.timeout(10):
                return await done.get()
        finally:
            await notifier.close()

    return asyncio.run(run())


def test_a_click_shows(screen: Desktop) -> None:
    assert acted(screen.click_notification) == (OPENED, NoticeAction.SHOW, "")


@pytest.mark.parametrize(
    ("label", "action"),
    [
        ("Acknowledge", NoticeAction.ACKNOWLEDGE),
        ("Snooze 1 h", NoticeAction.SNOOZE),
        ("Runbook", NoticeAction.RUNBOOK),
    ],
)
def test_what_is_chosen_at_the_daemon_is_done(
    screen: Desktop, label: str, action: NoticeAction
) -> None:
    done = acted(lambda: screen.choose_at_notifications(label))
    assert done == (OPENED, action, "")


def test_what_can_be_done_stands_at_the_notification(screen: Desktop) -> None:
    shows_only = replace(OPENED, id="b", actions=(NoticeAction.SHOW,))
    without_runbook = replace(OPENED, id="c", runbook="")
    tell(OPENED, shows_only, without_runbook)
    full, bare, without = notified(screen, 3)
    assert full.actions[1::2] == ("Show", "Acknowledge", "Snooze 1 h", "Runbook")
    assert bare.actions[1::2] == ("Show",)
    assert without.actions[1::2] == ("Show", "Acknowledge", "Snooze 1 h")
    assert full.category == "x-opsdesk.incident"


def test_a_name_that_no_bus_carries_is_shown_all_the_same(screen: Desktop) -> None:
    """The bus would end the connection, and the library raise."""
    tell(replace(OPENED, title="Carbon\0 Data \udc80", body="x" * 100_000))
    assert notified(screen, 1)[0].summary == "Carbon Data ?"


def test_an_update_changes_what_can_be_done(screen: Desktop) -> None:
    acknowledged = replace(OPENED, actions=(NoticeAction.RUNBOOK,))
    tell(OPENED, acknowledged)
    assert notified(screen, 2)[1].actions[1::2] == ("Show", "Runbook")
    assert screen.displayed() == 1


def test_an_end_expires_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with desktop(tray=False, notifications=False) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
        screen.start_notifications("[urgency_normal]\ntimeout = 1ms\n")
        tell(OPENED, ANOTHER, ENDED)
        eventually(lambda: screen.displayed() == 0, "the ends to expire")
        tell(OPENED)
        assert screen.displayed() == 1


# ---- over a restart of OpsDesk


def test_what_stood_before_a_restart_is_replaced_and_not_shown_once_more(
    screen: Desktop, tmp_path: Path
) -> None:
    memory = tmp_path / "state" / "notifications.json"
    tell(OPENED, memory=memory)
    tell(OPENED, memory=memory)
    tell(ENDED, memory=memory)
    first, repeated, ended = notified(screen, 3)
    assert {repeated.replaces, ended.replaces} == {first.id}
    assert screen.displayed() == 1
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600


def test_what_stood_before_a_restart_can_be_taken_away(screen: Desktop, tmp_path: Path) -> None:
    async def withdraw(notifier: DesktopNotifier) -> None:
        await notifier.withdraw("never shown")
        await notifier.withdraw(OPENED.id)
        await notifier.withdraw(OPENED.id)

    tell(OPENED, ANOTHER, memory=tmp_path / "memory")
    notifying(withdraw, tmp_path / "memory")
    assert screen.displayed() == 1


def test_a_daemon_that_is_not_the_one_of_before_is_asked_to_replace_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its numbers begin anew: they are those of other applications."""
    memory = tmp_path / "memory"
    with desktop(tray=False, notifications=False) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
        daemon = screen.start_notifications()
        tell(OPENED, memory=memory)
        end(daemon)
        screen.start_notifications()
        tell(OPENED, memory=memory)
        assert {event.replaces for event in notified(screen, 2)} == {0}


def test_a_bus_that_is_not_the_one_of_before_has_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After a log-out the daemon may have the same name on the new bus."""
    for _ in range(2):
        with desktop(tray=False) as screen:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
            tell(OPENED, memory=tmp_path / "memory")
            assert notified(screen, 1)[0].replaces == 0


def test_a_memory_that_is_broken_or_cannot_be_written_is_said_and_no_more(
    screen: Desktop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("{", "utf-8")
    tell(OPENED, ENDED, memory=broken)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    tell(OPENED, ENDED, memory=in_the_way / "memory")
    assert "cannot be kept" in caplog.text
    first, second, third, fourth = notified(screen, 4)
    assert (second.replaces, fourth.replaces) == (first.id, third.id)
