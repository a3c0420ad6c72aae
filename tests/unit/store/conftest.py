from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file of settings that is not there yet."""
    return tmp_path / "default.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Name the file of what last worked."""
    return tmp_path / "state" / "copy.toml"
