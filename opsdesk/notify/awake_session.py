"""Asks a Linux desktop, over its session bus, to stay awake.

Not through wakepy, which the other systems have: it does not notice that a desktop's service was
started anew, and what it held is gone; desktops list what holds them as 'wakepy'; and letting go
collects garbage, during which the window stands still.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import msgspec
from jeepney import DBusAddress, DBusErrorResponse, Message, MessageFlag, new_method_call
from jeepney.auth import AuthenticationError
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from opsdesk.notify.bus import NAME
from opsdesk.notify.service import APP_NAME, DESKTOP_ENTRY

log = logging.getLogger(__name__)

# Seconds for one question.
_PATIENCE = 2.0
#: what a desktop shows of who holds it; desktops keep one language for it, and so does the log
_REASON = "A wall is shown"
#: gnome-session: neither suspends nor counts the session as idle
_NO_SUSPEND, _NO_IDLE = 4, 8

_BUS = DBusAddress("/org/freedesktop/DBus", NAME, NAME)


class _Way(msgspec.Struct, frozen=True):
    """A service that can be asked; each desktop has one of them at least."""

    service: str
    path: str
    interface: str
    signature: str
    body: tuple[Any, ...]
    ends: str


_WAYS = (
    # https://specifications.freedesktop.org/idle-inhibit-spec
    _Way(
        "org.freedesktop.ScreenSaver",
        "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "ss",
        (APP_NAME, _REASON),
        "UnInhibit",
    ),
    # GNOME, Cinnamon, MATE, Budgie
    _Way(
        "org.gnome.SessionManager",
        "/org/gnome/SessionManager",
        "org.gnome.SessionManager",
        "susu",
        (DESKTOP_ENTRY, 0, _REASON, _NO_SUSPEND | _NO_IDLE),
        "Uninhibit",
    ),
    # Xfce, KDE: the computer, where the screen saver is another program's
    _Way(
        "org.freedesktop.PowerManagement",
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement.Inhibit",
        "ss",
        (APP_NAME, _REASON),
        "UnInhibit",
    ),
)

_Held = tuple[str, int]


class SessionHold:
    """Holds the desktop by all services that it has, for as long as they are the same ones."""

    def __init__(self) -> None:
        self._connection: DBusConnection | None = None
        #: by service: unique name of the process that granted it, and its number for it
        self._held: dict[str, _Held] = {}

    def keep(self) -> str:
        """Take hold of what is not held; return why nothing is, '' where something is."""
        reason = "the desktop has no such service"
        try:
            if self._connection is None:
                self._connection = _connect()
            for way in _WAYS:
                reason = self._keep(self._connection, way) or reason
        except (OSError, AuthenticationError) as error:
            self.let_go()
            return f"no session bus: {error}"
        return "" if self._held else reason

    def _keep(self, connection: DBusConnection, way: _Way) -> str:
        """Hold one of the services; return its own reason not to be held."""
        owner = _owner(connection, way.service)
        if way.service in self._held and self._held[way.service][0] == owner:
            return ""
        self._held.pop(way.service, None)
        if not owner:
            return ""
        try:
            body = _answer(connection, _message(way, owner, "Inhibit", way.signature, *way.body))
        except DBusErrorResponse as error:
            return f"{way.service}: {error.name}"
        match body:
            case (int(cookie),):
                self._held[way.service] = (owner, cookie)
                log.info("%s keeps this desktop awake", way.service)
                return ""
        return f"{way.service} gives no number"

    def let_go(self) -> None:
        """Give all of it up. Idempotent."""
        connection, self._connection = self._connection, None
        held, self._held = self._held, {}
        if connection is None:
            return
        try:
            for way in _WAYS:
                if way.service in held:
                    owner, cookie = held[way.service]
                    _answer(connection, _message(way, owner, way.ends, "u", cookie))
        except (OSError, DBusErrorResponse) as error:
            # With the connection it lets go by itself.
            log.info("a service of the desktop was not told that it may rest: %s", error)
        finally:
            connection.close()


def _connect() -> DBusConnection:
    """Return a connection to the session bus.

    Raises:
        OSError, AuthenticationError: there is none.

    """
    where = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    try:
        return open_dbus_connection(where or f"unix:path={os.environ['XDG_RUNTIME_DIR']}/bus")
    except (KeyError, ValueError, RuntimeError) as error:
        raise ConnectionError(f"it cannot be told where: {error}") from error


def _owner(connection: DBusConnection, service: str) -> str:
    try:
        return str(_answer(connection, new_method_call(_BUS, "GetNameOwner", "s", (service,)))[0])
    except DBusErrorResponse:
        return ""


def _message(way: _Way, owner: str, member: str, signature: str, *body: object) -> Message:
    # To the process, not to the name: the number is its own.
    address = DBusAddress(way.path, bus_name=owner, interface=way.interface)
    return new_method_call(address, member, signature, body)


def _answer(connection: DBusConnection, message: Message) -> tuple[Any, ...]:
    """Return the body of an answer.

    Raises:
        DBusErrorResponse: the answer is an error.
        OSError: there is none, in time or at all.

    """
    message.header.flags |= MessageFlag.no_auto_start
    return tuple(unwrap_msg(connection.send_and_get_reply(message, timeout=_PATIENCE)))
