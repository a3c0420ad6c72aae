from __future__ import annotations

import os
import subprocess
import sys

import pytest
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

SPEAKS = """
from opsdesk.ui import binding
binding.load()
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("before")
waiting = len(binding._sources)
assert waiting == 6, binding._sources.keys()
try:
    label.setText(3)
except TypeError as error:
    assert "Supported signatures:" in str(error), error
    assert "QLabel.setText(arg__1: str, /)" in str(error), error
assert 0 < len(binding._sources) < waiting
assert "-> None" in QLabel.setText.__doc__
"""

DRAWS = """
import sys
from opsdesk.ui import binding
binding.load()
binding.load_pyqtgraph()
binding.load_pyqtgraph()
import PySide6.QtCore, PySide6.QtGui
from pyqtgraph.Qt import QtCore, QtGui
assert QtCore.QRectF is PySide6.QtCore.QRectF
assert "QPdfWriter" in dir(PySide6.QtGui)
assert "QTextDocument" not in vars(QtGui), "pyqtgraph has copied what nobody uses"
loaded = [name for name in sys.modules if name.startswith("pyqtgraph.graphicsItems.")]
assert len(loaded) == 3, f"pyqtgraph has loaded what nobody uses: {loaded}"
unused = {"pyqtgraph.widgets", "PySide6.QtTest"}
assert not unused & set(sys.modules)
"""

CALCULATES = """
import os
from opsdesk.ui import binding
binding.load()
import numpy
threads = os.listdir("/proc/self/task")
assert len(threads) == 1, f"numpy has started {len(threads) - 1}"
"""


def test_the_binding_keeps_the_count_of_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost a reference to None with each call and crashed Python 3.11."""
    assert qapp is not None
    label = QLabel("before")
    before = sys.getrefcount(None)
    for number in range(1_000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100


def _runs(script: str) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "script",
    [LOADS, SPEAKS, DRAWS],
    ids=["no source read", "words when wanted", "curves alone"],
)
def test_only_what_is_used_is_loaded(script: str) -> None:
    _runs(script)


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads as Linux lists them")
def test_no_thread_waits_for_matrices() -> None:
    _runs(CALCULATES)
