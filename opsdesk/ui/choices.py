"""Theme, language and interval: what its user chooses holds at once, and is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr
from opsdesk.engine.commands import Command, SetInterval
from opsdesk.model.errors import OpsDeskError
from opsdesk.ui.parts_wanted import Parts
from opsdesk.ui.theme import Look

if TYPE_CHECKING:
    from opsdesk.ui.header import Header


def unkept(keep: Callable[[], None]) -> str:
    """Keep a choice; return what is to be said where that fails, else ''."""
    try:
        keep()
    except (OSError, OpsDeskError) as error:
        return tr("This choice holds until OpsDesk ends. {error}", error=error)
    return ""


class Choices(QObject):
    """What is chosen now, and by the window's menu."""

    #: what could not be kept, in a sentence
    noticed = Signal(str)
    #: everything that has words is to be made anew: each is translated where it is made
    language_changed = Signal()

    def __init__(
        self, parts: Parts, look: Look, send: Callable[[Command], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._parts, self._look, self._send = parts, look, send
        self._language, self._interval = parts.language, parts.interval

    def join(self, header: Header) -> None:
        """Show them in a window's menu, and take what is chosen there."""
        header.show_choices(self._look.choice, self._interval, self._language)
        header.theme_chosen.connect(self._choose_theme)
        header.language_chosen.connect(self._choose_language)
        header.interval_chosen.connect(self._choose_interval)

    def _choose_theme(self, theme: str) -> None:
        self._look.choose(theme)
        self._remember(partial(self._parts.remember_theme, theme))

    def _choose_interval(self, seconds: float) -> None:
        self._interval = seconds
        self._send(SetInterval(seconds))
        self._remember(partial(self._parts.remember_interval, seconds))

    def _choose_language(self, name: str) -> None:
        self._remember(partial(self._parts.remember_language, name))
        if name != self._language:
            self._language = name
            language.choose(name)
            # Not now: it is the menu of the window itself that asks for it.
            QTimer.singleShot(0, self, self.language_changed.emit)

    def _remember(self, keep: Callable[[], None]) -> None:
        if words := unkept(keep):
            self.noticed.emit(words)
