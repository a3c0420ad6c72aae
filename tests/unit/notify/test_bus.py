"""The connection to a bus: what can go wrong on the way, and what a bug in its listener does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from support.buses import OnBus
from support.desktop import session_bus
from support.scripted import scripted

from opsdesk.notify import bus as dbus
from opsdesk.notify.bus import Heard
from opsdesk.notify.service import ServiceMissingError

NAME, PATH = "test.Service", "/test"


def failure(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return why there is no bus at an address."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(ServiceMissingError) as raised:
        asyncio.run(asyncio.wait_for(dbus.connect("session", print), 10))
    return str(raised.value)


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp:host=127.0.0.1,port=1", "unix:path=/no/such/bus", "unix:dir=x"]
)
def test_an_address_that_leads_to_no_bus_is_said(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failure(address, monkeypatch).startswith("no session bus: ")


def test_without_an_address_the_bus_is_looked_for_where_systemd_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def run() -> str:
        bus = await dbus.connect("session", print)
        try:
            return await bus.identity()
        finally:
            await bus.close()
            await bus.close()

    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with session_bus(tmp_path):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        assert len(asyncio.run(run())) == 32


@pytest.mark.parametrize("answer", [b"", b"REJECTED KERBEROS_V4\r\n"])
def test_a_bus_that_wants_nobody_is_said(
    answer: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_unix_server(refuse, tmp_path / "bus")
        async with server:
            with pytest.raises(ServiceMissingError, match="no session bus"):
                await dbus.connect("session", print)

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    asyncio.run(asyncio.wait_for(run(), 10))


def test_an_answer_that_nobody_waits_for_any_more_is_passed_over(on_session_bus: OnBus) -> None:
    async def work(address: str) -> None:
        bus = await dbus.connect("session", print)
        async with scripted(address, [NAME], {"Greet": lambda body: ("s", [f"hello {body[0]}"])}):
            call = asyncio.create_task(bus.call(NAME, PATH, f"{NAME}.Greet", "s", "a", gives="s"))
            await asyncio.sleep(0)  # it is sent
            call.cancel()
            answer = await bus.call(NAME, PATH, f"{NAME}.Greet", "s", "b", gives="s")
        assert answer.body == ("hello b",)
        assert call.cancelled()
        await bus.close()

    on_session_bus(work, 10)


def test_a_call_after_the_bus_has_gone_fails_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def run() -> None:
        with session_bus(tmp_path) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            bus = await dbus.connect("session", print)
        await bus.lost()
        assert not bus.connected
        with pytest.raises(ServiceMissingError, match="the bus has gone"):
            await bus.identity()
        await bus.close()

    asyncio.run(asyncio.wait_for(run(), 10))


def test_a_bug_in_who_listens_is_raised(on_session_bus: OnBus) -> None:
    def hear(heard: Heard) -> None:
        if heard.member == "Happened":
            raise ZeroDivisionError("a bug")

    async def work(address: str) -> None:
        bus = await dbus.connect("session", hear)
        await bus.listen(f"interface='{NAME}'")
        nothing: dict[str, Any] = {}
        async with scripted(address, [], nothing) as service:
            await service.emit(PATH, NAME, "Happened", "s", "x")
            with pytest.raises(ZeroDivisionError):
                await bus.lost()
        with pytest.raises(ZeroDivisionError):
            await bus.close()

    on_session_bus(work, 10)
