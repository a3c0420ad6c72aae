"""Whether the person is at this desk: not while the screen is locked or the computer sleeps.

Told by what desktops announce over D-Bus: screen savers on the session bus, systemd-logind on the
system bus. Where neither is, the person is there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from opsdesk.notify import bus as dbus
from opsdesk.notify.bus import Bus, Heard, Kind
from opsdesk.notify.service import ServiceMissingError

log = logging.getLogger(__name__)

#: seconds until a bus that is not there is looked for again
AGAIN = 60.0
# Seconds for one question; who does not answer has nothing to say.
_PATIENCE = 2.0

# Each desktop has its own; the interface has the name of the service.
_SAVERS = {
    "org.freedesktop.ScreenSaver": "/org/freedesktop/ScreenSaver",
    "org.gnome.ScreenSaver": "/org/gnome/ScreenSaver",
    "org.cinnamon.ScreenSaver": "/org/cinnamon/ScreenSaver",
    "org.mate.ScreenSaver": "/org/mate/ScreenSaver",
    "org.xfce.ScreenSaver": "/org/xfce/ScreenSaver",
}
_LOGIN = "org.freedesktop.login1"
_MANAGER, _SESSION = f"{_LOGIN}.Manager", f"{_LOGIN}.Session"
_OWN_USER = "/org/freedesktop/login1/user/self"
_PROPERTIES = "org.freedesktop.DBus.Properties"
# A wish to lock ('Lock') is no lock: where no program grants it, nobody would end it either.
_LOCKED = "LockedHint"

_SAVER, _SLEEP, _LOCK = "screen saver", "sleep", "lock"

#: why the person is away, and the unique name of the process that says so
_Reasons = frozenset[tuple[str, str]]


class DesktopPresence:
    """Watches both buses. A bus that is lost tells nothing: the person is there."""

    def __init__(self, *, again: float = AGAIN) -> None:
        """Prepare; ``again`` is in seconds."""
        self._again = again
        self._reasons: dict[Kind, _Reasons] = {}

    async def watch(self, tell: Callable[[bool], None]) -> None:
        """Tell of each change, until cancelled."""

        def change(kind: Kind, reasons: _Reasons) -> None:
            was_away = any(self._reasons.values())
            self._reasons[kind] = reasons
            is_away = any(self._reasons.values())
            if is_away is not was_away:
                log.info("the person at this desk is %s", "away" if is_away else "there")
                tell(not is_away)

        async with asyncio.TaskGroup() as group:
            for watcher in (
                _Watcher("session", _ask_savers, change),
                # Other users are on this bus as well, and could say that our screen is locked.
                _Watcher("system", _ask_login, change, believes=_LOGIN),
            ):
                group.create_task(watcher.keep_watching(self._again))


class _Watcher:
    """One bus, and what is said on it."""

    def __init__(
        self,
        kind: Kind,
        begin: Callable[[Bus], Awaitable[_Reasons]],
        change: Callable[[Kind, _Reasons], None],
        *,
        believes: str = "",
    ) -> None:
        """Prepare; ``believes`` names the one service whose signals count, '' for any."""
        self._kind = kind
        self._begin = begin
        self._change = change
        self._believes = believes
        #: unique name of the process that is this service now
        self._believed = ""
        self._reasons: _Reasons = frozenset()
        #: what signals have spoken of: an answer about it may be older
        self._heard: _Reasons = frozenset()

    async def keep_watching(self, again: float) -> None:
        """Watch, and look for the bus again when it is lost, until cancelled."""
        was_told = True
        while True:
            try:
                await self._watch(await dbus.connect(self._kind, self._hear))
                was_told = True
            except ServiceMissingError as error:
                if was_told:
                    log.info("less is known of whether anybody is at this desk: %s", error)
                was_told = False
            await asyncio.sleep(again)

    async def _watch(self, bus: Bus) -> None:
        try:
            if self._believes:
                await bus.listen(dbus.owner_changed(self._believes))
                self._believed = await bus.owner(self._believes)
            found = await self._begin(bus)
            self._take(self._reasons | (found - self._heard))
            await bus.lost()
        finally:
            self._heard = frozenset()
            self._take(frozenset())
            await bus.close()

    def _hear(self, heard: Heard) -> None:
        if dbus.is_owner_change(heard):
            name, gone, new = heard.body
            self._believed = new if name == self._believes else self._believed
            self._take(frozenset((why, by) for why, by in self._reasons if by != gone))
        said = _said(heard)
        if said is not None and (not self._believes or heard.sender == self._believed):
            why, holds = said
            self._heard |= {(why, heard.sender)}
            # It ends whoever says so: who began it may have gone without a word, and what nobody
            # ends would keep everything from this desk for ever.
            others = frozenset(reason for reason in self._reasons if reason[0] != why)
            self._take(self._reasons | {(why, heard.sender)} if holds else others)

    def _take(self, reasons: _Reasons) -> None:
        self._reasons = reasons
        self._change(self._kind, reasons)


def _said(heard: Heard) -> tuple[str, bool] | None:
    """Return what a signal says: a reason to be away, and whether it holds."""
    match heard.interface, heard.member, heard.body:
        case interface, "ActiveChanged", [bool(active)] if interface in _SAVERS:
            return _SAVER, active
        case interface, "PrepareForSleep", [bool(begins)] if interface == _MANAGER:
            return _SLEEP, begins
        case interface, "Unlock", _ if interface == _SESSION:
            return _LOCK, False
        case interface, "PropertiesChanged", [str(of), dict(changed), *_] if (
            interface == _PROPERTIES and of == _SESSION and _LOCKED in changed
        ):
            return _LOCK, changed[_LOCKED] == ("b", True)
    return None


async def _ask_savers(bus: Bus) -> _Reasons:
    """Listen to the screen savers that there are and will be, and ask how things are."""
    found: set[tuple[str, str]] = set()
    for name, path in _SAVERS.items():
        await bus.listen(f"interface='{name}',member='ActiveChanged'", dbus.owner_changed(name))
        reply = await _answer(bus, name, path, f"{name}.GetActive", gives="b")
        if reply is not None and reply.body == (True,):
            found.add((_SAVER, reply.sender))
    return frozenset(found)


async def _ask_login(bus: Bus) -> _Reasons:
    """Listen to systemd-logind, for as far as it knows of a session of this user."""
    await bus.listen(f"sender='{_LOGIN}',interface='{_MANAGER}',member='PrepareForSleep'")
    get = f"{_PROPERTIES}.Get"
    shown = await _answer(bus, _LOGIN, _OWN_USER, get, f"{_LOGIN}.User", "Display", gives="v")
    match () if shown is None else shown.body:
        case [("(so)", (_, session))] if session != "/":
            pass
        case _:
            return frozenset()  # no graphical session
    await bus.listen(
        f"sender='{_LOGIN}',path='{session}',interface='{_SESSION}',member='Unlock'",
        f"sender='{_LOGIN}',path='{session}',interface='{_PROPERTIES}'",
    )
    reply = await _answer(bus, _LOGIN, session, get, _SESSION, _LOCKED, gives="v")
    if reply is None or reply.body != (("b", True),):
        return frozenset()
    return frozenset({(_LOCK, reply.sender)})


async def _answer(
    bus: Bus, name: str, path: str, question: str, *texts: str, gives: str
) -> Heard | None:
    """Return an answer; None where there is nobody to give one. Starts nobody."""
    try:
        async with asyncio.timeout(_PATIENCE):
            signature = "s" * len(texts)
            return await bus.call(
                name, path, question, signature, *texts, gives=gives, starts=False
            )
    except (ServiceMissingError, TimeoutError):
        return None
