"""Where the blocks of a slide have room, and what is left out."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QRectF, QSize
from support import boards
from support.boards import NOW
from support.scenes import HALL, LONG, caps_of
from support.written import overlaps, written

from opsdesk.insight.sight import Caps
from opsdesk.insight.slides.blocks import (
    Block,
    Figure,
    Figures,
    Hero,
    Line,
    Part,
    Rows,
    Scene,
    Slide,
    Trend,
    Words,
)
from opsdesk.insight.slides.pages import status_of
from opsdesk.insight.verdict import State
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.blocks import drawing_of
from opsdesk.ui.wall.layout import lay_out
from opsdesk.ui.wall.slide_view import SlideView
from opsdesk.ui.wall.type import sizes


def _figure() -> st.SearchStrategy[Figure]:
    texts = st.sampled_from(["", "Title", "A title that is long", LONG])
    return st.builds(
        Figure,
        title=texts,
        value=st.sampled_from(["0", "98.5", "1,234,567,890", "Pending", "\N{EN DASH}"]),
        unit=st.sampled_from(["", "%", "ms", "USD / month"]),
        short=st.sampled_from(["", "1.2e9"]),
        note=texts,
        state=st.sampled_from([None, State.CRITICAL, State.DEGRADED]),
    )


def _lines() -> st.SearchStrategy[tuple[Line, ...]]:
    line = st.builds(
        Line,
        name=st.sampled_from(["API", "Cache Layer", LONG]),
        value=st.sampled_from(["", "99.9", "1,234,567,890", "CLOSED"]),
        short=st.sampled_from(["", "1.2e9"]),
        unit=st.sampled_from(["", "%"]),
        state=st.sampled_from([None, State.OK, State.CRITICAL]),
        flaps=st.booleans(),
    )
    return st.lists(line, min_size=1, max_size=9).map(tuple)


BLOCKS = st.one_of(
    st.builds(Hero, figure=_figure()),
    st.builds(Figures, figures=st.lists(_figure(), min_size=1, max_size=4).map(tuple)),
    st.builds(Rows, title=st.just("Title"), lines=_lines(), total=st.sampled_from([0, 2_000])),
    st.builds(Trend, figure=_figure(), absence=st.just("no history yet")),
    st.builds(Words, title=st.just("Title"), sentences=_lines()),
)
PARTS = st.lists(
    st.builds(Part, block=BLOCKS, span=st.integers(1, 12), rank=st.integers(1, 4)), max_size=8
)
BOXES = st.builds(QRectF, st.just(0), st.just(0), st.floats(80, 4_000), st.floats(20, 2_200))

CAPS = st.builds(Caps, primary=st.integers(20, 300), text=st.just(20)).map(
    lambda one: replace(one, text=round(one.primary * 0.8))
)


@given(parts=PARTS, box=BOXES, needed=CAPS)
@pytest.mark.usefixtures("qapp")
def test_parts_lie_beside_one_another_and_the_last_are_left_out(
    parts: list[Part], box: QRectF, needed: Caps
) -> None:
    laid = lay_out(parts, box, sizes(needed, 1_080))
    room = box.adjusted(-1, -1, 1, 1)
    assert all(room.contains(placed.box) for placed in laid.placed if placed.box.height() > 0)
    for one, other in combinations([placed.box for placed in laid.placed], 2):
        assert not one.adjusted(1, 1, -1, -1).intersects(other)
    kept = [placed.part for placed in laid.placed]
    assert len(kept) + len(laid.left_out) == len(parts)
    assert all(out.rank >= part.rank for out in laid.left_out for part in kept)


@given(block=BLOCKS, box=BOXES, needed=CAPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_block_writes_nothing_beyond_its_box_and_nothing_too_small(
    block: Block, box: QRectF, needed: Caps, look: Look
) -> None:
    size = sizes(needed, 1_080)
    part = Part(block=block)
    view = SlideView(look, needed)
    margin = 2 * size.margin
    view.resize(QSize(round(box.width()) + margin, round(box.height() + 2 * size.edge)))
    view.show_scene(
        Scene(slide=Slide(title="", parts=(part,)), status=status_of(boards.normal(), NOW))
    )
    texts = written(view)
    inside = QRectF(view.rect()).adjusted(-2, -2, 2, 2)
    assert all(inside.contains(text.box) for text in texts)
    assert not overlaps(texts)
    assert all(text.cap >= needed.text - 1 for text in texts)


def test_what_is_read_side_by_side_has_room(look: Look) -> None:
    del look
    figures = tuple(Figure(title="p95", value="291", unit="ms") for _ in range(4))
    parts = [Part(block=Figures(figures=(one,)), span=3) for one in figures]
    near, far = (sizes(caps_of(one), 1_080) for one in (HALL, (1_920, 1_080, 15, 55)))
    box = QRectF(0, 0, 2_600, 2_000)
    assert len({placed.box.top() for placed in lay_out(parts, box, near).placed}) == 1
    assert not lay_out(parts, box, far).left_out
    assert len({placed.box.top() for placed in lay_out(parts, box, far).placed}) > 1
    for placed in lay_out(parts, box, far).placed:
        assert placed.box.width() >= drawing_of(placed.part.block, far).narrowest


def test_letters_grow_where_little_stands() -> None:
    size, box = sizes(caps_of(HALL), 1_080), QRectF(0, 0, 1_776, 700)
    few = Part(block=Rows(title="", lines=(Line(name="Prometheus", value="12 s ago"),)))
    lot = Part(block=Rows(title="", lines=(Line(name="Prometheus"),) * 9))
    high = [lay_out([one], box, size).placed[0].drawing.least(1_776) for one in (few, lot)]
    assert high[0] > drawing_of(few.block, size).least(1_776)
    assert high[1] == drawing_of(lot.block, size).least(1_776)
