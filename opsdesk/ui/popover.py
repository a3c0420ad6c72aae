"""What opens at the tray's icon: what is wrong, what can be done about it, and little else."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCursor, QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Snooze
from opsdesk.insight.board import Board
from opsdesk.insight.headline import system
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.snoozing import hush_text, is_snoozed
from opsdesk.insight.words import MIDDLE_DOT, age_text, clock_text, utc_now
from opsdesk.ui import snooze_menu
from opsdesk.ui.exporting import choices
from opsdesk.ui.glyphs import STATE_FILES, Glyph
from opsdesk.ui.incident_actions import IncidentActions
from opsdesk.ui.panels.incident_rows import HEADING, ROW
from opsdesk.ui.panels.incident_view import IncidentModel, IncidentView
from opsdesk.ui.parts import button, hairline, label, row, set_text
from opsdesk.ui.theme import STATE_GLYPH, Look

WIDTH = 500
#: so many incidents are seen at once
_SHOWN = 6
_TICK_MS = 1_000
_APART = 8
_ACTIONS = ("open", "acknowledge", "snooze", "runbook")


class Popover(QFrame):
    """Emits what its user wants. Gone by Escape, and by a click beside it where it floats."""

    #: a Command of the engine
    command_wanted = Signal(object)
    #: id of the incident to show in the window
    incident_wanted = Signal(str)
    open_wanted = Signal()
    wall_wanted = Signal()
    refresh_wanted = Signal()
    pause_wanted = Signal(bool)
    #: a kind of file
    export_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        # On Wayland nobody may say where a window stands: there it is a small dialog.
        floats = not QGuiApplication.platformName().startswith("wayland")
        super().__init__(None, Qt.WindowType.Popup if floats else Qt.WindowType.Dialog)
        self.setObjectName("popover")
        self.setWindowTitle("OpsDesk")
        self._floats = floats
        self._board: Board | None = None
        #: how much of it had turned stale when it was shown
        self._turned = 0
        self._glyph = Glyph(look, 22)
        self._sentence, self._detail, self._when = label("title"), label("detail"), label("caption")
        for one in (self._sentence, self._detail):
            one.setWordWrap(True)
        self.model = IncidentModel(self, running_alone=True)
        self.view = IncidentView(self.model, look)
        self.buttons = IncidentActions(_ACTIONS)
        self._hush = label("detail")
        self._end = button(tr("End the snooze"))
        self._pause = button()
        self._snooze, self._export = QMenu(self), QMenu(self)
        for kind, title in choices().items():
            self._export.addAction(title).setData(kind)
        self._lay_out()
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self._sentence, self._detail, self._when):
            words.addWidget(widget)
        head = row(self._glyph, spacing=12)
        head.setAlignment(self._glyph, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(hairline())
        whole.addWidget(self.view)
        whole.addWidget(self.buttons)
        whole.addLayout(row(self._hush, None, self._end))
        whole.addWidget(hairline())
        self._open = button(tr("Open OpsDesk"))
        self._refresh = button(tr("Refresh"))
        self._snooze_all = button(tr("Snooze all"))
        self._snooze_all.setMenu(self._snooze)
        export = button(tr("Export"))
        export.setMenu(self._export)
        self._wall = button(tr("Wall"))
        line = row(
            self._open, self._wall, None, self._refresh, self._pause, self._snooze_all, export
        )
        whole.addLayout(line)

    def _connect(self) -> None:
        self.view.chosen.connect(self._chosen)
        self.view.wanted.connect(self.buttons.do)
        self.buttons.command_wanted.connect(self.command_wanted)
        self.buttons.wanted.connect(self._do)
        self._end.clicked.connect(self._end_snooze)
        self._open.clicked.connect(self._open_window)
        self._wall.clicked.connect(self._show_wall)
        self._refresh.clicked.connect(self.refresh_wanted)
        self._pause.clicked.connect(self._toggle_pause)
        self._snooze.aboutToShow.connect(self._fill_snooze)
        self._export.triggered.connect(self._export_chosen)

    def show_board(self, board: Board, now: datetime) -> None:
        """Show a board as it is to be seen at ``now``."""
        self._board, self._turned = board, board.turned(now)
        headline = system(board, now)
        self._glyph.show_glyph(STATE_FILES[headline.state], STATE_GLYPH[headline.state], "bg")
        set_text(self._sentence, headline.sentence)
        set_text(self._detail, headline.detail)
        self._detail.setVisible(bool(headline.detail))
        self.model.show_board(board, now)
        entries = [line for line in self.model.lines if isinstance(line, Entry)]
        others = len(self.model.lines) - len(entries)
        self.view.setFixedHeight(round(min(_SHOWN, len(entries)) * ROW + min(1, others) * HEADING))
        self.buttons.setVisible(bool(entries))
        hushed = hush_text(board.snapshot.desk, now)
        set_text(self._hush, hushed)
        self._hush.setVisible(bool(hushed))
        self._end.setVisible(self._is_snoozed(now))
        self._pause.setText(tr("Resume") if board.snapshot.paused else tr("Pause"))
        self.setAccessibleName(f"{headline.sentence}. {headline.detail}")
        self._chosen()
        self._show_age(board, now)
        self._fit()

    def open_at(self, icon: QRect) -> None:
        """Appear at the tray's icon; where nobody knows where that is, at the pointer."""
        self._fit()
        if self._floats:
            pointer = QCursor.pos()
            at = icon.center() if icon.isValid() else pointer
            screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
            anchor = icon if icon.isValid() else QRect(pointer, QSize(1, 1))
            self.move(beside(anchor, self.size(), screen.availableGeometry()))
        self.show()
        self.raise_()
        self.activateWindow()
        focus = self.view if self.buttons.isVisibleTo(self) else self._open
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(WIDTH, layout.totalMinimumSize().width())  # some languages are long
            self.setFixedWidth(width)
            self.setFixedHeight(
                max(layout.totalHeightForWidth(width), layout.totalSizeHint().height())
            )

    def _show_age(self, board: Board, now: datetime) -> None:
        newest = tr("no data")
        if board.newest is not None:
            newest = tr("as of {time}", time=clock_text(board.newest, now))
        set_text(self._when, f"{newest} {MIDDLE_DOT} {next_refresh(board, now)}")

    def _tick(self) -> None:
        board, now = self._board, utc_now()
        if board is None:
            return
        if self.model.is_due(now) or board.turned(now) != self._turned:
            self.show_board(board, now)
        else:
            self._show_age(board, now)

    def _chosen(self) -> None:
        self.buttons.show_entry(self.view.entry)

    def _do(self, name: str) -> None:
        entry = self.view.entry
        if name == "open" and entry is not None:
            self.hide()
            self.incident_wanted.emit(entry.id)

    def _open_window(self) -> None:
        self.hide()
        self.open_wanted.emit()

    def _show_wall(self) -> None:
        self.hide()
        self.wall_wanted.emit()

    def _toggle_pause(self) -> None:
        paused = self._board is not None and self._board.snapshot.paused
        self.pause_wanted.emit(not paused)

    def _is_snoozed(self, now: datetime) -> bool:
        return self._board is not None and is_snoozed(self._board.snapshot.desk, now)

    def _fill_snooze(self) -> None:
        snoozed = self._is_snoozed(utc_now())
        snooze_menu.fill(self._snooze, self.command_wanted.emit, (), snoozed=snoozed)

    def _end_snooze(self) -> None:
        self.command_wanted.emit(Snooze(None))

    def _export_chosen(self, action: QAction) -> None:
        self.hide()
        self.export_wanted.emit(str(action.data()))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def next_refresh(board: Board, now: datetime) -> str:
    """Return 'next refresh in 24 s'."""
    if board.snapshot.paused:
        return tr("updates are paused")
    due = [s.next_attempt for s in board.sources.values() if s.next_attempt is not None]
    if not due:
        return tr("no refresh is planned")
    return tr("next refresh in {time}", time=age_text((min(due) - now).total_seconds()))


def beside(icon: QRect, size: QSize, room: QRect) -> QPoint:
    """Return where a window of a size stands beside an icon, wholly within a screen's room."""
    below = icon.center().y() < room.center().y()
    top = icon.bottom() + _APART if below else icon.top() - _APART - size.height()
    left = icon.center().x() - size.width() // 2
    return QPoint(
        max(room.left() + _APART, min(left, room.right() - _APART - size.width())),
        max(room.top() + _APART, min(top, room.bottom() - _APART - size.height())),
    )
