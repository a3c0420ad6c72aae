"""Texts, numbered, in the order of their rank."""

from __future__ import annotations

from support import boards
from support.boards import NOW
from support.panels import MakeKind, rows

from opsdesk.model.key import key
from opsdesk.model.page import PanelKind
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.list import Item


def test_texts_stand_in_the_order_of_their_rank(make_kind: MakeKind) -> None:
    def text(rank: str) -> Reading:
        of = key("recommendation", {"rank": rank})
        return Reading(key=of, value=f"Do {rank}: it helps", at=NOW, source="prod")

    board = boards.board_of([text(rank) for rank in ("10", "2", "1")])
    items = rows(make_kind(PanelKind.LIST, board, "recommendation"), Item)
    assert [(item.number, item.head, item.text) for item in items] == [
        ("1", "Do 1", "it helps"),
        ("2", "Do 2", "it helps"),
        ("10", "Do 10", "it helps"),
    ]


def test_a_text_without_a_colon_is_all_head(make_kind: MakeKind) -> None:
    reading = Reading(key=key("recommendation", {"rank": "x"}), value="Rest", at=NOW, source="prod")
    (item,) = rows(make_kind(PanelKind.LIST, boards.board_of([reading]), "recommendation"), Item)
    assert (item.number, item.head, item.text) == ("x", "Rest", "")
