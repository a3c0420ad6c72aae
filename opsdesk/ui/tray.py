"""The tray: the state by shape and colour, a count, a tooltip, a menu."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QFont, QIcon, QPainter, QPainterPath, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from opsdesk.catalogue import resources
from opsdesk.insight.board import Board
from opsdesk.insight.headline import Headline, system
from opsdesk.insight.verdict import State
from opsdesk.insight.words import age_text, utc_now
from opsdesk.ui.fonts import font
from opsdesk.ui.theme import Look

SIZES = (16, 22, 32, 64)
#: a tray that comes late is looked for this often; it comes within the first minutes of a session
_LOOK_AGAIN_MS = 5_000
#: while no window shows time passing, the tray turns stale by itself
_TICK_MS = 5_000
_MOST_SHOWN = 9


class Tray(QObject):
    """The icon and its menu. Emits what its user wants."""

    open_wanted = Signal()
    refresh_wanted = Signal()
    pause_wanted = Signal(bool)
    quit_wanted = Signal()
    #: the tray appeared or went: whether there is one now
    available = Signal(bool)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._board: Board | None = None
        self._shown: tuple[State, int, bool] | None = None
        self._menu = QMenu()
        self._headline = self._add("", self.open_wanted.emit)
        self._menu.addSeparator()
        self._add("Open OpsDesk", self.open_wanted.emit)
        self._add("Refresh now", self.refresh_wanted.emit)
        self._pause = self._add("Pause updates", self._toggle_pause)
        self._menu.addSeparator()
        self._add("Quit", self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        look.changed.connect(self._redraw)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self.tick)
        self._search = QTimer(self)
        self._search.setInterval(_LOOK_AGAIN_MS)
        self._search.timeout.connect(self._appear)

    @property
    def is_there(self) -> bool:
        """Whether this desktop has a tray now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def start(self) -> None:
        """Appear, now or as soon as this desktop has a tray."""
        self._show_state(State.NO_SOURCE, 0)
        self._icon.show()  # Qt embeds it by itself when a tray comes later
        self._clock.start()
        if not self.is_there:
            self._search.start()
        self.available.emit(self.is_there)

    def stop(self) -> None:
        """Go away for good. Idempotent."""
        self._clock.stop()
        self._search.stop()
        self._icon.hide()
        self._icon.setContextMenu(None)
        self._menu.deleteLater()

    def show_board(self, board: Board) -> None:
        """Show new data."""
        self._board = board
        self.tick()

    def tick(self) -> None:
        """Show what is known as it is to be seen now."""
        if self._board is None:
            return
        now = utc_now()
        headline = system(self._board, now)
        incidents = [i for i in self._board.snapshot.incidents if i.closed_at is None]
        self._show_state(headline.state, len(incidents))
        self._show_words(headline, self._board, now)

    def _show_words(self, headline: Headline, board: Board, now: datetime) -> None:
        newest = max((reading.at for reading in board.snapshot.readings.values()), default=None)
        age = f"{age_text((now - newest).total_seconds())} ago" if newest is not None else "no data"
        tooltip = f"OpsDesk \N{EN DASH} {headline.sentence}\n{headline.detail}\n{age}"
        if self._icon.toolTip() != tooltip:
            self._icon.setToolTip(tooltip)
        title = f"{headline.sentence}   ({age})"
        if self._headline.text() != title:
            self._headline.setText(title)
        pause = "Resume updates" if board.snapshot.paused else "Pause updates"
        if self._pause.text() != pause:
            self._pause.setText(pause)

    def _show_state(self, state: State, number: int) -> None:
        dark = self._look.theme.dark
        if self._shown != (state, number, dark):
            self._shown = (state, number, dark)
            self._icon.setIcon(tray_icon(state, number, dark=dark))

    def _redraw(self) -> None:
        if self._shown is not None:
            self._show_state(*self._shown[:2])

    def _add(self, title: str, slot: object) -> QAction:
        action = QAction(title, self)  # with a parent: a rebuilt menu must not lose it
        action.triggered.connect(slot)
        self._menu.addAction(action)
        return action

    def _toggle_pause(self) -> None:
        paused = self._board is not None and self._board.snapshot.paused
        self.pause_wanted.emit(not paused)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.open_wanted.emit()

    def _appear(self) -> None:
        if self.is_there:
            self._search.stop()
            self._icon.show()
            self.available.emit(self.is_there)


def tray_icon(state: State, number: int, *, dark: bool) -> QIcon:
    """Draw the mark of a state in every size, with the number of what is wrong in its corner."""
    found = QIcon()
    for size in SIZES:
        found.addPixmap(_mark(state, number, size, dark=dark))
    return found


def _mark(state: State, number: int, size: int, *, dark: bool) -> QPixmap:
    # What has no source is drawn as stale: the tray knows six shapes, and it is not known either.
    name = State.STALE if state is State.NO_SOURCE else state
    path = f"icons/tray/{'dark' if dark else 'light'}_{name.value}_{size}.svg"
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(resources.read_bytes(path))).render(painter)
    if number:
        _paint_number(painter, number, size, dark=dark)
    painter.end()
    return pixmap


def _paint_number(painter: QPainter, number: int, size: int, *, dark: bool) -> None:
    """Cut a disc out of the lower right corner and write the number into it."""
    text = str(number) if number <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
    side = size * 0.6
    corner = QRectF(size - side, size - side, side, side)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    hole = QPainterPath()
    hole.addEllipse(corner.adjusted(-size / 16, -size / 16, 0, 0))
    painter.fillPath(hole, Qt.GlobalColor.transparent)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setFont(font(max(8, round(size * 0.56)), QFont.Weight.Bold))
    painter.setPen(QColor("#FFFFFF" if dark else "#000000"))
    painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, text)
