"""The house rules catch what they are for."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support import leaks, network
from support.needs import missing, need


def test_a_thread_that_runs_on_is_left_behind_until_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaks, "GRACE", 0.01)
    before, stop = leaks.inventory(qt=False), threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    assert "forgotten" in leaks.left_since(before, qt=False)[0]
    stop.set()
    thread.join()
    assert leaks.left_since(before, qt=False) == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells")
def test_a_process_and_a_socket_are_left_behind_until_they_end() -> None:
    before = leaks.inventory(qt=False)
    with socket.socket(), subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1):
        left = leaks.left_since(before, qt=False)
        assert [name.split()[0] for name in left] == ["open", "open", "process"]
    assert leaks.left_since(before, qt=False) == []


def test_a_window_and_a_timer_are_left_behind_until_they_are_gone(qtbot: QtBot) -> None:
    before = leaks.inventory(qt=True)
    window = QWidget()
    timer = QTimer(window, objectName="forgotten")
    timer.start(60_000)
    with qtbot.waitExposed(window):
        window.show()
    assert [name.split()[0] for name in leaks.left_since(before, qt=True)] == ["timer", "window"]
    timer.stop()
    window.deleteLater()
    assert leaks.left_since(before, qt=True) == []


def test_a_connection_that_would_leave_this_machine_is_refused() -> None:
    with pytest.raises(network.OutsideError), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(network.OutsideError):
        urllib.request.urlopen("http://prometheus.example/")
    assert network.refused == ["192.0.2.1", "prometheus.example"]
    network.refused.clear()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "nowhere.invalid", None]
)
def test_loopback_and_names_that_are_nowhere_are_inside(host: str | None) -> None:
    assert network.is_inside(host)


def test_a_missing_part_fails_in_continuous_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"no-such-program.*dev.py setup"):
        need("no-such-program")


def test_a_missing_part_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no display"):
        missing("no display")


@given(st.integers())
def test_generated_examples_work_beside_the_house_rules(number: int) -> None:
    assert number == int(str(number))
