"""Keeps an engine running: makes one, tells a new one what holds, starts one that died anew."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from opsdesk.engine.commands import Command, Mute, Pause, Resume
from opsdesk.engine.engine import Engine
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.parts_wanted import MakeEngine

# Until an engine that died where nobody sits is started anew.
_REVIVED_MS = 5_000


class EngineHost(QObject):
    """The engine of now. What was said to an earlier one, and still holds, the next one hears."""

    #: another one runs
    restarted = Signal()

    def __init__(self, make_engine: MakeEngine, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._make_engine, self._bridge = make_engine, bridge
        self._engine = self._made()
        #: by what they are about
        self._holding: dict[str, Command] = {}
        self._reviving = QTimer(self)
        self._reviving.setSingleShot(True)
        self._reviving.setInterval(_REVIVED_MS)
        self._reviving.timeout.connect(self.restart)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._engine.alive

    def start(self) -> None:
        """Begin to refresh."""
        self._engine.start()

    def stop(self) -> None:
        """End it for good, in two seconds at most. Idempotent."""
        self._reviving.stop()
        self._engine.stop()

    def send(self, command: Command) -> None:
        """Ask something of it."""
        if isinstance(command, Pause | Resume):
            self._holding["pause"] = command
        elif isinstance(command, Mute):
            self._holding["mute"] = command
        self._engine.send(command)

    def restart(self) -> None:
        """Put a new one in its place."""
        self.stop()
        self._engine = self._made()
        for command in self._holding.values():
            self._engine.send(command)
        self._engine.start()
        self.restarted.emit()

    def revive(self) -> None:
        """Put a new one in its place in a moment, unless somebody does it before."""
        self._reviving.start()

    def _made(self) -> Engine:
        return self._make_engine(
            self._bridge.publish,
            self._bridge.answered.emit,
            self._bridge.report_death,
            self._bridge.activated.emit,
            self._bridge.troubled.emit,
        )
