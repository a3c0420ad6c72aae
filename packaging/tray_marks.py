"""Draws resources/icons/tray anew, out of the drawings in tray_marks: ``dev.py marks``.

The tray shows pictures, for what draws drawings takes 2 MiB, and an OpsDesk in the tray draws
nothing else. A mark that may have to carry a number has a solid form as well, with nothing cut out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).with_name("tray_marks")
TARGET = Path(__file__).resolve().parents[1] / "resources" / "icons" / "tray"
_NUMBERED = ("degraded", "critical")
# What stands in a mark's middle: all subpaths of its outline but the first.
_CUT_OUT = re.compile(rb'(fill-rule="evenodd"[^>]* d="[^Z"]*Z)[^"]*')


def drawn() -> Iterator[tuple[str, QImage]]:
    """Yield each picture with the name of its file."""
    for path in sorted(SOURCE.glob("*.svg")):
        panel, state, size = path.stem.split("_")
        svg = path.read_bytes()
        yield f"{path.stem}.png", _picture(svg, int(size))
        if state in _NUMBERED:
            yield (
                f"{panel}_{state}-solid_{size}.png",
                _picture(_CUT_OUT.sub(rb"\1", svg), int(size)),
            )


def _picture(svg: bytes, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for _name, _image in drawn():
        if not _image.save(str(TARGET / _name)):
            raise SystemExit(f"{TARGET / _name}: cannot be written")
