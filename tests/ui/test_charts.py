"""Charts as widgets: loaded late, drawn once, told by mouse and keys, vectors on paper."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot
from shiboken6 import delete
from support import boards
from support.boards import CATALOGUE
from support.courses import DAY, END, Course, answer, flat, frame, line
from support.needs import need

from opsdesk.app.rendering import Contents, render
from opsdesk.catalogue import pages
from opsdesk.insight.axes import Tick
from opsdesk.insight.chart import Ahead, Chart, Level
from opsdesk.insight.charting import Material, chart
from opsdesk.insight.questions import of_pages
from opsdesk.model.key import key
from opsdesk.model.series import Usual
from opsdesk.ui.charts import furniture
from opsdesk.ui.charts.layout import end_labels, fitting, hairlines, plot
from opsdesk.ui.charts.loading import Loading, loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look
from opsdesk.wire.document import Order

P95 = key("latency.quantile", {"quantile": "0.95"})
LOAD = """
import sys
from PySide6.QtWidgets import QApplication
from opsdesk.catalogue import metrics, pages
from opsdesk.ui.theme import Look
from opsdesk.ui.page import PageView
import opsdesk.ui.window
app = QApplication([])
views = [PageView(page, Look("dark")) for page in pages.load(metrics.load())]
print(sorted({"pyqtgraph", "numpy"} & set(sys.modules)))
"""

BESIDE = {
    "seen": """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from opsdesk.insight.axes import Tick
from opsdesk.insight.chart import Chart
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look
app = QApplication([])
view = ChartView(Look("dark"))
view.show()
view.show_chart(Chart(metric=None, start=0, end=1, low=0, high=1))
assert not loading().is_done
loading().done.connect(lambda: QTimer.singleShot(200, app.quit))
app.exec()
assert loading().is_done
assert [type(child).__name__ for child in view.children()] == ["_View"]
print("ok")
""",
    "failed": """
import sys
from PySide6.QtWidgets import QApplication
from opsdesk.insight.chart import Chart
from opsdesk.ui.charts import labels
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look
app = QApplication([])
loading().wait()
seen = []
sys.excepthook = lambda kind, error, trace: seen.append(kind.__name__)
labels.paint_front = lambda *_: [][0]
view = ChartView(Look("dark"))
view.show_chart(Chart(metric=None, start=0, end=1, low=0, high=1))
view.show()
try:
    view.grab()
    app.processEvents()
except IndexError:
    seen.append("IndexError")
print("ok" if set(seen) == {"IndexError"} else seen)
""",
    "painted": """
import PySide6.QtWidgets
from PySide6.QtWidgets import QApplication
from opsdesk.insight.chart import Chart
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look
app = QApplication([])
loading().wait()
view = ChartView(Look("dark"))
view.show_chart(Chart(metric=None, start=0, end=1, low=0, high=1))
view.show()
app.processEvents()
view.grab()
print("made" if "QMdiArea" in vars(PySide6.QtWidgets) else "ok")
""",
    "made": """
import gc
from importlib import import_module
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
app = QApplication([])
import_module("opsdesk.ui.charts.plot")
before = {id(one) for one in gc.get_objects() if isinstance(one, QObject)}
import_module("opsdesk.ui.charts.drawing")
made = [one for one in gc.get_objects() if isinstance(one, QObject) and id(one) not in before]
print(made or "ok")
""",
}

pytestmark = pytest.mark.usefixtures("qapp", "_loaded")


@pytest.fixture
def _loaded() -> None:
    loading().wait()


def percentiles(*, usual: bool = False, small: bool = False, until: float = END) -> Chart:
    figures = {"0.5": 148.0, "0.75": 203.0, "0.95": 291.0, "0.99": 531.0}
    lines = [
        line(
            key("latency.quantile", {"quantile": q}),
            lambda at, value=value: value + at // 14_400 % 3 if at <= until else None,  # type: ignore[misc]
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


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> ChartView:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(600, 240)
    found.show_chart(percentiles())
    with qtbot.waitExposed(found):
        found.show()
    return found


def picture(view: ChartView, ratio: float = 1.0) -> QImage:
    found = QPixmap(view.size() * ratio)
    found.setDevicePixelRatio(ratio)
    found.fill(QColor("black"))
    view.render(found)
    return found.toImage()


def colours(image: QImage) -> set[str]:
    size = image.size()
    pixels = {image.pixel(x, y) for x in range(0, size.width(), 7) for y in range(size.height())}
    return {QColor(pixel).name() for pixel in pixels}


def test_what_draws_charts_is_not_loaded_by_window_and_pages() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_chart_is_drawn_once_it_is_loaded(qtbot: QtBot, look: Look) -> None:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(400, 200)
    found.show()
    before = colours(picture(found))
    found.show_chart(percentiles(), "no history yet")
    assert colours(picture(found)) > before


@pytest.mark.parametrize("size", [(220, 90), (300, 120), (1392, 300)])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize(
    "shown",
    [
        percentiles(),
        percentiles(usual=True),
        percentiles(usual=True, small=True),
        percentiles(until=END - DAY / 4),
    ],
    ids=["lines", "usual", "small", "gap"],
)
def test_a_chart_can_be_of_any_size(
    qtbot: QtBot, look: Look, size: tuple[int, int], ratio: float, shown: Chart
) -> None:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(*size)
    found.show_chart(shown)
    found.show()
    image = picture(found, ratio)
    assert image.size() == QSize(*size) * ratio
    assert look.color("data" if shown.solid else "data2").name() in colours(image)


@pytest.mark.parametrize("width", [180, 220, 300, 500, 1400])
def test_nothing_lies_on_each_other(width: int) -> None:
    for shown in (percentiles(), percentiles(usual=True), percentiles(small=True)):
        of = plot(shown, width, 90)
        boxes = [box for box, _ in fitting(of)]
        assert boxes
        assert all(a.right() < b.left() for a, b in pairwise(boxes))
        assert all(box.left() >= 0 and box.right() <= width + 1 for box in boxes)
        heights = [of.y(tick.at) for tick in hairlines(of)]
        assert all(a - b >= 15 for a, b in pairwise(heights))
        assert len(end_labels(of)) <= 1 + of.area.height() / 15


def test_what_is_missing_is_hatched(qtbot: QtBot, look: Look) -> None:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(600, 240)
    found.show()
    found.show_chart(percentiles())
    assert look.color("stale").name() not in colours(picture(found))
    found.show_chart(percentiles(until=END - DAY / 4))
    assert look.color("stale").name() in colours(picture(found, 2.0))


def volume(course: Course) -> Chart:
    material = Material(
        frame=frame(line(key("errors.rate"), course)),
        metric=CATALOGUE["errors.rate"],
        title="Error rate",
        now=END,
        labelled=True,
    )
    made = chart(material)
    assert made is not None
    return made


def test_thresholds_extremes_and_gaps_that_are_over_are_drawn(view: ChartView, look: Look) -> None:
    hole = (END - DAY / 2, END - DAY / 4)
    shown = volume(lambda at: None if hole[0] < at < hole[1] else 2 - 1.5 * (END - at) / DAY)
    assert shown.levels
    assert shown.marks
    assert shown.gaps
    view.show_chart(shown)
    assert {look.color("accent").name(), look.color("stale").name()} <= colours(picture(view, 2.0))


def test_a_lonely_point_can_be_seen(view: ChartView, look: Look) -> None:
    view.show_chart(volume(lambda at: 0.5 if abs(at - END + DAY / 2) < 1 or at == END else None))
    assert look.color("data3").name() in colours(picture(view, 2.0))


def test_a_chart_of_nothing_is_no_error(view: ChartView) -> None:
    for ticks in ((), (Tick(0.0, "0"), Tick(1.0, "1"))):
        nothing = Chart(metric=None, start=0, end=1, low=0, high=1, y_ticks=ticks, labelled=True)
        view.show_chart(nothing)
        assert not picture(view).isNull()


def test_a_forecast_is_drawn(view: ChartView, look: Look) -> None:
    past = volume(flat(0.5))
    ahead = Ahead(
        times=(END, END + DAY), values=(0.5, 0.6), lows=(0.5, 0.3), highs=(0.5, 0.9), text="naive"
    )
    level = (Level(0.7, END, "expected"),)
    shown = msgspec.structs.replace(past, end=END + DAY, ahead=ahead, now=END, levels=level)
    view.show_chart(shown)
    drawn = colours(picture(view, 2.0))
    assert {look.color("band").name(), look.color("accent").name()} <= drawn


@pytest.mark.parametrize("code", BESIDE)
def test_charts_are_loaded_beside_the_window(code: str) -> None:
    """The window goes on, the import makes no QObject, painting no class; errors are told."""
    done = subprocess.run(
        [sys.executable, "-c", BESIDE[code]], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "ok"


def test_the_theme_may_change(view: ChartView, look: Look) -> None:
    dark = look.color("data").name()
    assert dark in colours(picture(view))
    look.choose("light")
    assert look.color("data").name() != dark
    assert look.color("data").name() in colours(picture(view))


def test_words_stand_where_there_is_no_chart(view: ChartView) -> None:
    view.show_chart(None, "no history yet")
    assert view.accessibleName() == "no history yet"
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert len(colours(picture(view))) > 1


def test_a_chart_tells_what_it_shows(view: ChartView) -> None:
    assert view.accessibleName().startswith("Response time p95 over 24 h: last 29")
    assert view.focusPolicy() is Qt.FocusPolicy.TabFocus


def test_hover_tells_of_a_moment(qtbot: QtBot, view: ChartView) -> None:
    qtbot.mouseMove(view, QPoint(300, 100))
    told = view.told
    assert told is not None
    assert [name for name, _ in told.rows] == ["p99", "p95", "p75", "p50"]
    assert told.when in view.accessibleDescription()
    qtbot.mouseMove(view, QPoint(2, 100))
    assert view.told is None


def test_arrows_tell_of_a_moment(qtbot: QtBot, view: ChartView) -> None:
    view.setFocus()
    for pressed, at in (
        (Qt.Key.Key_Left, END),
        (Qt.Key.Key_Left, END - 600),
        (Qt.Key.Key_Right, END),
        (Qt.Key.Key_Right, END),
        (Qt.Key.Key_Home, END - DAY),
        (Qt.Key.Key_Left, END - DAY),
        (Qt.Key.Key_End, END),
    ):
        qtbot.keyClick(view, pressed)
        assert view.told is not None
        assert view.told.at == at
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.told is None


def test_new_data_is_not_told_with_the_words_of_the_old(qtbot: QtBot, view: ChartView) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.show_chart(percentiles(usual=True))
    assert view.told is None


def test_data_may_come_again_and_again(view: ChartView) -> None:
    items = len(view.findChildren(object))
    for shown in (percentiles(usual=True), percentiles(), percentiles(small=True)) * 5:
        view.show_chart(shown)
    assert len(view.findChildren(object)) == items


def test_a_report_holds_charts_as_vectors_and_their_text(tmp_path: Path) -> None:
    board = boards.normal()
    queries = of_pages(pages.load(CATALOGUE), board)
    frames = tuple(
        answer(query, *(line(k, flat(291.0), query.window, query.step) for k in query.keys))
        for query in queries
    )
    contents = Contents(snapshot=board.snapshot, catalogue=CATALOGUE, now=boards.NOW, frames=frames)
    (report,) = render(Order(format="pdf"), contents)
    assert b"/Subtype /Image" not in report.content
    path = tmp_path / "report.pdf"
    path.write_bytes(report.content)
    command = [need("pdftotext"), "-layout", str(path), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for words in ("24 h ago", "12 h", "now", "p95 +291 ms", "200"):
        assert re.search(words, text), words


def test_a_flat_line_is_drawn(qtbot: QtBot, look: Look) -> None:
    errors = line(key("errors.rate"), flat(0.0))
    material = Material(frame=frame(errors), metric=CATALOGUE["errors.rate"], title="E", now=END)
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(300, 150)
    found.show_chart(chart(material))
    found.show()
    assert look.color("data").name() in colours(picture(found))


def test_a_chart_that_cannot_be_drawn_fails_alone(
    view: ChartView, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise LookupError("while it was drawn")

    heard: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: heard.append(kind))
    monkeypatch.setattr(furniture, "paint_back", fails)
    assert look.color("text3").name() in colours(picture(view))
    assert heard == [LookupError]


def test_views_that_have_waited_draw_in_their_order_and_one_that_is_gone_not(qtbot: QtBot) -> None:
    load, drawn = Loading(), list[str]()
    views = {name: QObject() for name in ("first", "gone", "last")}
    for name, view in views.items():
        load.queue(view, partial(drawn.append, name))
    assert drawn == [], "others have a turn before"
    delete(views["gone"])
    qtbot.waitUntil(lambda: "last" in drawn)
    assert drawn == ["first", "last"]
    load.queue(views["first"], partial(drawn.append, "again"))
    qtbot.waitUntil(lambda: "again" in drawn)


def test_a_view_that_cannot_draw_holds_up_no_other(qtbot: QtBot) -> None:
    def fails() -> None:
        raise LookupError("while it was made")

    load, drawn = Loading(), list[str]()
    view = QObject()
    load.queue(view, fails)
    load.queue(view, partial(drawn.append, "other"))
    with qtbot.capture_exceptions() as errors:
        qtbot.waitUntil(lambda: bool(drawn))
    assert [kind for kind, _, _ in errors] == [LookupError]
