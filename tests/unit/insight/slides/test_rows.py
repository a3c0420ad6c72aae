"""Lines on a wall: names, values, what stands first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support import boards, courses, dashboard, incidents
from support.boards import BREAKERS, NOW, SOURCE
from support.incidents import CARBON, PRIMARY, incident

from opsdesk.insight.board import Board
from opsdesk.insight.questions import STRIPS, of_panel
from opsdesk.insight.slides.blocks import Line, Rows
from opsdesk.insight.slides.kinds import block_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, SeriesFrame, Strip

DASH = "\N{EN DASH}"


def rows(
    kind: PanelKind, board: Board, *metrics: str, later: float = 0, frame: SeriesFrame | None = None
) -> Rows:
    panel = Panel(kind=kind, title="Lines", metrics=metrics, window=courses.DAY)
    frames = {frame.query: frame} if frame is not None else {}
    found = block_of(panel, Seen(board=board, now=NOW + timedelta(seconds=later), frames=frames))
    assert isinstance(found, Rows)
    return found


def said(found: Rows) -> list[tuple[str, str]]:
    return [(line.name, line.value) for line in found.lines]


# ---- figures


def test_each_key_of_each_metric_is_a_line() -> None:
    found = rows(PanelKind.ROWS, boards.normal(), "errors.rate", "component.uptime", "cost.roi")
    assert said(found)[:3] == [
        ("Error rate", "0.02"),
        ("API Gateway", "99.2"),
        ("AI Services", "98.1"),
    ]
    assert found.lines[0].unit == "%"
    assert found.lines[0].short
    *_, last = found.lines
    assert (last.name, last.value, last.state) == ("ROI", DASH, State.NO_SOURCE)


def test_what_has_no_metrics_says_that_there_is_nothing() -> None:
    found = rows(PanelKind.ROWS, boards.no_source())
    assert found.lines == (Line(name="no source connected", state=State.NO_SOURCE),)


def test_what_is_stale_is_not_asserted() -> None:
    found = rows(PanelKind.ROWS, boards.normal(), "errors.rate", later=1_320)
    assert (found.lines[0].state, found.lines[0].stale) == (State.STALE, True)


def test_changes_are_called_by_metric_and_key() -> None:
    found = rows(PanelKind.CHANGES, boards.normal(), "latency.quantile", "errors.rate")
    names = [line.name for line in found.lines]
    assert names == [*(f"Response time {q}" for q in ("p50", "p95", "p99", "max")), "Error rate"]


def test_bars_keep_the_order_of_the_source() -> None:
    found = rows(PanelKind.BARS, boards.normal(), "component.uptime")
    assert [line.value for line in found.lines] == ["99.2", "98.1", "99.8", "99.9"]


@pytest.mark.parametrize("kind", [PanelKind.SPANS, PanelKind.PATHS, PanelKind.RUNBOOKS])
def test_of_others_the_greatest_stands_first(kind: PanelKind) -> None:
    found = rows(kind, boards.normal(), "component.uptime")
    assert [line.value for line in found.lines] == ["99.9", "99.8", "99.2", "98.1"]
    assert rows(kind, boards.connecting(), "component.uptime").lines[0].state is State.NO_SOURCE


def test_a_long_unit_stands_once() -> None:
    found = rows(PanelKind.BARS, dashboard.whole(), "cost.saving")
    assert found.title == "Lines / month"
    assert {line.unit for line in found.lines} == {""}
    assert rows(PanelKind.BARS, dashboard.whole(), "logs.volume").title == "Lines, k lines / h"


def test_texts_are_told_by_what_they_say() -> None:
    board = dashboard.whole()
    texts = [r for r in board.snapshot.readings.values() if isinstance(r.value, str)]
    text = next(r for r in texts if r.key.labels and not isinstance(r.value, BreakerState))
    found = rows(PanelKind.ROWS, board, text.key.metric)
    assert (text.value, "") in said(found)


def test_components_that_are_down_stand_first() -> None:
    board = boards.normal()
    known = {
        one: replace(reading, value=50.0)
        if one.metric == "component.instances_up" and one.label("component") == "Cache Layer"
        else reading
        for one, reading in board.snapshot.readings.items()
    }
    found = rows(
        PanelKind.SCALE,
        boards.arrange(replace(board.snapshot, readings=known), board.catalogue),
        "component.uptime",
    )
    assert found.lines[0].name == "Cache Layer"
    assert found.lines[0].state in (State.DEGRADED, State.CRITICAL)
    assert found.lines[1].state is State.OK


def test_components_have_no_state_where_nothing_tells_whether_they_are_up() -> None:
    uptime = Reading(
        key=key("component.uptime", {"component": "DNS"}), value=99.9, at=NOW, source="prod"
    )
    found = rows(PanelKind.SCALE, boards.board_of([uptime]), "component.uptime")
    assert found.lines[0].state is None


def test_components_are_stale_when_nobody_knows_whether_they_are_up() -> None:
    found = rows(PanelKind.SCALE, boards.normal(), "component.uptime", later=1_320)
    assert {line.state for line in found.lines} == {State.STALE}


# ---- circuit breakers and how they went


def strip_of(board: Board, name: str, *changes: tuple[float, str]) -> SeriesFrame:
    panel = Panel(
        kind=PanelKind.BREAKER_TABLE, title="Lines", metrics=("breaker.state",), window=courses.DAY
    )
    (query,) = of_panel(panel, board)
    subject = key("breaker.state", {"breaker": name, "job": "shop"})
    moments = tuple(Change(courses.END - ago, state) for ago, state in changes)
    return replace(courses.answer(query), strips=(Strip(key=subject, changes=moments),))


@pytest.mark.parametrize(
    "kind", [PanelKind.BREAKER_CELLS, PanelKind.BREAKER_TABLE, PanelKind.TIMELINE]
)
def test_the_worst_breaker_stands_first(kind: PanelKind) -> None:
    found = rows(kind, boards.tripped())
    assert said(found)[0] == (f"External API {DASH} Carbon Data", "OPEN")
    assert [line.state for line in found.lines] == [State.CRITICAL, *[State.OK] * 6]
    assert {line.strip for line in found.lines} == {None}


def test_how_they_went_is_drawn_as_far_as_it_is_known() -> None:
    board = boards.tripped()
    frame = strip_of(board, CARBON, (80_000, "closed"), (1_320, "open"))
    found = rows(PanelKind.BREAKER_TABLE, board, "breaker.state", frame=frame)
    assert found.lines[0].strip is not None
    assert not found.lines[0].flaps


def test_what_comes_and_goes_is_marked_until_it_is_stale() -> None:
    board = boards.tripped()
    states = [(1_300 + n * 600.0, ("open", "closed")[n % 2]) for n in range(60)]
    frame = strip_of(board, CARBON, *reversed(states))
    assert rows(PanelKind.BREAKER_TABLE, board, frame=frame).lines[0].flaps
    later = rows(PanelKind.BREAKER_TABLE, board, frame=frame, later=1_320)
    carbon = next(line for line in later.lines if "Carbon" in line.name)
    assert (carbon.value, carbon.flaps, carbon.stale) == ("was OPEN", False, True)


def test_many_are_counted() -> None:
    found = rows(PanelKind.BREAKER_CELLS, boards.tripped(2_000))
    assert len(found.lines) == STRIPS
    assert found.number == 2_000


def test_without_breakers_it_says_so() -> None:
    found = rows(PanelKind.BREAKER_CELLS, boards.connecting())
    assert said(found) == [("waiting for first answer", "")]
    assert found.number == 1


# ---- incidents


@pytest.mark.parametrize("kind", [PanelKind.INCIDENTS, PanelKind.INCIDENT_LIST])
def test_what_runs_says_for_how_long_and_what_ended_when(kind: PanelKind) -> None:
    board = incidents.board_of(incident(CARBON, 22, flapping=True), incident(PRIMARY, 90, lasted=5))
    found = rows(kind, board)
    first, last = found.lines
    assert (first.value, first.state, first.flaps) == ("22 min", State.CRITICAL, True)
    assert first.short
    assert DASH in last.value
    assert last.state is State.OK
    assert not last.short


def test_what_is_stale_has_no_length() -> None:
    found = rows(PanelKind.INCIDENTS, incidents.board_of(incident(CARBON, 22)), later=1_320)
    assert (found.lines[0].value, found.lines[0].stale) == ("was OPEN", True)


def test_that_nothing_is_open_is_said() -> None:
    assert said(rows(PanelKind.INCIDENTS, boards.normal())) == [("Nothing is open", "")]
    assert rows(PanelKind.INCIDENTS, boards.stale()).lines[0].state is State.STALE


# ---- sources


def test_sources_that_do_not_answer_stand_first() -> None:
    board = boards.normal()
    lost = replace(SOURCE, id="lost", title="Lost", last_success=None, problem=boards.TIMED_OUT)
    both = replace(board.snapshot, sources=(SOURCE, lost))
    found = rows(PanelKind.SOURCES, boards.arrange(both, board.catalogue))
    assert said(found) == [("Lost", "never"), ("Production metrics", "12 s ago")]
    assert [line.state for line in found.lines] == [State.STALE, State.OK]


def test_names_of_breakers_are_the_same_everywhere() -> None:
    assert len(rows(PanelKind.TIMELINE, boards.normal()).lines) == len(BREAKERS)
