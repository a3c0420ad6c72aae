"""Runs OpsDesk and writes down what happens on its window's thread, and how long queries take.

Usage: ``inside.py FILE ARGUMENTS...``: the arguments are OpsDesk's own. When OpsDesk has ended,
``FILE`` holds the figures as JSON. It takes the time of two methods and adds one timer; what runs
is OpsDesk.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from opsdesk import cli
from opsdesk.insight.board import Board
from opsdesk.sources.http import Answer, HttpClient
from opsdesk.ui.desktop import Desktop

#: seconds between two looks at whether the window's thread is free
BEAT = 0.01
#: refreshes that do not count: the first ones lay out the window and discover the server
WARM_UP = 3


class Figures(msgspec.Struct):
    """What was measured, in seconds."""

    #: each refresh on the window's thread, painted
    refreshes: list[float] = msgspec.field(default_factory=list)
    #: processor time of all threads from one refresh to the next
    cpu: list[float] = msgspec.field(default_factory=list)
    #: the longest that the window's thread was busy at one go, after the warm-up
    worst_stall: float = 0.0
    #: each poll, and its slowest query
    polls: list[float] = msgspec.field(default_factory=list)
    slowest: list[float] = msgspec.field(default_factory=list)


figures = Figures()
#: processor time at each refresh
_used: list[float] = []
_queries: list[float] = []


def timed_refresh(show: Callable[[Desktop, Board], None]) -> Callable[[Desktop, Board], None]:
    """Take the time of showing a board until it is painted."""

    def timed(desktop: Desktop, board: Board) -> None:
        begin = time.perf_counter()
        show(desktop, board)
        QApplication.sendPostedEvents()  # layouts
        QApplication.processEvents()  # paints
        took = time.perf_counter() - begin
        queries, _queries[:] = list(_queries), []
        _used.append(time.process_time())
        if len(_used) > WARM_UP:
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


class Heartbeat:
    """Looks often whether the window's thread is free."""

    def __init__(self, desktop: Desktop) -> None:
        self._last = time.perf_counter()
        timer = QTimer(desktop)
        timer.timeout.connect(self._beat)
        timer.start(round(BEAT * 1000))

    def _beat(self) -> None:
        now = time.perf_counter()
        if len(_used) > WARM_UP:
            figures.worst_stall = max(figures.worst_stall, now - self._last - BEAT)
        self._last = now


def with_heartbeat(start: Callable[[Desktop], None]) -> Callable[[Desktop], None]:
    """Start the desktop with a heartbeat."""

    def started(desktop: Desktop) -> None:
        start(desktop)
        hearts.append(Heartbeat(desktop))

    return started


if __name__ == "__main__":
    hearts: list[Heartbeat] = []
    Desktop._show_board = timed_refresh(Desktop._show_board)  # type: ignore[method-assign]
    Desktop.start = with_heartbeat(Desktop.start)  # type: ignore[method-assign]
    HttpClient._exchange = timed_exchange(HttpClient._exchange)  # type: ignore[method-assign]
    _, file, *arguments = sys.argv
    sys.argv = ["opsdesk", *arguments]
    try:
        cli.main()
    finally:
        Path(file).write_bytes(msgspec.json.encode(figures))
