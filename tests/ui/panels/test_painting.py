"""Painted rows: where their columns stand, what scrolls, what colours they take."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from opsdesk.insight.verdict import State
from opsdesk.ui.panels.columns import Columns, Row, in_one_line, in_two_lines
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.panels.painting import LEAST, RowsView, Scale
from opsdesk.ui.theme import Look

WORDS = st.text("abcdefghijklm XYZ", max_size=60)
ROWS = st.lists(
    st.builds(
        Row,
        name=WORDS,
        small=WORDS,
        lead=st.sampled_from(["", "45", "1,204"]),
        value=st.sampled_from(["", "99.97", "1,243"]),
        unit=st.sampled_from(["", "ms", "USD / week"]),
        remark=WORDS,
        state=st.sampled_from([None, State.OK]),
        marks=st.sampled_from([None, Marks(dot=0.5)]),
        more=st.sampled_from([None, Marks(dot=0.5)]),
        worded=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def spans(columns: Columns) -> list[tuple[float, float]]:
    """Return the columns that there are, from the left."""
    found = (columns.name, columns.lead, columns.first, columns.second, columns.remark)
    return sorted((left, left + width) for left, width in found if width > 0)


@settings(max_examples=60)
@given(rows=ROWS, width=st.integers(300, 1400))
def test_columns_never_stand_on_each_other(qapp: QApplication, rows: list[Row], width: int) -> None:
    assert qapp is not None
    columns = in_one_line(rows, float(width), "Name", "Runs")
    found = spans(columns)
    assert all(before <= left + 0.5 for (_, before), (left, _) in pairwise(found))
    assert found[-1][1] <= width + 0.5
    value_end = columns.value[0] + columns.value[1]
    assert value_end <= (columns.remark[0] if columns.remark[1] else width) + 0.5


@given(rows=ROWS, width=st.integers(300, 1400))
@settings(max_examples=30)
def test_two_lines_leave_room_for_evidence(qapp: QApplication, rows: list[Row], width: int) -> None:
    assert qapp is not None
    columns = in_two_lines(rows, float(width))
    assert columns.first[0] + columns.first[1] <= columns.value[0]
    assert columns.name[0] + columns.name[1] <= columns.remark[0]


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> RowsView:
    """Return an empty list of rows, shown."""
    found = RowsView(look)
    qtbot.addWidget(found)
    found.resize(400, 300)
    with qtbot.waitExposed(found):
        found.show()
    return found


def numbered(number: int) -> list[Row]:
    return [Row(name=f"Row {at}", value=str(at)) for at in range(number)]


def test_what_does_not_fit_is_scrolled(view: RowsView) -> None:
    view.show_rows(numbered(4), Scale())
    assert view.verticalScrollBar().maximum() == 0
    view.show_rows(numbered(13), Scale())
    assert view.row_height == pytest.approx(300 / 13), "closer together, before one is out of sight"
    assert view.verticalScrollBar().maximum() == 0
    view.show_rows(numbered(2_000), Scale())
    assert view.verticalScrollBar().maximum() == 2_000 * LEAST - view.viewport().height()


def test_a_place_is_that_of_the_row_that_is_seen_there(view: RowsView) -> None:
    view.show_rows(numbered(2_000), Scale(heads=("Name", "", "")))
    view.verticalScrollBar().setValue(round(1_000 * LEAST))
    place = QPointF(50, 40)
    found = next(at for at, box in enumerate(view.boxes()) if box.contains(place))
    assert found >= 1_000
    assert view.sight().contains(place)
    assert not view.sight().contains(QPointF(50, 5)), "there stands the head"


def color_at(view: RowsView, place: QPointF) -> str:
    return view.viewport().grab().toImage().pixelColor(place.toPoint()).name()


def test_what_the_panel_is_about_shines_unless_it_is_stale(view: RowsView, look: Look) -> None:
    row = Row(name="p95", value="1", bright=True, marks=Marks(bar=(0.0, 1.0)))
    view.show_rows([row], Scale())
    # The columns are 400 pixels; the bar goes through the middle of its row.
    middle = QPointF(200, view.boxes()[0].center().y())
    assert color_at(view, middle) == look.theme.tokens.data.lower()
    view.show_rows([row], Scale(), stale=True)
    assert color_at(view, middle) == look.theme.tokens.data3.lower()


def test_rows_take_the_colours_of_another_theme(view: RowsView, look: Look) -> None:
    view.show_rows([Row(name="p95", value="1", bright=True, marks=Marks(bar=(0.0, 1.0)))], Scale())
    middle = QPointF(200, view.boxes()[0].center().y())
    look.choose("light")
    assert color_at(view, middle) == look.theme.tokens.data.lower()


def test_a_row_says_all_that_it_shows() -> None:
    row = Row(name="Database", value="99.8", unit="%", remark="3 min down", state=State.OK)
    assert row.said == "Database 99.8 % 3 min down ok"
