"""Leaving a locked wall by a code that is typed, and never shown. Pure.

Times are seconds of any clock that only goes forward.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable
from enum import StrEnum

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.words import duration_text

#: seconds without a key after which nobody is there any more
PATIENCE = 10.0
#: So many wrong codes in a row, and there is a pause: of so many seconds, and twice as many after
#: each further one, up to the longest.
_TRIES, _PAUSE, _LONGEST_PAUSE = 3, 5.0, 300.0
_MOST_LETTERS = 64
_ENTER, _ESCAPE, _BACKSPACE = "\r\n", "\x1b", "\b\x7f"


class Phase(StrEnum):
    """How far somebody has come."""

    LOCKED = "locked"
    #: a code is typed
    TYPING = "typing"
    #: no code is taken now
    PAUSING = "pausing"
    OPEN = "open"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of somebody who wants to leave."""

    phase: Phase = Phase.LOCKED
    code: str = ""
    #: when the last key was pressed
    touched: float = 0.0
    #: how many codes in a row were wrong; giving up forgets none
    wrong: int = 0
    #: whether one of them is of this attempt
    was_wrong: bool = False
    #: until when no code is taken
    shut_until: float = -math.inf

    @override
    def __repr__(self) -> str:
        """Leave the code out: this may be logged."""
        return f"<Attempt {self.phase}, {len(self.code)} letters, {self.wrong} wrong>"


def can_be_typed(code: str) -> bool:
    """Tell whether a code opens a lock at all; what may keep it loses blanks at its ends."""
    return code.isprintable() and code == code.strip() and 0 < len(code) <= _MOST_LETTERS


def begin(attempt: Attempt, now: float) -> Attempt:
    """Return what follows when somebody wants to leave."""
    return _go_on(replace(attempt, code="", touched=now, was_wrong=False), now)


def take(attempt: Attempt, text: str, now: float, check: Callable[[str], bool]) -> Attempt:
    """Return what follows when something is typed: letters, or Enter, Escape, Backspace."""
    attempt = wait(attempt, now)
    for letter in text:
        if attempt.phase in (Phase.LOCKED, Phase.OPEN):
            break
        attempt = _take(replace(attempt, touched=now), letter, now, check)
    return attempt


def wait(attempt: Attempt, now: float) -> Attempt:
    """Return what follows when only time passes."""
    if attempt.phase in (Phase.LOCKED, Phase.OPEN):
        return attempt
    if now - attempt.touched >= PATIENCE:
        return replace(attempt, phase=Phase.LOCKED, code="")
    return _go_on(attempt, now)


def line(attempt: Attempt, now: float) -> str:
    """Return what is said of it, in a line; '' for nothing."""
    if attempt.phase is Phase.PAUSING:
        left = duration_text(math.ceil(attempt.shut_until - now))
        return tr(
            "{number} wrong codes. The next one can be typed in {time}.",
            number=attempt.wrong,
            time=left,
        )
    if attempt.phase is not Phase.TYPING:
        return ""
    if attempt.was_wrong and not attempt.code:
        return tr("Wrong code. Type it again, or Esc to stay.")
    letters = "•" * len(attempt.code)
    return tr("Code to leave: {letters}  Enter to leave, Esc to stay.", letters=letters)


def same(typed: str, code: str) -> bool:
    """Compare codes, so that the time which it takes tells nothing. No code is no code's equal."""
    return bool(code) and hmac.compare_digest(typed.encode(), code.encode())


def _take(attempt: Attempt, letter: str, now: float, check: Callable[[str], bool]) -> Attempt:
    if letter == _ESCAPE:
        return replace(attempt, phase=Phase.LOCKED, code="")
    if attempt.phase is Phase.PAUSING:
        return attempt
    if letter in _BACKSPACE:
        return replace(attempt, code=attempt.code[:-1])
    if letter in _ENTER:
        return _enter(attempt, now, check) if attempt.code else attempt
    if letter.isprintable() and len(attempt.code) < _MOST_LETTERS:
        return replace(attempt, code=attempt.code + letter)
    return attempt


def _enter(attempt: Attempt, now: float, check: Callable[[str], bool]) -> Attempt:
    if check(attempt.code):
        return Attempt(phase=Phase.OPEN)
    wrong = attempt.wrong + 1
    # The exponent is bounded: somebody may have nothing else to do.
    pause = _PAUSE * 2.0 ** min(wrong - _TRIES, 16)
    until = now + min(pause, _LONGEST_PAUSE) if wrong >= _TRIES else now
    return _go_on(replace(attempt, code="", wrong=wrong, was_wrong=True, shut_until=until), now)


def _go_on(attempt: Attempt, now: float) -> Attempt:
    phase = Phase.PAUSING if now < attempt.shut_until else Phase.TYPING
    return replace(attempt, phase=phase)
