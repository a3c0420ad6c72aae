from __future__ import annotations

import logging
import os
import signal
import sys
import threading

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, qWarning
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from opsdesk.ui.faults import Faults
from opsdesk.ui.signals import Signals


class Button(QObject):
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pressed.connect(self.act)

    def act(self) -> None:
        raise ZeroDivisionError("with a secret in its text")


def test_an_error_in_a_slot_is_shown_by_name_and_logged_whole(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_exceptions():  # pytest-qt's own hook would fail the test
        faults = Faults()
        with qtbot.waitSignal(faults.happened) as happened:
            QTimer.singleShot(0, Button().act)
        faults.stop()
    assert happened.args == ["ZeroDivisionError"]
    assert caplog.records[-1].exc_info is not None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_on_a_thread_names_the_thread(qtbot: QtBot) -> None:
    faults = Faults()
    with qtbot.waitSignal(faults.happened) as happened:
        thread = threading.Thread(target=Button().act, name="worker")
        thread.start()
        thread.join()
    faults.stop()
    assert happened.args == ["ZeroDivisionError in worker"]


def test_what_qt_says_is_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    assert qtbot is not None
    faults = Faults()
    with caplog.at_level(logging.WARNING):
        qWarning("a plugin is missing")
    faults.stop()
    assert "a plugin is missing" in caplog.text


def test_the_hooks_are_put_back() -> None:
    before = sys.excepthook, threading.excepthook
    Faults().stop()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_of_the_system_arrives_in_the_event_loop(qtbot: QtBot, number: int) -> None:
    signals = Signals()
    with qtbot.waitSignal(signals.quit_wanted, timeout=2_000):
        os.kill(os.getpid(), number)
    signals.stop()
    signals.stop()
