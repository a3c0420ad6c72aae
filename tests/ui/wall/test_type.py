"""How large letters on a wall are: never lower than the formula says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import HALL, HALL_4K, Display, caps_of

from opsdesk.insight.sight import Caps
from opsdesk.ui.wall.type import cap_height, sizes


@given(
    display=st.tuples(
        st.integers(800, 7_680), st.integers(600, 4_320), st.floats(0.5, 30), st.floats(15, 150)
    )
)
@pytest.mark.usefixtures("qapp")
def test_capitals_are_never_lower_than_the_formula_says(display: Display) -> None:
    needed = caps_of(display)
    found = sizes(needed, min(display[:2]))
    assert cap_height(found.plain()) >= needed.text
    assert cap_height(found.strong()) >= needed.text - 1  # two weights, one size
    assert cap_height(found.figure()) >= needed.primary
    assert found.big > found.primary >= found.text


@pytest.mark.usefixtures("qapp")
def test_the_design_s_sizes() -> None:
    assert caps_of(HALL) == Caps(46, 37)
    assert caps_of(HALL_4K) == Caps(92, 74)
    found = sizes(caps_of(HALL), 1_080)
    assert (found.margin, found.line, found.glyph) == (72, 4, 48)
    assert sizes(caps_of(HALL_4K), 2_160).glyph == 96
