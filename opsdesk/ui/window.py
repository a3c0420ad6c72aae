"""The window: header, pages, footer. It shows boards and emits what its user wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QPaintEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.words import EPOCH, utc_now
from opsdesk.model.page import HeadlineRule, Page, Place
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Severity
from opsdesk.ui.banner import Banner
from opsdesk.ui.exporting import choices
from opsdesk.ui.footer import Footer
from opsdesk.ui.header import Header
from opsdesk.ui.page import PageView
from opsdesk.ui.page_stack import PageStack
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.theme import Look

if TYPE_CHECKING:
    from opsdesk.ui.details import DetailsPopup

_LEAST = QSize(1024, 700)
_TICK_MS = 1_000
# The page is shown anew so long after a refresh, for what counts minutes: a refresh each minute
# comes before and does it.
_ANEW = timedelta(seconds=65)


class MainWindow(QWidget):
    """Everything the window shows. Time passes here: what no snapshot renews grows old."""

    refresh_wanted = Signal()
    pause_wanted = Signal(bool)
    connect_wanted = Signal()
    export_wanted = Signal(str)
    restart_wanted = Signal()
    #: a tuple of SeriesQuery: what the open page's charts want to know
    series_wanted = Signal(object)
    quit_wanted = Signal()
    #: the pages are to fill a display
    wall_wanted = Signal()
    #: a Command of the engine
    command_wanted = Signal(object)
    #: there is something to be seen, for the first time
    painted = Signal()

    def __init__(self, pages: Sequence[Page], look: Look) -> None:
        super().__init__()
        self._board: Board | None = None
        self._came_at = EPOCH
        #: what is shown whole: board, page, how much of it has turned stale, how often anew
        self._face: tuple[Board, int, int, int] | None = None
        self._was_painted = False
        self.pages = [page for page in pages if Place.WINDOW in page.places]
        self.header = Header(self.pages, look)
        self.banner = Banner()
        self.footer = Footer()
        self._stack = PageStack(self._new_page, self.tick)
        self.look = look
        self._details: DetailsPopup | None = None
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        for widget in (self.header, self.banner, self._stack, self.footer):
            body.addWidget(widget)
        body.setStretch(2, 1)
        self.setLayout(body)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("OpsDesk")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()  # no tab looks as if its user had just reached it by keyboard
        self.setMinimumSize(_LEAST)
        self._title = "OpsDesk"
        self.setWindowTitle(self._title)
        self.header.tab_chosen.connect(self._stack.open_in_turns)
        self._stack.placed.connect(self._give_keys)
        self._stack.series_wanted.connect(self.series_wanted)
        self.header.pause_wanted.connect(self._toggle_pause)
        self.header.command_wanted.connect(self.command_wanted)
        self.header.export.setMenu(self._export_menu())
        self.header.connect_action.triggered.connect(self.connect_wanted)
        self.header.refresh_action.triggered.connect(self.refresh_wanted)
        self.header.wall_action.triggered.connect(self.wall_wanted)
        self.header.quit_action.triggered.connect(self.quit_wanted)
        self.banner.restart_wanted.connect(self.restart_wanted)
        self._bind_keys()
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._time_passes)

    @property
    def position(self) -> int:
        """Which tab is open, from 0."""
        return self._stack.position

    @property
    def page_id(self) -> str:
        """Which page is open."""
        return self.pages[self.position].id

    @property
    def has_page(self) -> bool:
        """Whether a page has been made."""
        return self._stack.has_page

    @property
    def page(self) -> PageView:
        """The page that is open."""
        return self._stack.page

    def show_board(self, board: Board, now: datetime | None = None) -> None:
        """Show new data, in one repaint, as it is to be seen at ``now``: by default, now."""
        self._board, self._came_at = board, now or utc_now()
        self.tick(self._came_at)

    def show_frame(self, frame: SeriesFrame, now: datetime | None = None) -> None:
        """Show how figures went: the answer to what the open page asked."""
        if self._board is not None:
            self.page.show_frame(frame, self._board, now or utc_now())

    def tick(self, now: datetime | None = None) -> None:
        """Show what is known as it is to be seen now; ages grow, and figures turn stale."""
        is_wanted = self.isVisible() or not self._was_painted
        if self._board is None or not is_wanted or not self.has_page:
            return
        moment = now or utc_now()
        # Between two refreshes ages alone change, for a minute or until something turns stale.
        times = (moment - self._came_at) // _ANEW
        face = (self._board, self.position, self._board.turned(moment), times)
        if face != self._face:
            self._face = face
            self._show(self._board, moment)
        else:
            self.header.show_age(self._board, moment)
            self.page.show_ages(self._board, moment)
            self.footer.show_time(moment)
            self._show_title()
        if self._details is not None:
            self._details.show_board(self._board, moment)

    def show_page(self, position: int) -> None:
        """Open a tab, at once."""
        with QSignalBlocker(self.header):
            self.header.tabs.setCurrentIndex(position)
        self._stack.open_at_once(position)

    def _give_keys(self, before: QWidget | None) -> None:
        """Give the keys to the page that is there now; who goes by tab stays at the tabs."""
        page = self.page
        moves = before not in (None, page) or self.focusWidget() is self
        if moves and not self.header.tabs.hasFocus() and not page.take_keys():
            self.setFocus()

    def _new_page(self, position: int) -> PageView:
        view = PageView(self.pages[position], self.look)
        view.wanted.connect(self._wanted)
        view.details_wanted.connect(self._show_details)
        view.command_wanted.connect(self.command_wanted)
        view.told.connect(self.footer.show_message)
        return view

    def restore(self, page_id: str) -> None:
        """Open the page that was open, else the first; it is made, and filled, at once."""
        ids = [page.id for page in self.pages]
        self.show_page(ids.index(page_id) if page_id in ids else 0)

    def show_page_of(self, page_id: str) -> None:
        """Open the page with this id, if there is one."""
        for position, page in enumerate(self.pages):
            if page.id == page_id:
                self.show_page(position)

    def _show(self, board: Board, now: datetime) -> None:
        self.header.show_board(board, now)
        self.page.show_board(board, now)
        self.footer.show_board(board, now)
        critical = sum(
            incident.runs and incident.severity is Severity.CRITICAL
            for incident in board.snapshot.incidents
        )
        for position, page in enumerate(self.pages):
            tells = page.headline in (HeadlineRule.BREAKERS, HeadlineRule.INCIDENTS)
            self.header.tabs.show_badge(position, critical if tells else 0)
        self._show_title()

    def _show_title(self) -> None:
        title = f"{self.page.headline.sentence} \N{EM DASH} OpsDesk"
        if title != self._title:
            self._title = title
            self.setWindowTitle(title)

    def _time_passes(self) -> None:
        if not self._stack.is_opening:  # which fills the page by itself, in a turn of its own
            self.tick()

    def _show_details(self, panel: PanelView) -> None:
        if self._board is None or not panel.shown:
            return
        if self._details is None:
            from opsdesk.ui.details import DetailsPopup

            self._details = DetailsPopup(self, self.look)
        title = tr(panel.panel.title)
        self._details.open_for(title, panel, self._board, utc_now())

    def _wanted(self, action: str) -> None:
        match action:
            case "retry":
                self.refresh_wanted.emit()
            case "connect":
                self.connect_wanted.emit()
            case "resume":
                self._toggle_pause()

    def _toggle_pause(self) -> None:
        paused = self._board is not None and self._board.snapshot.paused
        self.pause_wanted.emit(not paused)

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for kind, title in choices().items():
            menu.addAction(title).setData(kind)
        menu.triggered.connect(self._export)
        return menu

    def _export(self, action: QAction) -> None:
        self.export_wanted.emit(str(action.data()))

    def _bind_keys(self) -> None:
        keys = {
            "F5": self.refresh_wanted.emit,
            "F11": self.wall_wanted.emit,
            "Ctrl+R": self.refresh_wanted.emit,
            "P": self._toggle_pause,
            "Ctrl+E": self.header.export.showMenu,
            "Ctrl+N": self.connect_wanted.emit,
            "Ctrl+Q": self.quit_wanted.emit,
            "Ctrl+W": self._close,
        }
        for key, slot in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        for position in range(len(self.pages)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{position + 1}"), self)
            shortcut.setProperty("page", position)
            shortcut.activated.connect(self._page_key)

    def _close(self) -> None:
        self.window().close()

    def _page_key(self) -> None:
        self.header.tabs.setCurrentIndex(int(self.sender().property("page")))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self.show_page(self.position)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self._stack.end_turns()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()
