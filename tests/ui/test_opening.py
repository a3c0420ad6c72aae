"""How the window last looked is seen first, in the same native window, and the rest follows."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.boards import NOW, normal

from opsdesk.app import desktop as start
from opsdesk.app.household import Household
from opsdesk.app.options import DesktopOptions
from opsdesk.demo.wanted import Demonstration
from opsdesk.insight.words import utc_now
from opsdesk.store import settings
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import Places, places
from opsdesk.store.remembered import Remembered
from opsdesk.store.settings import Settings, SourceSettings
from opsdesk.ui import last_render
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.frame import Frame
from opsdesk.ui.instance import Instance
from opsdesk.ui.last_render import LastRender
from opsdesk.ui.last_seen import last_look
from opsdesk.ui.opening import opened
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore(
    "systemTrayWindowChanged", "does not support", "Not a JPEG file", "JPEG"
)

IMPORTS_MAKE_NOTHING = """
import gc
from opsdesk.ui import binding
binding.load()
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
application = QApplication([])
before = {id(one) for one in gc.get_objects() if isinstance(one, QObject)}
from opsdesk.app.desktop import _load
_load()
made = [one for one in gc.get_objects() if isinstance(one, QObject) and id(one) not in before]
assert not made, made
"""


def picture() -> QImage:
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#6CB8F5"))
    return image


@pytest.fixture
def kept(qapp: QApplication, tmp_path: Path) -> Path:
    """Return the file of how a window looked three hours ago."""
    del qapp
    path = tmp_path / "window.jpg"
    last = LastRender(path, every=0.0)
    last.keep(picture(), utc_now() - timedelta(hours=3, minutes=5))
    last.close()
    return path


@pytest.fixture
def frames(qtbot: QtBot) -> Callable[[Remembered], Frame]:
    def made(left: Remembered) -> Frame:
        frame = Frame(left)
        qtbot.addWidget(frame)
        return frame

    return made


def test_it_is_where_it_was_left(frames: Callable[[Remembered], Frame]) -> None:
    frame = frames(Remembered(place=(60, 50, 700, 500)))
    assert frame.geometry() == QRect(60, 50, 700, 500)
    assert frame.left() == Remembered(place=(60, 50, 700, 500))


def test_a_place_on_a_screen_that_is_gone_is_none(frames: Callable[[Remembered], Frame]) -> None:
    frame = frames(Remembered(place=(9_000, 9_000, 700, 500)))
    assert frame.x() < 9_000
    assert frame.size() == QSize(1440, 900).boundedTo(frame.screen().availableSize() - QSize(0, 40))


def test_it_comes_back_as_large_as_the_screen(frames: Callable[[Remembered], Frame]) -> None:
    assert frames(Remembered(maximised=True)).isMaximized()


def test_what_fills_it_gives_title_and_focus_and_fits_the_screen(
    frames: Callable[[Remembered], Frame],
) -> None:
    frame, content = frames(Remembered()), QWidget()
    content.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    content.setMinimumSize(9_000, 100)
    content.setWindowTitle("All is well")
    frame.fill(content)
    assert frame.windowTitle() == "All is well"
    assert frame.focusWidget() is content
    assert content.minimumWidth() == frame.screen().availableSize().width()
    content.setWindowTitle("Degraded")
    assert frame.windowTitle() == "Degraded"


def test_how_it_last_looked_is_seen_while_the_rest_is_loaded(kept: Path, qtbot: QtBot) -> None:
    seen: list[tuple[str, str, bool]] = []

    def load() -> None:
        (frame,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, Frame))
        colour = frame.grab().toImage().pixelColor(100, 100).name()
        is_beside = threading.current_thread() is not threading.main_thread()
        seen.append((frame.windowTitle(), colour, is_beside))

    frame = opened(kept, Remembered(), load)
    assert frame is not None
    qtbot.addWidget(frame)
    title, colour, is_beside = seen[0]
    assert title == "Starting: as it was 3 h ago \N{EM DASH} OpsDesk"
    assert QColor(colour).blue() > QColor(colour).red() + 60
    assert is_beside
    assert frame.isVisible()


def test_events_are_answered_while_the_rest_is_loaded(kept: Path, qtbot: QtBot) -> None:
    answered = threading.Event()
    QTimer.singleShot(0, answered.set)
    frame = opened(kept, Remembered(), lambda: answered.wait(10))
    assert frame is not None
    qtbot.addWidget(frame)
    assert answered.is_set()


def test_what_cannot_be_loaded_is_told_of_once_where_it_is_needed(
    kept: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)

    def load() -> None:
        raise ImportError("a broken installation")

    frame = opened(kept, Remembered(), load)
    assert frame is not None
    qtbot.addWidget(frame)
    assert not told


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_nothing_is_shown_where_nothing_is_known(
    tmp_path: Path, qapp: QApplication, content: bytes | None
) -> None:
    path = tmp_path / "window.jpg"
    if content is not None:
        path.write_bytes(content)
    assert opened(path, Remembered(), pytest.fail) is None
    assert not [w for w in qapp.topLevelWidgets() if isinstance(w, Frame)]


def test_the_import_beside_the_window_makes_nothing_of_qt() -> None:
    subprocess.run([sys.executable, "-c", IMPORTS_MAKE_NOTHING], check=True, timeout=60)


def test_it_is_dimmed_and_says_of_when_it_is(window: MainWindow, look: Look) -> None:
    window.show_board(normal(), NOW)
    now, then = window.grab().toImage(), last_look(window, look, NOW)
    assert then.size() == now.size()
    spot = next(
        (x, y)
        for y in range(200)
        for x in range(now.width())
        if now.pixelColor(x, y).lightness() > 200
    )
    assert then.pixelColor(*spot).lightness() < now.pixelColor(*spot).lightness() - 40
    foot = {then.pixelColor(x, then.height() - 14).name() for x in range(then.width())}
    assert look.color("bg").name() in foot
    assert len(foot) > 10, "the words in it"


# ---- the desktop


@pytest.fixture
def where() -> Places:
    """Return the places of a profile with a source, which does not answer."""
    found = places("test")
    source = SourceSettings(id="shop", title="Shop", url="http://127.0.0.1:9")
    settings.save(found.settings, Settings(sources=(source,)))
    return found


Open = Callable[..., Desktop]


@pytest.fixture
def open_(qapp: QApplication, where: Places) -> Iterator[Open]:
    """Return a function that opens a desktop in a frame, which is closed after the test."""
    desktops: list[Desktop] = []

    def made(options: DesktopOptions | None = None, frame: Frame | None = None) -> Desktop:
        parts = Household(options or DesktopOptions(), where, Redactor()).parts()
        desktop = Desktop(qapp, parts, Instance(where.lock), frame)
        desktops.append(desktop)
        desktop.start()
        return desktop

    yield made
    for desktop in desktops:
        desktop.stop()
        desktop.deleteLater()


def test_the_frame_that_is_seen_is_filled(
    qtbot: QtBot, qapp: QApplication, open_: Open, frames: Callable[[Remembered], Frame]
) -> None:
    frame = frames(Remembered(place=(60, 50, 1100, 720)))
    frame.show_picture(picture(), "Starting")
    desktop = open_(frame=frame)
    assert isinstance(frame.centralWidget(), QLabel), "not all in one go"
    qtbot.waitUntil(lambda: frame.centralWidget() is desktop.window)
    assert [w for w in qapp.topLevelWidgets() if w.isVisible()] == [frame]
    assert "Starting" not in frame.windowTitle()
    assert desktop.window is not None
    assert desktop.window.isVisible()


def test_a_frame_that_is_closed_meanwhile_stays_closed(
    qtbot: QtBot, qapp: QApplication, open_: Open, frames: Callable[[Remembered], Frame]
) -> None:
    frame = frames(Remembered())
    frame.show_picture(picture(), "Starting")
    desktop = open_(frame=frame)
    with qtbot.waitSignal(frame.closed):
        frame.close()
    for _ in range(5):
        qapp.processEvents()
    assert not frame.isVisible()
    assert desktop.window is None or not desktop.window.isVisible()


def test_the_look_is_kept_at_the_end_and_when_the_window_is_closed(
    qtbot: QtBot, where: Places, open_: Open
) -> None:
    desktop = open_()
    qtbot.waitUntil(lambda: desktop._windows._is_news)
    assert desktop._windows.frame is not None
    desktop._windows.frame.close()
    qtbot.waitUntil(where.window_picture.exists)
    desktop.stop()
    found = LastRender(where.window_picture).load()
    assert found is not None
    image, at = found
    assert image.size() == QSize(
        desktop._windows._remembered.place[2], desktop._windows._remembered.place[3]
    )
    assert abs((utc_now() - at).total_seconds()) < 60


def test_of_two_looks_that_are_kept_the_later_one_stays(
    qtbot: QtBot, where: Places, open_: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = open_()
    qtbot.waitUntil(lambda: desktop._windows._is_news)
    frame, slow = desktop._windows.frame, threading.Event()
    assert frame is not None
    write, written = last_render._write, []

    def held(path: Path, image: QImage, at: datetime) -> None:
        written.append(at)
        if len(written) == 1:
            slow.wait(0.2)  # longer than it takes to open the window and close it again
        write(path, image, at)

    monkeypatch.setattr(last_render, "_write", held)
    frame.close()
    desktop.open_window()
    frame.close()
    desktop.stop()
    for thread in threading.enumerate():
        if thread.name == "opsdesk-picture":
            thread.join()
    assert len(written) >= 2
    found = LastRender(where.window_picture).load()
    assert found is not None
    assert found[1] == max(written)


def test_what_is_not_the_profiles_own_is_not_kept(qtbot: QtBot, where: Places, open_: Open) -> None:
    desktop = open_(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._windows._is_news)
    desktop.stop()
    assert not where.window_picture.exists()


def test_before_anything_has_answered_the_look_of_before_is_kept(
    where: Places, open_: Open
) -> None:
    where.window_picture.parent.mkdir(parents=True, exist_ok=True)
    where.window_picture.write_bytes(b"of before")
    open_().stop()
    assert where.window_picture.read_bytes() == b"of before"


@pytest.mark.parametrize(
    ("options", "is_shown"),
    [
        (DesktopOptions(), True),
        (DesktopOptions(hidden=True), False),
        (DesktopOptions(walled=True), False),
        (DesktopOptions(url="http://localhost:9090"), False),
        (DesktopOptions(demo=Demonstration()), False),
    ],
)
def test_it_is_shown_where_the_profiles_own_window_opens(
    where: Places, options: DesktopOptions, is_shown: bool
) -> None:
    for path in (where.window_picture, where.last_known):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert (start._picture(options, where) is not None) == is_shown


def test_it_is_not_shown_where_something_newer_is_known(where: Places) -> None:
    for path in (where.window_picture, where.last_known):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    os.utime(where.window_picture, (1_000, 1_000))
    assert start._picture(DesktopOptions(), where) is None
    where.window_picture.unlink()
    assert start._picture(DesktopOptions(), where) is None
