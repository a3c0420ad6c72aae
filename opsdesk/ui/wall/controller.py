"""Joins the walls with the rest of the desktop: keys, codes, sleep, other machines, the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Command, Mute
from opsdesk.insight.board import Board
from opsdesk.model.page import Page
from opsdesk.model.series import SeriesFrame
from opsdesk.model.wall import Wall
from opsdesk.ui.choices import unkept
from opsdesk.ui.parts_wanted import WallKeeping, WallParts
from opsdesk.ui.sole import SoleDialog

if TYPE_CHECKING:
    from opsdesk.ui.wall.walls import Walls

# How often what a wall says of itself goes to the log.
_NOTE_MS = 3_600_000


class WallController(QObject):
    """Opens walls and lets them go. All but itself is made, and loaded, when it is wanted."""

    #: the last wall has been left
    left = Signal()
    #: a wall is seen for the first time
    painted = Signal()
    refresh_wanted = Signal()
    #: settings and pages are to be read anew
    reload_wanted = Signal()
    #: a tuple of SeriesQuery
    series_wanted = Signal(object)
    #: what could not be kept, in a sentence
    noticed = Signal(str)

    def __init__(
        self,
        parts: WallParts,
        pages: Callable[[], Sequence[Page]],
        send: Callable[[Command], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._parts, self._pages, self._send = parts, pages, send
        self._board: Board | None = None
        self._walls: Walls | None = None
        self._keeping: WallKeeping | None = None
        #: what is wrong with OpsDesk itself
        self._said = ""
        #: how walls shall be, as far as anybody has said so
        self._wanted = parts.walls
        self._dialog = SoleDialog(self)
        self._hour = QTimer(self)
        self._hour.setInterval(_NOTE_MS)
        self._hour.timeout.connect(self._note)

    @property
    def is_open(self) -> bool:
        """Whether there are walls."""
        return self._walls is not None and self._walls.is_open

    def open(self, display: str = "", given: Wall | None = None) -> None:
        """Open the walls of the profile; the first that names no display on ``display``.

        One that is ``given`` stands for all of them, also for those that are open.
        """
        if given is None and self.is_open:
            return
        keeping = self._kept()
        walls = self._walls or self._made(keeping)
        if self._board is not None:
            walls.show_board(self._board)
        keeping.begin(walls)
        own = keeping.own()
        wanted = _placed((given,) if given is not None else self._wanted or (Wall(),), display)
        walls.open(wanted, own.started_at if own.restarts else None)
        walls.say(self._said)
        self._hour.start()
        self._note()

    @property
    def is_set_up(self) -> bool:
        """Whether anybody has said how the walls shall be."""
        return bool(self._wanted)

    def ask(self, window: QWidget, *, opens: bool) -> None:
        """Ask how the wall of the window's display shall be, and open it then if it ``opens``."""
        from opsdesk.ui.wall.dialog import WallDialog
        from opsdesk.ui.wall.displays import listing

        def new() -> WallDialog:
            there = listing()
            here = [d for d in there if d.connector == window.screen().name()]
            others = [d for d in there if d not in here]
            names = {name for d in here for name in (d.identity, d.connector, d.monitor)}
            at = next((n for n, w in enumerate(self._wanted) if w.display in names), 0)
            wall = self._wanted[at] if self._wanted else Wall()
            dialog = WallDialog(window, wall, [*here, *others], self._pages(), opens=opens)
            dialog.accepted_wall.connect(partial(self._keep, at))
            if opens:
                dialog.accepted_wall.connect(partial(self._open_on, window))
            return dialog

        self._dialog.open(new)

    def _open_on(self, window: QWidget, _wall: Wall) -> None:
        self.open(window.screen().name())

    def _keep(self, at: int, wall: Wall) -> None:
        self._wanted = (*self._wanted[:at], wall, *self._wanted[at + 1 :])
        if words := unkept(partial(self._parts.remember, self._wanted)):
            self.noticed.emit(words)

    def close(self) -> None:
        """Take the walls down. Idempotent."""
        self._dialog.close()
        if self._walls is not None and self._walls.is_open:
            self._note()
            self._walls.close()
            self._end()

    def stop(self) -> None:
        """Take the walls down for good. Idempotent."""
        self.close()
        if self._keeping is not None:
            self._keeping.close()

    def _end(self) -> None:
        self._hour.stop()
        if self._keeping is not None:
            self._keeping.end()

    def _left(self) -> None:
        self._note()
        self._end()
        self.left.emit()

    def show_board(self, board: Board) -> None:
        """Show what is new."""
        self._board = board
        if self._walls is not None:
            self._walls.show_board(board)

    def show_frame(self, frame: SeriesFrame) -> None:
        """Take the answer to a question."""
        if self._walls is not None:
            self._walls.show_frame(frame)

    def say(self, text: str) -> None:
        """Say what is wrong with OpsDesk itself, at the foot of every wall; '' takes it away."""
        self._said = text
        if self._walls is not None:
            self._walls.say(text)

    def refuse(self, why: str) -> None:
        """Tell why settings and pages could not be read anew."""
        if self._walls is not None:
            self._walls.refuse(why)

    def answer_instead(self) -> bool:
        """Tell who starts OpsDesk again that it runs; False where a window can be seen."""
        if self._walls is None or not self._walls.is_covering:
            return False
        self._walls.remark(tr("OpsDesk runs. Esc leaves the wall."))
        return True

    def _kept(self) -> WallKeeping:
        if self._keeping is None:
            self._keeping = self._parts.make_keeping()
        return self._keeping

    def _made(self, keeping: WallKeeping) -> Walls:
        from opsdesk.ui.wall.walls import Walls

        application = cast("QGuiApplication", QGuiApplication.instance())
        walls = Walls(application, self._pages(), keeping, self._parts, self)
        walls.left.connect(self._left)
        walls.painted.connect(self.painted)
        walls.refresh_wanted.connect(self.refresh_wanted)
        walls.reload_wanted.connect(self.reload_wanted)
        walls.series_wanted.connect(self.series_wanted)
        walls.command_wanted.connect(self._send)
        walls.covering.connect(self._cover)
        self._walls = walls
        return walls

    def _cover(self, on: bool) -> None:
        self._send(Mute(on))

    def _note(self) -> None:
        if self._walls is not None and self._keeping is not None:
            self._keeping.note(self._walls.status())


def _placed(walls: tuple[Wall, ...], display: str) -> tuple[Wall, ...]:
    """Return walls of which the first that names no display is on ``display``, '' for any."""
    at = next((number for number, wall in enumerate(walls) if not wall.display), len(walls))
    return tuple(
        replace(wall, display=display) if number == at else wall
        for number, wall in enumerate(walls)
    )
