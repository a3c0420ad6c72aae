from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from opsdesk.insight.strips import Drawn
from opsdesk.model.series import Change
from opsdesk.ui import strip
from opsdesk.ui.theme import Look

WIDTH, HEIGHT = 100, 20
TOP, MIDDLE, FOOT = 2, 13, 19


def colors(look: Look, drawn: Drawn, ratio: float = 1.0) -> QImage:
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(look.color("surface"))
    painter = QPainter(image)
    strip.paint(painter, QRectF(0, 0, WIDTH, HEIGHT), drawn, look)
    painter.end()
    return image


def course(*states: str, open_now: bool = False) -> Drawn:
    changes = tuple(Change(100.0 * n / len(states), state) for n, state in enumerate(states))
    return Drawn(changes=changes, start=0.0, end=100.0, open_now=open_now)


@pytest.mark.parametrize(
    ("state", "at_top", "in_middle"),
    [("closed", False, False), ("half-open", False, True), ("open", True, True)],
)
def test_a_state_has_its_height(look: Look, state: str, *, at_top: bool, in_middle: bool) -> None:
    image = colors(look, course(state))
    surface = look.color("surface")
    assert (image.pixelColor(50, TOP) != surface) is at_top
    assert (image.pixelColor(50, MIDDLE) != surface) is in_middle
    assert image.pixelColor(50, FOOT) != surface


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_only_what_is_open_now_is_coloured(look: Look, ratio: float) -> None:
    drawn = course("open", "closed", "open", open_now=True)
    image = colors(look, drawn, ratio)
    before = image.pixelColor(round(10 * ratio), round(TOP * ratio))
    now = image.pixelColor(round(90 * ratio), round(TOP * ratio))
    assert (before, now) == (look.color("data2"), look.color("critical"))
    past = colors(look, course("open", "closed", "open"))
    assert past.pixelColor(90, TOP) == look.color("data2")


def test_an_end_of_an_outage_is_not_coloured(look: Look) -> None:
    image = colors(look, course("open", "closed", open_now=False))
    found = {image.pixelColor(x, y).name() for x in range(WIDTH) for y in range(HEIGHT)}
    assert look.color("critical").name() not in found


def test_what_nobody_saw_is_hatched(look: Look) -> None:
    image = colors(look, course("closed", "unknown"))
    hatch = {image.pixelColor(x, FOOT - 2).name() for x in range(60, WIDTH)}
    assert hatch == {look.color("stale").name(), look.color("surface").name()}
    line = QColor(image.pixelColor(20, FOOT))
    assert line.name() not in hatch
