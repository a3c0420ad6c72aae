"""How a wall last looked: kept while it hangs, shown while it starts again."""

from __future__ import annotations

import gc
import mmap
import os
import random
import signal
import sys
import time
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.processes import first_line, running

from opsdesk.insight.sight import Caps
from opsdesk.ui import last_seen
from opsdesk.ui.last_render import LastRender, picture_path
from opsdesk.ui.last_seen import LastSeen, picture_of, restarting
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.hanging import _band
from opsdesk.ui.wall.type import sizes

AT = datetime(2026, 3, 2, 14, 32, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("qapp")


def picture(colour: str = "#6CB8F5", width: int = 640, height: int = 360) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def colour_of(image: QImage) -> QColor:
    return image.pixelColor(image.width() // 2, image.height() // 2)


def looks_like(image: QImage, colour: str, *, by: int = 6) -> bool:
    seen, wanted = colour_of(image), QColor(colour)
    pairs = zip(seen.getRgb()[:3], wanted.getRgb()[:3], strict=True)
    return all(abs(one - other) <= by for one, other in pairs)


def test_it_is_as_it_was_with_its_time_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = picture_path(tmp_path / "state" / "default@wall", "main")
    last = LastRender(path)
    last.keep(picture(), AT)
    last.close()
    found = LastRender(path).load()
    assert found is not None
    assert found[1] == AT
    assert found[0].size() == picture().size()
    assert looks_like(found[0], "#6CB8F5")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_between_two_pictures_time_passes(tmp_path: Path) -> None:
    last = LastRender(tmp_path / "main.jpg", every=3600)
    assert last.is_due
    last.keep(picture("#FF0000"), AT)
    last.close()
    assert not last.is_due
    last.keep(picture("#00FF00"), AT + timedelta(seconds=1))
    last.close()
    found = last.load()
    assert found is not None
    assert looks_like(found[0], "#FF0000")


def test_the_next_picture_takes_its_place(tmp_path: Path) -> None:
    last = LastRender(tmp_path / "main.jpg", every=0)
    for minute, colour in enumerate(("#FF0000", "#00FF00")):
        last.keep(picture(colour), AT + timedelta(minutes=minute))
        last.close()
    found = last.load()
    assert found is not None
    assert found[1] == AT + timedelta(minutes=1)
    assert looks_like(found[0], "#00FF00")
    assert [file.name for file in tmp_path.iterdir()] == ["main.jpg"]


def test_what_is_painted_over_meanwhile_is_kept_as_it_was_given(tmp_path: Path) -> None:
    last, image = LastRender(tmp_path / "main.jpg"), picture("#FF0000", 3840, 2160)
    last.keep(image, AT)
    image.fill(QColor("#00FF00"))
    last.close()
    found = last.load()
    assert found is not None
    assert looks_like(found[0], "#FF0000")


def test_the_first_time_nothing_is_known(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert LastRender(tmp_path / "none" / "main.jpg").load() is None
    assert not caplog.messages


def whole(path: Path) -> bytes:
    last = LastRender(path)
    last.keep(picture(), AT)
    last.close()
    return path.read_bytes()


@pytest.mark.qt_log_ignore("JPEG")  # Qt's own words for it
@pytest.mark.parametrize("damage", ["empty", "half", "text", "no time", "a time without offset"])
def test_a_picture_that_cannot_be_used_is_none(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "main.jpg"
    content = whole(path)
    path.write_bytes(
        {
            "empty": b"",
            "half": content[:100],
            "text": b"<html>",
            "no time": content.replace(b"at: 2026", b"be: 2026"),
            "a time without offset": content.replace(b"+00:00", b".00000"),
        }[damage]
    )
    assert path.read_bytes() != content
    assert LastRender(path).load() is None
    assert "how it last looked is not known" in caplog.text


def test_a_folder_that_cannot_be_written_to_ends_no_wall(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    last = LastRender(tmp_path / "file" / "main.jpg")
    last.keep(picture(), AT)
    last.close()
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize(
    "wall", ["main", "../../etc/passwd", "..", "", "a/b", "Wand Süd", "x" * 999]
)
def test_whatever_a_wall_is_called_its_picture_stays_in_the_folder(
    wall: str, tmp_path: Path
) -> None:
    path = picture_path(tmp_path, wall)
    assert path.resolve().parent == tmp_path.resolve()
    assert whole(path)


KEEPS = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from PySide6.QtGui import QColor, QImage
from opsdesk.ui.last_render import LastRender
last = LastRender(Path(sys.argv[1]), every=0)
image = QImage(1920, 1080, QImage.Format.Format_RGB32)
for number in range(100_000):
    image.fill(QColor.fromHsv(number % 360, 200, 200))
    last.keep(image, datetime.now(UTC))
    last.close()
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL")
def test_it_is_whole_at_whatever_moment_the_wall_is_killed(tmp_path: Path) -> None:
    path, chance = tmp_path / "main.jpg", random.Random(1)
    for _ in range(5):
        with running([sys.executable, "-c", KEEPS, str(path)]) as process:
            first_line(process)
            time.sleep(chance.uniform(0, 0.06))  # the moment of the kill is what is tried out
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        found = LastRender(path).load()
        assert found is not None
        assert found[0].width() == 1920
        assert [file.name for file in tmp_path.iterdir()] == ["main.jpg"]


# ---- how a picture is taken


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_picture_is_what_is_seen_and_its_memory_is_given_back(
    qtbot: QtBot, look: Look, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Memory(mmap.mmap):
        """Memory that can be watched."""

    taken: list[weakref.ref[Memory]] = []

    def take(*given: int) -> Memory:
        memory = Memory(*given)
        taken.append(weakref.ref(memory))
        return memory

    view = LastSeen(look, picture(), "At 14:32", _band(sizes(Caps(27, 32), 720)))
    qtbot.addWidget(view)
    view.resize(333, 201)
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: ratio)
    monkeypatch.setattr(last_seen.mmap, "mmap", take)
    found = picture_of(view)
    assert found.devicePixelRatio() == ratio
    assert found.size() == view.size() * ratio
    wanted = QImage(found.size(), QImage.Format.Format_RGB32)
    wanted.fill(0)  # of half a pixel, at the edge, nothing is painted
    wanted.setDevicePixelRatio(ratio)
    view.render(wanted)
    assert found == wanted
    kept = QImage(found)  # as the thread has it that writes
    del found
    assert kept == wanted
    assert taken[0]() is not None
    del kept
    gc.collect()
    assert taken[0]() is None


# ---- what is seen of it


def shown(qtbot: QtBot, look: Look, image: QImage, words: str) -> QImage:
    view = LastSeen(look, image, words, _band(sizes(Caps(27, 32), 720)))
    qtbot.addWidget(view)
    view.resize(1280, 720)
    assert view.accessibleName() == words
    return view.grab().toImage()


def test_it_is_dimmed_with_a_band_that_says_so(qtbot: QtBot, look: Look) -> None:
    words = restarting(AT, AT + timedelta(hours=1))
    seen = shown(qtbot, look, picture("#FFFFFF"), words)
    assert 60 < colour_of(seen).lightness() < 160
    foot = QRect(0, 660, 1280, 60)
    inked = {seen.pixelColor(x, y).name() for x in range(foot.left(), foot.right()) for y in (690,)}
    assert look.color("stale").name() in inked
    assert look.color("onfill").name() in inked
    assert seen.pixelColor(640, 20) == colour_of(seen)


def test_a_picture_of_another_display_fills_this_one(qtbot: QtBot, look: Look) -> None:
    small = picture("#000000", 320, 180)
    painter = QPainter(small)
    painter.fillRect(0, 0, 160, 180, Qt.GlobalColor.white)
    painter.end()
    seen = shown(qtbot, look, small, "Restarting")
    assert seen.pixelColor(20, 20).lightness() > seen.pixelColor(1260, 20).lightness() + 40


def test_it_tells_the_time_and_the_day_where_it_is_not_today() -> None:
    local = AT.astimezone()
    assert restarting(AT, AT) == f"Restarting. This is how it was at {local:%H:%M}."
    assert "Mar" in restarting(AT, AT + timedelta(days=2))


def test_no_widget_is_needed_to_keep_a_picture(qapp: QApplication, tmp_path: Path) -> None:
    assert not [w for w in qapp.topLevelWidgets() if isinstance(w, LastSeen)]
    assert whole(tmp_path / "main.jpg")
