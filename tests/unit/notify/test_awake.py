"""Display and computer are kept awake: real D-Bus services, a real X server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from support.buses import OnBus
from support.desktop import session_bus, x_server
from support.needs import need
from support.processes import eventually, first_line, running
from support.scripted import Scripted, scripted
from support.x11 import screen_saver

from opsdesk.notify.awake import Awake, Hold, holds
from opsdesk.notify.awake_native import NativeHold
from opsdesk.notify.awake_session import SessionHold
from opsdesk.notify.awake_x import XServerHold

SAVER = "org.freedesktop.ScreenSaver"
GNOME = "org.gnome.SessionManager"
POWER = "org.freedesktop.PowerManagement"
GRANTS = {"Inhibit": ("u", [7]), "UnInhibit": ("", []), "Uninhibit": ("", [])}


@contextmanager
def awake(*ways: Hold) -> Iterator[Awake]:
    keeper = Awake(again=0.02, ways=lambda: ways)
    keeper.begin()
    try:
        yield keeper
    finally:
        keeper.close()


@asynccontextmanager
async def kept_awake(*ways: Hold) -> AsyncIterator[Awake]:
    with awake(*ways) as keeper:
        yield keeper
        await asyncio.to_thread(keeper.close)  # the services answer on this loop


async def asked(service: Scripted, member: str, times: int = 1) -> None:
    await asyncio.to_thread(eventually, lambda: len(service.asked(member)) == times, member)


@pytest.mark.parametrize("name", [SAVER, POWER])
def test_a_desktop_is_asked_by_our_name_and_told_when_it_may_rest(
    name: str, on_session_bus: OnBus
) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [name], GRANTS) as service:
            async with kept_awake(SessionHold()) as keeper:
                await asked(service, "Inhibit")
                keeper.begin()
                keeper.end()
                await asked(service, "UnInhibit")
            assert service.asked("Inhibit") == [["OpsDesk", "A wall is shown"]]
            assert service.asked("UnInhibit") == [[7]]

    on_session_bus(work)


def test_gnome_neither_suspends_nor_counts_the_session_as_idle(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [GNOME], GRANTS) as service:
            async with kept_awake(SessionHold()):
                await asked(service, "Inhibit")
            assert service.asked("Inhibit") == [["opsdesk", 0, "A wall is shown", 12]]
            assert service.asked("Uninhibit") == [[7]]

    on_session_bus(work)


def test_a_service_that_was_started_anew_is_asked_anew(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with kept_awake(SessionHold()):
            for _ in range(3):
                async with scripted(address, [SAVER], GRANTS) as service:
                    await asked(service, "Inhibit")

    on_session_bus(work)


def test_a_wall_that_is_shown_again_is_kept_awake_again(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        async with (
            scripted(address, [SAVER], GRANTS) as service,
            kept_awake(SessionHold()) as keeper,
        ):
            for times in (1, 2):
                await asked(service, "Inhibit", times)
                keeper.end()
                await asked(service, "UnInhibit", times)
                keeper.begin()
            await asked(service, "Inhibit", 3)

    on_session_bus(work)


def test_what_cannot_be_held_is_said_once_with_what_to_do_and_taken_when_it_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rounds = 0

    class Counted(SessionHold):
        def keep(self) -> str:
            nonlocal rounds
            rounds += 1
            return super().keep()

    async def run() -> None:
        async with kept_awake(Counted()):
            await asyncio.to_thread(eventually, lambda: rounds > 3, "four attempts")
            assert len(caplog.messages) == 1
            assert "no session bus" in caplog.text
            assert "switch screen saver, standby and automatic suspend off" in caplog.text
            with session_bus(tmp_path) as address:
                monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
                async with scripted(address, [SAVER], GRANTS) as service:
                    await asked(service, "Inhibit")
                    kept = "display and computer are kept awake"
                    await asyncio.to_thread(eventually, lambda: kept in caplog.text, kept)

    asyncio.run(run())


@pytest.mark.parametrize("answer", [{}, {"Inhibit": ("s", ["seven"])}])
def test_a_service_that_refuses_is_no_hold(
    answer: dict[str, tuple[str, list[str]]], on_session_bus: OnBus
) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [SAVER], answer):
            hold = SessionHold()
            assert SAVER in await asyncio.to_thread(hold.keep)
            await asyncio.to_thread(hold.let_go)

    on_session_bus(work)


def test_a_desktop_without_such_a_service_is_no_hold(on_session_bus: OnBus) -> None:
    async def work(_address: str) -> None:
        hold = SessionHold()
        assert await asyncio.to_thread(hold.keep) == "the desktop has no such service"
        hold.let_go()

    on_session_bus(work)


def test_a_service_that_has_gone_before_it_was_told_is_no_error(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        hold = SessionHold()
        async with scripted(address, [SAVER], GRANTS):
            assert await asyncio.to_thread(hold.keep) == ""
        await asyncio.to_thread(hold.let_go)
        hold.let_go()

    on_session_bus(work)


def test_wakepy_holds_where_it_is_used_and_lets_go_on_the_same_thread(
    on_session_bus: OnBus, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(address: str) -> None:
        async with scripted(address, [SAVER], GRANTS) as service:
            async with kept_awake(NativeHold()):
                await asked(service, "Inhibit")
            assert len(service.asked("UnInhibit")) == 1
        assert not [record for record in caplog.records if record.levelname != "INFO"]

    on_session_bus(work)


def test_wakepy_says_why_it_cannot_hold() -> None:
    assert SAVER in NativeHold().keep()


# ---- the X server


def until_idle(display: str, seconds: float) -> bool:
    """Wait until nobody has touched anything for so long; tell whether the saver is on then."""

    def rested() -> tuple[bool, float] | None:
        saver = screen_saver(display)
        return saver if saver[1] > seconds else None

    return eventually(rested, f"{seconds} s of rest")[0]


@contextmanager
def resting_server(folder: Path) -> Iterator[str]:
    """Run an X server whose screen goes dark after a second."""
    with x_server(folder) as display:
        xset(display, "s", "1", "1")
        yield display


def xset(display: str, *words: str) -> str:
    command = [need("xset"), "-display", display, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_an_x_server_stays_lit_and_has_its_own_settings_all_the_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with resting_server(tmp_path) as display:
        monkeypatch.setenv("DISPLAY", display)
        before = xset(display, "q")
        assert until_idle(display, 1.5)
        xset(display, "s", "reset")
        hold = XServerHold()
        assert (hold.keep(), hold.keep()) == ("", "")
        assert not until_idle(display, 2.5)
        assert xset(display, "q") == before
        hold.let_go()
        assert until_idle(display, 1.5)
        assert xset(display, "q") == before
        hold.let_go()


def test_a_wall_that_is_killed_leaves_the_x_server_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wall = (
        "from opsdesk.notify.awake_x import XServerHold; import signal; hold = XServerHold();"
        "print(repr(hold.keep()), flush=True); signal.pause()"
    )
    with resting_server(tmp_path) as display:
        monkeypatch.setenv("DISPLAY", display)
        with running([sys.executable, "-c", wall]) as process:
            assert first_line(process) == "''"
            assert not until_idle(display, 2.5)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert until_idle(display, 1.5)


def test_no_x_server_is_no_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert XServerHold().keep() == "the X server takes no connection"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the ways of Linux")
@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ((), ["SessionHold"]),
        (("DISPLAY",), ["SessionHold", "XServerHold"]),
        (("DISPLAY", "WAYLAND_DISPLAY"), ["SessionHold"]),
    ],
)
def test_the_x_server_is_asked_where_it_owns_the_display(
    variables: tuple[str, ...], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in variables:
        monkeypatch.setenv(variable, ":0")
    assert [type(way).__name__ for way in holds()] == names


def test_neither_beginning_nor_ending_waits_for_what_hangs() -> None:
    answers, done = threading.Event(), []

    class Hangs:
        def keep(self) -> str:
            answers.wait()
            return ""

        def let_go(self) -> None:
            done.append("let go")

    with awake(Hangs()) as keeper:
        keeper.end()
        assert not done
        answers.set()
    assert done == ["let go"]
