"""An error in what is painted is told of once, and its place says that it cannot be drawn."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support import boards

from opsdesk.ui import glyphs
from opsdesk.ui.painted import Painted, Reported
from opsdesk.ui.panels.breaker_table import BreakerTablePanel
from opsdesk.ui.panels.columns import Row
from opsdesk.ui.panels.painting import RowsView, Scale
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow
from opsdesk.ui.writing import Writer


class Half(Painted):
    """Fails after it has begun, by an error that C raises."""

    def draw(self, writer: Writer) -> None:
        writer.painter.translate(400, 400)
        writer.painter.setOpacity(0.0)
        [].pop()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the errors that nobody caught, as they are told of."""
    found: list[str] = []
    monkeypatch.setattr(Reported, "places", set())
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: found.append(kind.__name__))
    return found


def inks(widget: QWidget) -> set[str]:
    """Return the colours of a picture of a widget: Python calls Qt, and Qt calls Python."""
    image: QImage = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def fails(*_: object, **__: object) -> Any:  # noqa: ANN401 - in the place of anything
    raise LookupError("while it was drawn")


def test_what_cannot_be_drawn_says_so_and_is_told_of_once(
    qtbot: QtBot, look: Look, heard: list[str]
) -> None:
    broken = Half(look)
    qtbot.addWidget(broken)
    broken.resize(200, 40)
    assert look.color("text3").name() in inks(broken)
    inks(broken)
    assert heard == ["IndexError"]


def test_where_there_is_no_room_for_words_it_stays_empty(
    qtbot: QtBot, look: Look, heard: list[str]
) -> None:
    broken = Half(look)
    qtbot.addWidget(broken)
    broken.resize(12, 12)
    assert len(inks(broken)) == 1
    assert heard == ["IndexError"]


def test_rows_fail_alone(qtbot: QtBot, look: Look, heard: list[str]) -> None:
    view = RowsView(look)
    qtbot.addWidget(view)
    view.resize(300, 60)
    name: Any = 3
    view.show_rows([Row(name=name)], Scale())
    assert look.color("text3").name() in inks(view.viewport())
    assert heard == ["TypeError"]


def test_glyphs_and_cells_of_the_table_fail_alone(
    window: MainWindow, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glyphs, "_renderer", fails)
    window.show_page([page.id for page in window.pages].index("reliability"))
    window.show_board(boards.tripped(), boards.NOW)
    table = window.page.panels[0]
    assert isinstance(table, BreakerTablePanel)
    assert len(inks(table.view.viewport())) > 2
    inks(window)
    assert heard == ["LookupError"]
