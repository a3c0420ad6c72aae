from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from opsdesk.runtime.files import write_own, write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_permissions_that_the_mask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "new", b"all")
    finally:
        os.umask(mask)
    assert (tmp_path / "new").read_bytes() == b"all"
    assert mode(tmp_path / "new") == 0o640


def test_what_is_our_own_has_a_folder_and_one_reader(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "own"
    write_own(path, b"before")
    path.chmod(0o644)
    write_own(path, b"after")
    assert path.read_bytes() == b"after"
    assert mode(path) == 0o600


def test_an_earlier_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    path.chmod(0o604)
    write_whole(path, b"after")
    assert (path.read_bytes(), mode(path)) == (b"after", 0o604)


def test_a_secret_is_its_owners_alone_whatever_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    path.chmod(0o644)
    write_whole(path, b"after", 0o600)
    assert mode(path) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"before")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"after"


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"all")
    reader.join(10)
    assert got == [b"all"]
    assert pipe.is_fifo()


def test_what_fails_leaves_the_earlier_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"after")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"before"
