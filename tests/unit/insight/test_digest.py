from __future__ import annotations

from datetime import timedelta

import pytest
from support.boards import NOW
from support.incidents import CARBON, PRIMARY, board_of, incident

from opsdesk.insight.digest import (
    digest_counts,
    digest_line,
    digest_lines,
    digest_subject,
    digest_title,
)
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Digest, Hush

DASH = "\N{EN DASH}"
NEW, OLD = incident(CARBON, 22), incident(PRIMARY, 131, lasted=100)
BOARD = board_of(NEW, OLD)
SINCE, UNTIL = NOW - timedelta(hours=2), NOW - timedelta(minutes=3)
DIGEST = Digest(
    hush=Hush.AWAY,
    since=SINCE,
    until=UNTIL,
    opened=(NEW.id, "forgotten"),
    closed=(OLD.id,),
    still_open=(NEW.id,),
)


@pytest.mark.parametrize(
    ("hush", "title"),
    [
        (Hush.AWAY, "While you were away"),
        (Hush.SNOOZED, "While you were not told"),
        (Hush.QUIET_HOURS, "During quiet hours"),
        (Hush.OFFLINE, "While this computer was offline"),
        (Hush.NONE, "While you were not told"),
    ],
)
def test_why_nothing_was_told_and_from_when_to_when(hush: Hush, title: str) -> None:
    digest = Digest(hush=hush, since=SINCE, until=UNTIL)
    times = f"{clock_text(SINCE, NOW)} {DASH} {clock_text(UNTIL, NOW)}"
    assert digest_title(digest, NOW) == f"{title}, {times}"


@pytest.mark.parametrize(
    ("hush", "subject"),
    [
        (Hush.AWAY, "While you were away (2 h)"),
        (Hush.SNOOZED, "While notifications were snoozed (2 h)"),
        (Hush.QUIET_HOURS, "During quiet hours (2 h)"),
        (Hush.OFFLINE, "Online again after 2 h"),
    ],
)
def test_a_notification_says_for_how_long(hush: Hush, subject: str) -> None:
    assert digest_subject(Digest(hush=hush, since=SINCE, until=NOW)) == subject


def test_what_happened_with_names_and_what_is_forgotten_counted() -> None:
    assert digest_counts(DIGEST, BOARD) == "2 opened, 1 closed, 1 still open"
    assert digest_lines(DIGEST, BOARD) == (
        f"Still open: External API {DASH} Carbon Data",
        f"Opened: External API {DASH} Carbon Data and 1 more",
        f"Closed: Database {DASH} Primary",
    )


def test_all_of_it_in_a_line() -> None:
    line = digest_line(DIGEST, BOARD, NOW)
    assert line.endswith(
        f"2 opened, 1 closed, 1 still open. Still open: External API {DASH} Carbon Data."
    )
    past = Digest(hush=Hush.AWAY, since=SINCE, until=UNTIL, opened=("x",), closed=("x",))
    assert digest_line(past, BOARD, NOW).endswith(": 1 opened, 1 closed.")
    assert digest_lines(past, BOARD) == ("Opened: 1 more", "Closed: 1 more")


def test_nothing_may_have_happened() -> None:
    empty = Digest(hush=Hush.AWAY, since=SINCE, until=UNTIL)
    assert digest_counts(empty, BOARD) == "nothing happened"
    assert digest_line(empty, BOARD, NOW).endswith(": nothing happened.")


def test_what_has_ended_since_is_not_called_open() -> None:
    later = board_of(incident(CARBON, 22, lasted=20), OLD)
    assert digest_counts(DIGEST, later) == "2 opened, 1 closed, none still open"
    assert digest_line(DIGEST, later, NOW).endswith(": 2 opened, 1 closed, none still open.")
    assert digest_lines(DIGEST, later)[0].startswith("Opened: ")
