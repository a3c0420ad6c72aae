from __future__ import annotations

from pathlib import Path

import pytest
from support.readings import NOW

from opsdesk.store.settings import Settings, load


@pytest.mark.parametrize(
    "content",
    [
        b"interval = ",
        b"interval = 'often'",
        b"interval = 0",
        b"\xff\xfe",
        b"source = 3",
        b"[[source]]\ntitle = 'no id'",
        b"[[source]]\nid='a'\ntitle='A'\n[[source]]\nid='a'\ntitle='B'",
        b"[[wall]]\nid = 'a'\n[[wall]]\nid = 'a'",
        b"[[wall]]\ndistance = '5m'",
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_and_said(
    path: Path, copy: Path, content: bytes
) -> None:
    path.write_bytes(content)
    settings, warning = load(path, copy, NOW)
    assert settings == Settings()
    (aside,) = path.parent.iterdir()
    assert aside.name.startswith("default.unreadable-2026-03-0")
    assert aside.read_bytes() == content
    assert str(path) in warning
    assert aside.name in warning


def test_a_file_that_cannot_be_read_stays_where_it_is(path: Path, copy: Path) -> None:
    path.mkdir()
    settings, warning = load(path, copy, NOW)
    assert settings == Settings()
    assert "cannot be read" in warning
    assert path.is_dir()


def test_a_file_that_cannot_be_set_aside_is_said_too(
    path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("interval = ", "utf-8")
    monkeypatch.setattr(Path, "replace", refused)
    _, warning = load(path, copy, NOW)
    assert "could not be set aside either" in warning


def test_what_last_worked_takes_the_place_of_what_cannot_be_used(path: Path, copy: Path) -> None:
    path.write_text("interval = 5.0  # often\n", "utf-8")
    load(path, copy, NOW)
    path.write_text("interval = = 8", "utf-8")
    settings, warning = load(path, copy, NOW)
    assert settings == Settings(interval=5.0)
    assert warning.endswith("Until then those are used that last worked.")
    (aside,) = path.parent.glob("default.unreadable-*.toml")
    assert aside.read_text("utf-8") == "interval = = 8"
    assert load(path, copy, NOW) == (settings, "")
    assert "# often" in path.read_text("utf-8")


def test_a_copy_that_cannot_be_used_either_is_none(path: Path, copy: Path) -> None:
    path.write_text("interval = = 8", "utf-8")
    copy.parent.mkdir()
    copy.write_text("interval = -1", "utf-8")
    settings, warning = load(path, copy, NOW)
    assert settings == Settings()
    assert "last worked" not in warning


def test_settings_that_cannot_be_moved_stay_where_they_are(
    path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.parent.mkdir()
    copy.write_text("interval = 5.0", "utf-8")
    path.write_text("interval = = 8", "utf-8")
    monkeypatch.setattr(Path, "replace", refused)
    settings, _ = load(path, copy, NOW)
    assert settings.interval == 5.0
    assert path.read_text("utf-8") == "interval = = 8"


def test_a_copy_is_written_when_it_is_another(path: Path, copy: Path) -> None:
    load(path, copy, NOW)
    assert not copy.exists()
    path.write_text("interval = 5.0", "utf-8")
    load(path, copy, NOW)
    before = copy.stat().st_mtime_ns
    load(path, copy, NOW)
    assert copy.stat().st_mtime_ns == before
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_that_cannot_be_written_is_logged(
    path: Path, copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("interval = 5.0", "utf-8")
    copy.parent.write_text("in the way")
    assert load(path, copy, NOW) == (Settings(interval=5.0), "")
    assert "no copy of the settings can be kept" in caplog.text


def refused(self: Path, target: Path) -> Path:
    raise PermissionError(13, "Permission denied", str(self), None, str(target))
