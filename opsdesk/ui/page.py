"""A tab: the sentence at the top and the panels below it, laid out as the page file says."""

from __future__ import annotations

from datetime import datetime

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import mark, tr
from opsdesk.engine.commands import Acknowledge
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import unacknowledged
from opsdesk.insight.knowing import Headline, next_try
from opsdesk.insight.page_headline import of_page
from opsdesk.insight.questions import Asked, asked_of, could_show_more
from opsdesk.insight.verdict import State
from opsdesk.insight.words import utc_now
from opsdesk.model.page import HeadlineRule, Page, Place
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui.fade import Fade
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.grid import MARGIN, PanelGrid
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.parts import Elided, button, held, label, row, set_text
from opsdesk.ui.theme import STATE_GLYPH, Look

_HEADLINE, _TWO_LINES = 72, 36

# States whose sentences tell how old what is shown is.
_BLIND = (State.STALE, State.OFFLINE)

ACTIONS = {
    "retry": mark("Retry now"),
    "connect": mark("Connect a source"),
    "resume": mark("Resume"),
    "acknowledge": mark("Acknowledge"),
}


class PageView(QWidget):
    """Everything of one page. It emits what its user wants; it decides nothing."""

    #: one of the keys of ACTIONS
    wanted = Signal(str)
    #: a tuple of SeriesQuery
    series_wanted = Signal(object)
    #: a panel whose figures are to be told of
    details_wanted = Signal(object)
    #: a Command of the engine
    command_wanted = Signal(object)
    #: something to be said in passing
    told = Signal(str)

    def __init__(self, page: Page, look: Look) -> None:
        super().__init__()
        self.page = page
        self.headline = Headline(state=State.NO_SOURCE, sentence=tr("Starting"))
        #: what was asked
        self._asked: dict[SeriesQuery, Asked] = {}
        #: what was answered in part, for a source failed: asked again once none does
        self._partly: set[SeriesQuery] = set()
        self._board: Board | None = None
        #: whether a source fails
        self._fails = False
        self._strip = HeadlineStrip(look)
        self._strip.wanted.connect(self._wanted)
        shown = [panel for panel in page.panel if Place.WINDOW in panel.places]
        self.panels = [view_of(panel, look) for panel in shown]
        for panel in self.panels:
            panel.details_wanted.connect(self._tell_details)
            panel.command_wanted.connect(self.command_wanted)
            panel.past_wanted.connect(self._ask_anew)
            panel.told.connect(self.told)
        self._scroll = QScrollArea()
        self._grid = PanelGrid(self.panels, self._scroll)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addWidget(self._scroll, 1)

    def show_board(self, board: Board, now: datetime) -> None:
        """Show a board as it is to be seen at ``now``."""
        self._board = board
        for panel in self.panels:
            panel.show_board(board, now)
        self._show_headline(board, now)
        self.show_ages(board, now)
        self._ask(board, now)

    def _show_headline(self, board: Board, now: datetime) -> None:
        said = of_page(self.page, board, now)
        tells = self.page.headline is HeadlineRule.PERFORMANCE
        found = (panel.beside_headline(board, now) for panel in self.panels if tells)
        if beside := next(filter(None, found), ""):
            sentence = tr("{sentence}, {comparison}", sentence=said.sentence, comparison=beside)
            said = msgspec.structs.replace(said, sentence=sentence)
        self.headline = said
        self._strip.show_headline(said)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Not before: Qt styles what it takes, and does it anew when that is filled afterwards.
        if self._scroll.widget() is not self._grid:
            self._scroll.setWidget(self._grid)

    def discard(self) -> None:
        """End, without having been shown: its grid has no place within it yet."""
        self._grid.deleteLater()
        self.deleteLater()

    def take_keys(self) -> bool:
        """Give the focus to the first panel that has keys of its own; tell whether there is one."""
        return any(panel.take_keys() for panel in self.panels)

    def queries(self, board: Board) -> tuple[SeriesQuery, ...]:
        """Return what the panels want to know of the past, each question once."""
        return tuple(dict.fromkeys(q for panel in self.panels for q in panel.queries(board)))

    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        """Hand the answer to a question to the panels that asked it."""
        if frame.problem is not None:
            self._partly.add(frame.query)
        for panel in self.panels:
            if frame.query in panel.queries(board):
                panel.show_frame(frame, board, now)
        if frame.usual:
            self._show_headline(board, now)

    def _wanted(self, action: str) -> None:
        if action == "acknowledge" and self._board is not None:
            self.command_wanted.emit(Acknowledge(unacknowledged(self._board)))
        else:
            self.wanted.emit(action)

    def _tell_details(self) -> None:
        self.details_wanted.emit(self.sender())

    def _ask_anew(self) -> None:
        """Ask all of it: what is asked alone lets go of the rest."""
        self._asked.clear()
        if self._board is not None:
            self._ask(self._board, utc_now())

    def _ask(self, board: Board, now: datetime) -> None:
        """Ask for what a chart shows once it could show more: another state, or half a point."""
        moment = now.timestamp()
        if not any(source.problem is not None for source in board.sources.values()):
            for query in self._partly:
                self._asked.pop(query, None)
            self._partly.clear()
        asked = {query: asked_of(query, board, moment) for query in self.queries(board)}
        due = tuple(q for q, now in asked.items() if could_show_more(q, self._asked.get(q), now))
        self._asked = {q: now if q in due else self._asked[q] for q, now in asked.items()}
        if due:
            self.series_wanted.emit(due)

    def show_ages(self, board: Board, now: datetime) -> None:
        """Show what changes each second: how old the cards are, and when the next try is."""
        if self.headline.state in _BLIND:
            # Here the sentence itself tells an age.
            self.headline = of_page(self.page, board, now)
            self._strip.show_sentence(self.headline)
        failing = [source for source in board.sources.values() if source.problem is not None]
        if failing or self._fails:
            self._fails = bool(failing)
            waiting = (next_try(source, now) for source in failing)
            self._strip.show_waiting(next(filter(None, waiting), ""))
        for panel in self.panels:
            panel.show_age(now)


class HeadlineStrip(QWidget):
    """The state's glyph, one sentence, one line of detail, at most two actions."""

    wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._state, self._fade = State.NO_SOURCE, Fade(self, look)
        self._glyph = Glyph(look, 28)
        self._sentence, self._detail = Elided("headline"), label("detail")
        self._detail.setWordWrap(True)
        self._detail.setMaximumHeight(_TWO_LINES)
        self._detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._next = label("scope")
        self._buttons = {name: button(tr(title)) for name, title in ACTIONS.items()}
        for name, one in self._buttons.items():
            one.setProperty("action", name)
            one.clicked.connect(self._clicked)
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._sentence)
        words.addWidget(self._detail)
        words.addStretch(1)
        line = row(self._glyph, held(words), self._next, *self._buttons.values(), spacing=14)
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.setFixedHeight(_HEADLINE)
        self.show_headline(Headline(state=State.NO_SOURCE, sentence=tr("Starting OpsDesk")))
        self._next.hide()

    def show_waiting(self, text: str) -> None:
        """Say when a failing source is tried again, where that is what the sentence is about."""
        if not self._buttons["retry"].isEnabled():
            text = tr("Trying now")
        set_text(self._next, text)
        self._next.setVisible(bool(text) and self._buttons["retry"].isVisibleTo(self))

    def show_sentence(self, headline: Headline) -> None:
        """Show the words of a headline whose state and actions are the same as before."""
        set_text(self._sentence, headline.sentence)
        set_text(self._detail, headline.detail)
        self._detail.setVisible(bool(headline.detail))

    def show_headline(self, headline: Headline) -> None:
        """Show a headline; another state fades in, the first that is known does not."""
        fades = headline.state is not self._state is not State.NO_SOURCE
        self._state = headline.state
        if fades:
            self._fade.ask()
        name = headline.state.value.replace(" ", "_")
        self._glyph.show_glyph(name, STATE_GLYPH[headline.state], "bg")
        self.show_sentence(headline)
        if self._detail.toolTip() != headline.detail:
            self._detail.setToolTip(headline.detail)
        for action, one in self._buttons.items():
            one.setVisible(action in headline.actions)
            one.setEnabled(True)
        self.setAccessibleName(f"{headline.sentence}. {headline.detail}")
        if fades:
            self._fade.begin()

    def _clicked(self) -> None:
        action = str(self.sender().property("action"))
        if action == "retry":
            # Until the answer is here: a button that does nothing to be seen is pressed again.
            self._buttons[action].setEnabled(False)
            self.show_waiting(tr("Trying now"))
        self.wanted.emit(action)
