"""Charts to be drawn, and what of them is seen."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPixmap
from support.boards import CATALOGUE
from support.courses import END, frame, line

from opsdesk.insight.chart import Chart
from opsdesk.insight.charting import Material, chart
from opsdesk.model.key import key
from opsdesk.model.series import Usual
from opsdesk.ui.charts.plot import ChartView

P95 = key("latency.quantile", {"quantile": "0.95"})


def percentiles(*, usual: bool = False, small: bool = False, until: float = END) -> Chart:
    """Return the chart of four percentiles over a day, the 95th the main one."""
    figures = {"0.5": 148.0, "0.75": 203.0, "0.95": 291.0, "0.99": 531.0}
    lines = [
        line(
            key("latency.quantile", {"quantile": q}),
            lambda at, value=value: value + at // 14_400 % 3 if at <= until else None,
        )
        for q, value in figures.items()
    ]
    ranges = (Usual(key=P95, low=280.0, high=310.0),) if usual else ()
    made = chart(
        Material(
            frame=frame(*lines, usual=ranges),
            metric=CATALOGUE["latency.quantile"],
            title="Response time",
            now=END,
            main=P95,
            alone=usual,
            small=small,
        )
    )
    assert made is not None
    return made


def picture(view: ChartView, ratio: float = 1.0) -> QImage:
    """Return how a chart is painted on black, on a display with this ratio of pixels."""
    found = QPixmap(view.size() * ratio)
    found.setDevicePixelRatio(ratio)
    found.fill(QColor("black"))
    view.render(found)
    return found.toImage()


def colours(image: QImage) -> set[str]:
    """Return the colours of a picture; of its columns one in seven is looked at."""
    size = image.size()
    pixels = {image.pixel(x, y) for x in range(0, size.width(), 7) for y in range(size.height())}
    return {QColor(pixel).name() for pixel in pixels}
