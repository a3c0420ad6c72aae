"""The menu that says for how long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Snooze
from opsdesk.insight.snoozing import choices
from opsdesk.insight.words import utc_now


def fill(
    menu: QMenu, send: Callable[[Snooze], None], incidents: tuple[str, ...], *, snoozed: bool
) -> None:
    """Offer for how long to snooze incidents, all where none is named, and to end it.

    To be called whenever the menu is about to be seen: its moments lie ahead of now.
    """
    menu.clear()
    for choice in choices(utc_now()):
        _add(menu, choice.title, send, Snooze(choice.until, incidents))
    if snoozed:
        menu.addSeparator()
        _add(menu, tr("End the snooze"), send, Snooze(None, incidents))


def _add(menu: QMenu, title: str, send: Callable[[Snooze], None], command: Snooze) -> None:
    action = QAction(title, menu)
    action.triggered.connect(lambda _checked=False: send(command))
    menu.addAction(action)
