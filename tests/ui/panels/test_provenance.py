"""Where the figures come from."""

from __future__ import annotations

import msgspec
import pytest
from support import boards, dashboard
from support.boards import NOW
from support.panels import MakeKind

from opsdesk.model.errors import Problem
from opsdesk.model.page import PanelKind
from opsdesk.ui.panels.canvas import PaintedPanel


def test_every_section_has_its_row(make_kind: MakeKind) -> None:
    board = dashboard.whole()
    panel = make_kind(PanelKind.PROVENANCE, board)
    assert isinstance(panel, PaintedPanel)
    assert len(panel.rows) == len({metric.section for metric in board.catalogue.values()})
    assert "Error rates, measured, Production metrics, OK, 12 s, Overview" in panel.accessibleName()
    panel.show_board(boards.stale(), NOW)
    assert "STALE" in panel.rows[0].said
    assert "no source" in panel.rows[-1].said


@pytest.mark.parametrize(
    ("problem", "words"),
    [(None, "waiting for first answer"), (boards.TIMED_OUT, "not answering")],
)
def test_before_the_first_answer_nothing_is_said_to_have_no_source(
    make_kind: MakeKind, problem: Problem | None, words: str
) -> None:
    (source,) = boards.connecting().snapshot.sources
    board = boards.board_of([], msgspec.structs.replace(source, problem=problem))
    table = make_kind(PanelKind.PROVENANCE, board)
    assert isinstance(table, PaintedPanel)
    assert all(words in row.said and "no source" not in row.said for row in table.rows)
    assert words in make_kind(PanelKind.ABSENT, board).accessibleName()
