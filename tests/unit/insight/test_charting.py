"""What a chart shows of what is known."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.boards import CATALOGUE
from support.courses import DAY, END, WEEK, flat, frame, line

from opsdesk.catalogue import language
from opsdesk.insight.chart import Chart, Role, readout
from opsdesk.insight.charting import MOST_LINES, Material, chart, line_name
from opsdesk.insight.lines import course, missing, pace
from opsdesk.insight.words import clock_text
from opsdesk.model.key import key
from opsdesk.model.reading import Reading
from opsdesk.model.series import Line, Usual

P95 = key("latency.quantile", {"quantile": "0.95"})
ERRORS = key("errors.rate")
VOLUME = key("logs.volume")


def quantile(text: str, value: float) -> Line:
    return line(key("latency.quantile", {"quantile": text}), flat(value))


def made(*lines: Line, **more: object) -> Chart:
    metric = CATALOGUE[lines[0].key.metric]
    found = chart(
        msgspec.structs.replace(
            Material(frame=frame(*lines), metric=metric, title="It", now=END), **more
        )
    )
    assert found is not None
    return found


def clock(at: float) -> str:
    return clock_text(datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(END, UTC))


def present(value: float, *, seconds_ago: float) -> Reading:
    at = datetime.fromtimestamp(END - seconds_ago, UTC)
    return Reading(key=P95, value=value, at=at, source="s")


def test_a_line_ends_in_the_figure_that_stands_beside_it() -> None:
    lines = (quantile("0.5", 148), quantile("0.95", 292))
    found = made(*lines, main=P95, present=(present(291, seconds_ago=40),))
    assert [curve.text for curve in found.curves] == ["148 ms", "291 ms"]
    old = made(*lines, main=P95, present=(present(280, seconds_ago=5_000),))
    assert old.curves[-1].text == "292 ms"


def test_the_time_since_has_its_name_in_every_language() -> None:
    errors = line(ERRORS, flat(0.1))
    language.choose("de")
    try:
        found = made(errors, earlier=frame(errors), earlier_name=language.tr("before Phase 4"))
    finally:
        language.choose("en")
    assert [curve.name for curve in found.curves] == ["vor Phase 4", "nach Phase 4"]


def test_nothing_known_is_no_chart() -> None:
    nothing = Line(key=P95, times=(1.0, 2.0), values=(None, math.nan))
    material = Material(frame=frame(nothing), metric=None, title="It", now=END)
    assert chart(material) is None


def test_the_main_line_lies_above_the_others_and_the_slowest_request_is_left_out() -> None:
    shown = {"0.5": 148.0, "0.95": 291.0, "0.99": 531.0, "1": 1243.0}
    found = made(*(quantile(q, v) for q, v in shown.items()), main=P95)
    assert [curve.name for curve in found.curves] == ["p99", "p50", "p95"]
    assert [curve.role for curve in found.curves] == [Role.OTHER, Role.OTHER, Role.MAIN]
    assert found.curves[-1].text == "291 ms"
    assert found.labelled
    assert found.low == 0
    assert found.high < 1243


def test_alone_it_is_drawn_with_its_usual_range() -> None:
    usual = (Usual(key=P95, low=270.0, high=310.0),)
    lines = [quantile("0.5", 148.0), quantile("0.95", 291.0)]
    found = made(*lines, main=P95, alone=True, frame=frame(*lines, usual=usual))
    assert len(found.curves) == 1
    assert found.usual is not None
    assert (found.usual.low, found.usual.high) == (270.0, 310.0)
    assert not found.labelled
    assert found.marks == ()


def test_of_many_lines_those_that_stand_highest_are_drawn_and_the_main_one() -> None:
    lines = [line(key("component.uptime", {"component": f"c{n}"}), flat(n)) for n in range(40)]
    found = made(*lines, main=lines[0].key)
    assert len(found.curves) == MOST_LINES
    assert found.curves[-1].name == "c0"
    assert found.curves[0].name == "c39"


def test_a_baseline_lies_over_the_present_by_weeks() -> None:
    window = 7 * WEEK
    now = line(ERRORS, flat(0.0), window, DAY)
    before = line(ERRORS, flat(0.5), window, DAY)
    late = msgspec.structs.replace(before, times=tuple(at + 60 for at in before.times))
    earlier = frame(late, window=window, step=DAY, baseline="before Phase 4")
    earlier = msgspec.structs.replace(earlier, start=earlier.start + 60)
    found = made(
        now,
        frame=frame(now, window=window, step=DAY),
        earlier=earlier,
        earlier_name="before Phase 4",
    )
    was, is_ = found.curves
    assert (was.role, was.name) == (Role.BASELINE, "before Phase 4")
    assert (is_.role, is_.name) == (Role.MAIN, "after Phase 4")
    assert was.course.times == is_.course.times
    assert found.x_caption == "week"
    assert [tick.text for tick in found.x_ticks][-1] == "8"


def test_what_was_may_have_any_name() -> None:
    now = line(ERRORS, flat(0.0))
    found = made(now, earlier=frame(now, baseline="last week"), earlier_name="last week")
    assert [curve.name for curve in found.curves] == ["last week", "now"]


def test_a_gap_is_neither_bridged_nor_silent() -> None:
    hole = (END - 9 * 3600, END - 6 * 3600)
    found = made(line(VOLUME, lambda at: None if hole[0] < at < hole[1] else 5.0))
    (gap,) = found.gaps
    assert gap.hatched
    assert gap.text == f"no data from {clock(gap.start)} to {clock(gap.end)}"
    assert None in found.curves[0].course.values
    assert found.solid


def test_what_is_missing_now_leaves_the_last_point_hollow() -> None:
    found = made(line(VOLUME, lambda at: 5.0 if at <= END - 3600 else None))
    (gap,) = found.gaps
    assert (gap.start, gap.end) == (END - 3600, END)
    assert gap.text == f"no data since {clock(END - 3600)}"
    assert gap.text in found.said
    assert not found.solid


def test_an_answer_of_long_ago_does_not_reach_to_now() -> None:
    found = made(line(VOLUME, flat(5.0)), now=END + 3 * 3600)
    assert found.end == END + 3 * 3600
    assert found.gaps[-1].start == END


def test_a_young_history_says_when_it_begins_and_is_not_hatched() -> None:
    found = made(line(VOLUME, lambda at: 5.0 if at > END - 3 * 3600 else None))
    (gap,) = found.gaps
    assert not gap.hatched
    assert gap.text.startswith("history begins")
    assert found.solid


def test_a_line_that_is_compared_with_nothing_tells_its_extremes_by_the_clock() -> None:
    found = made(line(VOLUME, lambda at: 60 - abs(at - END + DAY / 2) / 2_000))
    assert [mark.text[:3] for mark in found.marks] == ["max", "min"]
    assert found.marks[0].at == pytest.approx(END - DAY / 2)
    assert all(":" in tick.text or tick.text == "now" for tick in found.x_ticks)
    assert made(line(VOLUME, flat(3.0))).marks == ()


def test_thresholds_within_reach_are_drawn_and_no_others() -> None:
    rising = made(line(ERRORS, lambda at: 2 + 2 * (at - END) / DAY))
    assert [(level.value, level.text) for level in rising.levels] == [(1.0, "degraded from 1 %")]
    assert made(line(ERRORS, flat(0.1))).levels == ()


def test_a_sparkline_has_no_axis_and_two_times() -> None:
    found = made(line(VOLUME, flat(5.0)), small=True)
    assert found.y_ticks == ()
    assert [tick.text for tick in found.x_ticks] == ["24 h ago", "now"]
    assert found.low < 5 < found.high


def test_a_chart_is_told_in_a_sentence() -> None:
    found = made(line(VOLUME, lambda at: 30.0 if at < END else 20.0), title="Log volume")
    assert found.said == (
        "Log volume over 24 h: last 20 k lines / h, least 20 k lines / h, most 30 k lines / h"
    )


def test_a_moment_is_told_from_the_top() -> None:
    found = made(quantile("0.5", 148.0), quantile("0.95", 291.0), main=P95)
    told = readout(found, END - 3_700, END)
    assert told is not None
    assert told.at == END - 3_600
    assert told.when == clock(END - 3_600)
    assert told.rows == (("p95", "291 ms"), ("p50", "148 ms"))


def test_a_moment_without_data_says_so() -> None:
    found = made(line(VOLUME, lambda at: None if END - 9_000 < at < END - 4_000 else 5.0))
    told = readout(found, END - 6_500, END)
    assert told is not None
    assert told.rows == (("", "no data"),)
    bare = msgspec.structs.replace(found, curves=())
    assert readout(bare, END, END) is None


def test_names_of_lines() -> None:
    assert line_name(P95) == "p95"
    assert line_name(ERRORS) == ""
    assert line_name(key("component.uptime", {"component": "Cache"})) == "Cache"


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=60))
def test_a_course_keeps_what_is_known_and_breaks_where_something_is_missing(
    values: list[float | None],
) -> None:
    known = Line(
        key=VOLUME, times=tuple(60.0 * n for n in range(len(values))), values=tuple(values)
    )
    found = course(known, 60.0)
    assert [v for v in found.values if v is not None] == [v for v in values if v is not None]
    assert list(found.times) == sorted(found.times)
    inner = [value is None for value in values]
    runs = "".join("x" if lacks else "." for lacks in inner).strip("x").count(".x")
    assert sum(value is None for value in found.values) == runs
    assert len([gap for gap in missing([known], 60.0, known.times[-1]) if gap.end]) >= runs


def test_the_pace_is_what_is_usual_between_points_but_a_step_at_least() -> None:
    hourly = line(VOLUME, flat(1.0), step=3_600.0)
    assert pace([hourly], 360.0) == 3_600.0
    assert pace([hourly], 7_200.0) == 7_200.0
    assert pace([], 60.0) == 60.0
