"""The notification service of free desktops, over D-Bus.

Not through desktop-notifier: that library always passes 0 for ``replaces_id``, so that nothing is
updated in place, names no desktop entry, and logs a failure with a traceback instead of raising
it. The specification:
https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

from typing import Any

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify import bus as dbus
from opsdesk.notify.bus import Bus, Heard
from opsdesk.notify.service import (
    APP_NAME,
    DESKTOP_ENTRY,
    LABELS,
    OnAction,
    ServiceMissingError,
    buttons,
)
from opsdesk.notify.standing import Standing

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_RULES = (f"interface='{_NAME}',path='{_PATH}'", dbus.owner_changed(_NAME))
_NORMAL, _CRITICAL = 1, 2
# What is wrong stays until someone has seen it; its end goes away by itself.
_NEVER, _AS_THE_DAEMON_LIKES = 0, -1
_CATEGORY = "x-opsdesk.incident"
# A name of the freedesktop sound naming specification.
_SOUND = "dialog-warning"
# The standard library's `html` brings every entity there is with it.
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: the daemon's word for a click on the notification itself
_DEFAULT = "default"

_ACTIONS = {_DEFAULT: NoticeAction.SHOW} | {str(action): action for action in NoticeAction}


class _Daemon(msgspec.Struct, frozen=True):
    """The process that shows notifications. It is called by its unique name, never reused."""

    name: str
    capabilities: frozenset[str]


class FreedesktopService:
    """One connection to the session bus."""

    def __init__(self, on_action: OnAction, standing: Standing | None = None) -> None:
        self._on_action = on_action
        self._standing = standing or Standing()
        self._bus: Bus | None = None
        self._daemon: _Daemon | None = None
        #: by number: the desktop's leave to raise a window, which comes right before the action
        self._tokens: dict[int, str] = {}

    async def resume(self) -> None:
        """Listen to what an earlier run has left standing, if anything."""
        await self._standing.load()
        if self._standing.notices:
            await self._met(await self._connected())

    async def show(self, notice: Notice, *, sound: bool) -> bool:
        """Show a notice in the place of an earlier one with its id."""
        bus = await self._connected()
        daemon = await self._met(bus)
        try:
            number = await self._notify(bus, daemon, notice, sound=sound)
        except ServiceMissingError:
            if self._daemon is daemon:
                raise
            # It went away meanwhile; another may have come.
            daemon = await self._met(bus)
            number = await self._notify(bus, daemon, notice, sound=sound)
        self._standing.put(number, notice)
        await self._standing.keep()
        return "sound" in daemon.capabilities

    async def _notify(self, bus: Bus, daemon: _Daemon, notice: Notice, *, sound: bool) -> int:
        body = _body(notice, self._standing.number(notice.id), daemon.capabilities, sound=sound)
        notify = f"{_NAME}.Notify"
        reply = await bus.call(daemon.name, _PATH, notify, "susssasa{sv}i", *body, gives="u")
        return int(reply.body[0])

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away; one that is gone already is no error."""
        await self._standing.load()
        if not self._standing.number(notice_id):
            return
        bus = await self._connected()
        daemon = await self._met(bus)
        number = self._standing.number(notice_id)
        if number:
            self._standing.drop(number)
            await bus.call(daemon.name, _PATH, f"{_NAME}.CloseNotification", "u", number)

    async def describe(self) -> str:
        """Return the name of the daemon, and what it cannot do."""
        bus = await self._connected()
        daemon = await self._met(bus)
        reply = await bus.call(daemon.name, _PATH, f"{_NAME}.GetServerInformation", gives="ssss")
        name, _vendor, version, _spec = reply.body
        if "actions" in daemon.capabilities:
            return f"{name} {version}"
        return tr("{service}, which shows no buttons", service=f"{name} {version}")

    async def close(self) -> None:
        """Give back the connection."""
        bus, self._bus, self._daemon = self._bus, None, None
        if bus is not None:
            await self._standing.keep()
            await bus.close()

    async def _connected(self) -> Bus:
        if self._bus is None or not self._bus.connected:
            await self.close()
            await self._standing.load()
            self._bus = await dbus.connect("session", self._on_signal)
            await self._bus.listen(*_RULES)
        return self._bus

    async def _met(self, bus: Bus) -> _Daemon:
        """Return the daemon that is there now; the bus starts one where it can."""
        if self._daemon is None:
            reply = await bus.call(_NAME, _PATH, f"{_NAME}.GetCapabilities", gives="as")
            daemon = _Daemon(reply.sender, frozenset(reply.body[0]))
            # Unique names are not used twice on one bus: what stood at this one still does.
            self._standing.belong_to(f"{await bus.identity()} {daemon.name}")
            self._daemon = daemon
        return self._daemon

    def _on_signal(self, heard: Heard) -> None:
        if dbus.is_owner_change(heard):
            self._owner_changed(str(heard.body[2]))
        elif heard.interface == _NAME and self._daemon and heard.sender == self._daemon.name:
            match heard.member, heard.body:
                case "ActivationToken", [int(number), str(token)]:
                    self._tokens = {number: token}
                case "ActionInvoked", [int(number), str(action)]:
                    self._act(number, action)
                case "NotificationClosed", [int(number), *_]:
                    self._standing.drop(number)

    def _owner_changed(self, new: str) -> None:
        # Another daemon: to it our numbers mean nothing, or someone else's notification.
        if self._daemon is not None and new != self._daemon.name:
            self._daemon = None
            self._standing.clear()

    def _act(self, number: int, action: str) -> None:
        notice = self._standing.notice(number)
        if notice is not None and action in _ACTIONS:
            self._on_action(notice, _ACTIONS[action], self._tokens.pop(number, ""))


def _body(notice: Notice, replaces: int, able: frozenset[str], *, sound: bool) -> list[Any]:
    """Return the arguments of Notify for a daemon that is able to do so much."""
    hints: dict[str, tuple[str, object]] = {
        "urgency": ("y", _CRITICAL if notice.severity is Severity.CRITICAL else _NORMAL),
        "desktop-entry": ("s", DESKTOP_ENTRY),
        "category": ("s", _CATEGORY),
    }
    # Not 'resident': what a person has acted on may go; its end is told all the same.
    if "sound" in able:
        hints |= {"sound-name": ("s", _SOUND)} if sound else {"suppress-sound": ("b", True)}
    # Daemons without actions would show the words as buttons that do nothing.
    offered = ((_DEFAULT, NoticeAction.SHOW), *((str(a), a) for a in buttons(notice)))
    actions = [text for key, action in offered for text in (key, tr(LABELS[action]))]
    body = notice.body.translate(_MARKUP) if "body-markup" in able else notice.body
    lasts = _AS_THE_DAEMON_LIKES if notice.severity is None else _NEVER
    return [
        APP_NAME,
        replaces,
        DESKTOP_ENTRY,
        notice.title,
        body,
        actions if "actions" in able else [],
        hints,
        lasts,
    ]
