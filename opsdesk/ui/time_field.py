"""A time of day that is written over as it is in any other field.

Qt takes digits where a section is selected alone: after a click, or with all of it selected, it
ignores them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTimeEdit
from typing_extensions import override


class TimeField(QTimeEdit):
    """Hours and minutes; a click selects one of them, Ctrl+A the first, from which one goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.lineEdit().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and self.isEnabled():
            self.setSelectedSection(self.currentSection())
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.setCurrentSectionIndex(0)
            self.setSelectedSection(self.currentSection())
        else:
            super().keyPressEvent(event)
