"""Notices at daemons that are not here, and at a bus that goes away: their answers are written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.desktop import desktop, session_bus
from support.notices import ANOTHER, ENDED, OPENED, notified, notifying, tell
from support.processes import end
from support.scripted import Scripted, scripted

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.notify.freedesktop import FreedesktopService
from opsdesk.notify.standing import Standing

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


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
