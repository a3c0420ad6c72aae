from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest
from support.readings import NOW, breaker, by_key

from opsdesk.catalogue import metrics
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot
from opsdesk.store import snapshots

CATALOGUE = metrics.load()
SNAPSHOT = Snapshot(at=NOW, readings=by_key(breaker("Carbon", BreakerState.OPEN)))


def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "state" / "default.json"
    snapshots.save(SNAPSHOT, CATALOGUE, path)
    assert snapshots.load(path) == SNAPSHOT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_at_the_first_start_there_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert snapshots.load(tmp_path / "none") is None
    assert caplog.text == ""


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema": "opsdesk.snapshot/9"}', b"\0" * 100])
def test_one_that_cannot_be_read_is_logged_and_left(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "default.json"
    path.write_bytes(content)
    assert snapshots.load(path) is None
    assert str(path) in caplog.text
    assert path.read_bytes() == content


def test_a_disk_that_is_full_is_logged_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    with caplog.at_level(logging.WARNING):
        snapshots.save(SNAPSHOT, CATALOGUE, tmp_path / "taken" / "default.json")
    assert "cannot be kept" in caplog.text


def test_a_folder_in_its_place_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert snapshots.load(tmp_path) is None
    assert "cannot be read" in caplog.text
