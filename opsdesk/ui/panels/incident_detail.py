"""One incident, whole: what happened around it, what was said of it, and what helps."""

from __future__ import annotations

from datetime import datetime
from math import inf

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import AddNote
from opsdesk.engine.saying import LONGEST_NOTE
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.moved import Moved, moved
from opsdesk.insight.questions import AROUND, MOVING, of_incident
from opsdesk.insight.strips import Drawn
from opsdesk.insight.summary import desk_lines, facts_line
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.ui.addresses import open_address
from opsdesk.ui.chip import Chip
from opsdesk.ui.panels.incident_story import Story, StoryView, rows_of
from opsdesk.ui.panels.incident_view import OVERHANG
from opsdesk.ui.panels.lanes import bar_ink
from opsdesk.ui.parts import Elided, button, label, row, set_text
from opsdesk.ui.theme import Look


class IncidentDetail(QFrame):
    """Shows one incident. It asks for what it needs of the past by :meth:`queries`."""

    closed = Signal()
    #: a Command of the engine
    command_wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("incident")
        self._entry: Entry | None = None
        #: how its subject went, and the figures of that time
        self._course: SeriesFrame | None = None
        self._figures: SeriesFrame | None = None
        self.moved: tuple[Moved, ...] = ()
        self._chip, self._name = Chip(look), Elided("title", middle=True)
        close = button(tr("Close"), tr("Back to the list (Esc)"))
        close.clicked.connect(self.closed)
        self._facts, self._detail = _wrapped("caption"), _wrapped("detail")
        self._story = StoryView(look)
        self._desk = _wrapped("detail")
        self._note = QLineEdit()
        self._note.setPlaceholderText(tr("Write a note, then Enter"))
        self._note.setAccessibleName(tr("Note on this incident"))
        self._note.setMaxLength(LONGEST_NOTE)
        self._note.returnPressed.connect(self._keep_note)
        self._back = button(tr("Remove the last note"))
        self._back.clicked.connect(self._take_back)
        self._runbook = button(tr("Open the runbook"))
        self._runbook.clicked.connect(self._open_runbook)
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, OVERHANG, 0)
        lines.setSpacing(6)
        for widget in (self._detail, self._facts, self._story):
            lines.addWidget(widget)
        lines.addSpacing(4)
        lines.addWidget(label("title", tr("At this desk")))
        lines.addWidget(self._desk)
        note = row(self._note, self._back, self._runbook)
        note.setStretch(0, 1)
        lines.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(tr("What happened before and after"))
        self._scroll.setWidget(inner)
        head = row(self._chip, self._name, close)
        head.setStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 0, 0)
        layout.setSpacing(8)
        for line in (head, note):  # they end where the text of the card does
            line.setContentsMargins(0, 0, OVERHANG, 0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(note)

    @property
    def incident_id(self) -> str:
        """Which incident is shown; '' where none is."""
        return self._entry.id if self._entry is not None else ""

    def queries(self, board: Board) -> tuple[SeriesQuery, ...]:
        """Return what it wants to know of the past."""
        if self._entry is None:
            return ()
        return of_incident(self._entry.incident, board)

    def show_entry(self, entry: Entry | None, board: Board, now: datetime) -> None:
        """Show an incident as it is to be seen at ``now``; None: none."""
        before, self._entry = self._entry, entry
        if entry is None or before is None or entry.id != before.id:
            self._course = self._figures = None
            self._note.clear()
        if entry is None:
            return
        if before is None or entry.incident != before.incident:
            self._work_out()
        runs = entry.incident.runs
        self._chip.show_state(entry.state, entry.word, filled=runs and not entry.acknowledged)
        set_text(self._name, entry.name)
        # Of what has ended, the facts say after how long.
        lasts = tr("for {age}", age=entry.lasts) if entry.lasts and runs else ""
        flaps = tr("flapping") if entry.flaps else ""
        said = ", ".join(part for part in (lasts, flaps, entry.incident.detail) if part)
        set_text(self._detail, said)
        set_text(self._facts, facts_line(entry, board, now))
        handled = desk_lines(entry, board, now)
        set_text(self._desk, "\n".join(handled) or tr("Nothing has been said of it yet."))
        self._back.setVisible(bool(board.snapshot.desk.of(entry.id).notes))
        self._runbook.setVisible(bool(entry.incident.runbook))
        self.setAccessibleName(entry.said)
        self._tell(board, now)

    def show_frame(self, frame: SeriesFrame, board: Board, now: datetime) -> None:
        """Take the answer to one of its questions."""
        if self._entry is None:
            return
        if frame.query.keys == (self._entry.incident.subject,):
            self._course = frame
        else:
            self._figures = frame
            self._work_out()
        self._tell(board, now)

    def _work_out(self) -> None:
        """Find what moved: that takes longer than all else, and follows from the answer alone."""
        self.moved = ()
        if self._entry is not None and self._figures is not None:
            incident = self._entry.incident
            opened = incident.opened_at.timestamp()
            closed = incident.closed_at.timestamp() if incident.closed_at is not None else inf
            self.moved = moved(self._figures.lines, opened, min(closed, opened + MOVING))

    def begin_note(self) -> None:
        """Let one write."""
        self._note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tell(self, board: Board, now: datetime) -> None:
        if self._entry is None:
            return
        incident = self._entry.incident
        opened = incident.opened_at.timestamp()
        closed = incident.closed_at.timestamp() if incident.closed_at is not None else None
        end = min(now.timestamp(), closed + AROUND) if closed is not None else now.timestamp()
        start = opened - AROUND
        course = self._course
        strip = course.strip(incident.subject) if course is not None else None
        line = course.line(incident.subject) if course is not None else None
        open_now = incident.runs and incident.state.is_open and self._entry.lasts != ""
        drawn = None
        if strip is not None:
            drawn = Drawn(changes=strip.changes, start=start, end=end, open_now=open_now)
        story = Story(
            start=start,
            end=end,
            opened=opened,
            closed=closed,
            drawn=drawn,
            line=line,
            ink=bar_ink(incident),
            moved=rows_of(self.moved, board),
            words="" if self.moved else self._why(),
            now=now.replace(second=0, microsecond=0),
        )
        self._story.show_story(story)

    def _why(self) -> str:
        """Say why no figure is told of."""
        figures = self._figures
        if figures is None:
            return tr("Looking at what else moved")
        if figures.problem is not None:
            return figures.problem.what
        if not any(line.values for line in figures.lines):
            return tr("No figure has a past of that time.")
        return tr("No other figure moved further than it usually does.")

    def _keep_note(self) -> None:
        text = self._note.text().strip()
        if text and self._entry is not None:
            self.command_wanted.emit(AddNote(self._entry.id, text))
            self._note.clear()

    def _take_back(self) -> None:
        if self._entry is not None:
            self.command_wanted.emit(AddNote(self._entry.id, ""))

    def _open_runbook(self) -> None:
        if self._entry is not None:
            open_address(self._entry.incident.runbook)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # else its card's details
            super().keyPressEvent(event)


def _wrapped(role: str) -> QLabel:
    found = label(role)
    found.setWordWrap(True)
    # One long word, such as an address in a note, is not to push all else out of sight.
    found.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return found
