"""What tests of the wall share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from support.scenes import HALL, Display, caps_of

from opsdesk.insight.slides.blocks import Scene
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.slide_view import SlideView


@pytest.fixture
def show(qtbot: QtBot, look: Look) -> Callable[..., SlideView]:
    """Return what makes a view of a scene on a display."""

    def made(found: Scene, display: Display = HALL) -> SlideView:
        view = SlideView(look, caps_of(display))
        qtbot.addWidget(view)
        view.resize(*display[:2])
        view.show_scene(found)
        return view

    return made
