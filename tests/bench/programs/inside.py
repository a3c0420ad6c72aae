"""Runs OpsDesk and writes down what happens on its window's thread, and how long queries take.

Usage: ``inside.py FILE ARGUMENTS...``: the arguments are OpsDesk's own. When OpsDesk has ended,
``FILE`` holds the figures as JSON. It takes the time of two methods, and adds one timer for as long
as it looks for stalls; what runs is OpsDesk.

Time for which the window's thread was ready to run, and other programs had the processors, does not
count: it tells how busy the machine was. Waiting for OpsDesk's own threads counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from opsdesk import cli
from opsdesk.insight.board import Board
from opsdesk.sources.http import Answer, HttpClient
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.frame import Frame
from opsdesk.ui.window import MainWindow

#: seconds between two looks at whether the window's thread is free, and for how long it is looked
#: from the first paint on: a hundred looks a second are a tenth of what a refresh costs
BEAT, BEATS_FOR = 0.01, 20.0
#: seconds between two pages that are opened meanwhile
TURN = 2.0


class Figures(msgspec.Struct):
    """What was measured, in seconds."""

    #: each refresh on the window's thread, painted
    refreshes: list[float] = msgspec.field(default_factory=list)
    #: processor time of all threads from one refresh to the next
    cpu: list[float] = msgspec.field(default_factory=list)
    #: the longest that the window's thread was busy at one go, from the first paint on
    worst_stall: float = 0.0
    #: each poll, and its slowest query
    polls: list[float] = msgspec.field(default_factory=list)
    slowest: list[float] = msgspec.field(default_factory=list)


figures = Figures()
#: processor time at each refresh
_used: list[float] = []
_queries: list[float] = []
hearts: list[Heartbeat] = []


def ready() -> float:
    """Return the seconds that have passed, without those in which others had the processors."""
    _, waited, _ = Path("/proc/thread-self/schedstat").read_text("ascii").split()
    return time.perf_counter() - int(waited) / 1e9


def timed_refresh(show: Callable[[Desktop, Board], None]) -> Callable[[Desktop, Board], None]:
    """Take the time of showing a board until it is painted, once the heart beats no more."""

    def timed(desktop: Desktop, board: Board) -> None:
        begin = ready()
        show(desktop, board)
        QApplication.sendPostedEvents()  # layouts
        QApplication.processEvents()  # paints
        took = ready() - begin
        queries, _queries[:] = list(_queries), []
        if hearts and hearts[-1].beats:
            return
        _used.append(time.process_time())
        if len(_used) > 1:
            figures.refreshes.append(took)
            figures.cpu.append(_used[-1] - _used[-2])
            poll = board.snapshot.sources[0].took
            if poll is not None and queries:
                figures.polls.append(poll)
                figures.slowest.append(max(queries))

    return timed


def timed_exchange(exchange: Callable[..., Any]) -> Callable[..., Any]:
    """Take the time of each request until its whole answer has come."""

    async def timed(client: HttpClient, *arguments: object) -> Answer:
        begin = time.perf_counter()
        answer: Answer = await exchange(client, *arguments)
        _queries.append(time.perf_counter() - begin)
        return answer

    return timed


class Heartbeat(QObject):
    """Looks often whether the window's thread is free."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._is_going = False
        self.beats = True

    def begin(self) -> None:
        """Begin with what is seen first. Once more does nothing."""
        if not self._is_going:
            self._is_going = True
            self._end = time.perf_counter() + BEATS_FOR
            self._last = ready()
            self._timer.start(round(BEAT * 1000))

    def _beat(self) -> None:
        now = ready()
        figures.worst_stall = max(figures.worst_stall, now - self._last - BEAT)
        self._last = now
        if time.perf_counter() > self._end:
            self._timer.stop()
            self.beats = False


def heart(parent: QObject) -> Heartbeat:
    """Return the one heartbeat that there is."""
    if not hearts:
        hearts.append(Heartbeat(parent))
    return hearts[-1]


def with_heartbeat(make: Callable[[Desktop], MainWindow]) -> Callable[[Desktop], MainWindow]:
    """Make a window, let the heart beat from its first paint on, and go through its pages."""

    def made(desktop: Desktop) -> MainWindow:
        window = make(desktop)
        window.painted.connect(heart(desktop).begin, Qt.ConnectionType.QueuedConnection)
        turn_pages(window)
        return window

    return made


def turn_pages(window: MainWindow) -> None:
    """Open each tab once, as its user would, and the first again, while the heart beats."""
    tabs = window.header.tabs
    for turn, position in enumerate((*range(1, tabs.count()), 0), 1):
        QTimer.singleShot(
            round(turn * TURN * 1000), window, partial(tabs.setCurrentIndex, position)
        )


def with_heartbeat_before(show: Callable[..., None]) -> Callable[..., None]:
    """Show how the window last looked, and let the heart beat from then on."""

    def shown(frame: Frame, *arguments: object) -> None:
        show(frame, *arguments)
        heart(QApplication.instance() or frame).begin()

    return shown


if __name__ == "__main__":
    Desktop._show_board = timed_refresh(Desktop._show_board)
    Desktop._new_window = with_heartbeat(Desktop._new_window)
    Frame.show_picture = with_heartbeat_before(Frame.show_picture)
    HttpClient._exchange = timed_exchange(HttpClient._exchange)
    _, file, *arguments = sys.argv
    sys.argv = ["opsdesk", *arguments]
    try:
        cli.main()
    finally:
        Path(file).write_bytes(msgspec.json.encode(figures))
