"""Nothing that can be seen escapes translation: every page in the pseudo-language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support import boards, dashboard
from support.boards import CATALOGUE, NOW
from support.written import drawing

from opsdesk.catalogue import language, pages
from opsdesk.insight.board import Board
from opsdesk.model.page import Place
from opsdesk.ui.connect import ConnectDialog
from opsdesk.ui.theme import Look
from opsdesk.ui.tray import Tray
from opsdesk.ui.window import MainWindow

PAGES = [page for page in pages.load(CATALOGUE) if Place.WINDOW in page.places]
# In the pseudo-language each vowel of a message has an accent; a name from data has none.
_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"<[^>]*>")
_PLAIN = re.compile(r"[aeiou]", re.IGNORECASE)
#: what is the same in every language: names, formats, symbols of units, languages by their names
NAMES = {"opsdesk", "OpsDesk", "CSV", "JSON", "PDF", "USD", "min", "English", "Deutsch"}
EXAMPLES = {"http", "prometheus", "example"}


@pytest.fixture(autouse=True)
def pseudo() -> Iterator[None]:
    """Speak the pseudo-language, and afterwards English."""
    language.choose(language.PSEUDO)
    yield
    language.choose("en")


@pytest.fixture(params=["whole", "stale", "tripped", "no_source"])
def board(request: pytest.FixtureRequest) -> Board:
    """Return a board with everything on it, and boards with troubles of their own."""
    made = {
        "whole": dashboard.whole,
        "stale": dashboard.stale,
        "tripped": boards.tripped,
        "no_source": boards.no_source,
    }
    return made[str(request.param)]()


def names_in(board: Board) -> set[str]:
    """Return every word that comes from data: labels, keys, sources."""
    texts = [str(key) for key in board.snapshot.readings]
    for source in board.sources.values():
        texts += [source.id, source.title, source.where, *source.notes]
        problem = source.problem
        texts += [problem.what, problem.remedy] if problem is not None else []
    return {word for text in texts for word in _WORD.findall(text)} | NAMES


def is_known(word: str, text: str, known: set[str]) -> bool:
    """Tell whether a word is one of those that are known, or the part of one that had room."""
    cut = f"{word}\N{HORIZONTAL ELLIPSIS}" in text
    begun = cut and any(name.startswith(word) for name in known)
    return begun or word in known or not _PLAIN.search(word)


def plain(texts: list[str], known: set[str]) -> list[str]:
    """Return the texts with a word that is neither translated nor known."""
    return [
        text
        for text in texts
        if any(
            _PLAIN.search(word) and not is_known(word, text, known) for word in _WORD.findall(text)
        )
    ]


def said(widget: QWidget) -> list[str]:
    """Return what a widget and those in it say: texts, tool tips, accessible names, menus."""
    texts: list[str] = []
    parts = [part for part in widget.findChildren(QWidget) if not isinstance(part, QToolButton)]
    for part in [widget, *parts]:  # tool buttons are Qt's: those that scroll its tabs
        texts += (part.toolTip(), part.accessibleName(), part.accessibleDescription())
        if isinstance(part, QLabel | QAbstractButton):
            texts.append(part.text())
        elif isinstance(part, QLineEdit):
            texts.append(part.placeholderText())
        elif isinstance(part, QTabBar):
            places = range(part.count())
            texts += [text for i in places for text in (part.tabText(i), part.tabToolTip(i))]
        elif isinstance(part, QComboBox):
            texts += [part.itemText(i) for i in range(part.count())]
    texts += [action.text() for action in widget.findChildren(QAction)]
    return [_MARKUP.sub(" ", text) for text in texts if text]


def painted(widget: QWidget) -> list[str]:
    """Return what is written on a widget, however it comes there."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing(widget))


@pytest.mark.parametrize("position", range(len(PAGES)), ids=[page.id for page in PAGES])
def test_every_text_of_a_page_is_translated(
    qtbot: QtBot, look: Look, board: Board, position: int
) -> None:
    window = MainWindow(PAGES, look)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.show_page(position)
    for _ in range(2):  # the second time with the sizes that the first gave the layouts
        window.show_board(board, NOW)
        QApplication.processEvents()
    known = names_in(board)
    assert painted(window)
    assert plain(painted(window), known) == []
    assert plain(said(window), known) == []
    assert plain([window.windowTitle()], known) == []


def test_the_dialog_for_a_source_is_translated(qtbot: QtBot, look: Look) -> None:
    del look
    dialog = ConnectDialog(None)
    qtbot.addWidget(dialog)
    assert plain([*said(dialog), dialog.windowTitle()], NAMES | EXAMPLES) == []


def test_the_menu_of_the_tray_is_translated(qtbot: QtBot, look: Look) -> None:
    del qtbot
    tray = Tray(look)
    tray.show_board(boards.tripped())
    texts = [action.text() for action in tray.findChildren(QAction)]
    tray.stop()
    assert len(texts) > 3
    assert plain(texts, names_in(boards.tripped())) == []


def test_what_is_not_translated_would_be_found(qtbot: QtBot) -> None:
    label = QLabel("No data yet")
    qtbot.addWidget(label)
    assert plain(said(label), NAMES) == ["No data yet"]
    label.resize(200, 40)
    assert plain(painted(label), NAMES)
