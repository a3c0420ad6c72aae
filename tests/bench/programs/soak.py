"""Refreshes 20,000 times, as fast as it can, and writes down what has grown.

Usage: ``soak.py FILE window|wall``. The engine, what shows, the history and the last known snapshot
are OpsDesk's own. Scripted are the source, where a breaker opens or closes at each refresh, and
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
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from support.readings import FakeSource, breaker, harvest, reading

from opsdesk.app.wall_keeping import Keeping
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
from opsdesk.model.wall import Wall, WallCommand
from opsdesk.store.history import SqliteHistory
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import places
from opsdesk.store.secrets import Secrets
from opsdesk.store.settings import Settings
from opsdesk.store.snapshots import save
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.dress import dress
from opsdesk.ui.last_render import LastRender
from opsdesk.ui.parts_wanted import WallParts
from opsdesk.ui.theme import Look
from opsdesk.ui.wall import hanging, walls
from opsdesk.ui.wall.walls import Walls
from opsdesk.ui.window import MainWindow

REFRESHES = 20_000
#: refreshes until all that is bounded has reached its bound: charts of 49 days by this clock take
#: 8,000, the heaps of the threads up to 20,000 (of 61,000 refreshes, twice)
WARM_UP = 20_000
#: one in so many is shown in the window: painting takes ten times as long as all the rest
SHOWN_ONE_IN = 20
#: seconds between two refreshes, by the scripted clock
STEP = 540.0
BREAKERS = 8
#: another page is opened in the window after so many that are shown; the wall turns each time
TURN = 20
#: seconds between two pictures of the wall that are kept, for the real clock: those of an hour
PICTURE = 5.0
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


class Screen(Protocol):
    """What shows refreshes: the window, or the wall."""

    #: one refresh in so many is shown
    one_in: int

    def show_board(self, board: Board, shown: int) -> None:
        """Show a refresh, the one of that number."""

    def show_frame(self, frame: SeriesFrame) -> None:
        """Show the answer to a chart's question."""


class WindowScreen:
    """The window, in which another page is opened now and then."""

    one_in = SHOWN_ONE_IN

    def __init__(
        self,
        application: QApplication,
        script: Script,
        ask: Callable[[tuple[SeriesQuery, ...]], None],
    ) -> None:
        look = Look("dark")
        dress(application, look)
        self._script = script
        self._window = MainWindow(pages.load(metrics.load()), look)
        self._window.series_wanted.connect(ask)
        self._window.show()

    def show_board(self, board: Board, shown: int) -> None:
        """Show a refresh."""
        self._window.show_board(board, board.snapshot.at)
        if shown % TURN == 0:
            self._window.show_page(shown // TURN % len(self._window.pages))

    def show_frame(self, frame: SeriesFrame) -> None:
        """Show the answer to a chart's question."""
        self._window.show_frame(frame, self._script.clock())


class WallScreen:
    """A wall, which turns its page at each refresh; incidents take it over in between."""

    one_in = 1

    def __init__(
        self,
        application: QApplication,
        script: Script,
        ask: Callable[[tuple[SeriesQuery, ...]], None],
        folder: Path,
    ) -> None:
        keeping = Keeping(places("soak"), Secrets("soak", folder), Redactor(), Settings())
        parts = WallParts(
            walls=(),
            first=True,
            make_keeping=lambda: keeping,
            is_locked=False,
            pictures=folder / "pictures",
            remember=lambda _walls: None,
            hindrance=lambda: "",
        )
        self._parent = QObject()
        walls.utc_now = hanging.utc_now = script.clock
        walls.LastRender = partial(LastRender, every=PICTURE)  # type: ignore[assignment, misc]
        self._walls = Walls(application, pages.load(metrics.load()), keeping, parts, self._parent)
        self._walls.series_wanted.connect(ask)
        self._walls.open((Wall(pages=("overview", "reliability", "performance", "outlook")),))

    def show_board(self, board: Board, _shown: int) -> None:
        """Show a refresh, and the next page."""
        self._walls.show_board(board)
        self._walls.tell(WallCommand.NEXT, "")

    def show_frame(self, frame: SeriesFrame) -> None:
        """Show the answer to a chart's question."""
        self._walls.show_frame(frame)


class Soak(QObject):
    """Asks for a refresh after the other, shows some, and takes note of what is held."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.screen: Screen
        self._refreshes = self._shown = 0
        self._samples: list[Held] = []
        self.before = self.after = held()
        self.engine: Engine
        bridge.arrived.connect(self.show_board, Qt.ConnectionType.QueuedConnection)
        bridge.answered.connect(self.show_frame, Qt.ConnectionType.QueuedConnection)

    def take(self, snapshot: Snapshot) -> None:
        """Take a refresh; called on the engine's thread."""
        self._refreshes += 1
        if self._refreshes % self.screen.one_in:
            self.engine.send(Refresh())
        else:
            self._bridge.publish(snapshot)

    def show_board(self, board: Board) -> None:
        """Show a refresh, and only then ask for the next."""
        self._shown += 1
        self.screen.show_board(board, self._shown)
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
        self.screen.show_frame(frame)

    def ask(self, queries: tuple[SeriesQuery, ...]) -> None:
        """Pass on what charts ask."""
        self.engine.send(AskSeries(queries))


def main() -> None:
    """Refresh, and write down how much more is held after than before."""
    application = QApplication(sys.argv[:1])
    catalogue = metrics.load()
    script, bridge = Script(), Bridge(catalogue)
    soak = Soak(bridge)
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
        if sys.argv[2] == "wall":
            soak.screen = WallScreen(application, script, soak.ask, Path(folder))
        else:
            soak.screen = WindowScreen(application, script, soak.ask)
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
