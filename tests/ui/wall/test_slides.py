"""What is written on a wall: large enough, whole, apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF
from support import boards
from support.scenes import HALL, HALL_4K, LONG, SCENES, Display, scene
from support.written import overlaps, written

from opsdesk.catalogue import language
from opsdesk.insight.slides.blocks import Figure, Hero, Line, Marks, Part, Rows, Scene, Slide, Words
from opsdesk.ui.wall.slide_view import SlideView

DISPLAYS: tuple[Display, ...] = (
    HALL,
    HALL_4K,
    (1_280, 720, 5, 24),
    (1_366, 768, 2, 24),
    (1_024, 768, 5, 55),
    (2_560, 1_440, 10, 85),
    (3_440, 1_440, 5, 55),
    (1_080, 1_920, 5, 55),
    (1_920, 1_080, 10, 55),
    (1_920, 1_080, 15, 55),
    (1_920, 1_080, 15, 24),
)


@pytest.fixture(params=SCENES)
def shown(request: pytest.FixtureRequest) -> Scene:
    return SCENES[str(request.param)]()


@pytest.mark.parametrize("display", DISPLAYS, ids=str)
def test_all_that_is_written_is_large_enough_whole_and_apart(
    shown: Scene, display: Display, show: Callable[..., SlideView]
) -> None:
    view = show(shown, display)
    texts = written(view)
    assert texts
    assert [one.text for one in texts if one.cap < view.caps.text - 1] == []
    edge = QRectF(view.rect()).adjusted(-1, -1, 1, 1)
    assert [one.text for one in texts if not edge.contains(one.box)] == []
    assert overlaps(texts) == []


@pytest.mark.parametrize("display", [HALL, (1_366, 768, 5, 55), (1_080, 1_920, 5, 55)], ids=str)
@pytest.mark.parametrize("spoken", ["de", language.PSEUDO])
def test_so_it_is_in_longer_languages(
    spoken: str, display: Display, show: Callable[..., SlideView]
) -> None:
    language.choose(spoken)
    try:
        for made in SCENES.values():
            view = show(made(), display)
            texts = written(view)
            assert overlaps(texts) == []
            edge = QRectF(view.rect()).adjusted(-1, -1, 1, 1)
            assert [one.text for one in texts if not edge.contains(one.box)] == []
    finally:
        language.choose("en")


@pytest.mark.parametrize("display", DISPLAYS, ids=str)
def test_the_state_is_said_and_the_first_figure_whole(
    display: Display, show: Callable[..., SlideView]
) -> None:
    texts = [one.text for one in written(show(SCENES["overview"](), display))]
    assert any("DEGRADED".startswith(text.rstrip("\N{HORIZONTAL ELLIPSIS}")) for text in texts)
    assert "98.5" in texts


def test_a_number_is_never_cut(show: Callable[..., SlideView]) -> None:
    for name in ("huge", "negative"):
        for display in DISPLAYS:
            texts = [one.text for one in written(show(SCENES[name](), display))]
            cut = [text for text in texts if text.endswith("\N{HORIZONTAL ELLIPSIS}")]
            assert not [text for text in cut if text.lstrip("\N{MINUS SIGN}<")[:1].isdigit()]


def test_rows_that_have_no_room_are_counted(show: Callable[..., SlideView]) -> None:
    for name, total in (("2,000 breakers", 2_000), ("200", 200)):
        for display in (HALL, HALL_4K, (1_080, 1_920, 5, 55)):
            texts = [one.text for one in written(show(SCENES[name](), display))]
            (more,) = [text for text in texts if text.startswith("and ")]
            rest = int("".join(filter(str.isdigit, more)))
            ending = ("OPEN", "CLOSED") if name != "200" else (" min", " h")
            lines = [t for t in texts if t.endswith(ending) and not t.startswith("200")]
            head = 1 if name == "200" else 0  # for how long the first has lasted
            assert rest + len(lines) - head == total


def test_sentences_that_have_no_room_are_counted_in_the_title(
    show: Callable[..., SlideView],
) -> None:
    lines = tuple(Line(name=f"Sentence {number}") for number in range(40))
    made = Slide(title="", parts=(Part(block=Words(title="Risks", sentences=lines)),))
    texts = [one.text for one in written(show(scene(made, boards.normal()), HALL))]
    shown = sum(text.startswith("Sentence") for text in texts)
    assert 0 < shown < 40
    assert f"Risks, {shown} of 40" in texts


def test_what_the_first_figure_is_made_of_loses_whole_parts(
    show: Callable[..., SlideView],
) -> None:
    note = "components up 83.3 % (weight 5), requests without error 100 % (weight 3)"
    figure = Figure(title="System health", value="89.6", unit="%", note=note)
    made = Slide(title="", parts=(Part(block=Hero(figure=figure)),))
    wide, narrow = (
        [one.text for one in written(show(scene(made, boards.normal()), display))]
        for display in ((3_440, 1_440, 2, 85), HALL)
    )
    assert note in wide
    assert "components up 83.3 % (weight 5)" in narrow


def test_long_names_lose_their_middle(show: Callable[..., SlideView]) -> None:
    line = Line(name=LONG, value="99.9", short="1", unit="%")
    made = Slide(title="", parts=(Part(block=Rows(title="", lines=(line,) * 9)),))
    view = show(scene(made, boards.normal()), (1_024, 768, 5, 55))
    name = next(one.text for one in written(view) if one.text.startswith("Region"))
    assert "\N{HORIZONTAL ELLIPSIS}" in name
    assert name.endswith("0042")


def test_a_long_name_that_is_wrong_stands_over_lines(show: Callable[..., SlideView]) -> None:
    texts = [one.text for one in written(show(SCENES["long"]()))]
    assert {text for text in texts if text and text in LONG and " " in text}
    assert " ".join(text for text in texts if text in LONG) == LONG


def test_where_there_is_no_room_for_both_the_clock_stands_at_the_foot(
    show: Callable[..., SlideView],
) -> None:
    for display, above in ((HALL, True), ((1_920, 1_080, 15, 55), False)):
        view = show(SCENES["overview"](), display)
        (clock,) = [one for one in written(view) if one.text == "14:32"]
        assert (clock.box.center().y() < view.height() / 2) is above


def test_many_slides_are_counted(show: Callable[..., SlideView]) -> None:
    made = replace(SCENES["overview"](), marks=Marks(position=2, number=14))
    assert "3 / 14" in [one.text for one in written(show(made))]


def test_what_is_said_stands_in_the_place_of_the_age(show: Callable[..., SlideView]) -> None:
    made = replace(SCENES["overview"](), said="Type the code to leave")
    texts = [one.text for one in written(show(made))]
    assert "Type the code to leave" in texts
    assert made.age not in texts
