"""A wall in the picture itself: as high and as clear as it should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage
from support.scenes import HALL, HALL_4K, SCENES, Display, caps_of, picture
from support.written import Written, written

from opsdesk.ui.theme import Look
from opsdesk.ui.wall.slide_view import SlideView


def found(texts: list[Written], text: str) -> Written:
    return next(one for one in texts if one.text == text)


def height_in(image: QImage, one: Written) -> int:
    """Return how high the letters of a text are in a picture, in pixels: half of an ink counts."""
    area = one.box.adjusted(-2, -4, 2, 4).toAlignedRect()
    ground = image.pixelColor(area.topLeft())
    half = distance(QColor(one.ink), ground) / 2

    def has_ink(y: int) -> bool:
        return any(
            distance(image.pixelColor(x, y), ground) > half
            for x in range(area.left(), area.right())
        )

    inked = [y for y in range(area.top(), area.bottom() + 1) if has_ink(y)]
    return inked[-1] - inked[0] + 1


def distance(one: QColor, other: QColor) -> int:
    return sum(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


@pytest.mark.parametrize("display", [HALL, HALL_4K], ids=str)
def test_letters_are_as_high_in_the_picture_as_the_formula_says(
    display: Display, show: Callable[..., SlideView]
) -> None:
    needed = caps_of(display)
    view = show(SCENES["overview"](), display)
    image, texts = picture(view), written(view)
    for text in ("DEGRADED", "14:32", "98.5", "99.2", "291"):
        assert height_in(image, found(texts, text)) >= needed.primary, text
    for text in ("Error rate", "Database", "Time to resolve"):
        assert height_in(image, found(texts, text)) >= needed.text, text
    band = show(SCENES["one"](), display)
    assert height_in(picture(band), found(written(band), "OPEN")) >= needed.primary


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_every_text_stands_out_from_what_is_behind_it(
    theme: str, look: Look, show: Callable[..., SlideView]
) -> None:
    look.choose(theme)
    for made in SCENES.values():
        view = show(made())
        image = picture(view)
        for one in written(view):
            ground = image.pixelColor(round(one.box.left()) - 3, round(one.box.top()) - 3)
            assert contrast(QColor(one.ink), ground) >= 4.5, one.text


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours by WCAG 2.2."""

    def light(color: QColor) -> float:
        parts = (color.redF(), color.greenF(), color.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    least, most = sorted((light(one), light(other)))
    return (most + 0.05) / (least + 0.05)
