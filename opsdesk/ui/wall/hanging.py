"""One wall: its window, whose turn it is there, and what is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage, QScreen

from opsdesk.catalogue.language import tr
from opsdesk.insight import rotation
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.programme import Programme, SlideKind, SlideRef, programme_of
from opsdesk.insight.rotation import Rotation
from opsdesk.insight.sight import DIAGONAL, Caps, caps
from opsdesk.insight.slides import making
from opsdesk.insight.slides.blocks import Alarm, Marks, Scene, Slide, Status
from opsdesk.insight.slides.diagnostics import diagnostics_of
from opsdesk.insight.slides.pages import age_of, status_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State
from opsdesk.insight.words import utc_now
from opsdesk.model.page import Page
from opsdesk.model.series import SeriesQuery
from opsdesk.model.wall import Showing, Wall, WallCommand, WallStatus
from opsdesk.ui.last_render import LastRender
from opsdesk.ui.last_seen import Band, LastSeen, picture_of, restarting
from opsdesk.ui.painted import Reported
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.displays import sighting
from opsdesk.ui.wall.keys import Asked
from opsdesk.ui.wall.slide_view import SlideView
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.wall.window import WallWindow

#: seconds that newer data are awaited for, while it is seen how the wall last looked
_PATIENCE = 15.0
#: seconds before its turn from which on it is asked what a slide shows of the past
_AHEAD = 10.0


class Hanging(QObject):
    """A wall on its display, or waiting for it."""

    #: by a key: a WallCommand or an Asked
    asked = Signal(object)
    leave_wanted = Signal()
    lost = Signal()

    def __init__(
        self,
        wall: Wall,
        pages: Sequence[Page],
        application: QGuiApplication,
        last: LastRender,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.wall = wall
        self._pages = {page.id: page for page in pages}
        self._look = Look(wall.theme, self)
        self.window = WallWindow(application)
        self.view = SlideView(self._look, Caps(1, 1))
        self.window.set_content(self.view)
        self.window.asked.connect(self.asked)
        self.window.leave_wanted.connect(self.leave_wanted)
        self.window.lost.connect(self.lost)
        self._last = last
        #: how it last looked, and since when newer data are awaited
        self._earlier: tuple[QImage, datetime] | None = None
        self._since: datetime | None = None
        self._seen_last: LastSeen | None = None
        self.turns = 0
        #: id of what cannot be shown, because of a bug; '' where all can
        self.failed = ""
        #: said at the foot, in the place of the age
        self.said = ""
        self._rotation: Rotation | None = None
        self._programme: Programme | None = None
        #: weekday, hour and minute for which that holds
        self._minute: tuple[int, int, int] | None = None
        #: what is asked of the past, and for what
        self._wanted: tuple[object, tuple[SeriesQuery, ...]] | None = None
        #: what the slide that is seen was made of
        self._made_of: object = None
        self._slide: Slide | Alarm = Slide(title="")
        self._state = Status(state=State.NO_SOURCE, word="", reason="")

    # ---- its display

    def place_on(self, screen: QScreen, diagonal: float | None) -> None:
        """Fill a screen; ``diagonal`` is what the display says, in inches."""
        seen = sighting(screen)
        self.view.show_caps(
            caps(
                round(seen.width / seen.scale),
                round(seen.height / seen.scale),
                diagonal=self.wall.diagonal or diagonal or DIAGONAL,
                distance=self.wall.distance,
            )
        )
        self._made_of = None
        self.window.place_on(screen)
        if self._earlier is not None:
            image, at = self._earlier
            words = restarting(at, utc_now())
            self._seen_last = LastSeen(self._look, image, words, _band(self.view.sizes))
            self.window.set_content(self._seen_last)

    def begin_with_last(self, since: datetime) -> None:
        """Show how it last looked until there are data newer than that."""
        self._earlier, self._since = self._last.load(), since

    def _is_awaited(self, board: Board, now: datetime) -> bool:
        """Tell whether newer data may still come soon."""
        if self._earlier is None or self._since is None:
            return False
        waited = (now - self._since).total_seconds()
        is_old = board.newest is None or board.snapshot.at < self._since
        return is_old and 0 <= waited < _PATIENCE

    @property
    def showing(self) -> Showing:
        """What it shows, for whoever asks from elsewhere."""
        turning = self._rotation
        return Showing(
            id=self.wall.id,
            display=self.wall.display,
            lit=self.window.is_lit,
            slide="" if turning is None else turning.slide.id,
            held=turning is not None and turning.held,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of pages that it should show, and of which there are none."""
        return () if self._programme is None else self._programme.missing

    def end(self) -> None:
        """Take it down. Idempotent."""
        self._last.close()
        self.window.end()
        self.window.deleteLater()
        self.view.deleteLater()  # it is no part of the window while that shows how it last looked

    # ---- whose turn it is

    def do(self, what: WallCommand | Asked) -> None:
        """Turn, hold, and the like: one of those in ``_CHANGES``."""
        if self._rotation is not None:
            self._set(_CHANGES[what](self._rotation, time.monotonic()))

    def advance(self, incidents: tuple[str, ...], local: datetime) -> None:
        """Let time pass; ``incidents`` have taken over, ``local`` is by the clock on the wall."""
        # Plans begin and end with a minute.
        minute = (local.weekday(), local.hour, local.minute)
        if self._programme is None or minute != self._minute:
            self._programme = programme_of(self.wall, local, self._pages)
            self._minute = minute
        programme, now = self._programme, time.monotonic()
        before = self._rotation or rotation.begin(programme, now)
        self._set(rotation.advance(before, programme, incidents, now))

    def _set(self, turning: Rotation) -> None:
        if self._rotation is not None and turning.slide != self._rotation.slide:
            self.turns += 1
        self._rotation = turning

    # ---- what is seen

    def queries(self, board: Board, found: Sequence[Entry]) -> tuple[SeriesQuery, ...]:
        """Return what its slide, and the one after it shortly before, want to know of the past."""
        turning = self._rotation
        if turning is None:
            return ()
        shown, refs = turning.current, [turning.slide]
        if rotation.turns_in(turning, time.monotonic()) <= _AHEAD:
            refs.append(shown.slides[(shown.position + 1) % len(shown.slides)])
        wanted = (tuple(refs), board, found)
        if self._wanted is None or self._wanted[0] != wanted:
            asked = (making.queries(ref, self._pages, board, found) for ref in refs)
            self._wanted = (wanted, tuple(chain.from_iterable(asked)))
        return self._wanted[1]

    def show(
        self,
        seen: Seen,
        found: Sequence[Entry],
        status: Callable[[], WallStatus],
        version: int,
    ) -> None:
        """Show how things are; ``version`` tells one set of frames from another."""
        if self._rotation is None or not self.window.is_lit:
            return
        board, now, shown = seen.board, seen.now, self._rotation.current
        if self._is_awaited(board, now):
            return
        if self._earlier is not None:
            self._earlier = None
            self.window.set_content(self.view)
            if self._seen_last is not None:
                self._seen_last.deleteLater()
                self._seen_last = None
        marks = Marks(position=shown.position, number=len(shown.slides), held=self._rotation.held)
        ref = self._rotation.slide
        made_of = (ref, board, board.turned(now), version, making.age_tick(found, now))
        if made_of != self._made_of or ref.kind is SlideKind.DIAGNOSTICS:
            self._made_of = made_of
            self._state = status_of(board, now)
            self._slide = self._made(ref, seen, found, status)
        elif self._state.filled:
            self._state = status_of(board, now)  # it tells an age
        self.view.show_scene(
            Scene(
                slide=self._slide,
                status=self._state,
                marks=marks,
                age=age_of(board, now),
                clock=f"{now.astimezone():%H:%M}",
                said=self.said,
            )
        )
        if self._last.is_due and self._is_answered(ref, seen, found):
            # For the case that OpsDesk ends by itself.
            self._last.keep(picture_of(self.view), now)

    def _is_answered(self, ref: SlideRef, seen: Seen, found: Sequence[Entry]) -> bool:
        """Tell whether there is all to be seen on a slide that is going to be."""
        asked = making.queries(ref, self._pages, seen.board, found)
        return seen.board.newest is not None and all(query in seen.frames for query in asked)

    def _made(
        self, ref: SlideRef, seen: Seen, found: Sequence[Entry], status: Callable[[], WallStatus]
    ) -> Slide | Alarm:
        """Return a slide; one that a bug keeps from being made says so, and the next ones turn.

        Else what was there before would stay, below the name and the age of this one.
        """
        made: Slide | Alarm = Slide(title="", absence=tr("cannot be drawn"))
        self.failed = ref.id
        with Reported():
            made = making.made(
                ref,
                self._pages,
                seen,
                found,
                lambda: diagnostics_of(status(), self.view.caps, seen.now),
            )
            self.failed = ""
        return made


def _hold_or_go_on(turning: Rotation, now: float) -> Rotation:
    return rotation.release(turning, now) if turning.held else rotation.hold(turning, now)


#: what is asked of a wall, and what becomes of its turns
_CHANGES: Mapping[WallCommand | Asked, Callable[[Rotation, float], Rotation]] = {
    WallCommand.NEXT: lambda turning, now: rotation.turn(turning, 1, now),
    WallCommand.PREVIOUS: lambda turning, now: rotation.turn(turning, -1, now),
    WallCommand.HOLD: rotation.hold,
    WallCommand.RELEASE: rotation.release,
    Asked.HOLD_OR_GO_ON: _hold_or_go_on,
    Asked.DIAGNOSTICS: rotation.ask_diagnostics,
}


def _band(size: Sizes) -> Band:
    """Return where it is said that a picture is not of now."""
    glyph = max(size.glyph, size.text)
    return Band(size.edge, size.margin, glyph, size.strong("onfill"))
