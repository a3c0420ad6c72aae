"""The application on a desktop: joins engine, tray and window, and ends them in order."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.commands import Command, Pause, Refresh, Resume, SetInterval
from opsdesk.engine.engine import Engine
from opsdesk.insight.board import Board, arrange
from opsdesk.model.errors import OpsDeskError
from opsdesk.model.page import Page
from opsdesk.model.snapshot import Snapshot
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.faults import Faults
from opsdesk.ui.fonts import font
from opsdesk.ui.glyphs import icon
from opsdesk.ui.instance import Instance
from opsdesk.ui.signals import Signals
from opsdesk.ui.theme import Look, style_sheet
from opsdesk.ui.tray import Tray

if TYPE_CHECKING:
    from opsdesk.ui.connect import NewSource
    from opsdesk.ui.window import MainWindow

log = logging.getLogger(__name__)

NO_TRAY = (
    "This desktop has no tray for OpsDesk to sit in: closing the window ends it. "
    "On GNOME the extension AppIndicator brings one."
)


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What the desktop remembers of how its user wants it."""

    theme: str = "system"
    interval: float = 60.0
    close_to_tray: bool = True


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What app.py hands over: everything below the screen."""

    profile: str
    arguments: list[str]
    catalogue: Catalogue
    pages: Sequence[Page]
    preferences: Preferences
    #: start in the tray, with the window closed
    hidden: bool
    #: the last known snapshot of an earlier run
    earlier: Snapshot | None
    #: makes an engine from: publish, on_death, on_activated
    make_engine: Callable[
        [Callable[[Snapshot], None], Callable[[Exception], None], Callable[[str], None]], Engine
    ]
    #: keeps a new source and connects it; raises OpsDeskError
    connect: Callable[[NewSource, Callable[[Command], None]], None]
    #: takes a source, by its id, out of the profile; raises OpsDeskError
    disconnect: Callable[[str, Callable[[Command], None]], None]
    #: writes a snapshot in a format to a file; raises OpsDeskError or OSError
    export: Callable[[Snapshot, str, Path], None]
    remember: Callable[[Preferences], None]
    log_file: Path
    #: something about the settings that their owner must know, or ''
    warning: str = ""


def run(parts: Parts) -> int:
    """Open OpsDesk on the desktop; return its exit status when its user has quit."""
    application = QApplication(["opsdesk"])
    application.setApplicationName("opsdesk")
    application.setApplicationDisplayName("OpsDesk")
    QGuiApplication.setDesktopFileName("opsdesk")
    application.setQuitOnLastWindowClosed(False)
    QGuiApplication.setQuitLockEnabled(False)
    instance = Instance(parts.profile)
    if not instance.claim(parts.arguments):
        log.info("handed over to the OpsDesk that runs already")
        return 0
    desktop = Desktop(application, parts, instance)
    desktop.start()
    try:
        return application.exec()
    finally:
        desktop.stop()


class Desktop(QObject):
    """Owns what lives on the window's thread. The window itself is made when first wanted."""

    def __init__(self, application: QApplication, parts: Parts, instance: Instance) -> None:
        super().__init__()
        self._application, self._parts, self._instance = application, parts, instance
        self._preferences = parts.preferences
        self._board: Board | None = None
        self.window: MainWindow | None = None
        self._look = Look(parts.preferences.theme, self)
        self._faults = Faults(self)
        self._bridge = Bridge(parts.catalogue)
        self._tray = Tray(self._look, self)
        self._engine = self._new_engine()
        self._signals = Signals(self)
        self._bridge.arrived.connect(self._show_board, Qt.ConnectionType.QueuedConnection)
        self._bridge.died.connect(self._engine_died, Qt.ConnectionType.QueuedConnection)
        self._bridge.activated.connect(self._show_page, Qt.ConnectionType.QueuedConnection)
        self._instance.called.connect(self._called)
        self._faults.happened.connect(self._show_fault, Qt.ConnectionType.QueuedConnection)
        self._signals.quit_wanted.connect(self.quit)
        self._tray.open_wanted.connect(self.open_window)
        self._tray.refresh_wanted.connect(self._refresh)
        self._tray.pause_wanted.connect(self._pause)
        self._tray.quit_wanted.connect(self.quit)
        self._tray.available.connect(self._tray_came)
        application.commitDataRequest.connect(self._session_ends)

    def start(self) -> None:
        """Show what is known; what takes time comes once that can be seen."""
        if self._parts.earlier is not None:
            self._show_board(arrange(self._parts.earlier, self._parts.catalogue))
        # With no tray a hidden OpsDesk could not be reached.
        if self._parts.hidden and self._tray.is_there:
            self._set_going()
        else:
            self.open_window().painted.connect(self._set_going, Qt.ConnectionType.QueuedConnection)

    def _set_going(self) -> None:
        gc.freeze()  # what is there now stays: a collection need not look at it
        gc.enable()
        self._tray.start()
        self._engine.start()

    def stop(self) -> None:
        """End in the order in which things depend on each other. Idempotent."""
        self._instance.release()
        self._engine.stop()
        self._tray.stop()
        if self.window is not None:
            self.window.close()
        self._signals.stop()
        self._faults.stop()

    def quit(self) -> None:
        """End OpsDesk."""
        self._application.quit()

    def open_window(self) -> MainWindow:
        """Bring the window to the front and return it; made when it is first wanted."""
        if self.window is None:
            self.window = self._new_window()
            if self._board is not None:
                self.window.show_board(self._board)
            if self._parts.warning:
                self.window.notice.show_text(self._parts.warning)
            elif not self._tray.is_there:
                self.window.notice.show_text(NO_TRAY)
        self.window.come_to_front()
        return self.window

    def _new_engine(self) -> Engine:
        return self._parts.make_engine(
            self._bridge.publish, self._bridge.report_death, self._bridge.activated.emit
        )

    def _new_window(self) -> MainWindow:
        # Not before it is wanted: in the tray, an OpsDesk without its window is a small one.
        from opsdesk.ui.window import MainWindow  # noqa: PLC0415

        # Fonts and style sheet cost 10 MiB that a tray icon does not need.
        self._apply_look()
        self._look.changed.connect(self._apply_look)
        window = MainWindow(self._parts.pages, self._look)
        window.header.show_choices(self._look.choice, self._preferences.interval)
        window.refresh_wanted.connect(self._refresh)
        window.pause_wanted.connect(self._pause)
        window.connect_wanted.connect(self._connect)
        window.header.disconnect_chosen.connect(self._disconnect)
        window.export_wanted.connect(self._export)
        window.restart_wanted.connect(self._restart_engine)
        window.quit_wanted.connect(self.quit)
        window.closed.connect(self._window_closed)
        window.header.theme_chosen.connect(self._choose_theme)
        window.header.interval_chosen.connect(self._choose_interval)
        return window

    def _apply_look(self) -> None:
        self._application.setFont(font())
        self._application.setStyleSheet(style_sheet(self._look.theme))
        mark = icon("brand", 64, self._look.color("text1"), self._look.color("bg"))
        self._application.setWindowIcon(QIcon(mark))

    def _show_board(self, board: Board) -> None:
        self._board = board
        self._tray.show_board(board)
        if self.window is not None:
            self.window.show_board(board)

    def _show_page(self, page: str) -> None:
        self.open_window().show_page_of(page)

    def _called(self, arguments: list[str]) -> None:
        """Do what a second start asked for: come to the front, connect the address it named."""
        self.open_window()
        address = next((value for name, value in pairwise(arguments) if name == "--url"), "")
        if address:
            self._connect(address)

    def _refresh(self) -> None:
        self._engine.send(Refresh(rediscover=True))

    def _pause(self, paused: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._engine.send(Pause() if paused else Resume())

    def _choose_theme(self, theme: str) -> None:
        self._look.choose(theme)
        self._remember(msgspec.structs.replace(self._preferences, theme=theme))

    def _choose_interval(self, seconds: float) -> None:
        self._engine.send(SetInterval(seconds))
        self._remember(msgspec.structs.replace(self._preferences, interval=seconds))

    def _remember(self, preferences: Preferences) -> None:
        self._preferences = preferences
        try:
            self._parts.remember(preferences)
        except (OSError, OpsDeskError) as error:
            self._tell(f"This choice holds until OpsDesk ends, for it could not be kept: {error}")

    def _connect(self, address: str = "") -> None:
        from opsdesk.ui.connect import ConnectDialog  # noqa: PLC0415 - seldom wanted

        dialog = ConnectDialog(self.window, address)
        dialog.accepted_source.connect(self._new_source)
        dialog.open()

    def _new_source(self, source: NewSource) -> None:
        try:
            self._parts.connect(source, self._engine.send)
        except (OSError, OpsDeskError) as error:
            self._tell(f"{source.title} is not connected: {error}")

    def _disconnect(self, source_id: str) -> None:
        try:
            self._parts.disconnect(source_id, self._engine.send)
        except (OSError, OpsDeskError) as error:
            self._tell(f"The source stays connected: {error}")

    def _export(self, kind: str) -> None:
        if self._board is None:
            self._tell("There is nothing to save yet: no source has answered.")
            return
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - seldom wanted

        name = f"opsdesk-{self._board.snapshot.at.astimezone():%Y-%m-%d-%H%M}.{kind}"
        path, _ = QFileDialog.getSaveFileName(
            self.window, "Save what is shown", str(Path.home() / name), f"{kind.upper()} (*.{kind})"
        )
        if not path:
            return
        try:
            self._parts.export(self._board.snapshot, kind, Path(path))
        except (OSError, OpsDeskError) as error:
            self._tell(f"{path} could not be written: {error}. Choose another folder.")
        else:
            self._tell(f"Saved {path}", passing=True)

    def _window_closed(self) -> None:
        if not (self._preferences.close_to_tray and self._tray.is_there):
            self.quit()

    def _session_ends(self) -> None:
        self.quit()

    def _tray_came(self, there: bool) -> None:  # noqa: FBT001 - a Qt slot
        if there and self.window is not None:
            self.window.notice.hide()

    def _engine_died(self, why: str) -> None:
        text = f"Updates have stopped: {why}. Figures grow old until you restart them."
        self.open_window().notice.show_text(text, offers_restart=True)

    def _restart_engine(self) -> None:
        self._engine.stop()
        self._engine = self._new_engine()
        self._engine.start()
        if self.window is not None:
            self.window.notice.hide()

    def _show_fault(self, what: str) -> None:
        self._tell(f"Something went wrong in OpsDesk: {what}. Details: {self._parts.log_file}")

    def _tell(self, text: str, *, passing: bool = False) -> None:
        if self.window is None:
            return
        if passing:
            self.window.footer.show_message(text)
        else:
            self.window.notice.show_text(text)
