"""The pictures of the tray are those of its drawings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from opsdesk.catalogue import resources

sys.path.append(str(Path(__file__).parents[3] / "packaging"))

import tray_marks

DRAWN = dict(tray_marks.drawn())


def test_there_is_a_picture_of_each_and_no_other() -> None:
    assert DRAWN.keys() == set(resources.names("icons/tray", ".png"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_as_it_is_drawn(name: str) -> None:
    """After a change of a drawing: ``python3 packaging/dev.py marks``."""
    kept = QImage.fromData(resources.read_bytes(f"icons/tray/{name}"))
    assert kept.convertToFormat(DRAWN[name].format()) == DRAWN[name]
