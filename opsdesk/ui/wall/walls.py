"""All walls of a process: displays, turns, incidents, keys, and what is asked from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Acknowledge
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.pixel_shift import reach_of, shift
from opsdesk.insight.slides.alarms import taking_over
from opsdesk.insight.slides.making import age_tick
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.slides.past import Past
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import UnknownWallError
from opsdesk.model.page import Page
from opsdesk.model.series import SeriesFrame
from opsdesk.model.wall import Wall, WallCommand, WallStatus
from opsdesk.ui.last_render import LastRender, picture_path
from opsdesk.ui.parts_wanted import WallKeeping, WallParts
from opsdesk.ui.wall.displays import Displays
from opsdesk.ui.wall.foot import Foot
from opsdesk.ui.wall.hanging import Hanging
from opsdesk.ui.wall.keys import Asked
from opsdesk.ui.wall.lock import WallLock
from opsdesk.ui.wall.status import status_of

_TICK_MS = 1_000


class Walls(QObject):
    """Owns the walls. It decides nothing of incidents: what is asked, it emits."""

    #: the last wall has been left
    left = Signal()
    #: a wall is seen for the first time
    painted = Signal()
    refresh_wanted = Signal()
    reload_wanted = Signal()
    #: a tuple of SeriesQuery
    series_wanted = Signal(object)
    #: a Command of the engine
    command_wanted = Signal(object)
    #: whether notifications would pop up on a wall: no display is without one
    covering = Signal(bool)
    # what is told from other threads, and to which wall
    _told = Signal(object, str)

    def __init__(
        self,
        application: QGuiApplication,
        pages: Sequence[Page],
        process: WallKeeping,
        parts: WallParts,
        parent: QObject,
    ) -> None:
        """Prepare; nothing is shown yet."""
        super().__init__(parent)
        self._application, self._pages, self._process = application, pages, process
        self._pictures = parts.pictures
        self._foot = Foot(self)
        self._foot.changed.connect(self._say)
        self._lock = WallLock(process.check, self) if parts.is_locked else None
        if self._lock is not None:
            self._lock.said.connect(self._foot.lock)
            self._lock.taking.connect(self._take_text)
            self._lock.opened.connect(self._leave)
        #: what hinders settings and pages from being read anew
        self._hindrance = ""
        self._displays = Displays(application, self)
        self._displays.changed.connect(self._place)
        self._hanging: list[Hanging] = []
        self._board: Board | None = None
        self._found: tuple[Entry, ...] = ()
        #: for which board and minute they were looked for
        self._looked: object = None
        self._past = Past()
        #: counts answers: what was made of other ones is made anew
        self._version = 0
        self._status = WallStatus()
        self._refreshes = 0
        self._is_covering = False
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.setTimerType(Qt.TimerType.CoarseTimer)
        self._clock.timeout.connect(self._tick)
        self._told.connect(self._obey, Qt.ConnectionType.QueuedConnection)

    # ---- opening and leaving

    @property
    def is_covering(self) -> bool:
        """Whether no display is without a wall: nothing else could be seen."""
        return self._is_covering

    @property
    def is_open(self) -> bool:
        """Whether there are walls, on displays or waiting for them."""
        return bool(self._hanging)

    def open(self, walls: Sequence[Wall], since: datetime | None = None) -> None:
        """Hang walls, each on its display; where that is not there, it waits for it.

        Args:
            walls: how they shall be.
            since: when OpsDesk was started again, if it was: until there is newer data, each wall
                shows how it last looked.

        """
        self.close()
        for wall in walls:
            last = LastRender(picture_path(self._pictures, wall.id))
            hanging = Hanging(wall, self._pages, self._application, last, self)
            if since is not None:
                hanging.begin_with_last(since)
            hanging.asked.connect(self._asked)
            hanging.leave_wanted.connect(self._ask_to_leave)
            if self._lock is not None:
                hanging.window.typed.connect(self._lock.take)
            hanging.lost.connect(self._place)
            hanging.view.painted.connect(self.painted)
            self._hanging.append(hanging)
        self._clock.start()
        self._place()
        self._tick()
        if since is not None:
            QTimer.singleShot(0, self, self.painted.emit)  # there is something to be seen

    def close(self) -> None:
        """Take all walls down. Idempotent."""
        self._clock.stop()
        self._foot.clear()
        self._displays.stop()
        if self._lock is not None:
            self._lock.stop()
        for hanging in self._hanging:
            hanging.end()
            hanging.deleteLater()
        self._hanging.clear()
        self._cover()

    def _ask_to_leave(self) -> None:
        if self._lock is None:
            self._leave()
        else:
            self._lock.ask()

    def _take_text(self, on: bool) -> None:
        for hanging in self._hanging:
            hanging.window.take_text(on)

    def _leave(self) -> None:
        self.close()
        self.left.emit()

    def _place(self) -> None:
        """Give each wall the display that it names, as far as those are there."""
        shown = self._displays.all()
        screens = self._displays.screens_of([hanging.wall.display for hanging in self._hanging])
        for hanging, screen in zip(self._hanging, screens, strict=True):
            if screen is not None:
                number = QGuiApplication.screens().index(screen)
                diagonal = next((d.diagonal for d in shown if d.number == number), None)
                hanging.place_on(screen, diagonal)
        self._cover()
        self._show()

    def _cover(self) -> None:
        lit = sum(hanging.window.is_lit for hanging in self._hanging)
        covering = 0 < lit >= len(self._displays.all())
        if covering != self._is_covering:
            self._is_covering = covering
            self.covering.emit(covering)

    # ---- what comes in

    def show_board(self, board: Board) -> None:
        """Show what is new."""
        if self._board is not None and board.snapshot.at != self._board.snapshot.at:
            self._refreshes += 1
        self._board = board
        if self._hanging:
            self._tick()

    def show_frame(self, frame: SeriesFrame) -> None:
        """Take the answer to a question, if it was asked here."""
        if self._past.take(frame):
            self._version += 1
            self._show()

    def say(self, text: str) -> None:
        """Say something of OpsDesk at the foot of every wall; '' takes it away."""
        self._foot.say(text)

    def remark(self, text: str) -> None:
        """Say something at the foot of every wall in passing."""
        self._foot.remark(text)

    def refuse(self, why: str) -> None:
        """Tell why settings and pages could not be read anew: here shortly, in the status whole."""
        self._hindrance = why
        self._foot.remark(tr("The settings cannot be used."))

    def _say(self) -> None:
        for hanging in self._hanging:
            hanging.said = self._foot.line
        self._show()

    # ---- time passes

    def _tick(self) -> None:
        now = utc_now()
        self._look_for_incidents(now)
        incidents, local = tuple(entry.id for entry in self._found), now.astimezone()
        for hanging in self._hanging:
            hanging.advance(incidents, local)
        self._show()
        # Not before: one that cannot show how things are is to be started anew.
        self._process.alive()

    def _look_for_incidents(self, now: datetime) -> None:
        """Find what has taken over; nothing changes that between two refreshes but a snooze."""
        key = (self._board, age_tick(self._found, now))
        if self._board is not None and key != self._looked:
            self._looked = key
            self._found = taking_over(self._board, now)

    def _show(self) -> None:
        """Show how things are now on every wall."""
        now = utc_now()
        self._status = status_of(
            self._hanging,
            self._board,
            self._found,
            refreshes=self._refreshes,
            hindrance=self._hindrance,
        )
        if self._board is None:
            return
        seen = Seen(board=self._board, now=now, frames=self._past.frames)
        for number, hanging in enumerate(self._hanging):
            minute = int(now.timestamp()) // 60 + number
            hanging.view.shift(shift(minute, reach_of(hanging.view.height())))
            hanging.show(seen, self._found, self.status, self._version)
        self._ask(self._board)

    def _ask(self, board: Board) -> None:
        """Ask what the slides of now, and those after them, show of the past."""
        wanted = [query for h in self._hanging for query in h.queries(board, self._found)]
        answering = all(source.problem is None for source in board.sources.values())
        due = self._past.due(wanted, time.monotonic(), answering=answering)
        if due:
            self.series_wanted.emit(due)

    # ---- what is asked: by keys, and from other machines

    def status(self) -> WallStatus:
        """Return how the walls and their process are; from any thread."""
        own, known = self._process.own(), self._status
        return replace(
            known,
            started_at=own.started_at,
            restarts=own.restarts,
            memory=own.memory,
            threads=own.threads,
            descriptors=own.descriptors,
            problems=(*own.problems, *known.problems),
        )

    def tell(self, command: WallCommand, wall: str) -> None:
        """Ask something of a wall, or with '' of all; from any thread.

        Raises:
            UnknownWallError: there is no wall of that id.

        """
        if wall and wall not in {showing.id for showing in self._status.walls}:
            raise UnknownWallError(wall)
        self._told.emit(command, wall)

    def _obey(self, command: WallCommand, wall: str) -> None:
        if not self._hanging:
            return  # it was left meanwhile
        self._do(command, [h for h in self._hanging if wall in ("", h.wall.id)])
        self._tick()

    def _asked(self, asked: WallCommand | Asked) -> None:
        hanging = self.sender()
        if asked is Asked.LEAVE:
            self._ask_to_leave()
        elif isinstance(hanging, Hanging):
            self._do(asked, [hanging])
            self._show()

    def _do(self, what: WallCommand | Asked, walls: Sequence[Hanging]) -> None:
        """Do what was asked of some walls: by keys, or from elsewhere."""
        match what:
            case WallCommand.ACKNOWLEDGE:
                self._acknowledge()
            case WallCommand.RELOAD:
                self.reload_wanted.emit()
            case Asked.REFRESH:
                self.refresh_wanted.emit()
            case _:
                for hanging in walls:
                    hanging.do(what)

    def _acknowledge(self) -> None:
        """Take care of all that has taken over."""
        if self._found:
            self.command_wanted.emit(Acknowledge(tuple(entry.id for entry in self._found)))
