"""The dialog about notifications: what is entered, what is refused, what is tried."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QTime
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QSpinBox, QTimeEdit
from pytestqt.qtbot import QtBot

from opsdesk.model.desk import Policy
from opsdesk.ui.notifications import NotificationsDialog, TestChannel, trouble
from opsdesk.ui.theme import Look

Make = Callable[..., NotificationsDialog]
OWN = Policy(runbooks={"Carbon": "https://runbooks.example/carbon"}, flapping_hours=3.0)


@pytest.fixture
def make(qtbot: QtBot, look: Look) -> Make:
    assert look

    def made(policy: Policy = OWN, test: TestChannel | None = None) -> NotificationsDialog:
        found = NotificationsDialog(None, policy, test)
        qtbot.addWidget(found)
        with qtbot.waitExposed(found):
            found.show()
        return found

    return made


def named(dialog: NotificationsDialog, kind: type, name: str) -> object:
    return next(one for one in dialog.findChildren(kind) if one.accessibleName() == name)


def button(dialog: NotificationsDialog, name: str) -> QPushButton:
    found = (b for b in dialog.findChildren(QPushButton) if name in (b.text(), b.accessibleName()))
    return next(found)


def outcome(dialog: NotificationsDialog) -> str:
    found = [label.text() for label in dialog.findChildren(QLabel) if label.property("tone")]
    return found[-1] if found else ""


def test_what_is_not_touched_stays_as_it_was(make: Make) -> None:
    assert make().policy() == OWN
    quiet = msgspec.structs.replace(OWN, quiet_from="23:15", quiet_to="06:30", reminder=0.0)
    assert make(quiet).policy() == quiet
    often = msgspec.structs.replace(OWN, reminder=0.5)
    assert make(often).policy().reminder == 1.0  # and not never


def test_what_is_checked_has_a_tick_in_the_colour_of_the_theme(make: Make, look: Look) -> None:
    dialog = make()
    box = named(dialog, QCheckBox, "Quiet hours")
    assert isinstance(box, QCheckBox)

    box.setChecked(True)
    picture = box.grab().toImage()
    inside = [picture.pixelColor(x, y) for x in range(3, 13) for y in range(9, 21)]
    tick, fill = look.color("onfill").lightness(), look.color("accent").lightness()
    like_tick = [c for c in inside if abs(c.lightness() - tick) < abs(c.lightness() - fill)]
    assert 0 < len(like_tick) < len(inside) / 2


def test_what_is_entered_is_what_is_wanted(qtbot: QtBot, make: Make) -> None:
    dialog = make()
    reminder = named(dialog, QSpinBox, "Remind after")
    quiet = named(dialog, QCheckBox, "Quiet hours")
    begins = named(dialog, QTimeEdit, "Quiet from")
    command = named(dialog, QLineEdit, "Command")
    assert isinstance(reminder, QSpinBox)
    assert isinstance(quiet, QCheckBox)
    assert isinstance(begins, QTimeEdit)
    assert isinstance(command, QLineEdit)
    assert not begins.isEnabled()
    reminder.setValue(15)
    quiet.setChecked(True)
    begins.setTime(QTime(21, 30))
    command.setText(" notify-team --channel ops ")
    with qtbot.waitSignal(dialog.accepted_policy) as wanted:
        button(dialog, "Save").click()
    assert wanted.args == [
        msgspec.structs.replace(
            OWN,
            reminder=15.0,
            quiet_from="21:30",
            quiet_to="07:00",
            command="notify-team --channel ops",
        )
    ]
    assert not dialog.isVisible()


def test_a_token_is_handed_over_and_stands_in_no_policy(qtbot: QtBot, make: Make) -> None:
    dialog = make(msgspec.structs.replace(OWN, webhook="https://hooks.example/x"))
    token = named(dialog, QLineEdit, "Token of the webhook")
    assert isinstance(token, QLineEdit)
    token.setText("t0p")
    with qtbot.waitSignals([dialog.token_given, dialog.accepted_policy]):
        button(dialog, "Save").click()
    assert "t0p" not in repr(dialog.policy())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"webhook": "hooks.example"}, "http://"),
        ({"webhook": "https://user:secret@hooks.example"}, "password"),
        ({"flapping_from": 20.0, "flapping_to": 20.0}, "lower percent"),
        ({"command": "say 'hello"}, "quotation mark"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "another time"),
        ({}, ""),
    ],
)
def test_what_cannot_be_kept_is_said_with_its_remedy(changes: dict[str, object], why: str) -> None:
    found = trouble(msgspec.structs.replace(Policy(), **changes))
    assert (why in found) if why else found == ""


def test_what_is_refused_leaves_the_dialog_open(qtbot: QtBot, make: Make) -> None:
    dialog = make(msgspec.structs.replace(OWN, webhook="nonsense"))
    with qtbot.assertNotEmitted(dialog.accepted_policy):
        button(dialog, "Save").click()
    assert dialog.isVisible()
    assert "http://" in outcome(dialog)


def test_a_channel_is_tried_beside_the_window(qtbot: QtBot, make: Make) -> None:
    tried: list[tuple[str, Policy, str, bool]] = []

    def test(channel: str, policy: Policy, token: str) -> str:
        beside = threading.current_thread() is not threading.main_thread()
        tried.append((channel, policy, token, beside))
        return "it was heard"

    dialog = make(OWN, test)
    token = named(dialog, QLineEdit, "Token of the webhook")
    assert isinstance(token, QLineEdit)
    token.setText("t0p")
    with qtbot.assertNotEmitted(dialog.token_given):
        button(dialog, "Test: Webhook").click()
        qtbot.waitUntil(lambda: outcome(dialog) == "it was heard")
    assert tried == [("webhook", OWN, "t0p", True)]
    for thread in dialog._threads:
        thread.join()


def test_what_cannot_be_tried_is_not_offered(make: Make) -> None:
    dialog = make(OWN, None)
    assert not button(dialog, "Test: Webhook").isVisible()
