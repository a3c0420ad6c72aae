"""A code is typed and never shown; whoever guesses waits longer and longer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.insight.unlocking import Attempt, Phase, begin, can_be_typed, line, same, take, wait

CODE = "4711"


def is_right(typed: str) -> bool:
    return same(typed, CODE)


def typed(*texts: str, attempt: Attempt | None = None, now: float = 0.0) -> Attempt:
    """Return what follows when somebody begins and types."""
    attempt = begin(attempt or Attempt(), now)
    for text in texts:
        attempt = take(attempt, text, now, is_right)
    return attempt


def test_the_right_code_opens() -> None:
    attempt = typed("4", "7", "1", "1", "\r")
    assert attempt.phase is Phase.OPEN
    assert line(attempt, 0) == ""
    assert take(attempt, "x", 0, is_right) is attempt
    assert wait(attempt, 99) is attempt


def test_what_was_typed_is_counted_and_never_shown() -> None:
    attempt = typed("47", "1")
    assert line(attempt, 0) == "Code to leave: •••  Enter to leave, Esc to stay."
    assert "471" not in repr(attempt)
    assert "3 letters" in repr(attempt)


def test_letters_are_taken_back() -> None:
    assert typed("4719", "\b", "1\x7f1", "\n").phase is Phase.OPEN
    assert typed("\b\b").code == ""


def test_what_is_no_letter_is_none() -> None:
    assert typed("4\t7\x00\x031", "1").code == "4711"
    assert len(typed("9" * 1000).code) == 64


def test_enter_without_a_code_is_no_try() -> None:
    attempt = typed("\r\r\r\r")
    assert (attempt.phase, attempt.wrong) == (Phase.TYPING, 0)


def test_escape_stays_and_forgets_what_was_typed() -> None:
    attempt = typed("471", "\x1b")
    assert (attempt.phase, attempt.code) == (Phase.LOCKED, "")
    assert line(attempt, 0) == ""
    assert take(attempt, "1\r", 0, is_right) is attempt, "and no key is a code's any more"


def test_ten_seconds_without_a_key_give_up() -> None:
    attempt = take(typed("471"), "1", 9, is_right)
    assert wait(attempt, 18.9).phase is Phase.TYPING
    assert wait(attempt, 19).phase is Phase.LOCKED
    assert take(attempt, "\r", 19, is_right).phase is Phase.LOCKED, "a key that comes too late"


def test_a_wrong_code_is_said() -> None:
    attempt = typed("1\r")
    assert (attempt.phase, attempt.code) == (Phase.TYPING, "")
    assert line(attempt, 0) == "Wrong code. Type it again, or Esc to stay."
    assert line(take(attempt, "2", 0, is_right), 0).startswith("Code to leave: •  ")
    assert line(typed(attempt=attempt), 0).startswith("Code to leave:   "), "a new attempt"


def test_three_wrong_codes_make_a_pause_that_grows() -> None:
    attempt = typed("1\r2\r3\r")
    pauses = []
    for _ in range(9):
        assert attempt.phase is Phase.PAUSING
        pauses.append(attempt.shut_until - attempt.touched)
        attempt = typed("x\r", attempt=attempt, now=attempt.shut_until)
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_a_pause_takes_no_code() -> None:
    attempt = typed("1\r2\r3\r")
    assert line(attempt, 0) == "3 wrong codes. The next one can be typed in 5 s."
    assert line(attempt, 1.5) == "3 wrong codes. The next one can be typed in 4 s."
    early = take(attempt, "4711\r", 4.9, is_right)
    assert early.phase is Phase.PAUSING
    assert wait(early, 5.0).phase is Phase.TYPING
    assert take(early, "4711\r", 5.0, is_right).phase is Phase.OPEN


def test_giving_up_ends_no_pause() -> None:
    attempt = take(typed("1\r2\r3\r"), "\x1b", 1, is_right)
    assert attempt.phase is Phase.LOCKED
    assert begin(attempt, 2).phase is Phase.PAUSING
    assert typed("4\r", attempt=attempt, now=6).shut_until == 16


def test_the_right_code_forgets_the_wrong_ones() -> None:
    attempt = typed("1\r2\r4711\r")
    assert (attempt.wrong, attempt.code) == (0, "")


@pytest.mark.parametrize("wrong", ["", "471", "47111", "4711 ", "ä"])
def test_codes_are_the_same_or_not(wrong: str) -> None:
    assert same(CODE, CODE)
    assert same("grün", "grün")
    assert not same(wrong, CODE)


def test_where_there_is_no_code_nothing_opens() -> None:
    assert not same("", "")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["4", "7", "1", "\r", "\x1b", "\b", "", "begin"]), st.floats(0, 400)
        )
    )
)
def test_only_the_code_opens_and_nothing_else_shows_it(keys: list[tuple[str, float]]) -> None:
    attempt, now = Attempt(), 0.0
    for key, passed in keys:
        now += passed
        before = attempt
        if key == "begin":
            attempt = begin(attempt, now)
        else:
            attempt = take(attempt, key, now, is_right) if key else wait(attempt, now)
        if attempt.phase is Phase.OPEN:
            assert before.code == CODE
            assert key == "\r"
            return
        assert now >= attempt.shut_until or attempt.phase is not Phase.TYPING
        assert attempt.phase is Phase.TYPING or not attempt.code
        assert not attempt.code or attempt.code not in line(attempt, now)


@given(st.text(max_size=80))
def test_a_code_that_can_be_typed_opens(code: str) -> None:
    attempt = take(begin(Attempt(), 0.0), f"{code}\r", 0.0, lambda typed: same(typed, code))
    assert (attempt.phase is Phase.OPEN) >= can_be_typed(code)


@pytest.mark.parametrize("code", ["", " ", " 1", "1 ", "9" * 65, "a\tb", "a\x7f"])
def test_what_no_keyboard_or_keyring_gives_back_is_no_code(code: str) -> None:
    assert not can_be_typed(code)
