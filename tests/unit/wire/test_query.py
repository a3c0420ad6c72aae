from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.key import key
from opsdesk.model.series import SeriesRange
from opsdesk.wire.query import MOST_KEYS, parse_events, parse_series

LEAST = (("key", 'm{a="1"}'), ("start", "100"), ("end", "200.5"), ("step", "1e1"))


def asked(*more: tuple[str, str], without: str = "") -> tuple[tuple[str, str], ...]:
    return (*(pair for pair in LEAST if pair[0] != without), *more)


def test_a_range_is_asked_for_by_parameters() -> None:
    found = parse_series(asked(("key", "m"), ("key", "m"), ("baseline", "before"), ("x", "y")))
    keys = (key("m", {"a": "1"}), key("m"))
    assert found == SeriesRange(keys=keys, start=100.0, end=200.5, step=10.0, baseline="before")


def many(count: int) -> tuple[tuple[str, str], ...]:
    return tuple(("key", f"m{number}") for number in range(count))


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        (asked(without="key"), "name 1 to 500 keys"),
        (asked(*many(MOST_KEYS)), "name 1 to 500 keys"),
        (asked(("key", "{")), "does not begin with the id of a metric"),
        (asked(without="start"), "'start' is missing"),
        (asked(("end", "5"), without="end"), "'end' is before 'start'"),
        (asked(("end", "300")), "'end' is given twice"),
        (asked(("step", "0"), without="step"), "'step' must be greater than 0"),
        (asked(("step", "-1"), without="step"), "'step' must be a number of seconds, not '-1'"),
        (asked(("step", "0.005"), without="step"), "more than 11000 points a line"),
        (asked(("step", "0.01"), *many(400), without="step"), "more than 1000000 points in all"),
        (asked(("baseline", "b" * 201)), "at most 200 letters"),
        *(
            (asked(("start", text), without="start"), "'start' must be a number of seconds")
            for text in (
                "",
                "nan",
                "inf",
                "1e999",
                "1_0",
                " 1",
                "\N{ARABIC-INDIC DIGIT ONE}",
                "0x1",
                "-1",
                "1e11",
            )
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(
    parameters: tuple[tuple[str, str], ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        parse_series(parameters)


def test_the_most_that_can_be_asked_is_answered() -> None:
    wanted = parse_series((*many(MOST_KEYS), ("start", "0"), ("end", "2000"), ("step", "1")))
    assert len(wanted.keys) == MOST_KEYS


@given(st.floats(0, 7e9))
def test_every_moment_can_be_asked_for(at: float) -> None:
    assert parse_events((("since", repr(at)),)) == at


def test_without_a_moment_all_transitions_are_asked_for() -> None:
    assert parse_events(()) == 0.0


@given(
    st.lists(
        st.tuples(st.sampled_from(["key", "start", "end", "step", "baseline"]), st.text()),
        max_size=6,
    )
)
def test_no_parameters_make_it_stumble(parameters: list[tuple[str, str]]) -> None:
    try:
        wanted = parse_series(parameters)
    except ValueError:
        return
    assert wanted.keys
