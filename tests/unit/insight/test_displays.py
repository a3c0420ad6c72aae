"""Which display is which, where a wall goes, and when a size is believed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.displays import DESK

from opsdesk.insight.displays import Sighting, assign, diagonal, find, recognise

DELL = Sighting(
    connector="DP-1",
    model="DELL U2720Q",
    serial="ABC123",
    width=3840,
    height=2160,
    width_mm=597,
    height_mm=336,
)
TV = Sighting(
    connector="HDMI-1",
    model="QM55R",
    width=1920,
    height=1080,
    width_mm=1210,
    height_mm=680,
)
LAPTOP = Sighting(connector="eDP-1", width=1920, height=1200)


def names(*seen: Sighting) -> list[str]:
    return [display.identity for display in recognise(seen)]


def test_a_display_is_called_by_what_it_says_of_itself() -> None:
    assert names(DELL, TV, LAPTOP) == ["DELL U2720Q ABC123", "QM55R", "eDP-1"]


def test_twins_are_told_apart_by_their_connectors() -> None:
    other = replace(TV, connector="HDMI-2")
    assert names(TV, DELL, other) == [
        "QM55R (HDMI-1)",
        "DELL U2720Q ABC123",
        "QM55R (HDMI-2)",
    ]
    same_serial = replace(DELL, connector="DP-2")
    assert names(DELL, same_serial)[1] == "DELL U2720Q ABC123 (DP-2)"


@pytest.mark.parametrize(
    ("model", "serial", "expected"),
    [
        ("LG IPS FULLHD", "604NTDV33634", "LG IPS FULLHD 604NTDV33634"),
        (" V226HQL \n", "", "V226HQL"),
        ("unknown", "", "DP-1"),
        ("None", "none", "DP-1"),
        ("", "16843009", "DP-1"),
        ("A\x00C\x1bR", "B\u202e1", "ACR B1"),
    ],
)
def test_what_is_not_said_is_not_in_the_name(model: str, serial: str, expected: str) -> None:
    assert names(replace(DELL, model=model, serial=serial)) == [expected]


def test_a_screen_where_there_is_no_display_is_none() -> None:
    nothing = (
        replace(LAPTOP, connector=":0.0"),
        replace(LAPTOP, connector="unix/box:10.1"),
        replace(LAPTOP, connector="", width=0, height=0),
        replace(LAPTOP, width=1, height=1),
    )
    assert names(*nothing) == []
    assert names(replace(LAPTOP, connector="")) == [""], "the offscreen platform has no connectors"


def test_the_wanted_display_is_found_at_any_connector() -> None:
    elsewhere = recognise((LAPTOP, replace(DELL, connector="DP-3-1", width=1920)))
    assert find("DELL U2720Q ABC123", elsewhere) is elsewhere[1]
    assert find("DP-3-1", elsewhere) is elsewhere[1]


def test_what_is_not_there_is_waited_for() -> None:
    displays = recognise((LAPTOP, TV))
    assert find("DELL U2720Q ABC123", displays) is None
    assert find("HDMI-2", displays) is None
    assert find("", ()) is None


def test_the_first_display_is_found_without_a_name() -> None:
    displays = recognise((LAPTOP, TV))
    assert find("", displays) is displays[0]


def test_one_twin_is_never_taken_for_the_other() -> None:
    left, right = TV, replace(TV, connector="HDMI-2")
    alone = recognise((right,))
    assert alone[0].identity == "QM55R", "alone it needs no connector"
    assert find("QM55R (HDMI-1)", alone) is None
    assert find("QM55R (HDMI-2)", alone) is alone[0]
    both = recognise((left, right))
    assert find("QM55R", both) is both[0]
    wanted = ("QM55R", "QM55R (HDMI-1)")
    assert assign(wanted, both) == (both[1], both[0])


def test_walls_without_a_name_take_what_no_other_wants() -> None:
    displays = recognise((LAPTOP, TV))
    assert assign(("", "eDP-1", "", ""), displays) == (displays[1], displays[0], None, None)


WANTED = st.lists(st.sampled_from(["", "DP-1", "QM55R", "QM55R (HDMI-2)", "X"]))
SEEN = st.lists(st.sampled_from([DELL, TV, LAPTOP, replace(TV, connector="HDMI-2")]), unique=True)


@given(WANTED, SEEN)
def test_no_display_is_given_twice(wanted: list[str], seen: list[Sighting]) -> None:
    displays = recognise(seen)
    given_away = [display for display in assign(wanted, displays) if display is not None]
    assert len({display.connector for display in given_away}) == len(given_away)
    assert all(display in displays for display in given_away)


@given(SEEN)
def test_every_display_is_found_by_its_identity(seen: list[Sighting]) -> None:
    displays = recognise(seen)
    identities = [display.identity for display in displays]
    assert len(set(identities)) == len(identities)
    assert assign(identities, displays) == displays


def test_the_size_is_that_of_the_display() -> None:
    dell, tv, laptop = recognise((DELL, TV, replace(LAPTOP, width_mm=301, height_mm=188)))
    assert dell.diagonal == pytest.approx(26.97, abs=0.01)
    assert tv.diagonal == pytest.approx(54.65, abs=0.01)
    assert laptop.diagonal is None, "a size without a model is one that somebody made up"


@pytest.mark.parametrize(
    ("width_mm", "height_mm"),
    [
        (160, 90),
        (160, 100),
        (16, 9),
        (16, 10),
        (1600, 900),
        (90, 160),
        (0, 0),
        (0, 680),
        (-1, -1),
        (1210, 0),
        (200, 113),  # 9 inches
        (3000, 1690),  # 136 inches
        (1210, 756),  # 16:10, and the pixels are not
        (508, 286),  # 96 dpi
        (508, 285),
        (677.3, 381.0),  # 72 dpi
        (487.68, 274.32),  # 100 dpi
        (1920, 1080),  # a millimetre a pixel
    ],
)
def test_what_cannot_be_true_is_not_believed(width_mm: float, height_mm: float) -> None:
    assert diagonal(replace(TV, width_mm=width_mm, height_mm=height_mm)) is None


@pytest.mark.parametrize(
    ("width_mm", "height_mm", "inches"),
    [
        (509, 286, 23.0),  # a true 23 inches: 96 dpi but for a millimetre
        (487, 274, 22.0),
        (230, 130, 10.4),  # as EDID rounds it
        (1440, 810, 65.0),
        (2211, 1244, 99.9),
    ],
)
def test_what_can_be_true_is_believed(width_mm: float, height_mm: float, inches: float) -> None:
    believed = diagonal(replace(TV, width_mm=width_mm, height_mm=height_mm))
    assert believed == pytest.approx(inches, abs=0.05)


def test_a_turned_display_is_as_large_as_it_was() -> None:
    upright = replace(TV, width=1080, height=1920)
    assert diagonal(upright) == diagonal(TV)
    assert diagonal(replace(upright, width_mm=680, height_mm=1210)) == diagonal(TV)


def test_what_was_made_up_of_the_pixels_of_the_desktop_is_not_believed() -> None:
    # 3840x2160 at scale 2, 96 dpi of 1920x1080
    doubled = replace(DELL, scale=2.0, width_mm=508, height_mm=286)
    assert diagonal(doubled) is None
    assert diagonal(replace(doubled, scale=1.0)) == pytest.approx(22.95, abs=0.01)


@given(
    st.floats(10.1, 129.9),
    st.sampled_from([(1920, 1080), (3840, 2160), (1080, 1920), (1920, 1200), (3440, 1440)]),
)
def test_the_diagonal_comes_back(inches: float, pixels: tuple[int, int]) -> None:
    width, height = pixels
    mm = 25.4 * inches / math.hypot(width, height)
    seen = replace(TV, width=width, height=height, width_mm=width * mm, height_mm=height * mm)
    found = diagonal(seen)
    assert found is None or found == pytest.approx(inches)


def test_a_display_is_a_value() -> None:
    (first,) = recognise((DELL,))
    name = "DELL U2720Q ABC123"
    assert first == replace(DESK, identity=name, monitor=name, diagonal=first.diagonal)
