"""Small widgets and helpers that panels are made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from opsdesk.insight.words import MIDDLE_DOT

_FIGURES = str.maketrans("123456789", "000000000")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def label(role: str, text: str = "") -> QLabel:
    """Return a label whose look the style sheet gives by its role."""
    found = QLabel(text)
    found.setProperty("role", role)
    found.setTextFormat(Qt.TextFormat.PlainText)
    return found


class Steady(QLabel):
    """A label whose text changes each second: nothing else is laid out while its width stays.

    Where it is ``filled`` with the ground that the style sheet gives it, nothing below is painted.
    """

    def __init__(self, role: str, *, filled: bool) -> None:
        super().__init__()
        self._filled = filled
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, filled)
        #: what it says: to ask Qt for it each second takes longer than all the rest
        self._said = ""
        #: the text that its width is for, without its figures: they are all of one width
        self._shape: str | None = None
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_text(self, text: str) -> None:
        """Show a text at the width that it needs."""
        if text == self._said:
            return
        self._said = text
        self.setText(text)
        shape = text.translate(_FIGURES)
        if shape != self._shape:
            self._shape = shape
            self.setMinimumSize(0, 0)  # below it, a label wants nothing
            self.setFixedSize(self.sizeHint())  # for what is fixed, Qt asks no layout

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._shape = None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._filled:
            QPainter(self).fillRect(event.rect(), self.palette().window())
        super().paintEvent(event)


class Elided(QLabel):
    """A label with an ellipsis where there is no room; it tells all on hover."""

    def __init__(
        self, role: str, text: str = "", *, fits: bool = False, middle: bool = False
    ) -> None:
        """Take the width given, or where it ``fits`` its text, no more than that needs.

        Args:
            role: what the style sheet selects by
            text: what is to be read
            fits: whether it takes no more room than its text needs
            middle: whether the ``middle`` is left out: names often differ at their ends

        """
        super().__init__(text)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        wide = QSizePolicy.Policy.Maximum if fits else QSizePolicy.Policy.Ignored
        self.setSizePolicy(wide, QSizePolicy.Policy.Preferred)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        if metrics.horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        text = metrics.elidedText(self.text(), self._mode, self.width())
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)


class Flow(QLabel):
    """Short texts after each other, a dot between two in one line and none at its end."""

    _DOT = f" {MIDDLE_DOT} "

    def __init__(self, role: str) -> None:
        super().__init__()
        self._texts: tuple[str, ...] = ()
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show texts, each whole where a line has room for it."""
        self._texts = tuple(texts)
        self._flow()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow()

    def height_at(self, width: int) -> int:
        """Return the pixels that the texts take at a width."""
        metrics, room = QFontMetrics(self.font()), QRect(0, 0, width, 1_000)
        wrapped = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._lines(width))
        return wrapped.height() if self._texts else 0

    def _flow(self) -> None:
        set_text(self, self._lines(self.width()))

    def _lines(self, width: int) -> str:
        metrics, lines = QFontMetrics(self.font()), [""]
        for text in self._texts:
            longer = f"{lines[-1]}{self._DOT}{text}" if lines[-1] else text
            if lines[-1] and metrics.horizontalAdvance(longer) > width:
                lines.append(text)
            else:
                lines[-1] = longer
        return "\n".join(lines)


def set_text(widget: QLabel, text: str) -> None:
    """Change a label's text; nothing is laid out again where it stays the same."""
    if widget.text() != text:
        widget.setText(text)
        if isinstance(widget, Elided):
            widget.setToolTip(text)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Change what the style sheet selects by, and apply it to the widget alone."""
    if (widget.property(name) or "") != value:
        widget.setProperty(name, value)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else at its first show
            style = widget.style()
            style.unpolish(widget)
            style.polish(widget)


def button(text: str = "", tip: str = "") -> QPushButton:
    """Return a button that Enter presses as well as Space, wherever it stands."""
    found = QPushButton(text)
    found.setAutoDefault(True)
    found.setToolTip(tip)
    return found


def hairline() -> QFrame:
    """Return a line of one pixel between rows."""
    line = QFrame()
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line


def row(*parts: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Lay widgets out in a line; a number is a gap in pixels, None takes the room left."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part)
    return layout


def held(layout: QLayout, height: int = 0) -> QWidget:
    """Return a widget that holds a layout, of a fixed height where one is given."""
    widget = QWidget()
    widget.setLayout(layout)
    if height:
        widget.setFixedHeight(height)
    return widget


def tip_of(*lines: str) -> str:
    """Return a tool tip that is wrapped; what a server says is never markup."""
    text = "<br>".join(line.translate(_MARKUP) for line in lines)
    return f"<p style='white-space: pre-wrap'>{text}</p>"
