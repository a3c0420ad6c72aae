"""Real parts that a test needs: where they are, and what happens where they are missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def need(program: str) -> str:
    """Return the path of a program: what dev.py unpacked first, then PATH.

    Where it is missing, the test fails in continuous integration and skips elsewhere, loudly.
    """
    unpacked = ROOT / ".tools" / "usr" / "bin" / program
    found = str(unpacked) if unpacked.exists() else shutil.which(program)
    if found is None:
        missing(f"the program {program!r} is not here")
    return found


def missing(what: str) -> None:
    """Fail or skip the test that cannot run; ``what`` says why."""
    message = f"{what}. 'python3 packaging/dev.py setup' installs what the tests need."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
