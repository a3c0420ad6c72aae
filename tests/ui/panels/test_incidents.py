"""What is open, on a small card, on a large one, on paper."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from support import boards
from support.boards import NOW
from support.incidents import incident
from support.panels import MakeKind, replaced, rows

from opsdesk.insight.incident_list import Entry
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING
from opsdesk.model.key import key
from opsdesk.model.page import PanelKind
from opsdesk.model.snapshot import IncidentKind
from opsdesk.ui.panels.canvas import PaintedPanel
from opsdesk.ui.panels.incidents import Line, Listed, name_end, value_end
from opsdesk.ui.writing import BODY


def test_the_small_card_counts_what_is_open(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.INCIDENTS, boards.tripped(), "incidents.auto_resolved")
    first, second = rows(panel, Line)
    assert (first.value, first.remark, first.state) == ("1", "Carbon Data, 22 min", State.CRITICAL)
    assert (second.value, second.remark) == (NOTHING, "no source has it")
    panel.show_board(boards.normal(), NOW)
    assert rows(panel, Line)[0].value == "0"


def test_what_was_open_asserts_no_state_once_it_is_stale(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.INCIDENTS, boards.tripped(), "incidents.auto_resolved")
    panel.show_board(boards.tripped(), NOW + timedelta(hours=1))
    first, *_ = rows(panel, Line)
    assert (first.value, first.remark, first.state) == ("1", "Carbon Data", State.STALE)


def test_beside_a_source_that_is_lost_what_was_open_asserts_no_state(make_kind: MakeKind) -> None:
    lost = msgspec.structs.replace(incident("Source", 3), kind=IncidentKind.SOURCE)
    board = replaced(boards.stale(), incidents=(incident("Carbon", 300), lost))
    first, *_ = rows(make_kind(PanelKind.INCIDENTS, board, "incidents.auto_resolved"), Line)
    assert (first.value, first.remark, first.state) == ("2", "", State.STALE)


def test_what_is_not_watched_any_more_is_not_zero(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.INCIDENTS, boards.stale(), "incidents.auto_resolved")
    assert (rows(panel, Line)[0].value, rows(panel, Line)[0].remark) == (NOTHING, "state unknown")
    large = make_kind(PanelKind.INCIDENTS, boards.stale())
    assert rows(large, Listed)[0].said == "nothing is known to be open"


def test_where_nothing_tells_a_state_nobody_knows_what_is_open(make_kind: MakeKind) -> None:
    board = boards.normal(0)
    readings = {k: r for k, r in board.snapshot.readings.items() if k.metric == "health.score"}
    board = replaced(board, readings=readings)
    panel = make_kind(PanelKind.INCIDENTS, board, "incidents.auto_resolved")
    assert (rows(panel, Line)[0].value, rows(panel, Line)[0].remark) == (NOTHING, "state unknown")
    large = make_kind(PanelKind.INCIDENTS, board)
    assert rows(large, Listed)[0].said == "nothing is known to be open"


def test_on_paper_what_runs_stands_before_what_has_ended(make_kind: MakeKind) -> None:
    found = (incident("A", 300, lasted=22, trips=2), incident("B", 60), incident("C", 90, lasted=1))
    lines = rows(make_kind(PanelKind.INCIDENTS, replaced(boards.normal(), incidents=found)), Listed)
    assert [line.said.partition(",")[0] for line in lines] == [
        "Breaker open: B",
        "Ended",
        "Breaker open: C",
        "Breaker open: A",
    ]


def test_between_refreshes_only_ages_change(make_kind: MakeKind) -> None:
    panel = make_kind(PanelKind.INCIDENTS, boards.tripped())
    panel.show_age(NOW + timedelta(minutes=1))
    (row,) = rows(panel, Listed)
    assert isinstance(row.line, Entry)
    assert (row.line.lasts, row.line.name) == ("23 min", "External API \u2013 Carbon Data")


@pytest.mark.parametrize("width", [300, 400, 440])
def test_beside_a_long_remark_names_stay_whole(width: int, make_kind: MakeKind) -> None:
    subject = key("component.instances_up", {"component": "a component of a rather long name"})
    down = msgspec.structs.replace(
        incident("Carbon", 22),
        kind=IncidentKind.THRESHOLD,
        subject=subject,
        title=f"Component down: {subject.label('component')}",
        seen_opening=False,
    )
    board = replaced(boards.normal(), incidents=(down,))
    panel = make_kind(PanelKind.INCIDENTS, board, "oncall.resolution_time", width=width)
    assert isinstance(panel, PaintedPanel)
    lines = rows(panel, Line)
    assert lines[0].remark == "a component of a rather long name, at least 22 min"
    room = panel.canvas.width()
    end = value_end(lines, room)
    assert end < room
    assert all(BODY.width(line.name) <= name_end(line, end) for line in lines)
