"""A wall is drawn no more often than it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support import boards
from support.boards import NOW
from support.scenes import SCENES, caps_of, picture
from typing_extensions import override

from opsdesk.insight.slides.blocks import Hero, Marks, Slide
from opsdesk.insight.slides.pages import status_of
from opsdesk.ui.wall.slide_view import SlideView


class Painted(QObject):
    """Remembers what of a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    @override
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.region().boundingRect())
        return False


@pytest.fixture
def watched(qtbot: QtBot, show: Callable[..., SlideView]) -> Iterator[tuple[SlideView, Painted]]:
    view, painted = show(SCENES["overview"]()), Painted()
    view.installEventFilter(painted)
    with qtbot.waitSignal(view.painted):
        view.show()
    yield view, painted
    view.removeEventFilter(painted)


def repainted(watched: tuple[SlideView, Painted], **change: object) -> list[QRect]:
    view, painted = watched
    QApplication.processEvents()
    painted.areas.clear()
    assert view.scene is not None
    view.show_scene(replace(view.scene, **change))
    QApplication.processEvents()
    return painted.areas


def test_the_same_is_not_drawn_again(watched: tuple[SlideView, Painted]) -> None:
    assert repainted(watched) == []


def test_the_age_alone_is_drawn_alone(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    (area,) = repainted(watched, age="Updated 13 s ago")
    assert area.top() > view.height() - view.sizes.edge
    assert area.right() < view.width() / 2


def test_the_clock_is_drawn_without_the_slide(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    (area,) = repainted(watched, clock="14:33")
    drawn = view.laid.placed if view.laid is not None else ()
    assert area.height() > view.height() / 2  # head and foot
    assert drawn


def test_marks_are_drawn_with_the_foot(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    (area,) = repainted(watched, marks=Marks(position=2, number=5))
    assert area.top() >= view.height() - view.sizes.edge - 1


def test_of_a_refresh_what_changed_is_drawn(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    assert view.scene is not None
    assert isinstance(view.scene.slide, Slide)
    first, *rest = view.scene.slide.parts
    assert isinstance(first.block, Hero)
    figure = replace(first.block.figure, value="97.2")
    made = replace(view.scene.slide, parts=(replace(first, block=Hero(figure=figure)), *rest))
    (area,) = repainted(watched, slide=made)
    assert area.right() < view.width() / 2
    assert area.bottom() < view.height() * 0.6
    shown = picture(view)
    view.update()
    assert picture(view) == shown


def test_a_new_state_is_drawn_at_the_top(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    (area,) = repainted(watched, status=status_of(boards.normal(), NOW))
    assert area.bottom() < view.height() / 4
    assert view.accessibleName().startswith("OK")


def test_another_slide_is_drawn_whole(watched: tuple[SlideView, Painted]) -> None:
    view = watched[0]
    assert repainted(watched, slide=Slide(title="", absence="no page to show")) == [view.rect()]


def test_a_shifted_picture_is_drawn_whole(watched: tuple[SlideView, Painted]) -> None:
    view, painted = watched
    before = picture(view)
    painted.areas.clear()
    view.shift((2, -1))
    view.shift((2, -1))
    QApplication.processEvents()
    assert painted.areas == [view.rect()]
    assert picture(view).pixelColor(500, 600 - 1) == before.pixelColor(498, 600)


def test_larger_letters_lay_out_anew(show: Callable[..., SlideView]) -> None:
    view = show(SCENES["overview"]())
    before = view.laid
    view.show_caps(caps_of((1_920, 1_080, 10, 55)))
    assert view.laid is not None
    assert before is not None
    assert len(view.laid.placed) < len(before.placed)
    assert view.laid.left_out


def test_what_has_taken_over_is_not_laid_out(show: Callable[..., SlideView]) -> None:
    assert show(SCENES["one"]()).laid is None


def test_it_is_told_to_those_who_do_not_see_it(show: Callable[..., SlideView]) -> None:
    assert show(SCENES["overview"]()).accessibleName().startswith("DEGRADED, ")
    one = show(SCENES["one"]()).accessibleName()
    assert one.startswith("OPEN, External API, Carbon Data, for 22 min, 6 other breakers closed")
    lot = show(SCENES["200"]()).accessibleName()
    assert lot.startswith("200 OPEN, first, for 3 h")
    assert len(lot) < 800
