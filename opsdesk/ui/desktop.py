"""The application on a desktop: joins engine, tray and window, and ends them in order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from opsdesk.catalogue.language import mark, tr
from opsdesk.engine.commands import AskSeries, Pause, Refresh, Resume
from opsdesk.insight.board import Board, arrange
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.model.wall import Wall
from opsdesk.runtime import garbage
from opsdesk.ui.banners import ENGINE, Banners
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.choices import Choices
from opsdesk.ui.connecting import Connecting
from opsdesk.ui.desk import DeskController
from opsdesk.ui.engine_host import EngineHost
from opsdesk.ui.exporting import Exporter
from opsdesk.ui.faults import Faults
from opsdesk.ui.instance import WALL, Instance, given_wall, option
from opsdesk.ui.own_words import translate
from opsdesk.ui.parts_wanted import Parts
from opsdesk.ui.signals import Signals
from opsdesk.ui.theme import Look
from opsdesk.ui.tray_host import TrayHost
from opsdesk.ui.wall.controller import WallController
from opsdesk.ui.window_host import WindowHost

if TYPE_CHECKING:
    from opsdesk.ui.frame import Frame
    from opsdesk.ui.tray import Tray
    from opsdesk.ui.window import MainWindow

# How long a paint, and a tray at log-in, may take.
_PAINT_COMES_MS, _TRAY_COMES_MS = 1_500, 10_000
# By then all that a start makes has been made.
_STARTED_MS = 2_000
#: the exit status after which everything is read anew
AGAIN = 1_000

NO_TRAY = mark(
    "This desktop has no tray for OpsDesk to sit in: closing the window ends it. "
    "On GNOME the extension AppIndicator brings one."
)


class Desktop(QObject):
    """Owns what lives on the window's thread. The window itself is made when first wanted."""

    def __init__(
        self,
        application: QApplication,
        parts: Parts,
        instance: Instance,
        frame: Frame | None = None,
    ) -> None:
        """Prepare; ``frame`` is seen already, with how the window last looked in it."""
        super().__init__()
        self._application, self._parts, self._instance = application, parts, instance
        translate(application)
        self._board: Board | None = None
        self._banners = Banners()
        self._windows = WindowHost(parts, self._banners, self._new_window, frame, self)
        self._is_going = self._is_dressed = False
        #: what was awaited has not come
        self._late = QTimer(self, singleShot=True)
        self._started = QTimer(self, singleShot=True)
        self._started.timeout.connect(garbage.look_from_now_on)
        #: why the engine has died, '' while it lives
        self._why = ""
        self._look = Look(parts.theme, self, moves=True)
        self._faults = Faults(self)
        self._bridge = Bridge(parts.catalogue)
        self._trays = TrayHost(self._new_tray, self)
        self._engine = EngineHost(parts.make_engine, self._bridge, self)
        send = self._engine.send
        self._desk = DeskController(parts, self._look, send, self)
        self._sources = Connecting(parts, send, self)
        self._choices = Choices(parts, self._look, send, self)
        self._wall = WallController(parts.wall, parts.pages, send, self)
        self._exporter = Exporter(parts.export, self)
        self._signals = Signals(self)
        self._join_parts()
        application.commitDataRequest.connect(self.quit)

    def _join_parts(self) -> None:
        self._windows.closed.connect(self._window_closed)
        self._bridge.arrived.connect(self._show_board, Qt.ConnectionType.QueuedConnection)
        self._bridge.answered.connect(self._show_frame, Qt.ConnectionType.QueuedConnection)
        self._bridge.died.connect(self._engine_died, Qt.ConnectionType.QueuedConnection)
        self._bridge.activated.connect(self._desk.act_on, Qt.ConnectionType.QueuedConnection)
        self._bridge.troubled.connect(self._desk.troubled, Qt.ConnectionType.QueuedConnection)
        self._desk.noticed.connect(self._banners.tell)
        self._desk.corrected.connect(self._banners.correct)
        self._sources.noticed.connect(self._banners.tell)
        self._sources.restart_wanted.connect(self._engine.restart)
        self._engine.restarted.connect(self._engine_restarted)
        self._choices.noticed.connect(partial(self._banners.tell, "settings"))
        self._choices.language_changed.connect(self._speak_anew)
        self._desk.dressing.connect(self._dress)
        self._desk.page_wanted.connect(self._show_page)
        self._serve(self._desk)
        self._wall.left.connect(self._wall_left)
        self._wall.painted.connect(self._set_going, Qt.ConnectionType.QueuedConnection)
        self._wall.refresh_wanted.connect(self._refresh)
        self._wall.reload_wanted.connect(self._read_anew)
        self._wall.series_wanted.connect(self._ask_series)
        self._wall.noticed.connect(partial(self._banners.tell, "settings"))
        self._exporter.said.connect(self._say)
        self._exporter.failed.connect(partial(self._banners.tell, "export"))
        self._exporter.began.connect(partial(self._offer_stop, offered=True))
        self._exporter.ended.connect(partial(self._offer_stop, offered=False))
        self._instance.called.connect(self._called)
        self._faults.happened.connect(self._show_fault, Qt.ConnectionType.QueuedConnection)
        self._signals.quit_wanted.connect(self.quit)

    @property
    def window(self) -> MainWindow | None:
        """What the window shows, once it has been made."""
        return self._windows.window

    @property
    def is_walled(self) -> bool:
        """Whether walls are shown."""
        return self._wall.is_open

    def start(self, *, walled: bool = False) -> None:
        """Show what is known; what takes time comes once that can be seen.

        Args:
            walled: walls were shown before all was read anew, and are shown again.

        """
        if self._parts.warning:
            self._banners.tell("settings", self._parts.warning)
        self._board = arrange(self._parts.earlier, self._parts.catalogue)
        self._wall.show_board(self._board)
        self._windows.show_earlier(self._board)
        self._trays.show_board(self._board)
        if self._windows.is_paused:
            self._engine.send(Pause())
        if self._parts.wall.first or walled:
            self.open_wall()
            if self._parts.warning:
                self._wall.refuse(self._parts.warning)
        elif self._parts.hidden:
            self._set_going()
            # At log-in the tray may come after us; with none, OpsDesk could not be reached.
            self._late.timeout.connect(self._open_without_tray)
            self._late.start(_TRAY_COMES_MS)
            return
        elif self._windows.is_seen:
            self._dress()
            self._windows.open_in_turns()
        else:
            self.open_window()
        # A window that starts minimised, or on a screen that is off, is never painted.
        self._late.timeout.connect(self._set_going)
        self._late.start(_PAINT_COMES_MS)

    def _set_going(self) -> None:
        if self._is_going:
            return
        self._is_going = True
        self._instance.listen()
        self._engine.start()
        self._started.start(_STARTED_MS)
        if self._parts.hidden:
            self._trays.open()
        elif not self._parts.wall.first:
            self._trays.open_soon()

    def _new_tray(self) -> Tray:
        from opsdesk.ui.tray import Tray

        tray = Tray(self._look, self)
        self._serve(tray)
        self._desk.join_tray(tray)
        tray.quit_wanted.connect(self.quit)
        tray.available.connect(self._tray_came)
        return tray

    def _open_without_tray(self) -> None:
        if not self._trays.is_there:
            self.open_window()

    def stop(self) -> None:
        """End in the order in which things depend on each other. Idempotent."""
        self._instance.hush()
        for timer in (self._late, self._started):
            timer.stop()
        self._exporter.stop()
        self._engine.stop()
        self._trays.stop()
        self._desk.stop()
        self._wall.stop()
        self._windows.stop()
        self._signals.stop()
        self._faults.stop()

    def quit(self) -> None:
        """End OpsDesk."""
        self._application.quit()

    def open_window(self) -> MainWindow:
        """Bring the window to the front and return it; made when it is first wanted."""
        return self._windows.open()

    def open_wall(self, given: Wall | None = None) -> None:
        """Show the walls of the profile, or the one ``given``, where no display is named here."""
        self._wall.open(self._windows.display, given)
        if self._why:
            self._revive()

    def _wall_wanted(self) -> None:
        """Show the walls; the first time, ask how they shall be."""
        if self._wall.is_set_up:
            self.open_wall()
        else:
            self._wall.ask(self.open_window(), opens=True)

    def _set_up_wall(self) -> None:
        self._wall.ask(self.open_window(), opens=False)

    def _wall_left(self) -> None:
        if self._windows.is_seen:
            self.open_window()
        elif self._parts.wall.first:
            self.quit()
        elif not self._trays.is_there:
            self.open_window()  # else nothing reaches OpsDesk

    def _read_anew(self) -> None:
        """Begin anew with the settings as they are; a slip in them must not end what hangs."""
        hindrance = self._parts.wall.hindrance()
        if hindrance:
            self._wall.refuse(hindrance)
        else:
            self._application.exit(AGAIN)

    def _serve(self, source: Tray | DeskController) -> None:
        """Do what is wanted at the tray's menu, and at its popover."""
        source.open_wanted.connect(self.open_window)
        source.incident_wanted.connect(self._show_incident)
        source.refresh_wanted.connect(self._refresh)
        source.pause_wanted.connect(self._pause)
        source.export_wanted.connect(self._export)
        source.wall_wanted.connect(self._wall_wanted)

    def _new_window(self) -> MainWindow:
        # Not before it is wanted: in the tray, an OpsDesk without its window is a small one.
        from opsdesk.ui.window import MainWindow

        self._dress()
        window = MainWindow(self._parts.pages(), self._look)
        self._choices.join(window.header)
        window.refresh_wanted.connect(self._refresh)
        window.series_wanted.connect(self._ask_series)
        window.pause_wanted.connect(self._pause)
        window.connect_wanted.connect(self._connect)
        window.header.disconnect_chosen.connect(self._sources.disconnect_source)
        window.export_wanted.connect(self._export)
        window.footer.stop_wanted.connect(self._exporter.stop)
        window.restart_wanted.connect(self._engine.restart)
        window.quit_wanted.connect(self.quit)
        self._desk.join(window)
        window.wall_wanted.connect(self._wall_wanted)
        window.header.wall_settings_action.triggered.connect(self._set_up_wall)
        window.painted.connect(self._set_going, Qt.ConnectionType.QueuedConnection)
        return window

    def _dress(self) -> None:
        if not self._is_dressed:
            self._is_dressed = True
            # Not before something is to be seen: it takes 10 MiB.
            from opsdesk.ui.dress import keep_dressed

            keep_dressed(self._application, self._look)

    def _show_board(self, board: Board) -> None:
        self._board = board
        self._wall.show_board(board)
        self._desk.show_board(board)
        self._windows.show_board(board)
        self._trays.show_board(board)

    def _show_frame(self, frame: SeriesFrame) -> None:
        self._wall.show_frame(frame)
        if self.window is not None:
            self.window.show_frame(frame)

    def _ask_series(self, queries: tuple[SeriesQuery, ...]) -> None:
        self._engine.send(AskSeries(queries))

    def _show_page(self, page: str) -> None:
        self.open_window().show_page_of(page)

    def _show_incident(self, incident_id: str) -> None:
        self._desk.show_incident(self.open_window(), incident_id)

    def _called(self, arguments: list[str]) -> None:
        """Do what a second start asked for: come to the front, connect the address it named."""
        if arguments[:1] == [WALL]:
            self.open_wall(given_wall(arguments))
            return
        if self._wall.answer_instead():
            return  # a window behind the wall would take its keys, and nobody would see why
        if "--hidden" not in arguments:
            self.open_window()
        address = option(arguments, "--url")
        if address:
            self._connect(address)

    def _refresh(self) -> None:
        self._engine.send(Refresh(rediscover=True))

    def _pause(self, paused: bool) -> None:
        self._windows.pause(paused=paused)
        self._engine.send(Pause() if paused else Resume())

    def _speak_anew(self) -> None:
        """Make everything that has words anew: each is translated where it is made."""
        translate(self._application)
        self._desk.stop()
        self._sources.stop()
        self._trays.make_anew()
        self._windows.make_anew()
        self._refresh()  # what the engine has said of findings is in the language of before

    def _connect(self, address: str = "") -> None:
        self._sources.ask(self.open_window(), address)

    def _export(self, kind: str) -> None:
        snapshot = self._board.snapshot if self._board is not None else self._parts.earlier
        self._exporter.ask(self.open_window(), snapshot, kind, self._look.name)

    def _offer_stop(self, *, offered: bool) -> None:
        if self.window is not None:
            self.window.footer.show_stop(offered=offered)

    def _window_closed(self) -> None:
        self._trays.open_if_due()  # who closes it so soon is to find OpsDesk in the tray
        is_in_tray = self._parts.close_to_tray and self._trays.is_there
        # A wall goes on without the window: whoever opened that, for a look, has not hung it.
        if not is_in_tray and not self._wall.is_open:
            self.quit()

    def _tray_came(self, there: bool) -> None:
        if there:
            self._banners.withdraw("tray")
            return
        self._banners.tell("tray", tr(NO_TRAY))
        if self._is_going and self.window is not None and not self._windows.is_seen:
            self.open_window()  # the tray has gone: nothing else reaches OpsDesk

    def _engine_died(self, why: str) -> None:
        words = tr("Updates have stopped: {why}. Figures grow old until they restart.", why=why)
        self._banners.tell(ENGINE, words)
        self._why = why
        if self._wall.is_open:
            self._revive()
        else:
            self.open_window()

    def _revive(self) -> None:
        """Start an engine anew that has died: nobody sits before a wall who could do it."""
        self._wall.say(tr("Updates have stopped: {why}.", why=self._why))
        self._engine.revive()

    def _engine_restarted(self) -> None:
        self._why = ""
        self._banners.withdraw(ENGINE)
        self._wall.say("")

    def _show_fault(self, what: str) -> None:
        words = tr(
            "Something went wrong in OpsDesk: {what}. Details: {file}",
            what=what,
            file=self._parts.log_file,
        )
        self._banners.tell("fault", words)

    def _say(self, text: str) -> None:
        """Say in passing."""
        if self.window is not None:
            self.window.footer.show_message(text)
