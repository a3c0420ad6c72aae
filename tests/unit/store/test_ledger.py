from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.readings import NOW

from opsdesk.model.desk import Desk, Handling
from opsdesk.model.ledger import Ledger
from opsdesk.store import ledger

KEPT = Ledger(desk=Desk(handled={"a": Handling(acknowledged_at=NOW)}))
OTHER = Ledger(sources=frozenset("b"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a ledger stands."""
    return tmp_path / "state" / "default.ledger.json"


def test_what_was_said_is_there_at_the_next_start_for_its_owner_alone(path: Path) -> None:
    ledger.save(KEPT, path)
    assert ledger.load(path, NOW) == KEPT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    ledger.save(OTHER, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ledger.load(path, NOW) == OTHER


def test_at_the_first_start_there_is_none(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert ledger.load(path, NOW) is None
    assert caplog.text == ""


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema": "something/1"}', b"\0" * 100])
def test_one_that_cannot_be_read_is_set_aside_under_its_date(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.save(KEPT, path)
    path.write_bytes(content)
    assert ledger.load(path, NOW) is None
    assert "cannot be read" in caplog.text
    aside = path.with_name("default.ledger.unreadable-2026-03-01-120000.json")
    assert aside.read_bytes() == content
    assert not path.exists()
    ledger.save(OTHER, path)
    assert ledger.load(path, NOW) == OTHER


def test_a_folder_in_its_place_is_set_aside_too(path: Path) -> None:
    path.mkdir(parents=True)
    assert ledger.load(path, NOW) is None
    ledger.save(KEPT, path)
    assert ledger.load(path, NOW) == KEPT


def test_what_cannot_be_set_aside_is_logged(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.save(KEPT, path)
    path.write_bytes(b"{")

    def refused(_self: Path, _target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    assert ledger.load(path, NOW) is None
    assert "could not be set aside" in caplog.text


KILLED = """
import os, sys
from pathlib import Path
from opsdesk.model.ledger import Ledger
from opsdesk.store import ledger
os.fsync = lambda _: os.kill(os.getpid(), 9)
ledger.save(Ledger(), Path(sys.argv[1]))
"""


def test_a_crash_while_it_is_written_leaves_the_earlier_one(path: Path) -> None:
    ledger.save(KEPT, path)
    killed = subprocess.run([sys.executable, "-c", KILLED, path], check=False, timeout=60)
    assert killed.returncode != 0
    assert len(list(path.parent.iterdir())) == 2
    assert ledger.load(path, NOW) == KEPT
    assert list(path.parent.iterdir()) == [path]  # what was half written is gone


def test_a_folder_that_nothing_can_be_taken_from_does_not_matter(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.save(KEPT, path)
    half = path.with_name(f".{path.name}.abcd")
    half.write_bytes(b"{")

    def refused(_self: Path, *, missing_ok: bool = False) -> None:
        del missing_ok
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    assert ledger.load(path, NOW) == KEPT


def test_a_full_disk_is_the_callers_business_and_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.save(KEPT, path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with caplog.at_level(logging.WARNING), pytest.raises(OSError, match="No space left"):
        ledger.save(OTHER, path)
    assert ledger.load(path, NOW) == KEPT
    assert [file.name for file in path.parent.iterdir()] == [path.name]
