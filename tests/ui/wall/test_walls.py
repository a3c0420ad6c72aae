"""Walls without a process around them: turning, holding, what is asked from elsewhere, faults."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support import boards

from opsdesk.catalogue import pages
from opsdesk.engine.commands import Acknowledge, Command, Mute
from opsdesk.insight.slides import making
from opsdesk.insight.slides.blocks import Slide
from opsdesk.insight.slides.panels import Seen
from opsdesk.model.errors import UnknownWallError
from opsdesk.model.page import Page
from opsdesk.model.protocols import WallControl
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.model.wall import Wall, WallCommand, WallStatus
from opsdesk.ui.parts_wanted import WallParts
from opsdesk.ui.wall import hanging
from opsdesk.ui.wall.controller import WallController
from opsdesk.ui.wall.hanging import Hanging
from opsdesk.ui.wall.walls import Walls

PAGES = pages.load(boards.CATALOGUE)
HALL, DOOR = Wall(id="hall", diagonal=55.0), Wall(id="door", diagonal=55.0)


class Keeping:
    """What a wall needs of the system, without a system."""

    def __init__(self) -> None:
        self.control: WallControl | None = None
        self.lives = 0
        self.notes: list[WallStatus] = []

    def begin(self, control: WallControl) -> None:
        self.control = control

    def end(self) -> None:
        self.control = None

    def close(self) -> None:
        """Nothing is held."""

    def own(self) -> WallStatus:
        return WallStatus(threads=3, problems=("of the process",))

    def check(self, code: str) -> bool:
        return code == "4711"

    def note(self, status: WallStatus) -> None:
        self.notes.append(status)

    def alive(self) -> None:
        self.lives += 1


class Hung:
    """Walls that are shown, and what is heard of them."""

    def __init__(self, folder: Path, walls: tuple[Wall, ...], *, is_locked: bool = False) -> None:
        self.parent, self.keeping = QObject(), Keeping()
        self.sent: list[Command] = []
        self.was_kept = False
        parts = WallParts(
            walls=walls,
            first=True,
            make_keeping=self._kept,
            is_locked=is_locked,
            pictures=folder,
            remember=lambda _walls: None,
            hindrance=str,
        )
        self.controller = WallController(parts, PAGES, self.sent.append, self.parent)
        self.controller.show_board(boards.normal())

    def _kept(self) -> Keeping:
        self.was_kept = True
        return self.keeping

    @property
    def control(self) -> WallControl:
        assert self.keeping.control is not None
        return self.keeping.control

    @property
    def status(self) -> WallStatus:
        return self.control.status()

    def slides(self) -> list[str]:
        return [wall.slide for wall in self.status.walls]

    def tell(self, command: WallCommand, wall: str = "") -> None:
        """Ask something of a wall, as the thread of its API does."""
        asking = threading.Thread(target=self.control.tell, args=(command, wall))
        asking.start()
        asking.join()


@pytest.fixture
def hung(qapp: QApplication, tmp_path: Path) -> Iterator[Hung]:
    """Return two walls, of which one has a display."""
    assert qapp
    found = Hung(tmp_path, (HALL, DOOR))
    found.controller.open()
    yield found
    found.controller.stop()
    found.parent.deleteLater()


def test_another_thread_turns_one_wall_or_all(hung: Hung, qtbot: QtBot) -> None:
    assert hung.slides() == ["overview", "overview"]
    hung.tell(WallCommand.NEXT, "door")
    qtbot.waitUntil(lambda: hung.slides() == ["overview", "reliability"])
    hung.tell(WallCommand.NEXT)
    qtbot.waitUntil(lambda: hung.slides() == ["reliability", "performance"])
    hung.tell(WallCommand.PREVIOUS)
    qtbot.waitUntil(lambda: hung.slides() == ["overview", "reliability"])
    assert hung.status.turns == 5


def test_one_wall_is_held_and_released(hung: Hung, qtbot: QtBot) -> None:
    hung.tell(WallCommand.HOLD, "hall")
    qtbot.waitUntil(lambda: [wall.held for wall in hung.status.walls] == [True, False])
    hung.tell(WallCommand.RELEASE)
    qtbot.waitUntil(lambda: not any(wall.held for wall in hung.status.walls))


def test_a_wall_that_there_is_not_is_refused(hung: Hung) -> None:
    with pytest.raises(UnknownWallError):
        hung.control.tell(WallCommand.NEXT, "cellar")


def test_what_has_taken_over_is_acknowledged(hung: Hung, qtbot: QtBot) -> None:
    board = boards.tripped()
    hung.controller.show_board(board)
    (incident,) = board.snapshot.incidents
    assert hung.slides() == [incident.id, incident.id]
    hung.tell(WallCommand.ACKNOWLEDGE)
    qtbot.waitUntil(lambda: Acknowledge((incident.id,)) in hung.sent)


def test_reading_anew_is_asked_for_and_not_once_the_walls_are_left(
    hung: Hung, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(hung.controller.reload_wanted):
        hung.tell(WallCommand.RELOAD)
    control = hung.control
    with qtbot.assertNotEmitted(hung.controller.reload_wanted):
        control.tell(WallCommand.RELOAD, "")
        hung.controller.close()
        QApplication.processEvents()


def test_while_no_display_is_without_a_wall_nothing_pops_up(hung: Hung) -> None:
    assert hung.sent == [Mute(on=True)]
    hung.controller.close()
    assert hung.sent == [Mute(on=True), Mute(on=False)]


def test_how_walls_are_is_told_with_what_is_wrong(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp
    found = Hung(tmp_path, (replace(HALL, pages=("gone", "overview", "gone")),))
    found.controller.open()
    try:
        assert found.status.problems == ("of the process", "There is no page 'gone'.")
        assert (found.status.threads, found.slides()) == (3, ["overview"])
        (source,) = boards.normal().snapshot.sources
        assert found.status.last_refresh == source.last_success
    finally:
        found.controller.stop()
        found.parent.deleteLater()


def test_the_first_wall_without_a_display_of_its_own_is_where_the_window_is(
    qapp: QApplication, tmp_path: Path
) -> None:
    assert qapp
    found = Hung(tmp_path, (replace(HALL, display="DP-9"), DOOR, replace(DOOR, id="yard")))
    found.controller.open("HDMI-1")
    try:
        assert [wall.display for wall in found.status.walls] == ["DP-9", "HDMI-1", ""]
    finally:
        found.controller.stop()
        found.parent.deleteLater()


def test_a_slide_that_cannot_be_made_says_so_and_the_wall_goes_on(
    hung: Hung, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: heard.append(kind))
    made = making.slide_of

    def breaks(page: Page, seen: Seen) -> Slide:
        if page.id == "reliability":
            raise ZeroDivisionError
        return made(page, seen)

    monkeypatch.setattr(making, "slide_of", breaks)
    hung.tell(WallCommand.NEXT, "hall")
    qtbot.waitUntil(lambda: hung.slides()[0] == "reliability")
    scene = wall_of(hung).view.scene
    assert scene is not None
    assert isinstance(scene.slide, Slide)
    assert (scene.slide.absence, scene.slide.parts) == ("cannot be drawn", ())
    lives = hung.keeping.lives
    hung.controller.show_board(boards.normal())
    assert hung.keeping.lives > lives
    assert "reliability: cannot be drawn. The log tells why." in hung.status.problems
    assert heard == [ZeroDivisionError]  # once, however often it is tried
    hung.tell(WallCommand.NEXT, "hall")
    qtbot.waitUntil(lambda: hung.slides()[0] == "performance")
    hung.controller.show_board(boards.normal())
    assert hung.status.problems == ("of the process",)


def test_a_wall_that_cannot_go_on_is_not_called_alive(
    hung: Hung, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(hanging.rotation, "advance", breaks)
    lives = hung.keeping.lives
    with pytest.raises(ZeroDivisionError):
        hung.controller.show_board(boards.tripped())
    assert hung.keeping.lives == lives


def test_answers_that_nobody_here_asked_are_not_kept(hung: Hung, qtbot: QtBot) -> None:
    asked: list[SeriesQuery] = []
    hung.controller.series_wanted.connect(asked.extend)
    hung.tell(WallCommand.NEXT, "hall")
    qtbot.waitUntil(lambda: bool(asked))
    end = boards.NOW.timestamp()
    strange = SeriesQuery(keys=asked[0].keys, window=1.0, step=1.0)
    for query in (strange, asked[0]):
        hung.controller.show_frame(SeriesFrame(query=query, start=end - 1, end=end))
    assert list(walls_of(hung)._past.frames) == [asked[0]]


def test_what_is_wrong_with_opsdesk_is_said_on_a_wall_that_opens_later(
    qapp: QApplication, tmp_path: Path
) -> None:
    assert qapp
    found = Hung(tmp_path, (HALL,))
    found.controller.say("Updates have stopped: KeyError.")
    found.controller.open()
    try:
        scene = wall_of(found).view.scene
        assert scene is not None
        assert scene.said == "Updates have stopped: KeyError."
    finally:
        found.controller.stop()
        found.parent.deleteLater()


def test_nothing_is_made_before_a_wall_is_wanted(tmp_path: Path) -> None:
    found = Hung(tmp_path, ())
    found.controller.show_board(boards.tripped())
    found.controller.say("Updates have stopped.")
    found.controller.stop()
    found.parent.deleteLater()
    assert not found.was_kept


def test_how_it_went_is_noted_when_it_is_opened_and_left(hung: Hung) -> None:
    hung.controller.close()
    assert [len(status.walls) for status in hung.keeping.notes] == [2, 2]


def walls_of(hung: Hung) -> Walls:
    walls = hung.controller._walls
    assert walls is not None
    return walls


def wall_of(hung: Hung) -> Hanging:
    return walls_of(hung)._hanging[0]
