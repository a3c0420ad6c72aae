"""A breaker that is shown as if it were open."""

from __future__ import annotations

from support.boards import CATALOGUE, NOW, normal

from opsdesk.insight.board import arrange
from opsdesk.insight.slides.alarms import taking_over
from opsdesk.insight.slides.as_if import as_if_open
from opsdesk.model.snapshot import Snapshot


def test_the_first_breaker_takes_the_wall_over() -> None:
    board = normal()
    assert taking_over(board, NOW) == ()
    (entry,) = taking_over(as_if_open(board, NOW), NOW)
    assert (entry.word, entry.lasts) == ("OPEN", "22 min")
    assert board.breaker_of[entry.incident.subject].name == board.breakers[0].name


def test_without_breakers_nothing_does() -> None:
    board = arrange(Snapshot(at=NOW), CATALOGUE)
    assert as_if_open(board, NOW) is board
