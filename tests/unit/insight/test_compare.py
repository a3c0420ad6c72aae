"""What a figure over time is held against."""

from __future__ import annotations

import msgspec
import pytest
from support import boards, phase4
from support.courses import DAY, END, flat, frame, line

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.compare import compared
from opsdesk.model.key import key
from opsdesk.model.reading import Reading
from opsdesk.model.series import Usual
from opsdesk.model.snapshot import Snapshot

P95 = key("latency.quantile", {"quantile": "0.95"})
ERRORS = key("errors.rate")


@pytest.fixture(scope="module")
def board() -> Board:
    readings = {r.key: r for r in phase4.figures(boards.NOW, derived=True)}
    snapshot = Snapshot(
        at=boards.NOW,
        readings=readings,
        sources=(boards.SOURCE,),
        baselines=phase4.baselines(boards.NOW),
    )
    return arrange(snapshot, boards.CATALOGUE)


def reading(board: Board, **more: object) -> Reading:
    return msgspec.structs.replace(board.snapshot.readings[P95], **more)


@pytest.mark.parametrize(
    ("value", "lately", "words"),
    [
        (291.0, 290.0, "steady, within usual range"),
        (291.0, 350.0, "within usual range"),
        (350.0, 290.0, "above usual range"),
        (100.0, 290.0, "below usual range"),
    ],
)
def test_a_figure_is_held_against_what_is_usual(
    board: Board, value: float, lately: float, words: str
) -> None:
    went = line(P95, flat(lately))
    found = frame(went, usual=(Usual(key=P95, low=270.0, high=310.0),))
    assert compared(reading(board, value=value), board, found) == words


def test_else_against_how_it_went_before(board: Board) -> None:
    errors = board.snapshot.readings[ERRORS]
    rising = line(ERRORS, lambda at: 1.5 + (at - END) / DAY)
    assert compared(errors, board, None, frame(rising, baseline="before Phase 4")) == (
        "before Phase 4: 0.5 to 1.5 %"
    )
    level = line(ERRORS, flat(0.5))
    assert compared(errors, board, None, frame(level, baseline="before Phase 4")) == (
        "before Phase 4: 0.5 %"
    )


def test_else_against_what_it_was(board: Board) -> None:
    mttr = board.by_metric["quality.mttr"][0]
    assert compared(mttr, board).startswith("was ")
    assert not compared(reading(board), board, frame(line(P95, flat(1.0))))
