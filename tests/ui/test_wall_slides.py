"""What is drawn on a wall: readable from afar, whole, and no more often than it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support import boards, courses, dashboard, incidents
from support.boards import CATALOGUE, NOW
from support.incidents import CARBON, PRIMARY, beyond, incident
from support.written import Written, overlaps, written
from typing_extensions import override

from opsdesk.catalogue import language, pages
from opsdesk.insight.board import Board
from opsdesk.insight.questions import of_panel
from opsdesk.insight.sight import Caps, caps
from opsdesk.insight.slides.alarms import alarm_of, alarms_of, queries_of, taking_over
from opsdesk.insight.slides.blocks import (
    Alarm,
    Block,
    Figure,
    Figures,
    Hero,
    Line,
    Marks,
    Part,
    Rows,
    Scene,
    Slide,
    Trend,
    Words,
)
from opsdesk.insight.slides.pages import age_of, on_wall, panels_of, slide_of, status_of
from opsdesk.insight.slides.panels import Frames, Seen
from opsdesk.insight.verdict import State
from opsdesk.model.series import Change, Forecast, SeriesFrame, SeriesQuery, Strip, Usual
from opsdesk.model.snapshot import Severity
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.blocks import drawing_of
from opsdesk.ui.wall.layout import lay_out
from opsdesk.ui.wall.slide_view import SlideView
from opsdesk.ui.wall.type import cap_height, sizes

PAGES = {page.id: page for page in on_wall(pages.load(CATALOGUE))}
#: width, height, metres, inches
Display = tuple[int, int, float, float]
HALL: Display = (1_920, 1_080, 5, 55)
HALL_4K: Display = (3_840, 2_160, 5, 55)
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
LONG = "Region North West - payments gateway to the settlement provider 0042"


# ---- scenes


def slide(page: str, board: Board, *, later: float = 0, frames: Frames | None = None) -> Scene:
    now = NOW + timedelta(seconds=later)
    made = slide_of(PAGES[page], Seen(board=board, now=now, frames=frames or {}))
    return scene(made, board, later)


def alarm(board: Board, *, one: bool = False, later: float = 0) -> Scene:
    now = NOW + timedelta(seconds=later)
    found = taking_over(board, now)
    frames = {query: answer(query) for query in queries_of(found[0])}
    seen = Seen(board=board, now=now, frames=frames)
    return scene(alarm_of(found[0], seen) if one else alarms_of(found, seen), board, later)


def scene(made: Slide | Alarm, board: Board, later: float = 0) -> Scene:
    now = NOW + timedelta(seconds=later)
    return Scene(
        slide=made,
        status=status_of(board, now),
        marks=Marks(position=1, number=5, held=True),
        age=age_of(board, now),
        clock="14:32",
    )


def with_values(change: Callable[[float], float | None]) -> Board:
    """Return the whole dashboard with other numbers."""
    snapshot = dashboard.whole().snapshot
    known = {
        one: replace(reading, value=change(reading.number))
        if reading.number is not None
        else reading
        for one, reading in snapshot.readings.items()
    }
    return boards.arrange(replace(snapshot, readings=known), CATALOGUE)


def frames_of(page: str, board: Board) -> dict[SeriesQuery, SeriesFrame]:
    """Return an answer to all that a page asks."""
    asked = [query for panel in panels_of(PAGES[page]) for query in of_panel(panel, board)]
    return {query: answer(query) for query in asked}


def answer(query: SeriesQuery) -> SeriesFrame:
    """Return courses that go up and down, and breakers that come and go."""
    lines = [courses.line(k, lambda at: at % 997, query.window) for k in query.keys]
    ahead = tuple(courses.END + n * courses.DAY for n in range(1, 31))
    forecasts = [
        Forecast(
            key=k,
            method="naive",
            times=ahead,
            values=(500,) * 30,
            lows=(0,) * 30,
            highs=(900,) * 30,
        )
        for k in query.keys
        if query.horizon
    ]
    usual = [Usual(key=k, low=200, high=700) for k in query.keys if query.usual]
    moments = [(courses.END - 1_320 - n * 600, ("open", "closed")[n % 2]) for n in range(60)]
    changes = tuple(Change(at, state) for at, state in reversed(moments))
    found = courses.answer(query, *lines, usual=tuple(usual), forecasts=tuple(forecasts))
    return replace(found, strips=tuple(Strip(key=k, changes=changes) for k in query.keys))


def with_frames(page: str, board: Board, later: float = 0) -> Scene:
    return slide(page, board, later=later, frames=frames_of(page, board))


def many() -> Board:
    found = [incident(f"Region {n % 7} - dependency {n:04}", 3 + n) for n in range(200)]
    return incidents.board_of(*found)


SCENES: dict[str, Callable[[], Scene]] = {
    **{page: lambda page=page: slide(page, dashboard.whole()) for page in PAGES},  # type: ignore[misc]
    **{
        f"{page} with curves": lambda page=page: with_frames(page, dashboard.whole())  # type: ignore[misc]
        for page in ("overview", "performance", "operations", "outlook", "reliability")
    },
    "stale curves": lambda: with_frames("performance", boards.normal(), 1_320),
    "stale breakers": lambda: with_frames("reliability", boards.tripped(), 1_320),
    "stale": lambda: slide("overview", boards.stale()),
    "empty": lambda: slide("overview", boards.no_source()),
    "huge": lambda: slide("overview", with_values(lambda _: 1_234_567_890.0)),
    "negative": lambda: slide("operations", with_values(lambda _: -1_234_567.8)),
    "unknown": lambda: slide("value", with_values(lambda _: None)),
    "2,000 breakers": lambda: slide("reliability", boards.tripped(2_000)),
    "one": lambda: alarm(boards.tripped(), one=True),
    "long": lambda: alarm(
        incidents.board_of(beyond(LONG, 47, severity=Severity.CRITICAL)), one=True
    ),
    "three": lambda: alarm(
        incidents.board_of(incident(CARBON, 22), incident(PRIMARY, 3), incident(LONG, 9))
    ),
    "200": lambda: alarm(many()),
    "of a figure": lambda: alarm(
        incidents.board_of(beyond("Error rate above 10 %", 47, severity=Severity.CRITICAL)),
        one=True,
    ),
    "was open": lambda: alarm(boards.tripped(), one=True, later=1_320),
}


@pytest.fixture(params=SCENES)
def shown(request: pytest.FixtureRequest) -> Scene:
    return SCENES[str(request.param)]()


def caps_of(display: Display) -> Caps:
    width, height, metres, inches = display
    return caps(width, height, diagonal=inches, distance=metres)


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


# ---- sizes


@given(
    display=st.tuples(
        st.integers(800, 7_680), st.integers(600, 4_320), st.floats(0.5, 30), st.floats(15, 150)
    )
)
@pytest.mark.usefixtures("qapp")
def test_capitals_are_never_lower_than_the_formula_says(display: Display) -> None:
    needed = caps_of(display)
    found = sizes(needed, min(display[:2]))
    assert cap_height(found.plain()) >= needed.text
    assert cap_height(found.strong()) >= needed.text - 1  # two weights, one size
    assert cap_height(found.figure()) >= needed.primary
    assert found.big > found.primary >= found.text


@pytest.mark.usefixtures("qapp")
def test_the_design_s_sizes() -> None:
    assert caps_of(HALL) == Caps(46, 37)
    assert caps_of(HALL_4K) == Caps(92, 74)
    found = sizes(caps_of(HALL), 1_080)
    assert (found.margin, found.line, found.glyph) == (72, 4, 48)
    assert sizes(caps_of(HALL_4K), 2_160).glyph == 96


# ---- layout


def _figure() -> st.SearchStrategy[Figure]:
    texts = st.sampled_from(["", "Title", "A title that is long", LONG])
    return st.builds(
        Figure,
        title=texts,
        value=st.sampled_from(["0", "98.5", "1,234,567,890", "Pending", "\N{EN DASH}"]),
        unit=st.sampled_from(["", "%", "ms", "USD / month"]),
        short=st.sampled_from(["", "1.2e9"]),
        note=texts,
        state=st.sampled_from([None, State.CRITICAL, State.DEGRADED]),
    )


def _lines() -> st.SearchStrategy[tuple[Line, ...]]:
    line = st.builds(
        Line,
        name=st.sampled_from(["API", "Cache Layer", LONG]),
        value=st.sampled_from(["", "99.9", "1,234,567,890", "CLOSED"]),
        short=st.sampled_from(["", "1.2e9"]),
        unit=st.sampled_from(["", "%"]),
        state=st.sampled_from([None, State.OK, State.CRITICAL]),
        flaps=st.booleans(),
    )
    return st.lists(line, min_size=1, max_size=9).map(tuple)


BLOCKS = st.one_of(
    st.builds(Hero, figure=_figure()),
    st.builds(Figures, figures=st.lists(_figure(), min_size=1, max_size=4).map(tuple)),
    st.builds(Rows, title=st.just("Title"), lines=_lines(), total=st.sampled_from([0, 2_000])),
    st.builds(Trend, figure=_figure(), absence=st.just("no history yet")),
    st.builds(Words, title=st.just("Title"), sentences=_lines()),
)
PARTS = st.lists(
    st.builds(Part, block=BLOCKS, span=st.integers(1, 12), rank=st.integers(1, 4)), max_size=8
)
BOXES = st.builds(QRectF, st.just(0), st.just(0), st.floats(80, 4_000), st.floats(20, 2_200))
CAPS = st.builds(Caps, primary=st.integers(20, 300), text=st.just(20)).map(
    lambda one: replace(one, text=round(one.primary * 0.8))
)


@given(parts=PARTS, box=BOXES, needed=CAPS)
@pytest.mark.usefixtures("qapp")
def test_parts_lie_beside_one_another_and_the_last_are_left_out(
    parts: list[Part], box: QRectF, needed: Caps
) -> None:
    laid = lay_out(parts, box, sizes(needed, 1_080))
    room = box.adjusted(-1, -1, 1, 1)
    assert all(room.contains(placed.box) for placed in laid.placed if placed.box.height() > 0)
    for one, other in combinations([placed.box for placed in laid.placed], 2):
        assert not one.adjusted(1, 1, -1, -1).intersects(other)
    kept = [placed.part for placed in laid.placed]
    assert len(kept) + len(laid.left_out) == len(parts)
    assert all(out.rank >= part.rank for out in laid.left_out for part in kept)


@given(block=BLOCKS, box=BOXES, needed=CAPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_block_writes_nothing_beyond_its_box_and_nothing_too_small(
    block: Block, box: QRectF, needed: Caps, look: Look
) -> None:
    size = sizes(needed, 1_080)
    part = Part(block=block)
    view = SlideView(look, needed)
    margin = 2 * size.margin
    view.resize(QSize(round(box.width()) + margin, round(box.height() + 2 * size.edge)))
    view.show_scene(
        Scene(slide=Slide(title="", parts=(part,)), status=status_of(boards.normal(), NOW))
    )
    texts = written(view)
    inside = QRectF(view.rect()).adjusted(-2, -2, 2, 2)
    assert all(inside.contains(text.box) for text in texts)
    assert not overlaps(texts)
    assert all(text.cap >= needed.text - 1 for text in texts)


def test_what_is_read_side_by_side_has_room(look: Look) -> None:
    del look
    figures = tuple(Figure(title="p95", value="291", unit="ms") for _ in range(4))
    parts = [Part(block=Figures(figures=(one,)), span=3) for one in figures]
    near, far = (sizes(caps_of(one), 1_080) for one in (HALL, (1_920, 1_080, 15, 55)))
    box = QRectF(0, 0, 2_600, 2_000)
    assert len({placed.box.top() for placed in lay_out(parts, box, near).placed}) == 1
    assert not lay_out(parts, box, far).left_out
    assert len({placed.box.top() for placed in lay_out(parts, box, far).placed}) > 1
    for placed in lay_out(parts, box, far).placed:
        assert placed.box.width() >= drawing_of(placed.part.block, far).narrowest


def test_letters_grow_where_little_stands() -> None:
    size, box = sizes(caps_of(HALL), 1_080), QRectF(0, 0, 1_776, 700)
    few = Part(block=Rows(title="", lines=(Line(name="Prometheus", value="12 s ago"),)))
    lot = Part(block=Rows(title="", lines=(Line(name="Prometheus"),) * 9))
    high = [lay_out([one], box, size).placed[0].drawing.least(1_776) for one in (few, lot)]
    assert high[0] > drawing_of(few.block, size).least(1_776)
    assert high[1] == drawing_of(lot.block, size).least(1_776)


# ---- what is written


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


# ---- what is seen in the picture itself


def picture(view: SlideView) -> QImage:
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    view.render(image)
    return image


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
    return sum(
        abs(a - b)
        for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    )


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


# ---- what is drawn again


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
