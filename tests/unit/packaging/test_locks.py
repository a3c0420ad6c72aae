"""What packaging/ promises to a new machine."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = (ROOT / "packaging" / "requirements.txt", ROOT / "packaging" / "requirements-dev.txt")
NODE_LOCK = ROOT / "tests" / "support" / "services" / "opossum" / "package-lock.json"


def pins(lock: Path) -> dict[str, str]:
    """Return each pinned name with the text of its entry."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
    return {entry.partition("==")[0]: entry for entry in entries if "==" in entry}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_hashes_and_no_index_is_named(lock: Path) -> None:
    assert all("--hash=sha256:" in entry for entry in pins(lock).values())
    assert not re.search(r"https?://|file:|--index|--find-links|--trusted", lock.read_text("utf-8"))


def test_the_lock_of_the_tests_holds_that_of_the_application() -> None:
    run, dev = map(pins, LOCKS)
    versions = {name: entry.split()[0] for name, entry in dev.items()}
    assert {name: entry.split()[0] for name, entry in run.items()}.items() <= versions.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [re.split(r"[<>=~;! ]", text)[0] for text in project["project"]["dependencies"]]
    assert {canonical(name) for name in asked} <= pins(LOCKS[0]).keys()


def test_the_lock_for_node_has_hashes_and_names_no_registry() -> None:
    packages = json.loads(NODE_LOCK.read_text("utf-8"))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert "resolved" not in NODE_LOCK.read_text("utf-8")


def test_packaging_is_no_package() -> None:
    """With one it would shadow the library ``packaging``, which pytest imports."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
