"""What is written so that a wall starts at log-in, read by the programs that read such files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.needs import need
from support.processes import eventually

from opsdesk.app import service
from opsdesk.model.errors import ConfigError

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="systemd, autostart")

#: what stands in the names of folders now and then, or never
ODD = ("my programs", "100 %i", "folder with 'a' \"b\" $HOME `c` %i \\ and ;")


@pytest.fixture
def config() -> Path:
    return Path(os.environ["XDG_CONFIG_HOME"])


def unit_of(config: Path) -> Path:
    return config / "systemd" / "user" / "opsdesk-wall@.service"


def entry_of(config: Path, profile: str = "default") -> Path:
    return config / "autostart" / f"opsdesk-wall@{profile}.desktop"


def verified(unit: Path, folder: Path) -> str:
    """Return what systemd says against a unit, as an instance of it."""
    instance = folder / "opsdesk-wall@default.service"
    instance.write_text(unit.read_text())
    command = [need("systemd-analyze"), "--user", "verify", "--man=no", str(instance)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


@contextmanager
def a_program(folder: Path) -> Iterator[Path]:
    """Let OpsDesk be a program in this folder that writes down how it was called."""
    folder.mkdir()
    program = folder / "opsdesk"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$XDG_STATE_HOME/called"\n')
    program.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", str(folder / "python"))
        yield program


def called() -> list[str]:
    path = Path(os.environ["XDG_STATE_HOME"], "called")
    return path.read_text().splitlines() if path.exists() else []


def test_the_files_are_what_systemd_and_desktops_read(config: Path, tmp_path: Path) -> None:
    said = service.install("default")
    assert verified(unit_of(config), tmp_path) == ""
    check = [need("desktop-file-validate"), str(entry_of(config))]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert str(unit_of(config)) in said[0]
    assert str(entry_of(config)) in said[1]
    assert not re.search(r"@[A-Z]+@", unit_of(config).read_text() + entry_of(config).read_text())


@pytest.mark.parametrize("name", ODD)
def test_a_unit_finds_a_program_in_a_folder_of_any_name(
    name: str, config: Path, tmp_path: Path
) -> None:
    with a_program(tmp_path / name):
        service.install("default")
    assert verified(unit_of(config), tmp_path) == ""


def test_a_unit_whose_program_is_missing_is_none(config: Path, tmp_path: Path) -> None:
    with a_program(tmp_path / ODD[0]) as program:
        service.install("default")
        program.unlink()
    assert f"{program} is not executable" in verified(unit_of(config), tmp_path)


@pytest.mark.parametrize("systemd", [True, False])
@pytest.mark.parametrize("name", ODD)
def test_an_entry_starts_the_unit_or_else_opsdesk_itself(
    name: str, *, systemd: bool, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_program(tmp_path / name) as program:
        service.install("noc")
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexit {0 if systemd else 1}\n')
    systemctl.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    subprocess.run([need("gio"), "launch", str(entry_of(config, "noc"))], check=True)
    asked = tmp_path / "asked"
    if systemd:
        start = "--user start opsdesk-wall@noc.service"
        eventually(lambda: asked.exists() and start in asked.read_text(), "the unit to be started")
        assert not called()
    else:
        whole = [str(program), "wall", "--profile", "noc", "--keep-running"]
        eventually(lambda: called() == whole, "OpsDesk to be started")


def test_what_is_installed_is_removed_and_another_profile_keeps_its_unit(config: Path) -> None:
    for profile in ("default", "noc"):
        service.install(profile)
    wants = unit_of(config).parent / "graphical-session.target.wants"
    wants.mkdir()
    (wants / "opsdesk-wall@noc.service").symlink_to(unit_of(config))
    assert len(service.uninstall("default")) >= 1
    assert not entry_of(config).exists()
    assert unit_of(config).exists()
    service.uninstall("noc")
    files = [path for path in config.rglob("*") if not path.is_dir()]
    assert not files
    assert service.uninstall("noc") == ["Nothing to remove: the wall of noc is not installed."]


@pytest.mark.parametrize(
    ("systemd", "start"),
    [
        (True, "systemctl --user enable --now opsdesk-wall@noc.service"),
        (False, "wall --profile noc --keep-running"),
    ],
)
def test_it_says_how_to_start_it_now(
    *, systemd: bool, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if systemd:
        (tmp_path / "systemctl").touch(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert start in service.install("noc")[2]


def test_it_can_be_installed_again(config: Path) -> None:
    for _ in range(2):
        service.install("default")
    assert len(list(config.rglob("opsdesk-wall*"))) == 2


def test_a_folder_that_cannot_be_written_to_is_named(config: Path) -> None:
    (config / "systemd").touch()
    with pytest.raises(ConfigError, match=r"systemd/user/opsdesk-wall@\.service"):
        service.install("default")


@pytest.mark.parametrize("work", [service.install, service.uninstall])
def test_other_systems_are_told_what_to_let_run_at_log_in(
    work: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ConfigError, match="opsdesk wall --profile noc --keep-running"):
        work("noc")


@pytest.mark.parametrize("work", [service.install, service.uninstall])
def test_a_name_that_is_no_profile_names_no_file(work: Callable[[str], list[str]]) -> None:
    with pytest.raises(ConfigError, match="not a name for a profile"):
        work("../../etc")
