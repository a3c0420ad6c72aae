"""Hover and Enter: all that is known of a figure."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot
from support import boards

from opsdesk.catalogue import metrics, pages
from opsdesk.insight.board import Board
from opsdesk.insight.details import details, title_of
from opsdesk.model.key import key
from opsdesk.ui.card import tip
from opsdesk.ui.details import DetailsPopup
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow

P95 = key("latency.quantile", {"quantile": "0.95"})


def known_of(board: Board) -> dict[str, str]:
    found = details(board.snapshot.readings[P95], board, boards.NOW)
    return {detail.caption: detail.text for detail in found}


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow(pages.load(metrics.load()), Look("dark"))
    qtbot.addWidget(window)
    window.show()
    window.show_board(boards.normal(), boards.NOW)
    return window


def test_enter_on_a_card_opens_what_is_known_of_its_figures(
    qtbot: QtBot, window: MainWindow
) -> None:
    card = next(panel for panel in window.page.panels if panel.shown)
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    popup = window.findChild(DetailsPopup)
    assert popup is not None
    assert popup.isVisible()
    shown = popup.findChild(QTextEdit)
    assert shown is not None
    figure = details(card.shown[0], boards.normal(), boards.NOW)[0]
    assert shown.toPlainText().splitlines()[0] == figure.text
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert window.focusWidget() is card


def test_what_is_open_grows_old_with_its_figures(qtbot: QtBot, window: MainWindow) -> None:
    card = next(panel for panel in window.page.panels if panel.shown)
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    popup = window.findChild(DetailsPopup)
    assert popup is not None
    shown = popup.findChild(QTextEdit)
    assert shown is not None
    window.tick(boards.NOW)
    assert " ago: stale" not in shown.toPlainText()

    window.tick(boards.NOW + timedelta(hours=1))
    assert "1 h ago: stale" in shown.toPlainText()

    window.show_board(boards.normal(), boards.NOW)
    assert " ago: stale" not in shown.toPlainText()


def test_what_is_known_of_a_figure() -> None:
    board = boards.normal()
    known = {
        one.caption: one.text for one in details(board.snapshot.readings[P95], board, boards.NOW)
    }
    assert known["Figure"] == "291 ms"
    assert known["Covers"] == "5 min"
    assert known["Key"] == 'latency.quantile{quantile="0.95"}'
    assert known["Source"].endswith(", measured")
    assert known["True at"].endswith("12 s ago")
    assert known["What it is"].startswith("Time within which")


def test_a_stale_figure_is_said_to_be() -> None:
    board = boards.stale()
    known = {
        one.caption: one.text for one in details(board.snapshot.readings[P95], board, boards.NOW)
    }
    assert known["True at"].endswith(": stale")


def test_a_name_says_what_it_is_about() -> None:
    board = boards.normal()
    assert title_of(board.snapshot.readings[P95], board) == "Response time: 0.95"


def test_what_a_server_says_is_no_markup() -> None:
    board = boards.normal()
    reading = msgspec.structs.replace(board.snapshot.readings[P95], note="<img src=x> & <b>")
    assert "&lt;img src=x&gt; &amp; &lt;b&gt;" in tip(reading, board)
