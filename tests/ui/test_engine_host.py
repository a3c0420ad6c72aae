"""An engine that is made anew hears what still holds, and one that died runs again by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot
from support import boards
from support.readings import FakeSource, answering

from opsdesk.engine.commands import Mute, Pause, Resume
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Snapshot
from opsdesk.ui import engine_host
from opsdesk.ui.bridge import Bridge
from opsdesk.ui.engine_host import EngineHost


class Engines:
    """Makes engines of one source; each that is to die does so at once."""

    def __init__(self) -> None:
        self.made, self.fails = 0, False
        self.may_begin = threading.Event()
        self.may_begin.set()

    def __call__(
        self,
        publish: Callable[[Snapshot], None],
        answer: Callable[[SeriesFrame], None],
        on_death: Callable[[Exception], None],
        on_activated: Callable[[Notice, NoticeAction, str], None],
        on_trouble: Callable[[str, str], None],
    ) -> Engine:
        del on_activated, on_trouble
        self.made += 1
        fails = self.fails

        def build() -> Setting:
            self.may_begin.wait(10)
            if fails:
                raise ZeroDivisionError
            return Setting(
                sources=(FakeSource("a", answering()),),
                catalogue=boards.CATALOGUE,
                interval=60.0,
                publish=publish,
                answer=answer,
            )

        return Engine(build, on_death)


class Heard(QObject):
    """What came over the bridge, told on the window's thread.

    pytest-qt's own wait must not be set to the bridge's signals: it lets go of one while the
    engine's thread emits it, and what is under way finds nobody.
    """

    board = Signal(object)
    death = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        bridge.arrived.connect(self._tell_board, Qt.ConnectionType.QueuedConnection)
        bridge.died.connect(self._tell_death, Qt.ConnectionType.QueuedConnection)

    def _tell_board(self, board: object) -> None:
        self.board.emit(board)

    def _tell_death(self, why: str) -> None:
        self.death.emit(why)


@pytest.fixture
def engines() -> Engines:
    return Engines()


@pytest.fixture
def host(engines: Engines, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineHost]:
    monkeypatch.setattr(engine_host, "_REVIVED_MS", 20)
    parent = QObject()
    bridge = Bridge(boards.CATALOGUE)
    bridge.setParent(parent)
    found = EngineHost(engines, bridge, parent)
    with qtbot.waitSignal(Heard(bridge).board):
        found.start()
    yield found
    found.stop()
    found.stop()
    parent.deleteLater()


def heard(host: EngineHost) -> Heard:
    found = host._bridge.findChild(Heard)
    assert isinstance(found, Heard)
    return found


def test_a_new_engine_is_paused_where_the_one_before_was(host: EngineHost, qtbot: QtBot) -> None:
    for command, paused in ((Pause(), True), (Resume(), False)):
        host.send(command)
        with qtbot.waitSignals(
            [host.restarted, heard(host).board],
            check_params_cbs=[
                lambda: True,
                lambda board, paused=paused: board.snapshot.paused is paused,
            ],
        ):
            host.restart()


def test_and_mute(host: EngineHost, engines: Engines) -> None:
    host.send(Mute(on=True))
    engines.may_begin.clear()
    host.restart()
    assert host._engine._commands.get_nowait() == Mute(on=True)
    engines.may_begin.set()


def test_one_that_died_is_revived_once(host: EngineHost, engines: Engines, qtbot: QtBot) -> None:
    engines.fails = True
    with qtbot.waitSignal(heard(host).death) as died:
        host.restart()
    assert died.args == ["ZeroDivisionError"]
    engines.fails = False
    with qtbot.waitSignal(host.restarted):
        host.revive()
        host.revive()
    assert host.alive
    assert engines.made == 3


def test_who_starts_it_anew_by_hand_does_not_have_it_started_again(
    host: EngineHost, engines: Engines, qtbot: QtBot
) -> None:
    host.revive()
    host.restart()
    with qtbot.assertNotEmitted(host.restarted, wait=60):
        pass
    assert engines.made == 2


def test_after_the_end_nothing_is_revived(host: EngineHost, engines: Engines, qtbot: QtBot) -> None:
    host.revive()
    host.stop()
    with qtbot.assertNotEmitted(host.restarted, wait=60):
        pass
    assert engines.made == 1
