"""Notices at a real notification daemon, on a bus and a screen of their own."""

from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from msgspec.structs import replace
from support.desktop import Desktop, NotificationEvent, desktop, session_bus
from support.processes import end, eventually
from support.scripted import Scripted, scripted

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.notify.freedesktop import FreedesktopService, _body
from opsdesk.notify.standing import Standing

OPENED = Notice(
    id="carbon",
    title="Breaker open: Carbon Data",
    body="12 failures, 6 others closed",
    severity=Severity.CRITICAL,
    page="reliability",
    incidents=("carbon@10:00",),
    actions=(NoticeAction.ACKNOWLEDGE, NoticeAction.SNOOZE, NoticeAction.RUNBOOK),
    runbook="https://runbooks.example/carbon",
    alarming=True,
)
ENDED = Notice(
    id="carbon", title="Breaker closed: Carbon Data", body="closed after 22 min", severity=None
)
ANOTHER = Notice(id="another", title="Breaker closed: Weather", body="", severity=None)
NORMAL, CRITICAL = 1, 2
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
NOTIFICATIONS = DBusAddress(PATH, bus_name=NAME, interface=NAME)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with desktop(tray=False) as here:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", here.env["DBUS_SESSION_BUS_ADDRESS"])
        yield here


def tell(*notices: Notice, memory: Path | None = None) -> None:
    """Show notices and go, as an OpsDesk does that is killed."""

    async def show(notifier: DesktopNotifier) -> None:
        for notice in notices:
            await notifier.show(notice)

    notifying(show, memory)


def notifying(
    work: Callable[[DesktopNotifier], Awaitable[None]], memory: Path | None = None
) -> None:
    """Do something with a notifier on a loop."""

    async def run() -> None:
        notifier = DesktopNotifier(partial(FreedesktopService, print, Standing(memory)))
        try:
            await work(notifier)
        finally:
            await notifier.close()
            await notifier.close()

    asyncio.run(run())


def notified(screen: Desktop, number: int) -> list[NotificationEvent]:
    """Wait until the daemon has answered so many calls."""

    def those() -> list[NotificationEvent]:
        found = [event for event in screen.notifications() if event.event == "notify"]
        return found if len(found) >= number else []

    return eventually(those, f"{number} notifications")


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


# ---- daemons that are not here


def on_a_scripted_daemon(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    capabilities: list[str],
    work: Callable[[Scripted], Awaitable[None]],
) -> None:
    """Do something while a daemon that can do so much runs."""
    answers: dict[str, tuple[str, list[Any]]] = {
        "GetCapabilities": ("as", [capabilities]),
        "Notify": ("u", [7]),
        "GetServerInformation": ("ssss", ["plain", "", "2", "1.2"]),
    }

    async def run(address: str) -> None:
        async with scripted(address, [NAME], answers) as daemon:
            await asyncio.wait_for(work(daemon), 10)

    with session_bus(folder) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        asyncio.run(run(address))


def test_a_daemon_without_actions_gets_the_plain_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(daemon: Scripted) -> None:
        notifier = DesktopNotifier(partial(FreedesktopService, print))
        assert await notifier.show(OPENED)
        await notifier.close()
        ((_app, _replaces, _icon, title, body, actions, hints, _timeout),) = daemon.asked("Notify")
        assert (title, body, actions) == (OPENED.title, OPENED.body, [])
        assert "suppress-sound" not in hints
        assert await notifier.test() == "Shown by plain 2, which shows no buttons."

    on_a_scripted_daemon(monkeypatch, tmp_path, ["body"], work)


def test_a_daemon_that_plays_sounds_plays_what_is_alarming(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(daemon: Scripted) -> None:
        is_wanted = True
        notifier = DesktopNotifier(partial(FreedesktopService, print), sound=lambda: is_wanted)
        await notifier.show(OPENED)
        await notifier.show(replace(OPENED, alarming=False))
        is_wanted = False
        await notifier.show(OPENED)
        await notifier.close()
        hints = [call[6] for call in daemon.asked("Notify")]
        assert ["sound-name" in found for found in hints] == [True, False, False]
        assert ["suppress-sound" in found for found in hints] == [False, True, True]
        said = await notifier.test_sound()
        assert said == "plain 2 plays the desktop's own sound."

    on_a_scripted_daemon(monkeypatch, tmp_path, ["sound", "actions"], work)


def test_the_leave_to_raise_a_window_goes_with_its_action(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On Wayland no window comes to the front without."""

    async def work(daemon: Scripted) -> None:
        done: asyncio.Queue[tuple[Notice, NoticeAction, str]] = asyncio.Queue()
        service = FreedesktopService(lambda *what: done.put_nowait(what))
        await service.show(OPENED, sound=False)
        await daemon.emit(PATH, NAME, "ActionInvoked", "us", 8, "default")  # someone else's
        await daemon.emit(PATH, NAME, "ActionInvoked", "us", 7, "unheard-of")
        await daemon.emit(PATH, NAME, "ActivationToken", "us", 7, "token-1")
        await daemon.emit(PATH, NAME, "ActionInvoked", "us", 7, "default")
        await daemon.emit(PATH, NAME, "ActionInvoked", "us", 7, "acknowledge")
        assert await done.get() == (OPENED, NoticeAction.SHOW, "token-1")
        assert await done.get() == (OPENED, NoticeAction.ACKNOWLEDGE, "")
        await service.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, ["actions"], work)


def test_what_stood_before_a_restart_can_be_acted_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Most daemons tell everybody of an action, and so an OpsDesk that has shown nothing yet."""
    memory = tmp_path / "memory"

    async def work(daemon: Scripted) -> None:
        done: asyncio.Queue[tuple[Notice, NoticeAction, str]] = asyncio.Queue()
        before = FreedesktopService(print, Standing(memory))
        await before.show(OPENED, sound=False)
        await before.close()
        service = FreedesktopService(lambda *what: done.put_nowait(what), Standing(memory))
        notifier = DesktopNotifier(lambda: service)
        await notifier.resume()
        await daemon.emit(PATH, NAME, "ActionInvoked", "us", 7, "acknowledge")
        assert await done.get() == (OPENED, NoticeAction.ACKNOWLEDGE, "")
        await notifier.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, ["actions"], work)


def test_a_signal_of_somebody_else_is_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(_daemon: Scripted) -> None:
        standing = Standing()
        service = FreedesktopService(print, standing)
        await service.show(OPENED, sound=False)
        async with scripted(f"unix:path={tmp_path}/bus", [], {}) as other:
            await other.emit(PATH, NAME, "NotificationClosed", "uu", 7, 1)
        await service.show(ANOTHER, sound=False)  # what was sent before has arrived
        assert standing.notice(7) is ANOTHER
        assert standing.number(OPENED.id) == 0  # this daemon gives every notice the same number
        await service.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, [], work)


def test_when_a_daemon_dies_of_a_notice_its_successor_gets_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(dying: Scripted) -> None:
        service = FreedesktopService(print)
        await service.show(OPENED, sound=False)
        async with scripted(f"unix:path={tmp_path}/bus", [NAME], dying.answers) as next_in_line:
            dying.dies_of = "Notify"
            await service.show(OPENED, sound=False)
            ((_app, replaces, *_),) = next_in_line.asked("Notify")
            assert replaces == 0
        await service.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, [], work)


def test_a_daemon_that_refuses_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(daemon: Scripted) -> None:
        del daemon.answers["Notify"]
        notifier = DesktopNotifier(partial(FreedesktopService, print))
        assert not await notifier.show(OPENED)
        assert len(daemon.asked("Notify")) == 1
        assert "No notification service on this desktop" in await notifier.test()
        await notifier.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, [], work)


@pytest.mark.parametrize("member", ["GetCapabilities", "Notify"])
def test_a_daemon_that_answers_something_else_is_said_to_be_missing(
    member: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def work(daemon: Scripted) -> None:
        daemon.answers[member] = ("", [])
        notifier = DesktopNotifier(partial(FreedesktopService, print))
        assert not await notifier.show(OPENED)
        assert f"{member} answers with ''" in await notifier.test()
        await notifier.close()

    on_a_scripted_daemon(monkeypatch, tmp_path, [], work)


def test_a_daemon_that_goes_and_comes_back_is_found_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "opsdesk")

    async def live(notifier: DesktopNotifier) -> None:
        daemon = await asyncio.to_thread(screen.start_notifications)
        await notifier.show(OPENED)
        await asyncio.to_thread(end, daemon)
        await notifier.show(OPENED)
        await notifier.show(OPENED)
        assert caplog.text.count("desktop notifications do not work now") == 1
        await asyncio.to_thread(screen.start_notifications)
        await notifier.show(OPENED)
        await notifier.show(ENDED)

    with desktop(tray=False, notifications=False) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
        notifying(live)
        assert screen.displayed() == 1
    assert caplog.text.count("desktop notifications work again") == 1
    assert "Traceback" not in caplog.text


def test_another_daemon_is_not_asked_to_replace_what_it_never_showed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def live(notifier: DesktopNotifier) -> None:
        daemon = await asyncio.to_thread(screen.start_notifications)
        await notifier.show(OPENED)
        await asyncio.to_thread(end, daemon)
        await asyncio.to_thread(screen.start_notifications)
        await notifier.show(OPENED)

    with desktop(tray=False, notifications=False) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
        notifying(live)
        assert {event.replaces for event in notified(screen, 2)} == {0}


def test_a_bus_without_a_daemon_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        tell(OPENED, ENDED)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_no_bus_at_all_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    tell(OPENED, ENDED)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "no session bus" in caplog.text


def test_a_bus_that_goes_away_under_a_connection_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def live(notifier: DesktopNotifier) -> None:
        with session_bus(tmp_path) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            await notifier.show(OPENED)
        await notifier.show(OPENED)

    notifying(live)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
