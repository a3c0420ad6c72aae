"""The menu that says for how long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Snooze
from opsdesk.insight.snoozing import choices
from opsdesk.insight.words import utc_now

Send = Callable[[Snooze], None]


def titles() -> tuple[str, ...]:
    """Return what is offered now: it is another once a day."""
    return tuple(choice.title for choice in choices(utc_now()))


def fill(menu: QMenu, send: Send, incidents: tuple[str, ...], *, snoozed: bool) -> None:
    """Offer for how long to snooze incidents, all where none is named, and to end it.

    When a snooze ends is worked out when it is chosen: a menu on D-Bus may have stood for long.
    """
    menu.clear()
    for position, title in enumerate(titles()):
        _add(menu, title, partial(_snooze, send, position, incidents))
    if snoozed:
        menu.addSeparator()
        _add(menu, tr("End the snooze"), partial(send, Snooze(None, incidents)))


def _snooze(send: Send, position: int, incidents: tuple[str, ...]) -> None:
    send(Snooze(choices(utc_now())[position].until, incidents))


def _add(menu: QMenu, title: str, do: Callable[[], None]) -> None:
    action = QAction(title, menu)  # with a parent: a rebuilt menu must not lose it
    action.triggered.connect(lambda _checked=False: do())
    menu.addAction(action)
