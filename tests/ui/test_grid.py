from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue.pages import COLUMNS
from opsdesk.model.page import Panel, PanelKind
from opsdesk.ui.grid import NARROW_COLUMNS, arrange, paired, span_of

spans = st.lists(st.integers(1, COLUMNS), max_size=12)
columns = st.sampled_from((COLUMNS, NARROW_COLUMNS))


def panel(span: int, rank: int = 1, *, stacked: bool = False) -> Panel:
    return Panel(kind=PanelKind.ROWS, title="", span=span, rank=rank, stacked=stacked)


def order(panels: list[Panel], number: int) -> list[int]:
    return [position for place in arrange(panels, number) for position in place.panels]


@given(spans, columns)
def test_every_panel_has_a_place_and_none_overlap(found: list[int], number: int) -> None:
    places = arrange([panel(span) for span in found], number)
    cells = [(p.line, p.column + i) for p in places for i in range(p.span)]
    assert len(cells) == len(set(cells))
    assert all(column < number for _, column in cells)
    assert [panel for p in places for panel in p.panels] == list(range(len(found)))


@given(st.integers(1, COLUMNS))
def test_no_panel_is_narrower_than_half_a_narrow_window(span: int) -> None:
    assert span_of(span, NARROW_COLUMNS) in (NARROW_COLUMNS // 2, NARROW_COLUMNS)


def test_in_a_narrow_window_what_ranks_last_stands_last() -> None:
    panels = [panel(4), panel(4), panel(4, rank=2), panel(12)]
    assert order(panels, NARROW_COLUMNS) == [0, 1, 3, 2]
    assert order(panels, COLUMNS) == [0, 1, 2, 3]


def test_four_in_a_line_stand_two_by_two_where_they_would_have_no_room() -> None:
    spans = [3, 3, 3, 3, 4, 8, 3, 9]
    assert [one.span for one in paired([panel(span) for span in spans])] == [
        *(6, 6, 6, 6),
        *(4, 8, 3, 9),
    ]


def test_what_is_stacked_stands_below_the_panel_before_it() -> None:
    panels = [panel(7), panel(5, rank=2), panel(5, stacked=True), panel(12)]
    first, second, third = arrange(panels, COLUMNS)
    assert (first.panels, second.panels, third.panels) == ((0,), (1, 2), (3,))
    assert (second.line, second.column) == (0, 7)
    assert order(panels, NARROW_COLUMNS) == [0, 3, 1, 2]
