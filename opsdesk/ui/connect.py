"""The dialog in which a source is named: address and how to sign in, nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from opsdesk.catalogue.language import mark, tr
from opsdesk.ui.choice import Choice
from opsdesk.ui.parts import label, row

#: what a settings file calls each way to sign in, and what people call it
WAYS = {
    "none": mark("No sign-in"),
    "bearer": mark("Bearer token"),
    "basic": mark("User and password"),
}


class NewSource(msgspec.Struct, frozen=True, kw_only=True):
    """What was entered. The secret goes to the keyring; a repr does not show it."""

    title: str
    url: str
    auth: str = "none"
    user: str = ""
    secret: str = ""

    @override
    def __repr__(self) -> str:
        return f"NewSource(title={self.title!r}, url=..., auth={self.auth!r})"


class ConnectDialog(QDialog):
    """Asks for a Prometheus-compatible server. Emits what was entered once it can be tried."""

    #: a NewSource
    accepted_source = Signal(object)

    def __init__(self, parent: QWidget | None, address: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Connect a source"))
        self.setMinimumWidth(480)
        self._url = QLineEdit(address)
        self._url.setPlaceholderText("http://prometheus.example:9090")
        self._title = QLineEdit()
        self._title.setPlaceholderText(tr("Production metrics"))
        self._auth = Choice()
        for way, name in WAYS.items():
            self._auth.addItem(tr(name), way)
        self._user, self._secret = QLineEdit(), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setProperty("tone", "critical")
        self._form = QFormLayout()
        self._form.setSpacing(12)
        fields = (
            (tr("Address"), self._url),
            (tr("Name"), self._title),
            (tr("Sign-in"), self._auth),
            (tr("User"), self._user),
            (tr("Password or token"), self._secret),
        )
        for name, field in fields:
            self._form.addRow(name, field)
            field.setAccessibleName(name)
        connect, cancel = QPushButton(tr("Connect")), QPushButton(tr("Cancel"))
        connect.setDefault(True)
        connect.clicked.connect(self._check)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(label("headline", tr("Connect a source")))
        about = label(
            "detail",
            tr(
                "Any Prometheus-compatible server, such as Prometheus, Thanos, Mimir or"
                " VictoriaMetrics, and whatever speaks OpsDesk's metrics API: opsdesk serve, or a"
                " program of your own."
            ),
        )
        about.setWordWrap(True)
        layout.addWidget(about)
        layout.addLayout(self._form)
        layout.addWidget(self._problem)
        layout.addLayout(row(None, cancel, connect))
        self._problem.hide()
        self._auth.currentIndexChanged.connect(self._show_fields)
        self._show_fields()

    def _show_fields(self) -> None:
        way = self._auth.currentData()
        self._form.setRowVisible(self._user, way == "basic")
        self._form.setRowVisible(self._secret, way != "none")

    def _check(self) -> None:
        address = self._url.text().strip()
        problem = problem_of(address)
        if problem:
            self._problem.setText(problem)
            self._problem.show()
            if "@" in address and self._auth.currentData() == "none":
                self._auth.setCurrentIndex(self._auth.findData("basic"))
            self.adjustSize()
            self._url.setFocus()
            return
        found = NewSource(
            title=self._title.text().strip() or urlsplit(address).netloc,
            url=address,
            auth=str(self._auth.currentData()),
            user=self._user.text().strip(),
            secret=self._secret.text(),
        )
        self.accept()
        self.accepted_source.emit(found)


def problem_of(address: str) -> str:
    """Return what keeps an address from being tried, and the remedy; '' where nothing does."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        return tr("An address begins with http:// or https:// and names a server.")
    if parts.username or parts.password:
        return tr(
            "Take the password out of the address and enter it below: it is kept apart, safely."
        )
    return ""
