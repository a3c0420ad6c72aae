"""The card that every panel stands in: title, scope, provenance and age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout
from typing_extensions import override

from opsdesk.insight.board import Board
from opsdesk.insight.freshness import age_seconds
from opsdesk.insight.words import MIDDLE_DOT, age_text, exact_time, window_text
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.parts import Elided, label, row, set_property, set_text
from opsdesk.ui.theme import Look

# A style sheet's dashes are dots at one pixel.
_DASHES = (5, 3)


class Card(QFrame):
    """A frame with a head; the panel puts its widgets into ``body``."""

    def __init__(self, panel: Panel, look: Look) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._panel = panel
        self._look = look
        self._scope = Elided("scope")
        self._clock = Glyph(look, 13)
        self._clock.show_glyph("stale", "stale")
        self._age = label("age")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 14, 20, 16)
        self.body.setSpacing(0)
        head = row(label("title", panel.title), self._scope, self._clock, self._age)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self._oldest: Reading | None = None
        self._origins = ""
        self._clock.hide()

    def show_head(
        self, board: Board, readings: Sequence[Reading], now: datetime, scope: str = ""
    ) -> bool:
        """Show scope, provenance and age of what the card shows; return whether it is stale."""
        fresh = [reading for reading in readings if not board.is_stale(reading, now)]
        stale = bool(readings) and not fresh
        self.show_origin(board, fresh or readings, now, scope, stale=stale)
        return stale

    def show_origin(
        self,
        board: Board,
        readings: Sequence[Reading],
        now: datetime,
        scope: str = "",
        *,
        stale: bool,
    ) -> None:
        """Show scope, provenance and age of readings that are all fresh, or all ``stale``.

        A card is as old as the oldest of them: it does not look fresh for one figure that is.
        """
        set_text(self._scope, scope or self._panel.scope or _scope(readings))
        self._oldest = min(readings, key=_time, default=None)
        self._origins = ", ".join(sorted({reading.origin.value for reading in readings}))
        set_property(self._age, "tone", "stale" if stale else "")
        set_property(self, "stale", "true" if stale else "false")
        self._clock.setVisible(stale)
        self.show_age(now)
        tip = _provenance(board, self._oldest) if self._oldest is not None else ""
        if self._age.toolTip() != tip:
            self._age.setToolTip(tip)

    def show_age(self, now: datetime) -> None:
        """Show how old it is by now. Nothing else changes as time goes, until something turns."""
        text = ""
        if self._oldest is not None:
            age = age_text(age_seconds(self._oldest, now))
            stale = self.property("stale") == "true"
            text = f"{age} old" if stale else f"{self._origins} {MIDDLE_DOT} {age}"
        set_text(self._age, text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.property("stale") == "true" and not self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(self._look.color("edge"), 1)
            pen.setDashPattern(_DASHES)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def describe(self, text: str) -> None:
        """Say to assistive technology what the card shows."""
        self.setAccessibleName(f"{self._panel.title}: {text}. {self._age.text()}")


def _time(reading: Reading) -> datetime:
    return reading.at


def _scope(readings: Sequence[Reading]) -> str:
    windows = {reading.window for reading in readings}
    return window_text(windows.pop()) if len(windows) == 1 and None not in windows else ""


def _provenance(board: Board, reading: Reading) -> str:
    source = board.source_of(reading)
    title = source.title if source is not None else reading.source
    metric = board.metric(reading.key.metric)
    lines = [
        f"{reading.key}",
        metric.definition if metric is not None else "",
        f"Formula: {metric.formula}" if metric is not None and metric.formula else "",
        f"{reading.origin.value.capitalize()} by {title}, {exact_time(reading.at)}",
        reading.note,
    ]
    return "\n".join(line for line in lines if line)
