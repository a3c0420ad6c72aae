"""The notification service of free desktops, over D-Bus.

Straight through dbus-fast, which desktop-notifier rests on as well: that library always passes 0
for ``replaces_id``, so that nothing is updated in place, names no desktop entry, and logs a
failure with a traceback instead of raising it. The specification:
https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dbus_fast import (
    AuthError,
    BusType,
    DBusError,
    InvalidAddressError,
    Message,
    MessageType,
    Variant,
)
from dbus_fast.aio import MessageBus

from opsdesk.catalogue.language import tr
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify.service import APP_NAME, DESKTOP_ENTRY, ServiceMissingError

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_BUS = "org.freedesktop.DBus"
_RULES = (
    f"interface='{_NAME}',path='{_PATH}'",
    f"sender='{_BUS}',member='NameOwnerChanged',arg0='{_NAME}'",
)
_NORMAL, _CRITICAL = 1, 2
# What is wrong stays until someone has seen it; its end goes away by itself.
_NEVER, _AS_THE_DAEMON_LIKES = 0, -1

_LOST = (OSError, EOFError, AuthError, InvalidAddressError, DBusError)


def _to_daemon(member: str, signature: str = "", body: list[Any] | None = None) -> Message:
    return Message(
        destination=_NAME,
        path=_PATH,
        interface=_NAME,
        member=member,
        signature=signature,
        body=body or [],
    )


def _notify(body: list[Any]) -> Message:
    return _to_daemon("Notify", "susssasa{sv}i", body)


def _close(number: int) -> Message:
    return _to_daemon("CloseNotification", "u", [number])


def _capabilities() -> Message:
    return _to_daemon("GetCapabilities")


def _listen(rule: str) -> Message:
    return Message(
        destination=_BUS,
        path="/org/freedesktop/DBus",
        interface=_BUS,
        member="AddMatch",
        signature="s",
        body=[f"type='signal',{rule}"],
    )


async def _call(bus: MessageBus, message: Message) -> list[Any]:
    try:
        reply = await bus.call(message)
    except _LOST as error:
        raise ServiceMissingError(str(error)) from error
    if reply.message_type is MessageType.ERROR:
        raise ServiceMissingError(str(reply.error_name))
    return reply.body


class FreedesktopService:
    """One connection to the session bus."""

    def __init__(self, on_activated: Callable[[str], None]) -> None:
        self._on_activated = on_activated
        self._bus: MessageBus | None = None
        self._capabilities: frozenset[str] = frozenset()
        #: notice id to the daemon's number for it
        self._numbers: dict[str, int] = {}
        #: the daemon's number to the page that a click leads to
        self._pages: dict[int, str] = {}

    async def show(self, notice: Notice) -> None:
        """Show a notice in the place of an earlier one with its id."""
        bus = await self._connected()
        before = self._numbers.get(notice.id, 0)
        (number,) = await _call(bus, _notify(self._body(notice, before)))
        self._pages.pop(before, None)
        self._numbers[notice.id] = number
        self._pages[number] = notice.page

    def _body(self, notice: Notice, replaces: int) -> list[Any]:
        hints = {
            "urgency": Variant("y", _CRITICAL if notice.severity is Severity.CRITICAL else _NORMAL),
            "desktop-entry": Variant("s", DESKTOP_ENTRY),
        }
        # Daemons without actions would show the word as a button that does nothing.
        actions = ["default", tr("Show")] if "actions" in self._capabilities else []
        marked_up = "body-markup" in self._capabilities
        body = html.escape(notice.body, quote=False) if marked_up else notice.body
        lasts = _AS_THE_DAEMON_LIKES if notice.severity is None else _NEVER
        return [APP_NAME, replaces, DESKTOP_ENTRY, notice.title, body, actions, hints, lasts]

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away; one that is gone already is no error."""
        number = self._numbers.pop(notice_id, None)
        if number is not None:
            bus = await self._connected()
            await _call(bus, _close(number))

    async def close(self) -> None:
        """Give back the connection."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()
            # The socket is closed by the loop, a turn later.
            with suppress(*_LOST):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _connected(self) -> MessageBus:
        if self._bus is not None and self._bus.connected:
            return self._bus
        try:
            bus = await MessageBus(bus_type=BusType.SESSION).connect()
        except _LOST as error:
            raise ServiceMissingError(f"no session bus: {error}") from error
        self._bus = bus
        bus.add_message_handler(self._on_message)
        for rule in _RULES:
            await _call(bus, _listen(rule))
        (found,) = await _call(bus, _capabilities())
        self._capabilities = frozenset(found)
        return bus

    def _forget(self, number: int) -> None:
        """Let go of what no longer stands: the next notice of its id is a new one."""
        self._pages.pop(number, None)
        for notice_id in [n for n, standing in self._numbers.items() if standing == number]:
            del self._numbers[notice_id]

    def _on_message(self, message: Message) -> None:
        match message.interface, message.member:
            case (interface, "ActionInvoked") if interface == _NAME:
                number, action = message.body
                if action == "default" and number in self._pages:
                    self._on_activated(self._pages[number])
            case (interface, "NotificationClosed") if interface == _NAME:
                self._forget(message.body[0])
            case (interface, "NameOwnerChanged") if interface == _BUS:
                # Another daemon: to it our numbers mean nothing, or someone else's notification.
                self._numbers.clear()
                self._pages.clear()
