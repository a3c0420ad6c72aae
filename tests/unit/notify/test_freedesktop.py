"""Notices at a real notification daemon, on a bus and a screen of their own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from support.desktop import DUNST, Desktop, NotificationEvent, desktop, session_bus
from support.processes import end, eventually

from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify.desktop import DesktopNotifier
from opsdesk.notify.freedesktop import FreedesktopService

OPENED = Notice(
    id="carbon",
    title="Breaker open: Carbon Data",
    body="12 failures, 6 others closed",
    severity=Severity.CRITICAL,
    page="reliability",
)
ENDED = Notice(
    id="carbon", title="Breaker closed: Carbon Data", body="closed after 22 min", severity=None
)
ANOTHER = Notice(id="another", title="Breaker closed: Weather", body="", severity=None)
NORMAL, CRITICAL = 1, 2
NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with desktop(tray=False) as here:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", here.env["DBUS_SESSION_BUS_ADDRESS"])
        yield here


def tell(*notices: Notice) -> None:
    """Show notices and go."""

    async def show(notifier: DesktopNotifier) -> None:
        for notice in notices:
            await notifier.show(notice)

    notifying(show)


def notifying(work: Callable[[DesktopNotifier], Awaitable[None]]) -> None:
    """Do something with a notifier on a loop."""

    async def run() -> None:
        notifier = DesktopNotifier(print)
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
    service = FreedesktopService(print)
    service._capabilities = frozenset(capabilities)
    notice = Notice(id="x", title="t", body="<b>a & b</b>", severity=None)
    assert service._body(notice, 0)[4] == sent


def click_on_newest(screen: Desktop) -> None:
    with open_dbus_connection(screen.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        click = new_method_call(DUNST, "NotificationAction", "u", (0,))
        connection.send_and_get_reply(click, timeout=5)


def test_of_a_notification_that_no_longer_stands_nothing_is_kept(screen: Desktop) -> None:
    """OpsDesk runs for months."""

    def dismiss() -> None:
        with open_dbus_connection(screen.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            (shown,) = notified(screen, 1)
            close = new_method_call(NOTIFICATIONS, "CloseNotification", "u", (shown.id,))
            connection.send_and_get_reply(close, timeout=5)

    async def run() -> None:
        service = FreedesktopService(print)
        await service.show(OPENED)
        assert service._numbers.keys() == {OPENED.id}
        await asyncio.to_thread(dismiss)
        await service.show(ANOTHER)  # the daemon has told of the first when it answers this
        assert service._numbers.keys() == {ANOTHER.id}
        assert len(service._pages) == 1
        await service.show(ENDED)
        await service.close()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert notified(screen, 3)[-1].replaces == 0


def test_a_click_leads_to_its_page(screen: Desktop) -> None:
    async def run() -> str:
        clicked: asyncio.Queue[str] = asyncio.Queue()
        notifier = DesktopNotifier(clicked.put_nowait)
        await notifier.show(OPENED)
        await asyncio.to_thread(click_on_newest, screen)
        async with asyncio.timeout(10):
            page = await clicked.get()
        await notifier.close()
        return page

    assert asyncio.run(run()) == "reliability"


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
