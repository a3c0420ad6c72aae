"""Whoever looks after OpsDesk hears that it goes on: the protocol of sd_notify(3)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from opsdesk.notify.watchdog import Watchdog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such sockets")


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    """Take pings, as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as taken:
        taken.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        taken.settimeout(5)
        yield taken


@contextmanager
def watchdog() -> Iterator[Watchdog]:
    dog = Watchdog()
    try:
        yield dog
    finally:
        dog.close()
        dog.close()


@pytest.mark.parametrize("abstract", [False, True])
def test_pings_arrive(*, abstract: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if abstract and not sys.platform.startswith("linux"):
        pytest.skip("Linux alone has them")
    address = f"@opsdesk-{os.getpid()}" if abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    with manager(address) as taken, watchdog() as dog:
        dog.ping()
        assert taken.recv(64) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"NOTIFY_SOCKET": "{address}"},
        {"WATCHDOG_USEC": "120000000"},
        {"NOTIFY_SOCKET": "{address}", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "{address}", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "{address}", "WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"},
    ],
)
def test_where_nobody_waits_nothing_is_sent(
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    address = str(tmp_path / "notify")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(address=address))
    with manager(address) as taken, watchdog() as dog:
        dog.ping()
        taken.setblocking(False)
        with pytest.raises(BlockingIOError):
            taken.recv(64)
    assert not caplog.messages


def test_a_manager_that_comes_back_is_heard_again_and_missed_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "4000000")
    with watchdog() as dog:
        dog.ping()
        dog.ping()
        assert len(caplog.messages) == 1
        with manager(address) as taken:
            dog.ping()
            assert taken.recv(64) == b"WATCHDOG=1"


def test_a_manager_that_reads_nothing_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "4000000")
    with manager(address), watchdog() as dog:
        for _ in range(5_000):
            dog.ping()
    assert not caplog.messages
