"""Refreshes 20,000 times, as fast as it can, and writes down what has grown.

Usage: ``soak.py FILE``. The engine, the window, the history and the last known snapshot are
OpsDesk's own. What is scripted is the source, where a breaker opens or closes at each refresh, and
the clock, which goes on by nine minutes each time: what charts show of seven weeks is let go
meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from support.readings import FakeSource, breaker, harvest, reading

from opsdesk.catalogue import metrics, pages
from opsdesk.engine.commands import AskSeries, Refresh
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.insight.board import Board
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.model.snapshot import Snapshot
from opsdesk.store.history import SqliteHistory
from opsdesk.store.snapshots import save
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.theme import Look, style_sheet
from opsdesk.ui.window import MainWindow

REFRESHES = 20_000
#: refreshes until all that is bounded has reached its bound: charts of 49 days, by this clock
WARM_UP = 12_000
#: one in so many is shown: painting takes ten times as long as all the rest
SHOWN_ONE_IN = 20
#: seconds between two refreshes, by the scripted clock
STEP = 540.0
BREAKERS = 8
#: another page is opened after so many that are shown
TURN = 20
#: memory is the least of so many refreshes: it goes up and down with what is under way
LAST = 400


class Held(msgspec.Struct, frozen=True):
    """What a process holds: resident bytes, threads, descriptors."""

    memory: int
    threads: int
    descriptors: int


def held() -> Held:
    """Return what this process holds now."""
    pages_held = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return Held(
        pages_held * os.sysconf("SC_PAGESIZE"),
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
    )


def least(samples: Sequence[Held]) -> Held:
    """Return the least of each."""
    return Held(*map(min, zip(*map(msgspec.structs.astuple, samples), strict=True)))


class Script:
    """A source whose breakers open and close in turn, and its clock."""

    def __init__(self) -> None:
        self._turns: Iterator[int] = itertools.count()
        self._now = utc_now()

    def clock(self) -> datetime:
        """Return the time by this script."""
        return self._now

    async def answer(self, now: datetime) -> Harvest:
        """Return the readings of one refresh."""
        turn = next(self._turns)
        self._now += timedelta(seconds=STEP)
        open_one = (turn // 2) % BREAKERS if turn % 2 else None
        states = (BreakerState.OPEN if n == open_one else BreakerState.CLOSED for n in range(8))
        await asyncio.sleep(0)
        return harvest(
            *(breaker(f"Group - {n}", state, now) for n, state in enumerate(states)),
            *(reading("component.instances_up", 100.0, now, component=f"C{n}") for n in range(5)),
            reading("errors.rate", 1.0 + turn % 7 / 10, now),
            reading("latency.quantile", 80.0 + turn % 11, now, quantile="0.95"),
        )


class Soak(QObject):
    """Asks for a refresh after the other, shows some, and takes note of what is held."""

    def __init__(self, window: MainWindow, bridge: Bridge, script: Script) -> None:
        super().__init__()
        self._window, self._bridge, self._script = window, bridge, script
        self._refreshes = self._shown = 0
        self._samples: list[Held] = []
        self.before = self.after = held()
        self.engine: Engine
        bridge.arrived.connect(self.show_board, Qt.ConnectionType.QueuedConnection)
        bridge.answered.connect(self.show_frame, Qt.ConnectionType.QueuedConnection)
        window.series_wanted.connect(self.ask)

    def take(self, snapshot: Snapshot) -> None:
        """Take a refresh; called on the engine's thread."""
        self._refreshes += 1
        if self._refreshes % SHOWN_ONE_IN:
            self.engine.send(Refresh())
        else:
            self._bridge.publish(snapshot)

    def show_board(self, board: Board) -> None:
        """Show a refresh, and only then ask for the next."""
        self._window.show_board(board, board.snapshot.at)
        self._shown += 1
        if self._shown % TURN == 0:
            self._window.show_page(self._shown // TURN % len(self._window.pages))
        for end in (WARM_UP, WARM_UP + REFRESHES):
            if end - LAST < self._refreshes <= end:
                gc.collect()
                self._samples.append(held())
        if self._refreshes == WARM_UP:
            self.before, self._samples = least(self._samples), []
        elif self._refreshes == WARM_UP + REFRESHES:
            self.after = least(self._samples)
            QApplication.exit(0)
        self.engine.send(Refresh())

    def show_frame(self, frame: SeriesFrame) -> None:
        """Show the answer to a chart's question."""
        self._window.show_frame(frame, self._script.clock())

    def ask(self, queries: tuple[SeriesQuery, ...]) -> None:
        """Pass on what charts ask."""
        self.engine.send(AskSeries(queries))


def main() -> None:
    """Refresh, and write down how much more is held after than before."""
    application = QApplication(sys.argv[:1])
    catalogue = metrics.load()
    look = Look("dark")
    application.setStyleSheet(style_sheet(look.theme))
    script, bridge = Script(), Bridge(catalogue)
    window = MainWindow(pages.load(catalogue), look)
    soak = Soak(window, bridge, script)
    with TemporaryDirectory(prefix="opsdesk-soak-") as folder:
        known, past = Path(folder, "known.json"), Path(folder, "history.sqlite")
        soak.engine = Engine(
            lambda: Setting(
                sources=(FakeSource("a", script.answer),),
                catalogue=catalogue,
                interval=3_600.0,
                publish=soak.take,
                answer=bridge.answered.emit,
                history=SqliteHistory(past, catalogue),
                keep=lambda snapshot: save(snapshot, catalogue, known),
                clock=script.clock,
            )
        )
        window.show()
        soak.engine.start()
        application.exec()
        soak.engine.stop()
    grown = {
        name: getattr(soak.after, name) - getattr(soak.before, name)
        for name in Held.__struct_fields__
    }
    Path(sys.argv[1]).write_bytes(msgspec.json.encode(grown))


if __name__ == "__main__":
    main()
