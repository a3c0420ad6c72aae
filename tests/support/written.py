"""What is written on a widget that paints itself: each text, where, and how large."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations

import msgspec
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from opsdesk.ui.fonts import font

_TEXT = re.compile(
    r'matrix\((?P<matrix>[^)]*)\)"[^<]*<text fill="(?P<ink>#[0-9a-f]{6})"[^>]*?'
    r' x="(?P<x>[-\d.e]+)" y="(?P<y>[-\d.e]+)"[^>]*?'
    r'font-size="(?P<pixels>\d+)" font-weight="(?P<weight>\d+)"[^>]*>(?P<text>[^<]*)</text>'
)
#: outlines of letters may touch by rounding
_GRACE = 1.0


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A text on one line."""

    text: str
    #: around its letters, without what a font leaves free
    box: QRectF
    #: size of its font, and its colour
    pixels: int
    ink: str
    #: height of its capitals
    cap: float


def written(widget: QWidget) -> list[Written]:
    """Return all texts that a widget paints, in its order."""
    return [_read(found) for found in _TEXT.finditer(drawing(widget))]


def drawing(widget: QWidget) -> str:
    """Return what a widget paints as SVG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture = QSvgGenerator()
    picture.setOutputDevice(buffer)
    picture.setSize(widget.size())
    picture.setViewBox(widget.rect())
    widget.render(picture)
    del picture  # writes the end
    return bytes(buffer.data().data()).decode()


def overlaps(texts: list[Written]) -> list[tuple[str, str]]:
    """Return the texts that lie upon one another."""
    boxes = [(one, one.box.adjusted(_GRACE, _GRACE, -_GRACE, -_GRACE)) for one in texts]
    pairs = combinations(boxes, 2)
    return [(a.text, b.text) for (a, one), (b, other) in pairs if one.intersects(other)]


def _read(found: re.Match[str]) -> Written:
    *_, right, down = (float(number) for number in found["matrix"].split(","))
    text = unescape(found["text"])
    pixels, weight = int(found["pixels"]), QFont.Weight(int(found["weight"]))
    metrics = QFontMetricsF(font(pixels, weight))
    box = metrics.tightBoundingRect(text)
    box.translate(float(found["x"]) + right, float(found["y"]) + down)
    cap = metrics.tightBoundingRect("H").height()
    return Written(text=text, box=box, pixels=pixels, ink=found["ink"], cap=cap)
