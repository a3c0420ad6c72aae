"""Draws a chart with pyqtgraph. Importing this module is slow: see :mod:`.loading`.

Curves stay and get new data. They are handed places in pixels, not values: a pen that keeps its
width under a view's own scale would come out as a hairline in a PDF.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pyqtgraph.graphicsItems.PlotCurveItem import PlotCurveItem
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)
from typing_extensions import override

from opsdesk.insight.chart import Chart, Readout, Role
from opsdesk.insight.placing import Point
from opsdesk.ui.charts import furniture, labels
from opsdesk.ui.charts.layout import Plot, plot
from opsdesk.ui.painted import Painting
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Writer

_WIDTHS = {Role.MAIN: 2.0, Role.OTHER: 1.4, Role.BASELINE: 1.4}
_SMALL_WIDTH = 1.6
_DASHES = (4, 3)


class Drawing:
    """A chart in a view of its own, which takes no part in what mouse and keyboard do."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        self._look = look
        self._plot: Plot | None = None
        self._told: Readout | None = None
        self._lines: list[list[Point]] = []
        self.view = _View(parent)
        self._scene = QGraphicsScene(self.view)
        self.view.setScene(self._scene)
        self._back = _Layer(self._paint_back, look, -1)
        self._front = _Layer(self._paint_front, look, 1)
        self._scene.addItem(self._back)
        self._scene.addItem(self._front)
        self._curves: list[Any] = []
        self._ahead = self._new_curve()

    @property
    def plot(self) -> Plot | None:
        """How the chart is laid out."""
        return self._plot

    def show_chart(self, chart: Chart, width: int, height: int) -> None:
        """Draw a chart in a size in pixels."""
        self.view.setGeometry(0, 0, width, height)
        self._scene.setSceneRect(0, 0, width, height)
        self._plot = plot(chart, width, height)
        self._lines = self._plot.lines()
        while len(self._curves) < len(chart.curves):
            self._curves.append(self._new_curve())
        for position, curve in enumerate(self._curves):
            curve.setVisible(position < len(chart.curves))
        self._set_curves(self._plot)
        self._back.cover(width, height)
        self._front.cover(width, height)

    def show_readout(self, told: Readout | None) -> None:
        """Tell of a moment."""
        self._told = told
        self._front.update()

    def recolour(self) -> None:
        """Draw again, in the colours that are now in force."""
        if self._plot is not None:
            self._set_curves(self._plot)
            self._back.update()
            self._front.update()

    def _new_curve(self) -> Any:  # noqa: ANN401 - pyqtgraph has no types
        curve = PlotCurveItem(antialias=True, connect="finite")
        curve.setSegmentedLineMode("off")  # its joints would show
        self._scene.addItem(curve)
        return curve

    def _set_curves(self, of: Plot) -> None:
        chart = of.chart
        for item, curve in zip(self._curves, chart.curves, strict=False):
            values = [np.nan if v is None else of.y(v) for v in curve.course.values]
            places = [of.x(at) for at in curve.course.times]
            main = curve.role is Role.MAIN
            ink = ("data" if chart.solid else "data2") if main else "data3"
            width = _WIDTHS[curve.role] if chart.y_ticks else _SMALL_WIDTH
            item.setPen(self._pen(ink, width))
            item.setData(np.array(places), np.array(values))
        ahead = chart.ahead
        self._ahead.setVisible(ahead is not None)
        if ahead is not None:
            pen = self._pen("data", 1.8)
            pen.setDashPattern(_DASHES)
            self._ahead.setPen(pen)
            values = [of.y(value) for value in ahead.values]
            self._ahead.setData(np.array([of.x(at) for at in ahead.times]), np.array(values))

    def _pen(self, ink: str, width: float) -> QPen:
        pen = QPen(self._look.color(ink), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _paint_back(self, writer: Writer) -> None:
        if self._plot is not None:
            furniture.paint_back(writer, self._plot)

    def _paint_front(self, writer: Writer) -> None:
        if self._plot is not None:
            labels.paint_front(writer, self._plot, self._lines)
            if self._told is not None:
                furniture.paint_readout(writer, self._plot, self._told)


class _View(QGraphicsView):
    """Shows a scene in pixels, and takes no part in what mouse and keyboard do."""

    # What pyqtgraph's curves want to hear of their view; in pixels nothing of it ever changes.
    sigDeviceRangeChanged = Signal()  # noqa: N815 - pyqtgraph's name
    sigDeviceTransformChanged = Signal()  # noqa: N815 - the same

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Painting hands it on. For one that Qt has made, PySide6 would make every class of widget.
        self.setViewport(QWidget())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)


class _Layer(QGraphicsItem):
    """Lets its chart paint, behind the curves or above them."""

    def __init__(self, draw: Callable[[Writer], None], look: Look, height: float) -> None:
        super().__init__()
        self._draw, self._look, self._area = draw, look, QRectF()
        self.setZValue(height)

    def cover(self, width: float, height: float) -> None:
        """Cover an area from the view's corner on, and paint it anew."""
        self.prepareGeometryChange()
        self._area = QRectF(0, 0, width, height)
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._area

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        with Painting(painter, self._area, self._look) as writer:
            self._draw(writer)
