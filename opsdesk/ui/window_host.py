"""The window on the desktop: made when it is first wanted, and it comes back as it was left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from opsdesk.insight.board import Board
from opsdesk.insight.words import utc_now
from opsdesk.ui.banners import Banners
from opsdesk.ui.parts_wanted import Parts
from opsdesk.ui.turns import Turns

if TYPE_CHECKING:
    from opsdesk.ui.frame import Frame
    from opsdesk.ui.last_render import LastRender
    from opsdesk.ui.window import MainWindow


class WindowHost(QObject):
    """Owns the frame, and what it shows."""

    #: its user has closed it
    closed = Signal()

    def __init__(
        self,
        parts: Parts,
        banners: Banners,
        make: Callable[[], MainWindow],
        frame: Frame | None,
        parent: QObject,
    ) -> None:
        """Prepare.

        Args:
            parts: tells how the window was left, and where to keep how it is left now.
            banners: what must not be overlooked; shown in the window.
            make: makes what the window shows.
            frame: the native window where it is seen already, with how it last looked in it.
            parent: lives as long.

        """
        super().__init__(parent)
        self._parts, self._banners, self._make = parts, banners, make
        self._remembered = parts.remembered
        self._board: Board | None = None
        self._is_news = False
        self._kept: LastRender | None = None
        self._turns = Turns(self)
        self.window: MainWindow | None = None
        self.frame = frame
        if frame is not None:
            frame.closed.connect(self._closed)

    @property
    def is_seen(self) -> bool:
        """Whether the window is open."""
        return self.frame is not None and self.frame.isVisible()

    @property
    def display(self) -> str:
        """The name of the display on which it is; '' where there is no window."""
        return self.frame.screen().name() if self.frame is not None else ""

    @property
    def is_paused(self) -> bool:
        """Whether updates were paused by its user."""
        return self._remembered.paused

    def show_earlier(self, board: Board) -> None:
        """Show what was known before, until there is news."""
        self._board = board

    def show_board(self, board: Board) -> None:
        """Show news."""
        self._board, self._is_news = board, True
        if self.window is not None:
            self.window.show_board(board)

    def open(self) -> MainWindow:
        """Bring the window to the front and return it."""
        window, frame = self._made_window(), self._made_frame()
        if frame.centralWidget() is not window:
            self._make_page()
            frame.fill(window)
            self._banners.show_in(window.banner)
        frame.come_to_front()
        return window

    def open_in_turns(self) -> None:
        """Open the window step by step: its frame is seen already, and must not stand still."""
        self._turns.add(self._made_window, self._make_page, self.open)

    def pause(self, *, paused: bool) -> None:
        """Remember whether updates are paused."""
        self._remembered = replace(self._remembered, paused=paused)
        self.keep()

    def keep(self) -> None:
        """Keep how the window is left."""
        if self.window is not None and self.frame is not None:
            page, paused = self.window.page_id, self._remembered.paused
            self._remembered = replace(self.frame.left(), page=page, paused=paused)
        self._parts.remember(self._remembered)

    def make_anew(self) -> None:
        """Make what it shows anew: its words are translated where they are made."""
        self.keep()
        self._banners.show_in(None)
        self.window = None
        if self.is_seen:
            self.open()

    def stop(self) -> None:
        """Keep how it is left, and close it. Idempotent."""
        self._turns.end()
        self.keep()
        if self.frame is not None:
            self._keep_look()
            self.frame.closed.disconnect(self._closed)
            self.frame.close()
            self.frame.deleteLater()
        if self.window is not None:
            self.window.deleteLater()  # which may have no frame yet
        self.frame = self.window = None
        if self._kept is not None:
            self._kept.close()

    def _made_window(self) -> MainWindow:
        if self.window is None:
            self.window = self._make()
        return self.window

    def _made_frame(self) -> Frame:
        if self.frame is None:
            from opsdesk.ui.frame import Frame

            self.frame = Frame(self._remembered)
            self.frame.closed.connect(self._closed)
        return self.frame

    def _make_page(self) -> None:
        """Make and fill the page that was open, once: until it has a place that is cheaper."""
        window = self._made_window()
        if not window.has_page:
            if self._board is not None:
                window.show_board(self._board)
            window.restore(self._remembered.page)

    def _closed(self) -> None:
        self._turns.end()
        self.keep()
        self._keep_look()
        self.closed.emit()

    def _keep_look(self) -> None:
        """Keep how the window looks, if it is seen: the next start shows that at once."""
        path = self._parts.picture()
        # What it shows without news is of an earlier time, and so is what is hidden.
        if path is None or self.window is None or not self._is_news or not self.is_seen:
            return
        from opsdesk.ui.last_render import LastRender
        from opsdesk.ui.last_seen import last_look

        now, before = utc_now(), self._kept
        if before is not None:
            before.close()  # the later picture is written later
        self._kept = LastRender(path, every=0.0)
        self._kept.keep(last_look(self.window, self.window.look, now), now)
