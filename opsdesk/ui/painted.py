"""What OpsDesk paints itself goes through here: an error is reported, and its place says so.

PySide 6.11 on Python 3.11 crashes on an error that leaves a paint event, where Python has called Qt
to paint, as for a picture or a chart. And a panel that cannot be drawn must not take the window
with it, nor look as if there were nothing to show.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import TracebackType
from typing import ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CENTER, QUIET, Writer

# Where there is less room, nothing can be said.
_LEAST_WIDTH, _LEAST_HEIGHT = 60.0, 14.0


class Painting:
    """Lends a painter to what draws in a box; an error ends the drawing, and nothing else."""

    def __init__(self, painter: QPainter, box: QRectF, look: Look) -> None:
        self._writer, self._box = Writer(painter, look), box
        self._transform = painter.transform()

    def __enter__(self) -> Writer:
        return self._writer

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        is_told = _is_told(error, trace)
        if is_told:
            self._say()
        return is_told

    def _say(self) -> None:
        """Say that it cannot be drawn, instead of half a drawing."""
        painter, look = self._writer.painter, self._writer.look
        painter.setTransform(self._transform)
        painter.setClipping(False)
        painter.setOpacity(1.0)
        if self._box.width() >= _LEAST_WIDTH and self._box.height() >= _LEAST_HEIGHT:
            if not look.paper:
                painter.fillRect(self._box, look.color("surface"))
            self._writer.write(self._box, tr("cannot be drawn"), QUIET, CENTER)


class Reported:
    """An error within is told of once, and ends nothing but what it is within."""

    #: where errors arose that have been told of: what fails is painted again and again
    places: ClassVar[set[tuple[str, str, int]]] = set()

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        return _is_told(error, trace)


@contextmanager
def kept(painter: QPainter) -> Iterator[None]:
    """Put back what is changed of a painter meanwhile, also where an error ends it."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def painting(widget: QWidget, look: Look) -> Painting:
    """Begin to paint on a widget."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return Painting(painter, QRectF(widget.rect()), look)


class Painted(QWidget):
    """A widget that paints itself, in the colours of a look. A kind overrides :meth:`draw`."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        look.changed.connect(self.update)

    def draw(self, writer: Writer) -> None:
        """Paint all of it."""
        raise NotImplementedError

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self, self.look) as writer:
            self.draw(writer)


def _is_told(error: BaseException | None, trace: TracebackType | None) -> bool:
    """Hand an error, if there is one, to whoever hears of those that nobody caught.

    It is told of once for each place, and ends where it is told of.
    """
    if not isinstance(error, Exception):
        return False
    *_, (frame, line) = walk_tb(trace)
    place = (type(error).__name__, frame.f_code.co_filename, line)
    if place not in Reported.places:
        Reported.places.add(place)
        sys.excepthook(type(error), error, trace)
    return True
