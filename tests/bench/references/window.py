"""Reference: the least that a window can be."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("OpsDesk"))
window.setWindowTitle("reference")
window.resize(1440, 900)
window.show()
sys.exit(app.exec())
