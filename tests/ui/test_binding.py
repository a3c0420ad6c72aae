from __future__ import annotations

import subprocess
import sys

from PySide6.QtWidgets import QApplication, QLabel

LOADS = """
import linecache, sys
import opsdesk
from opsdesk.ui import binding
binding.load()
binding.load()
import opsdesk.ui.window, opsdesk.app.works
assert "PySide6.QtWidgets" in sys.modules
ours = opsdesk.__path__[0]
read = [name for name in linecache.cache if name.startswith(ours) or "/httpx/" in name]
assert not read, f"PySide6 has read {len(read)} sources, {read[:3]}"
"""


def test_the_binding_keeps_the_count_of_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost a reference to None with each call and crashed Python 3.11."""
    assert qapp is not None
    label = QLabel("before")
    before = sys.getrefcount(None)
    for number in range(1_000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100


def test_no_source_is_read_for_features_that_nobody_uses() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
