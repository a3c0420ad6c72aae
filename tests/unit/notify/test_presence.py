"""Whether anybody is at the desk, as real D-Bus services on a bus of their own tell it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Variant
from support.buses import OnBus
from support.desktop import session_bus
from support.processes import eventually
from support.scripted import Answers, Scripted, scripted

from opsdesk.notify.presence import DesktopPresence

GNOME, GNOME_PATH = "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"
KDE, KDE_PATH = "org.freedesktop.ScreenSaver", "/ScreenSaver"
LOGIN, LOGIN_PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
SESSION, SESSION_PATH = f"{LOGIN}.Session", f"{LOGIN_PATH}/session/_32"
PROPERTIES = "org.freedesktop.DBus.Properties"
UNLOCKED: Answers = {"GetActive": ("b", [False])}
LOCKED: Answers = {"GetActive": ("b", [True])}


class Watched:
    """What is told of a person, one after another."""

    def __init__(self, task: asyncio.Task[None], told: asyncio.Queue[bool]) -> None:
        self._task = task
        self._told = told

    async def next(self) -> bool:
        """Return what is told next: whether they are there."""
        async with asyncio.timeout(10):
            return await self._told.get()

    @property
    def nothing_else(self) -> bool:
        """Whether nothing was told that has not been asked for."""
        return self._told.empty()


@asynccontextmanager
async def watching() -> AsyncIterator[Watched]:
    told: asyncio.Queue[bool] = asyncio.Queue()
    task = asyncio.create_task(DesktopPresence(again=0.05).watch(told.put_nowait))
    try:
        yield Watched(task, told)
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


async def listened(service: Scripted, member: str) -> None:
    """Wait until the service has been asked what it is asked at the beginning."""
    await asyncio.to_thread(eventually, lambda: service.asked(member), "the first question")


@pytest.mark.parametrize(("name", "path"), [(GNOME, GNOME_PATH), (KDE, KDE_PATH)])
def test_who_locks_the_screen_is_away_until_it_is_unlocked(
    name: str, path: str, on_session_bus: OnBus
) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [name], UNLOCKED) as saver, watching() as person:
            await listened(saver, "GetActive")
            await saver.emit(path, name, "ActiveChanged", "b", True)
            assert await person.next() is False
            await saver.emit(path, name, "ActiveChanged", "b", True)  # another path's
            await saver.emit(path, name, "ActiveChanged", "b", False)
            assert await person.next() is True
            assert person.nothing_else

    on_session_bus(work)


def test_a_screen_that_is_locked_already_is_seen(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [GNOME], LOCKED) as saver, watching() as person:
            assert await person.next() is False
            await saver.emit(GNOME_PATH, GNOME, "ActiveChanged", "b", False)
            assert await person.next() is True

    on_session_bus(work)


def test_a_screen_saver_that_comes_late_is_heard(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        # One that is there shows when the questions are over: it is asked after GNOME's.
        last = "org.xfce.ScreenSaver"
        async with scripted(address, [last], UNLOCKED) as there, watching() as person:
            await listened(there, "GetActive")
            async with scripted(address, [GNOME], UNLOCKED) as late:
                await late.emit(GNOME_PATH, GNOME, "ActiveChanged", "b", True)
                assert await person.next() is False

    on_session_bus(work)


def test_a_screen_saver_that_dies_locks_nobody_out(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with watching() as person:
            async with scripted(address, [GNOME], LOCKED):
                assert await person.next() is False
            assert await person.next() is True

    on_session_bus(work)


def test_a_lock_ends_though_who_locked_is_gone_and_never_had_a_name(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [GNOME], UNLOCKED) as saver, watching() as person:
            await listened(saver, "GetActive")
            async with scripted(address, [], {}) as locker:
                await locker.emit(GNOME_PATH, GNOME, "ActiveChanged", "b", True)
                assert await person.next() is False
            await saver.emit(GNOME_PATH, GNOME, "ActiveChanged", "b", False)
            assert await person.next() is True

    on_session_bus(work)


def test_a_bus_that_goes_away_leaves_the_person_there_and_is_found_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def run() -> None:
        async with watching() as person:
            for _ in range(2):
                with session_bus(tmp_path) as address:
                    async with scripted(address, [GNOME], LOCKED):
                        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
                        assert await person.next() is False
                assert await person.next() is True

    asyncio.run(run())


def test_a_bus_that_is_not_there_is_said_once_and_found_when_it_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def run() -> None:
        async with watching() as person:
            said = "both buses to be missed"
            await asyncio.to_thread(eventually, lambda: len(caplog.messages) == 2, said)
            assert person.nothing_else
            with session_bus(tmp_path) as address:
                async with scripted(address, [GNOME], LOCKED):
                    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
                    assert await person.next() is False
                    assert caplog.text.count("no system bus") == 1

    asyncio.run(run())


# ---- systemd-logind


@asynccontextmanager
async def logind(
    address: str, *, locked: bool = False, session: str = SESSION_PATH
) -> AsyncIterator[Scripted]:
    """Run what stands in for systemd-logind, with one graphical session of this user."""

    def get(body: list[Any]) -> tuple[str, list[Any]]:
        shown = Variant("(so)", ["2", session])
        return "v", [shown if body[1] == "Display" else Variant("b", locked)]

    async with scripted(address, [LOGIN], {"Get": get}) as service:
        yield service


async def hint(service: Scripted, *, locked: bool) -> None:
    changed = {"LockedHint": Variant("b", locked)}
    await service.emit(
        SESSION_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, changed, []
    )


async def sleeps(service: Scripted, *, begins: bool) -> None:
    await service.emit(LOGIN_PATH, f"{LOGIN}.Manager", "PrepareForSleep", "b", begins)


async def asked_twice(service: Scripted) -> None:
    await asyncio.to_thread(eventually, lambda: len(service.asked("Get")) > 1, "two questions")


def test_a_session_that_is_locked_is_seen(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with logind(address) as service, watching() as person:
            await asked_twice(service)
            await hint(service, locked=True)
            assert await person.next() is False
            await hint(service, locked=False)
            assert await person.next() is True

    on_system_bus(work)


def test_a_session_that_is_locked_already_is_unlocked_by_the_word(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with logind(address, locked=True) as service, watching() as person:
            assert await person.next() is False
            await service.emit(SESSION_PATH, SESSION, "Unlock", "")
            assert await person.next() is True

    on_system_bus(work)


def test_a_wish_to_lock_that_nobody_grants_sends_nobody_away(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with logind(address) as service, watching() as person:
            await asked_twice(service)
            await service.emit(SESSION_PATH, SESSION, "Lock", "")
            await sleeps(service, begins=True)
            assert await person.next() is False
            await sleeps(service, begins=False)
            assert await person.next() is True
            assert person.nothing_else

    on_system_bus(work)


def test_who_wakes_a_computer_that_is_locked_is_away_until_it_is_unlocked(
    on_system_bus: OnBus,
) -> None:
    async def work(address: str) -> None:
        async with logind(address) as service, watching() as person:
            await asked_twice(service)
            await sleeps(service, begins=True)
            assert await person.next() is False
            await hint(service, locked=True)
            await sleeps(service, begins=False)
            await hint(service, locked=False)
            assert await person.next() is True
            assert person.nothing_else

    on_system_bus(work)


def test_sleep_is_seen_where_there_is_no_graphical_session(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with logind(address, locked=True, session="/") as service, watching() as person:
            await listened(service, "Get")
            await sleeps(service, begins=True)
            assert await person.next() is False

    on_system_bus(work)


def test_what_another_user_says_of_our_session_counts_for_nothing(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with (
            logind(address) as service,
            scripted(address, [], {}) as other,
            watching() as person,
        ):
            await asked_twice(service)
            us, bus = service.caller, "org.freedesktop.DBus"
            manager = f"{LOGIN}.Manager"
            await other.emit(LOGIN_PATH, manager, "PrepareForSleep", "b", True, to=us)
            await other.emit("/", bus, "NameOwnerChanged", "s", "of nobody", to=us)
            await sleeps(service, begins=True)
            assert await person.next() is False
            await sleeps(service, begins=False)
            assert await person.next() is True
            assert person.nothing_else

    on_system_bus(work)


def test_logind_is_believed_after_it_was_started_anew(on_system_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with watching() as person:
            async with logind(address) as service:
                await asked_twice(service)
            async with logind(address) as service:
                await sleeps(service, begins=True)
                assert await person.next() is False

    on_system_bus(work)
