from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from opsdesk.ui.connect import ConnectDialog, NewSource, problem_of


def field(dialog: ConnectDialog, name: str) -> QLineEdit:
    return next(f for f in dialog.findChildren(QLineEdit) if f.accessibleName() == name)


def press(dialog: ConnectDialog, text: str) -> None:
    next(b for b in dialog.findChildren(QPushButton) if b.text() == text).click()


@pytest.fixture
def dialog(qtbot: QtBot) -> ConnectDialog:
    found = ConnectDialog(None, "http://127.0.0.1:9090")
    qtbot.addWidget(found)
    with qtbot.waitExposed(found):
        found.open()
    return found


def test_an_address_is_enough(qtbot: QtBot, dialog: ConnectDialog) -> None:
    with qtbot.waitSignal(dialog.accepted_source) as entered:
        press(dialog, "Connect")
    assert entered.args == [NewSource(title="127.0.0.1:9090", url="http://127.0.0.1:9090")]


def test_a_secret_is_asked_for_only_where_there_is_one(qtbot: QtBot, dialog: ConnectDialog) -> None:
    secret = field(dialog, "Password or token")
    assert not secret.isVisible()
    ways = dialog.findChild(QComboBox)
    assert ways is not None
    ways.setCurrentIndex(ways.findData("basic"))
    assert secret.isVisible()
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    field(dialog, "User").setText("lead")
    secret.setText("s3cret")
    with qtbot.waitSignal(dialog.accepted_source) as entered:
        press(dialog, "Connect")
    found = entered.args[0]
    assert (found.auth, found.user, found.secret) == ("basic", "lead", "s3cret")
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    "address", ["", "prometheus:9090", "ftp://host", "http://", "http://[::1", "http://u:p@host"]
)
def test_what_cannot_work_is_said_before_it_is_tried(dialog: ConnectDialog, address: str) -> None:
    field(dialog, "Address").setText(address)
    press(dialog, "Connect")
    assert dialog.isVisible()
    said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert problem_of(address) in said
    dialog.reject()
