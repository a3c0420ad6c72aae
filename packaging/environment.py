"""The virtual environment ``.venv`` with the dependencies that the lock files name.

Lock files hold versions and hashes for every platform and no address of an index: where packages
come from is the machine's own business.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from steps import ROOT, SetupError, must, say

Scope = Literal["run", "dev"]

VENV = ROOT / ".venv"
#: the dev lock holds everything that the run lock holds
LOCKS: dict[Scope, Path] = {
    "run": ROOT / "packaging" / "requirements.txt",
    "dev": ROOT / "packaging" / "requirements-dev.txt",
}
STAMP = VENV / "opsdesk-stamp"


def program(name: str) -> Path:
    """Return where a program of the virtual environment is."""
    if sys.platform == "win32":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def provide(scope: Scope) -> None:
    """Make ``.venv`` hold OpsDesk, editable, and what ``scope`` needs. Instant when it does.

    Raises:
        SetupError: the environment cannot be made.

    """
    if _stamped(scope):
        return
    if not _is_sound():
        _create()
    STAMP.unlink(missing_ok=True)
    python = str(program("python"))
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    say(f"installing {LOCKS[scope].relative_to(ROOT)}")
    remedy = "Is a package index reachable from here? See the lines above."
    # The lock is whole: pip has nothing to resolve, and must not, for it takes the newest release
    # for a requirement with extras and then refuses it for having no hash (seen with pip 23.2).
    must([*pip, "--no-deps", "--require-hashes", "--requirement", LOCKS[scope]], remedy)
    must([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], "See the lines above.")
    must([python, "-m", "pip", "--disable-pip-version-check", "check"], "See the lines above.")
    STAMP.write_text(_stamp(scope), "utf-8")


def needs() -> dict[str, str]:
    """Return what of the system is needed to make ``.venv``; Debian ships it apart from Python."""
    if STAMP.exists() or _is_sound():
        return {}
    return {"module ensurepip": f"python{sys.version_info.major}.{sys.version_info.minor}-venv"}


def check_qt() -> None:
    """Find out whether Qt can be loaded at all.

    Raises:
        SetupError: it cannot; with the library that it lacks.

    """
    command = [str(program("python")), "-c", "import PySide6.QtWidgets, PySide6.QtSvg"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise SetupError(f"Qt cannot start: {reason}. Install what is named above and try again.")


def lock(*, upgrade: bool) -> None:
    """Write both lock files from pyproject.toml, for every platform and supported Python.

    What the files already name is kept unless pyproject.toml forbids it or ``upgrade`` is set.
    """
    for scope, path in LOCKS.items():
        say(f"locking {path.relative_to(ROOT)}")
        group = "build" if scope == "run" else "dev"
        must(
            [
                program("uv"),
                *("pip", "compile", "pyproject.toml", "--group", group),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--no-emit-index-url", "--no-emit-find-links", "--quiet"),
                *("--custom-compile-command", "python3 packaging/dev.py lock"),
                *("--output-file", str(path.relative_to(ROOT))),
                *(["--upgrade"] if upgrade else []),
            ],
            "See the lines above.",
        )


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "this Python makes no virtual environments. Run the above, then try again."
        )
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(f"no virtual environment: {(done.stdout + done.stderr).strip()}")


def _is_sound() -> bool:
    """Whether .venv is there, runs, and is of this Python's version."""
    python = program("python")
    if not python.exists():
        return False
    version = ["-c", "import pip, sys; print(sys.version)"]
    answer = subprocess.run([python, *version], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == sys.version


def _stamped(scope: Scope) -> bool:
    try:
        found = STAMP.read_text("utf-8")
    except OSError:
        return False
    return found in (_stamp(scope), _stamp("dev"))


def _stamp(scope: Scope) -> str:
    """What the environment was made from: changes when it has to be made anew."""
    parts = (LOCKS[scope].read_bytes(), (ROOT / "pyproject.toml").read_bytes())
    digest = hashlib.sha256(b"\0".join((*parts, sys.version.encode(), os.fsencode(ROOT))))
    return f"{scope} {digest.hexdigest()}"
