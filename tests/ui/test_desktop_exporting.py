"""Exports and reports from the desktop of one profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from support.profiles import Open

from opsdesk.app.household import DesktopOptions
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.reading import BreakerState
from opsdesk.ui.desktop import Desktop
from opsdesk.ui.exporting import Wish

# The offscreen platform has no tray, cannot raise a window, and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")


def test_a_snapshot_is_exported_from_the_window(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._board is not None
    path = tmp_path / "now.csv"
    with qtbot.waitSignal(desktop._exporter.ended):
        desktop._exporter.start(Wish(snapshot=desktop._board.snapshot, kind="csv", path=path))
    assert BreakerState.OPEN in path.read_text("utf-8")
    missing = tmp_path / "missing" / "now.csv"
    with qtbot.waitSignal(desktop._exporter.failed) as failed:
        desktop._exporter.start(Wish(snapshot=desktop._board.snapshot, kind="csv", path=missing))
    assert "missing" in failed.args[0]


def test_a_report_that_is_stopped_leaves_nothing_behind(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop._board is not None
    assert desktop.window is not None
    wish = Wish(snapshot=desktop._board.snapshot, kind="pdf", path=tmp_path / "now.pdf")
    with qtbot.waitSignal(desktop._exporter.ended):
        desktop._exporter.start(wish)
        desktop.window.footer.stop_wanted.emit()
    assert list(tmp_path.glob("*.pdf")) == []
    assert "export" not in desktop._banners.texts


def chosen(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Let the person at the desk choose a path in the desktop's own file dialog."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))


def said_below(desktop: Desktop) -> list[str]:
    assert desktop.window is not None
    return [label.text() for label in desktop.window.footer.findChildren(QLabel)]


def test_export_writes_beside_the_window_and_says_so(
    qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened(DesktopOptions(demo=Demonstration()))
    qtbot.waitUntil(lambda: desktop._board is not None and bool(desktop._board.breakers))
    assert desktop.window is not None
    path = tmp_path / "now.json"
    chosen(monkeypatch, str(path))
    desktop.window.export_wanted.emit("json")
    qtbot.waitUntil(lambda: f"Saved {path}" in said_below(desktop))
    assert '"opsdesk.snapshot/1"' in path.read_text("utf-8")
    chosen(monkeypatch, str(tmp_path / "missing" / "now.csv"))
    desktop.window.export_wanted.emit("csv")
    qtbot.waitUntil(lambda: "was not written" in desktop._banners.texts.get("export", ""))
    chosen(monkeypatch, "")
    desktop.window.export_wanted.emit("csv")  # the dialog was cancelled
    assert [entry.name for entry in tmp_path.glob("now*")] == ["now.json"]


def test_with_nothing_known_there_is_nothing_to_export(opened: Open) -> None:
    desktop = opened(DesktopOptions())
    assert desktop.window is not None
    desktop.window.export_wanted.emit("csv")
    assert "There is nothing to save yet: no source has answered." in said_below(desktop)
