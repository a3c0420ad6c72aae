"""The line at the top: the tabs, how old what is shown is, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton
from typing_extensions import override

from opsdesk.catalogue import language
from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.board import Board
from opsdesk.insight.snoozing import is_snoozed
from opsdesk.insight.verdict import State, state_word, verdict
from opsdesk.insight.words import age_text, interval_text
from opsdesk.model.page import Page
from opsdesk.model.snapshot import SourceStatus
from opsdesk.ui import snooze_menu
from opsdesk.ui.chip import Chip
from opsdesk.ui.glyphs import Glyph, icon
from opsdesk.ui.hush import HushButton
from opsdesk.ui.parts import Steady, button, label, row, set_property, set_text
from opsdesk.ui.tabs import Tabs
from opsdesk.ui.theme import TITLES, Look

_HEIGHT, _ICON = 52, 12
# States in which what is shown may not be taken for the present.
_BLIND = (State.STALE, State.OFFLINE, State.PAUSED)

INTERVALS: Mapping[object, str] = {
    5.0: "5 s",
    15.0: "15 s",
    30.0: "30 s",
    60.0: "1 min",
    300.0: "5 min",
}
THEMES: Mapping[object, str] = {
    "system": mark("As the desktop"),
    **TITLES,
}
#: each language by its own name
LANGUAGES: Mapping[str, str] = {
    language.SYSTEM: mark("As the desktop"),
    "en": "English",
    "de": "Deutsch",
}


class Room(IntEnum):
    """What there still is room for, from the least up."""

    LEAST = 0
    SINCE = 1
    BRAND = 2
    WIDE_TABS = 3
    AGE = 4
    WORDS = 5
    NAME = 6
    EVERYTHING = 7


class Header(QFrame):
    """Tabs left, state of the data right. Emits what its user wants."""

    tab_chosen = Signal(int)
    pause_wanted = Signal()
    #: 'system', or the name of a theme
    theme_chosen = Signal(str)
    #: 'system', or a language such as 'de'
    language_chosen = Signal(str)
    #: id of a source
    disconnect_chosen = Signal(str)
    #: seconds
    interval_chosen = Signal(float)
    #: a Command of the engine
    command_wanted = Signal(object)
    #: its user wants to say when and how to be told
    notifications_wanted = Signal()

    def __init__(self, pages: Sequence[Page], look: Look) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(_HEIGHT)
        self._look = look
        self._state, self._paused, self._snoozed = State.NO_SOURCE, False, False
        # How old the data is, and whether the chip has no room to say so.
        self._since, self._brief = "", False
        self._words, self._hints = "", False
        #: what decides how much there is room for, beside the width and the length of an age
        self._shape: tuple[object, ...] | None = None
        self._named: list[tuple[str, str]] | None = None
        self._brand = Glyph(look, 22)
        self._brand.show_glyph("brand", "text1", "bg")
        self._name = QLabel("opsdesk")
        self._name.setObjectName("brand")
        self._demo = QLabel(tr("demo"))
        self._demo.setObjectName("demo")
        self._demo.setToolTip(tr("A simulated production. Connect a source to see your own."))
        self._demo.hide()
        self.tabs = Tabs(pages, look)
        self.tabs.currentChanged.connect(self.tab_chosen)
        self.tabs.marked.connect(self._fit_again)
        set_property(self.tabs, "narrow", "")
        self._glyph = Glyph(look, 14)
        self._updated, self._every = Steady("detail", filled=True), label("scope")
        self._chip = Chip(look)
        self.hush = HushButton(look)
        self.hush.command_wanted.connect(self.command_wanted)
        self.hush.settings_wanted.connect(self.notifications_wanted)
        self.pause = button(tr("Pause"))
        self.pause.setToolTip(tr("Stop and resume updates (P)"))
        self.pause.clicked.connect(self.pause_wanted)
        self.export = button(tr("Export"))
        self.export.setToolTip(tr("Save what is shown (Ctrl+E)"))
        self.more = button(tr("Menu"))
        self.more.setMenu(self._new_menu())
        line = row(self._brand, self._name, self._demo, 6, self.tabs, None, spacing=10)
        line.setStretch(line.indexOf(self.tabs), 100)
        line.setAlignment(self._demo, Qt.AlignmentFlag.AlignVCenter)
        for widget in (self.hush, self._chip, self._glyph):
            line.addWidget(widget)
        self._ages = row(self._updated, self._every, spacing=4)
        line.addLayout(self._ages)
        line.addSpacing(6)
        line.addWidget(self.pause)
        line.addWidget(self.export)
        line.addWidget(self.more)
        line.setContentsMargins(24, 0, 24, 0)
        self.setLayout(line)
        look.changed.connect(self._recolour)
        self._recolour()

    def show_choices(self, theme: str, interval: float, language: str) -> None:
        """Mark what is chosen in the menu."""
        groups = ((self._themes, theme), (self._intervals, interval), (self._languages, language))
        for group, chosen in groups:
            for action in group.actions():
                action.setChecked(action.data() == chosen)

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        self.connect_action = menu.addAction(tr("Connect a source\N{HORIZONTAL ELLIPSIS}"))
        self._sources = menu.addMenu(tr("Disconnect"))
        self._sources.triggered.connect(self._source_chosen)
        self.refresh_action = menu.addAction(tr("Refresh now"))
        self._intervals = self._choices(menu, tr("Refresh every"), INTERVALS)
        self._snooze = menu.addMenu(tr("Snooze all notifications"))
        self._snooze.aboutToShow.connect(self._fill_snooze)
        menu.addAction(tr("Notifications\N{HORIZONTAL ELLIPSIS}")).triggered.connect(
            self.notifications_wanted
        )
        self.wall_action = menu.addAction(tr("Show the wall"))
        self.wall_settings_action = menu.addAction(tr("Wall settings\N{HORIZONTAL ELLIPSIS}"))
        self._themes = self._choices(menu, tr("Theme"), THEMES)
        self._languages = self._choices(
            menu,
            tr("Language"),
            {name: LANGUAGES.get(name, name) for name in language.choices()},
        )
        self._languages.triggered.connect(self._language_chosen)
        self._intervals.triggered.connect(self._interval_chosen)
        self._themes.triggered.connect(self._theme_chosen)
        menu.addSeparator()
        self.quit_action = menu.addAction(tr("Quit OpsDesk"))
        return menu

    def _choices(self, menu: QMenu, title: str, choices: Mapping[object, str]) -> QActionGroup:
        group = QActionGroup(self)
        submenu = menu.addMenu(title)
        for data, name in choices.items():
            action = submenu.addAction(tr(name))
            action.setCheckable(True)
            action.setData(data)
            group.addAction(action)
        return group

    def _fill_snooze(self) -> None:
        snooze_menu.fill(self._snooze, self.command_wanted.emit, (), snoozed=self._snoozed)

    def _theme_chosen(self, action: QAction) -> None:
        self.theme_chosen.emit(str(action.data()))

    def _language_chosen(self, action: QAction) -> None:
        self.language_chosen.emit(str(action.data()))

    def _show_sources(self, sources: Mapping[str, SourceStatus]) -> None:
        """Offer each source to be disconnected."""
        named = [(source.id, source.title) for source in sources.values()]
        if named != self._named:
            self._named = named
            self._sources.clear()
            for source_id, title in named:
                self._sources.addAction(title.replace("&", "&&")).setData(source_id)
            self._sources.setEnabled(bool(named))

    def _source_chosen(self, action: QAction) -> None:
        self.disconnect_chosen.emit(str(action.data()))

    def _interval_chosen(self, action: QAction) -> None:
        self.interval_chosen.emit(float(action.data()))

    def show_board(self, board: Board, now: datetime) -> None:
        """Say how old the newest data is, or why there is none."""
        self._state = verdict(board, now).state
        self.tabs.blind = self._state in _BLIND
        demo = board.is_demo
        self._demo.setVisible(demo)
        known = State.OK if board.newest is not None else State.NO_SOURCE
        self._glyph.show_state(known, "text2")
        interval = min((source.interval for source in board.sources.values()), default=0)
        every = tr("\N{MIDDLE DOT} every {interval}", interval=interval_text(interval))
        set_text(self._every, every if interval else "")
        self._show_sources(board.sources)
        self._paused = board.snapshot.paused
        desk = board.snapshot.desk
        self._snoozed = is_snoozed(desk, now)
        self.hush.show_desk(desk, now)
        self.show_age(board, now)
        self._chip.setVisible(self._state in _BLIND)
        shape = (self._state, self._paused, demo, every, self.hush.accessibleName())
        # Where nothing is seen, the chip tells an age of any length.
        if shape != self._shape or self._state in _BLIND:
            self._shape = shape
            self._show_icon()
            self._fit_again()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit_again(self) -> None:
        if self.isVisible():  # else it is resized first, which fits it
            self._fit()

    def _fit(self) -> None:
        """Show as much as there is room for: what a tab is called goes last."""
        seeing = self._state not in _BLIND
        pause = tr("Resume") if self._paused else tr("Pause")
        self.pause.setAccessibleName(pause)
        for room in reversed(Room):
            self._every.setVisible(seeing and room >= Room.EVERYTHING)
            self._name.setVisible(room >= Room.NAME)
            # Qt leaves its icon but four pixels.
            set_text_of(self.pause, f" {pause}" if room >= Room.WORDS else "")
            self.hush.fit(2 if room >= Room.WORDS else 1 if room >= Room.BRAND else 0)
            self._updated.setVisible(seeing and room >= Room.AGE)
            self._show_hint()
            self._glyph.setVisible(seeing)
            set_property(self.tabs, "narrow", "" if room >= Room.WIDE_TABS else "true")
            self._brand.setVisible(room >= Room.BRAND)
            self._brief = room < Room.SINCE
            self._show_chip()
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        layout = self.layout()
        if layout is None:
            return 0
        self._ages.invalidate()  # Qt does not ask what lies within anew
        layout.invalidate()
        # What stretches is kept apart as well, which Qt does not count in.
        return layout.sizeHint().width() + layout.spacing()

    def show_age(self, board: Board, now: datetime) -> None:
        """Show how old the newest data is by now."""
        age = age_text((now - board.newest).total_seconds()) if board.newest is not None else ""
        if self._state in _BLIND:
            self._since = "" if self._state is State.PAUSED else age  # of the data, not the pause
            self._show_chip()
        else:
            words = tr("Updated {age} ago", age=age) if age else tr("No data yet")
            longer, self._words = len(words) != len(self._words), words
            self._updated.show_text(words)
            if longer:
                self._fit_again()
            elif self._hints:
                self._show_hint()

    def _show_hint(self) -> None:
        """Let the glyph tell on hover what has no room beside it."""
        self._hints = self._updated.isHidden()
        self._glyph.setToolTip(self._words if self._hints else "")

    def _show_chip(self) -> None:
        if self._state in _BLIND:
            since = "" if self._brief else self._since
            word = f"{state_word(self._state).upper()} {since}".strip()
            self._chip.show_state(self._state, word, filled=True)

    def _recolour(self) -> None:
        ink, paper = self._look.color("text1"), self._look.color("bg")
        self._pause_icon = icon("paused", _ICON, ink, paper)
        self._resume_icon = icon("play", _ICON, ink, paper)
        self.pause.setIconSize(QSize(_ICON, _ICON))  # as drawn, or it is larger on a dense screen
        self._show_icon()

    def _show_icon(self) -> None:
        self.pause.setIcon(self._resume_icon if self._paused else self._pause_icon)


def set_text_of(one: QPushButton, text: str) -> None:
    """Change a button's text where it differs."""
    if one.text() != text:
        one.setText(text)
