"""Charts told in words: by name, by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from support.charts import colours, percentiles, picture
from support.courses import DAY, END

from opsdesk.ui.charts.plot import ChartView


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
