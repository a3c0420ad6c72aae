from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLabel


def test_the_binding_keeps_the_count_of_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost a reference to None with each call and crashed Python 3.11."""
    assert qapp is not None
    label = QLabel("before")
    before = sys.getrefcount(None)
    for number in range(1_000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100
