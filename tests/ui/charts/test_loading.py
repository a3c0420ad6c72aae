"""What draws charts is loaded late and beside the window, which goes on meanwhile."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete
from support.charts import colours, percentiles, picture

from opsdesk.ui.charts.loading import Loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look

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


def test_what_draws_charts_is_not_loaded_by_window_and_pages() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("code", BESIDE)
def test_charts_are_loaded_beside_the_window(code: str) -> None:
    """The window goes on, the import makes no QObject, painting no class; errors are told."""
    done = subprocess.run(
        [sys.executable, "-c", BESIDE[code]], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "ok"


def test_a_chart_is_drawn_once_it_is_loaded(qtbot: QtBot, look: Look) -> None:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(400, 200)
    found.show()
    before = colours(picture(found))
    found.show_chart(percentiles(), "no history yet")
    assert colours(picture(found)) > before


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
