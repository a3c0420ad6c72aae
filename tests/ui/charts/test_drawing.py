"""Charts as they are seen: of any size and theme, with gaps, thresholds and what is ahead."""

from __future__ import annotations

import sys

import msgspec
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot
from support.boards import CATALOGUE
from support.charts import colours, percentiles, picture
from support.courses import DAY, END, Course, flat, frame, line

from opsdesk.insight.axes import Tick
from opsdesk.insight.chart import Ahead, Chart, Level
from opsdesk.insight.charting import Material, chart
from opsdesk.model.key import key
from opsdesk.ui.charts import furniture
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look


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


def test_what_is_missing_is_hatched(qtbot: QtBot, look: Look) -> None:
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(600, 240)
    found.show()
    found.show_chart(percentiles())
    assert look.color("stale").name() not in colours(picture(found))
    found.show_chart(percentiles(until=END - DAY / 4))
    assert look.color("stale").name() in colours(picture(found, 2.0))


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


def test_the_theme_may_change(view: ChartView, look: Look) -> None:
    dark = look.color("data").name()
    assert dark in colours(picture(view))
    look.choose("light")
    assert look.color("data").name() != dark
    assert look.color("data").name() in colours(picture(view))


def test_data_may_come_again_and_again(view: ChartView) -> None:
    items = len(view.findChildren(object))
    for shown in (percentiles(usual=True), percentiles(), percentiles(small=True)) * 5:
        view.show_chart(shown)
    assert len(view.findChildren(object)) == items


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
