from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.moved import MOST, moved
from opsdesk.model.key import key
from opsdesk.model.series import Line

OPENED, ENDED = 1_800.0, 3_600.0
NUMBERS = st.lists(st.floats(-1e9, 1e9) | st.none(), max_size=80)


def line(name: str, *values: float | None) -> Line:
    """Return values a minute apart: the first thirty stand before the opening."""
    return Line(key=key(name), times=tuple(60.0 * n for n in range(len(values))), values=values)


def noisy(name: str, before: float, during: float, noise: float = 1.0) -> Line:
    wave = [noise * math.sin(n) for n in range(60)]
    return line(name, *(before + wave[n] if n < 30 else during + wave[n] for n in range(60)))


def names(*lines: Line) -> list[str]:
    return [one.line.key.metric for one in moved(lines, OPENED, ENDED)]


def test_what_moved_further_than_it_usually_does_the_furthest_first() -> None:
    found = moved([noisy("a", 100, 104), noisy("b", 100, 130), noisy("c", 100, 100)], OPENED, ENDED)
    assert [one.line.key.metric for one in found] == ["b", "a"]
    assert round(found[0].before) == 100
    assert round(found[0].during) == 130


def test_what_always_moves_has_to_move_further() -> None:
    assert names(noisy("calm", 100, 110), noisy("wild", 100, 110, noise=40)) == ["calm"]


def test_what_stood_still_moves_by_more_than_a_hundredth() -> None:
    assert names(line("still", *[100.0] * 30, *[101.0] * 30)) == []
    assert names(line("still", *[100.0] * 30, *[110.0] * 30)) == ["still"]
    assert names(line("zero", *[0.0] * 60)) == []


def test_what_goes_on_drifting_has_not_moved() -> None:
    assert names(line("drift", *(100.0 - n for n in range(52)))) == []


def test_what_moved_shortly_before_has_moved() -> None:
    early = [*[100.0] * 27, *[300.0] * 33]  # three minutes before the breaker opened
    assert names(line("early", *(value + math.sin(n) for n, value in enumerate(early)))) == [
        "early"
    ]


def test_one_point_of_noise_is_no_move() -> None:
    values = [100.0 + math.sin(n) for n in range(60)]
    values[45] = 900.0
    assert names(line("spike", *values)) == []


def test_without_a_past_or_a_present_nothing_is_said() -> None:
    assert names(line("young", *[None] * 26, *[1.0] * 4, *[9.0] * 30)) == []
    assert names(line("gone", *[1.0] * 30, *[None] * 30)) == []
    assert names(line("nan", *[1.0] * 30, *[math.nan] * 30)) == []


def test_what_comes_after_the_end_does_not_count() -> None:
    late = line("late", *[1.0] * 61, *[9.0] * 30)
    assert moved([late], OPENED, ENDED) == ()


@given(st.lists(NUMBERS, max_size=12))
def test_whatever_the_figures_there_are_at_most_six_in_order(found: list[list[float]]) -> None:
    lines = [line(f"m{at}", *values) for at, values in enumerate(found)]
    result = moved(lines, OPENED, ENDED)
    assert len(result) <= MOST
    scores = [one.score for one in result]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) for score in scores)
