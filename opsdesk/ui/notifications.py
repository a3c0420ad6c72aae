"""The dialog 'Notifications': when and how one is told."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable
from math import ceil

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.desk import Policy
from opsdesk.ui.check import Check
from opsdesk.ui.connect import problem_of
from opsdesk.ui.parts import label, row
from opsdesk.ui.time_field import TimeField

#: tells something by a channel and returns what came of it, in words; blocks. The last is a token
#: for the webhook, or '' for the one that is kept
TestChannel = Callable[[str, Policy, str], str]

_CLOCK = "HH:mm"
_EVENING, _MORNING = QTime(22, 0), QTime(7, 0)
_MOST_MINUTES = 10_080
CHANNELS = {
    "desktop": mark("Notification"),
    "sound": mark("Sound"),
    "command": mark("Command"),
    "webhook": mark("Webhook"),
}


class NotificationsDialog(QDialog):
    """Shows a policy and emits the one that its user wants."""

    #: a Policy
    accepted_policy = Signal(object)
    #: the token of the webhook was entered
    token_given = Signal(str)
    _tried = Signal(str, str)

    def __init__(
        self, parent: QWidget | None, policy: Policy, test_channel: TestChannel | None
    ) -> None:
        super().__init__(parent)
        self._policy, self._test_channel = policy, test_channel
        self._threads: list[threading.Thread] = []
        self.setWindowTitle(tr("Notifications"))
        self.setMinimumWidth(560)
        self._make_fields(policy)
        self._outcome = QLabel()
        self._outcome.setWordWrap(True)
        self._outcome.setTextFormat(Qt.TextFormat.PlainText)
        self._outcome.hide()
        self._tried.connect(self._show_outcome, Qt.ConnectionType.QueuedConnection)
        save, cancel = QPushButton(tr("Save")), QPushButton(tr("Cancel"))
        save.setDefault(True)
        save.clicked.connect(self._check)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(label("headline", tr("Notifications")))
        layout.addLayout(self._form())
        layout.addWidget(self._outcome)
        layout.addLayout(row(None, cancel, save))

    def _make_fields(self, policy: Policy) -> None:
        self._reminder = QSpinBox()
        self._reminder.setRange(0, _MOST_MINUTES)
        self._reminder.setSpecialValueText(tr("never"))
        self._reminder.setSuffix(tr(" min"))
        # What is written by hand may be less than a minute; none at all would be never.
        self._reminder.setValue(ceil(policy.reminder))
        self._quiet = Check(tr("Nothing pops up"))
        self._quiet.setChecked(policy.quiet_from != policy.quiet_to)
        self._from, self._to = TimeField(), TimeField()
        for clock, given, usual in (
            (self._from, policy.quiet_from, _EVENING),
            (self._to, policy.quiet_to, _MORNING),
        ):
            clock.setDisplayFormat(_CLOCK)
            clock.setTime(QTime.fromString(given, _CLOCK) if given else usual)
        self._critical = Check(tr("but what is critical does"))
        self._critical.setChecked(policy.quiet_lets_critical)
        self._sound = Check(tr("when something opens"))
        self._sound.setChecked(policy.sound)
        self._command = QLineEdit(policy.command)
        self._command.setPlaceholderText(tr("a program, such as notify-team --channel ops"))
        self._webhook = QLineEdit(policy.webhook)
        self._webhook.setPlaceholderText("https://hooks.example/opsdesk")
        self._token = QLineEdit()
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setPlaceholderText(tr("leave empty to keep what there is"))
        self._on, self._off = QDoubleSpinBox(), QDoubleSpinBox()
        for share, value in ((self._on, policy.flapping_from), (self._off, policy.flapping_to)):
            share.setRange(0, 100)
            share.setDecimals(1)
            share.setSuffix(" %")
            share.setValue(value)
        for field in (self._reminder, self._from, self._to, self._on, self._off):
            field.setMinimumWidth(92)
            field.lineEdit().setTextMargins(6, 0, 0, 0)
        self._quiet.toggled.connect(self._show_fields)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(10)
        form.addRow(
            tr("Notification"), row(QLabel(tr("with actions")), None, self._test("desktop"))
        )
        form.addRow(tr("Remind after"), row(self._reminder, None))
        hours = row(self._quiet, QLabel(tr("from")), self._from, QLabel(tr("to")), self._to, None)
        form.addRow(tr("Quiet hours"), hours)
        form.addRow("", self._critical)
        form.addRow(tr("Sound"), row(self._sound, None, self._test("sound")))
        form.addRow(tr("Command"), row(self._command, self._test("command")))
        form.addRow(tr("Webhook"), row(self._webhook, self._test("webhook")))
        form.addRow(tr("Its token"), self._token)
        flapping = row(self._on, QLabel(tr("until")), self._off, None)
        form.addRow(tr("Flapping from"), flapping)
        names = {
            self._reminder: tr("Remind after"),
            self._from: tr("Quiet from"),
            self._to: tr("Quiet to"),
            self._quiet: tr("Quiet hours"),
            self._critical: tr("What is critical breaks through quiet hours"),
            self._sound: tr("Sound when something opens"),
            self._command: tr("Command"),
            self._webhook: tr("Webhook"),
            self._token: tr("Token of the webhook"),
            self._on: tr("Flapping from percent"),
            self._off: tr("Settled at percent"),
        }
        for field, name in names.items():
            field.setAccessibleName(name)
        self._show_fields()
        return form

    def _test(self, channel: str) -> QPushButton:
        button = QPushButton(tr("Test"))
        button.setProperty("channel", channel)
        button.setAccessibleName(tr("Test: {channel}", channel=tr(CHANNELS[channel])))
        button.setAutoDefault(False)
        button.clicked.connect(self._try)
        button.setVisible(self._test_channel is not None)
        return button

    def _show_fields(self) -> None:
        for field in (self._from, self._to, self._critical):
            field.setEnabled(self._quiet.isChecked())

    def policy(self) -> Policy:
        """Return what is entered."""
        quiet = self._quiet.isChecked()
        return replace(
            self._policy,
            reminder=float(self._reminder.value()),
            quiet_from=self._from.time().toString(_CLOCK) if quiet else "",
            quiet_to=self._to.time().toString(_CLOCK) if quiet else "",
            quiet_lets_critical=self._critical.isChecked(),
            sound=self._sound.isChecked(),
            command=self._command.text().strip(),
            webhook=self._webhook.text().strip(),
            flapping_from=self._on.value(),
            flapping_to=self._off.value(),
        )

    def _check(self) -> None:
        wanted = self.policy()
        problem = trouble(wanted)
        if problem:
            self._show_outcome("critical", problem)
            return
        if self._token.text():
            self.token_given.emit(self._token.text())
        self.accept()
        self.accepted_policy.emit(wanted)

    def _try(self) -> None:
        """Tell something by a channel, on a thread: a command may take its time."""
        channel, wanted = str(self.sender().property("channel")), self.policy()
        token, test = self._token.text(), self._test_channel
        problem = trouble(wanted)
        if problem or test is None:
            self._show_outcome("critical", problem)
            return
        self._show_outcome("text2", tr("Trying\N{HORIZONTAL ELLIPSIS}"))

        def work() -> None:
            self._tried.emit("text2", test(channel, wanted, token))

        thread = threading.Thread(target=work, name="opsdesk-test", daemon=True)
        self._threads = [known for known in self._threads if known.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _show_outcome(self, tone: str, words: str) -> None:
        self._outcome.setProperty("tone", tone)
        self._outcome.setText(words or tr("Done."))
        self._outcome.style().polish(self._outcome)
        self._outcome.show()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._token.clear()
        super().closeEvent(event)


def trouble(policy: Policy) -> str:
    """Return what keeps a policy from being kept, and the remedy; '' where nothing does."""
    if policy.webhook and (problem := problem_of(policy.webhook)):
        return problem
    if policy.flapping_to >= policy.flapping_from:
        return tr("Flapping must end at a lower percent than it begins.")
    try:
        shlex.split(policy.command)
    except ValueError:
        return tr("The command has a quotation mark without its pair.")
    if policy.quiet_from and policy.quiet_from == policy.quiet_to:
        return tr("Quiet hours must end at another time than they begin.")
    return ""
