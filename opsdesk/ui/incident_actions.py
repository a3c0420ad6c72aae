"""What can be done with a chosen incident, as buttons; keys of its list do the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from opsdesk.catalogue.language import mark, tr
from opsdesk.engine.commands import Acknowledge
from opsdesk.insight.incident_list import Entry
from opsdesk.ui import snooze_menu
from opsdesk.ui.addresses import open_address
from opsdesk.ui.parts import button, row

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "open": mark("Details"),
        "acknowledge": mark("Acknowledge"),
        "snooze": mark("Snooze"),
        "note": mark("Add note"),
        "copy": mark("Copy"),
        "runbook": mark("Runbook"),
    }
)
_TIPS: Mapping[str, str] = MappingProxyType(
    {
        "open": mark("What happened before and after (Enter)"),
        "acknowledge": mark("Somebody takes care of it; again takes that back (A)"),
        "snooze": mark("Tell nothing of it for a while (S)"),
        "note": mark("Write something down about it (N)"),
        "copy": mark("Copy it as text for a chat (C)"),
        "runbook": mark("Open what helps (R)"),
    }
)


class IncidentActions(QWidget):
    """Buttons about one incident. What is not a matter of the engine is left to who shows them."""

    #: a Command of the engine
    command_wanted = Signal(object)
    #: 'open', 'note', 'copy'
    wanted = Signal(str)

    def __init__(self, names: Sequence[str]) -> None:
        """Offer the actions of these names, in their order."""
        super().__init__()
        self._entry: Entry | None = None
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._buttons = {name: button(tr(TITLES[name]), tr(_TIPS[name])) for name in names}
        for name, one in self._buttons.items():
            one.setProperty("action", name)
            if name == "snooze":
                one.setMenu(self._menu)
            else:
                one.clicked.connect(self._clicked)
        self.setLayout(row(*self._buttons.values(), None))
        self.show_entry(None)

    def show_entry(self, entry: Entry | None) -> None:
        """Offer what can be done with an incident; what has ended is neither told nor taken on."""
        self._entry = entry
        runs = entry is not None and entry.incident.runs
        can = {
            "acknowledge": runs,
            "snooze": runs,
            "runbook": entry is not None and bool(entry.incident.runbook),
        }
        for name, one in self._buttons.items():
            one.setEnabled(can.get(name, entry is not None))
            title = self._title(name)
            one.setText(title)
            about = tr("{action}: {name}", action=title, name=entry.name) if entry else title
            one.setAccessibleName(about)

    def _title(self, name: str) -> str:
        if name == "acknowledge" and self._entry is not None and self._entry.acknowledged:
            return tr("Unacknowledge")
        return tr(TITLES[name])

    def do(self, name: str) -> None:
        """Do what a button would, or a key."""
        pressed = self._buttons.get(name)
        if self._entry is None or (pressed is not None and not pressed.isEnabled()):
            return
        match name:
            case "acknowledge":
                on = not self._entry.acknowledged
                self.command_wanted.emit(Acknowledge((self._entry.id,), on))
            case "snooze":
                if pressed is not None:
                    self._menu.popup(pressed.mapToGlobal(QPoint(0, pressed.height())))
            case "runbook":
                open_address(self._entry.incident.runbook)
            case _:
                self.wanted.emit(name)

    def menu(self) -> QMenu:
        """Return a new menu of the same, for a right click; who asks lets it go."""
        menu = QMenu(self)
        for name, one in self._buttons.items():
            if name == "snooze":
                self._menu.setTitle(self._title(name))
                self._menu.menuAction().setEnabled(one.isEnabled())
                menu.addMenu(self._menu)
            else:
                action = menu.addAction(self._title(name))
                action.setData(name)
                action.setEnabled(one.isEnabled())
        menu.triggered.connect(self._triggered)
        return menu

    def _triggered(self, action: QAction) -> None:
        if name := action.data():  # what snoozes has none, and does it itself
            self.do(str(name))

    def _clicked(self) -> None:
        self.do(str(self.sender().property("action")))

    def _fill_menu(self) -> None:
        if self._entry is not None:
            ids, snoozed = (self._entry.id,), self._entry.snoozed
            snooze_menu.fill(self._menu, self.command_wanted.emit, ids, snoozed=snoozed)
