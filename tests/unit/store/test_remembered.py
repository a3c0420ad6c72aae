"""How the window was left."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsdesk.store import remembered
from opsdesk.store.remembered import Remembered

LEFT = Remembered(place=(10, 20, 1280, 800), maximised=True, page="value", paused=True)


def test_it_is_as_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "state" / "default.window.json"
    remembered.save(LEFT, path)
    assert remembered.load(path) == LEFT


def test_the_first_time_nothing_is_known(tmp_path: Path) -> None:
    assert remembered.load(tmp_path / "none.json") == Remembered()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"place": "left"}', b"\xff"])
def test_what_cannot_be_read_is_no_reason_not_to_start(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    assert remembered.load(path) == Remembered()


def test_a_later_version_may_have_written_more(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(b'{"page": "value", "zoom": 2}')
    assert remembered.load(path) == Remembered(page="value")


def test_a_folder_that_cannot_be_written_to_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    remembered.save(LEFT, blocked / "window.json")
    assert "cannot be kept" in caplog.text
