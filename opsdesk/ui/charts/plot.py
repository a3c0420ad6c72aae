"""A chart over time as a widget. It is there before what draws it has been loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from opsdesk.insight.chart import Chart, Readout, readout
from opsdesk.insight.words import utc_now
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.painted import painting
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import CENTER, QUIET, Writer

if TYPE_CHECKING:
    from opsdesk.ui.charts.drawing import Drawing


class ChartView(QWidget):
    """Shows a chart, or words where there is none. Hover or arrow keys tell of a moment."""

    def __init__(self, look: Look, least: int = 90) -> None:
        """Prepare; ``least`` is the least height in pixels."""
        super().__init__()
        self._look, self._least = look, least
        self._chart: Chart | None = None
        self._drawing: Drawing | None = None
        self._words = ""
        self._told: Readout | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self._recolour)

    @property
    def chart(self) -> Chart | None:
        """What is shown."""
        return self._chart

    @property
    def told(self) -> Readout | None:
        """What is told of the moment under the mouse, or chosen by keys."""
        return self._told

    def show_chart(self, chart: Chart | None, words: str = "") -> None:
        """Show a chart; where it is None, ``words`` in its place."""
        if (chart, words) == (self._chart, self._words):
            return
        self._chart, self._words = chart, words
        self._tell(None)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if chart is None else Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(chart.said if chart is not None else words)
        self._draw()
        self.update()

    def _draw(self) -> None:
        """Draw the chart, once what draws it is loaded."""
        if self._chart is not None and self._drawing is None:
            self._make_drawing()
        if self._drawing is None:
            return
        self._drawing.view.setVisible(self._chart is not None)
        if self._chart is not None:
            self._drawing.show_chart(self._chart, self.width(), self.height())

    def _make_drawing(self) -> None:
        load = loading()
        if not load.is_done:
            load.done.connect(self._loaded, Qt.ConnectionType.UniqueConnection)
            load.begin()
            return
        from opsdesk.ui.charts.drawing import Drawing

        self._drawing = Drawing(self, self._look)

    def _loaded(self) -> None:
        loading().queue(self, self._draw)

    def _recolour(self) -> None:
        if self._drawing is not None:
            self._drawing.recolour()
        self.update()

    def _tell(self, told: Readout | None) -> None:
        if told == self._told:
            return
        self._told = told
        if self._drawing is not None:
            self._drawing.show_readout(told)
        said = "" if told is None else "; ".join(f"{n} {v}".strip() for n, v in told.rows)
        self.setAccessibleDescription("" if told is None else f"{told.when}: {said}")

    def _tell_of(self, at: float) -> None:
        if self._chart is not None:
            self._tell(readout(self._chart, at, utc_now().timestamp()))

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, max(self._least, 120))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._least)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = self._drawing.plot if self._drawing is not None else None
        if plot is not None and self._chart is not None:
            x = event.position().x()
            inside = plot.area.left() - 4 <= x <= plot.area.right() + 8
            self._tell(None) if not inside else self._tell_of(plot.at(x))
        super().mouseMoveEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._tell(None)
        super().leaveEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell(None)
        super().focusOutEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._step(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key) -> bool:
        """Tell of the next point, the one before, the first, the last, or no more of any."""
        times = self._times()
        if not times:
            return False
        if key == Qt.Key.Key_Escape and self._told is not None:
            self._tell(None)
            return True
        place = times.index(self._told.at) if self._told is not None else len(times)
        places = {
            Qt.Key.Key_Left: max(0, place - 1),
            Qt.Key.Key_Right: min(len(times) - 1, place + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(times) - 1,
        }
        if key not in places:
            return False
        self._tell_of(times[places[key]])
        return True

    def _times(self) -> list[float]:
        """Return the moments of which something can be told."""
        curves = self._chart.curves if self._chart is not None else ()
        if not curves:
            return []
        course = curves[-1].course
        pairs = zip(course.times, course.values, strict=True)
        return [at for at, value in pairs if value is not None]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self, self._look) as writer:
            self._paint(writer)

    def _paint(self, writer: Writer) -> None:
        painter = writer.painter
        if self._chart is None and self._words:
            writer.write(QRectF(self.rect()), self._words, QUIET, CENTER)
        plot = self._drawing.plot if self._drawing is not None else None
        if self.hasFocus() and plot is not None:
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.drawRoundedRect(plot.area.adjusted(-3, -5, 5, 4), 4, 4)
