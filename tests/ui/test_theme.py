from __future__ import annotations

import re

import msgspec
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from opsdesk.ui import fonts, header
from opsdesk.ui.dress import style_sheet
from opsdesk.ui.theme import STATE_GLYPH, STATE_TEXT, Look, load
from opsdesk.ui.writing import BOLD

THEMES = [choice for choice in header.THEMES if choice != "system"]
GROUNDS = ("bg", "surface", "raised")
# LOOK.md section 1: the least contrast of text, and of graphics that carry a meaning
TEXT = {"dark": 4.8, "light": 4.9, "high_contrast": 5.7}
GRAPHICS = 3.0


def luminance(color: QColor) -> float:
    """Return the relative luminance of WCAG 2.1."""

    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = color.redF(), color.greenF(), color.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_on_every_ground(name: str) -> None:
    theme = load(name)
    inks = {"text1", "text2", "text3", "accent", *STATE_TEXT.values()}
    poor = {
        (ink, ground): round(contrast(theme.color(ink), theme.color(ground)), 2)
        for ink in inks
        for ground in GROUNDS
        if contrast(theme.color(ink), theme.color(ground)) < TEXT[name] - 0.05
    }
    assert not poor


@pytest.mark.parametrize("name", THEMES)
def test_shapes_can_be_seen_on_every_ground(name: str) -> None:
    theme = load(name)
    for ink in {"data", "data2", "data3", "edge", *STATE_GLYPH.values()}:
        for ground in GROUNDS:
            found = contrast(theme.color(ink), theme.color(ground))
            assert found >= GRAPHICS - 0.05, f"{ink} on {ground}: {found:.2f}"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_takes_every_colour_from_the_theme(name: str) -> None:
    sheet = style_sheet(load(name))
    assert "$" not in sheet
    known = {color.lower() for color in msgspec.structs.astuple(load(name).tokens)}
    used = {color.lower() for color in re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)}
    assert used
    assert used <= known


def test_a_look_changes_once_for_each_theme(qapp: QApplication) -> None:
    assert qapp is not None
    look = Look("dark")
    changes: list[str] = []
    look.changed.connect(lambda: changes.append(look.theme.title))
    look.choose("light")
    look.choose("light")
    look.choose("high_contrast")
    assert changes == ["Light", "High contrast"]
    assert look.color("bg").name() == "#000000"


def test_the_system_choice_follows_the_desktop(qapp: QApplication) -> None:
    assert qapp is not None
    assert Look("system").theme.title in ("Dark", "Light")
    assert Look("of a later version").theme == Look("system").theme


@pytest.mark.usefixtures("qapp")
def test_small_letters_on_a_dark_ground_are_asked_for_thinner_where_they_would_look_thicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = []
    for darkened in (False, True):
        monkeypatch.setattr(fonts, "_is_darkened", lambda found=darkened: found)
        for name in ("dark", "light", "high_contrast"):
            Look(name)
            weights.append([int(fonts.font(pixels).weight()) for pixels in (13, 32)])
    as_they_are = [400, 400]
    assert weights == [as_they_are, as_they_are, as_they_are, [300, 400], as_they_are, as_they_are]


@pytest.mark.usefixtures("qapp")
def test_painted_letters_follow_the_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_is_darkened", lambda: True)
    look = Look("dark")
    assert BOLD.font.weight() == 500
    look.choose("light")
    assert BOLD.font.weight() == 600
