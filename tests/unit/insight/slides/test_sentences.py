"""Sentences on a wall."""

from __future__ import annotations

from datetime import timedelta

from support import boards, dashboard
from support.boards import NOW

from opsdesk.insight.board import Board
from opsdesk.insight.slides.blocks import Line, Words
from opsdesk.insight.slides.kinds import block_of
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State
from opsdesk.model.key import key
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import Reading

RISKS = ("logs.volume_growth", "runbook.low_success", "breaker.flapping")


def sentences(kind: PanelKind, board: Board, *metrics: str, later: float = 0) -> tuple[Line, ...]:
    panel = Panel(kind=kind, title="Words", metrics=metrics)
    found = block_of(panel, Seen(board=board, now=NOW + timedelta(seconds=later), frames={}))
    assert isinstance(found, Words)
    assert found.title == "Words"
    return found.sentences


def test_risks_and_then_how_many_figures_disagree() -> None:
    board = dashboard.whole()
    found = sentences(PanelKind.RISKS, board, *RISKS)
    assert found[0] == Line(name="Log volume grows 15 % per week", state=State.DEGRADED)
    assert found[-1] == Line(name="7 figures disagree")


def test_that_there_is_no_risk_is_said() -> None:
    none = Reading(key=key("breaker.flapping"), value=0.0, at=NOW, source="prod")
    board = boards.board_of([none])
    assert sentences(PanelKind.RISKS, board, *RISKS) == (
        Line(name="No risk is known", state=State.OK),
    )


def test_that_nobody_knows_is_said_too() -> None:
    (line,) = sentences(PanelKind.RISKS, boards.connecting(), *RISKS)
    assert line == Line(name="Waiting for first answer", state=State.NO_SOURCE)


def test_a_risk_that_is_stale_is_not_told() -> None:
    one = Reading(key=key("breaker.flapping"), value=2.0, at=NOW, source="prod")
    (line,) = sentences(PanelKind.RISKS, boards.board_of([one]), *RISKS, later=40 * 86_400)
    assert line.state is State.NO_SOURCE


def test_texts_are_told_each() -> None:
    texts = [
        Reading(key=key("lesson", {"item": str(n)}), value=f"Lesson {n}", at=NOW, source="prod")
        for n in range(3)
    ]
    found = sentences(PanelKind.LIST, boards.board_of(texts), "lesson")
    assert [line.name for line in found] == ["Lesson 0", "Lesson 1", "Lesson 2"]
    assert sentences(PanelKind.LIST, boards.no_source(), "lesson")[0].state is State.NO_SOURCE
