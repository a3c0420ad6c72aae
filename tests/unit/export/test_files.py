from __future__ import annotations

import json as jsonlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.readings import NOW, by_key, reading

from opsdesk.catalogue import metrics
from opsdesk.export import files, json
from opsdesk.model.errors import ConfigError
from opsdesk.model.snapshot import Snapshot


def test_an_export_is_written(tmp_path: Path) -> None:
    files.check(str(tmp_path / "out"))
    files.write(str(tmp_path / "out"), b"all of it")
    assert (tmp_path / "out").read_bytes() == b"all of it"


def test_standard_output_takes_an_export(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files.check("-")
    files.write("-", b"all of it")
    assert capfdbinary.readouterr().out == b"all of it"


def test_a_place_that_cannot_be_is_found_out_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"this is a folder. Name a file"):
        files.check(str(tmp_path))
    with pytest.raises(ConfigError, match=r"there is no folder .*missing. Create it"):
        files.check(str(tmp_path / "missing" / "out"))


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    for _ in range(2):
        files.make_folder(str(tmp_path / "many" / "slides"))
    assert (tmp_path / "many" / "slides").is_dir()


def test_what_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot be written: .*Choose another place"):
        files.make_folder(str(tmp_path / "file" / "slides"))
    with pytest.raises(ConfigError, match=r"cannot be written: .*Choose another place"):
        files.write(str(tmp_path / "missing" / "out"), b"")


def test_a_reader_that_goes_away_is_told_in_one_line() -> None:
    code = (
        "from opsdesk.export import files\n"
        "from opsdesk.model.errors import ConfigError\n"
        "try:\n    files.write('-', b'x' * 1_000_000)\n"
        "except ConfigError as error:\n    raise SystemExit(str(error))\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as broken:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=broken,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=30,
        )
    assert done.stderr == "-: cannot be written: Broken pipe. Choose another place.\n"


def test_json_is_for_people_too() -> None:
    snapshot = Snapshot(at=NOW, readings=by_key(reading("errors.rate", 0.5)))
    text = json.render(snapshot, metrics.load(), NOW).decode()
    assert text.startswith('{\n  "schema": "opsdesk.snapshot/1",\n')
    assert text.endswith("}\n")
    assert jsonlib.loads(text)["readings"][0]["value"] == 0.5
