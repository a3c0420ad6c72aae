"""Lengths as people write them."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.cli.lengths import inches, metres


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5", 5.0),
        ("5m", 5.0),
        ("5 M", 5.0),
        (" 2,5 m ", 2.5),
        ("250cm", 2.5),
        ("2500 mm", 2.5),
        ("16ft", 4.8768),
        ("16'", 4.8768),
        ("0.3", 0.3),
        ("100m", 100.0),
    ],
)
def test_a_distance(text: str, length: float) -> None:
    assert metres(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("55", 55.0),
        ("55in", 55.0),
        ('55"', 55.0),
        ("55 inches", 55.0),
        ("54.6 inch", 54.6),
        ("140cm", 55.12),
        ("1.4 m", 55.12),
        ("1400mm", 55.12),
        ("3", 3.0),
        ("1000", 1_000.0),
    ],
)
def test_a_diagonal(text: str, length: float) -> None:
    assert inches(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "-5m",
        "5 miles",
        "five",
        "5m5",
        "1e2",
        "nan",
        "0.2m",
        "101",
        "5m\n6",
        "\N{ARABIC-INDIC DIGIT FIVE}m",
    ],
)
def test_what_is_no_distance(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"'5m' or '16ft', from 0\.3 to 100 metres"):
        metres(text)


@pytest.mark.parametrize("text", ["", '"', "2.9", "1001in", "26m", "0", "3 px"])
def test_what_is_no_diagonal(text: str) -> None:
    with pytest.raises(click.BadParameter, match="'55in' or '140cm', from 3 to 1000 inches"):
        inches(text)


@given(st.text(max_size=12))
def test_whatever_is_written_it_is_a_length_or_refused(text: str) -> None:
    for parse, least, most in ((metres, 0.3, 100), (inches, 3, 1_000)):
        try:
            assert least <= parse(text) <= most
        except click.BadParameter:
            continue


@given(st.floats(1, 60))
def test_units_agree(length: float) -> None:
    assert metres(f"{length:.3f} m") == pytest.approx(metres(f"{length * 100:.3f} cm"), abs=1e-3)
    assert metres(f"{length:.3f} ft") == pytest.approx(length * 0.3048, abs=1e-3)
