"""A wall of a few pages, and what it has shown after some seconds."""

from __future__ import annotations

from datetime import datetime

from opsdesk.insight.programme import Programme, SlideKind, SlideRef, programme_of
from opsdesk.insight.rotation import Rotation, advance
from opsdesk.model.wall import Wall

KNOWN = ("a", "b", "c", "d", "night")
WALL = Wall(pages=("a", "b", "c"), dwell=20.0)


def at(day: int, clock: str = "00:00") -> datetime:
    """Return a time in November 2026, as the clock on the wall says it."""
    return datetime.fromisoformat(f"2026-11-{day:02} {clock}")


SATURDAY = at(28, "12:00")


def page(id_: str) -> SlideRef:
    """Return the slide of a page."""
    return SlideRef(SlideKind.PAGE, id_)


def programme(*pages: str, dwell: float = 20.0) -> Programme:
    """Return a programme of these pages."""
    return programme_of(Wall(pages=pages, dwell=dwell), SATURDAY, KNOWN)


ABC = programme("a", "b", "c")


def shown(
    rotation: Rotation,
    seconds: int,
    *,
    of: Programme = ABC,
    incidents: tuple[str, ...] = (),
    start: int = 1,
) -> tuple[Rotation, list[str]]:
    """Look once a second; return the state at the end and the slides one after the other."""
    slides = [rotation.slide.id]
    for now in range(start, start + seconds):
        rotation = advance(rotation, of, incidents, float(now))
        if rotation.slide.id != slides[-1]:
            slides.append(rotation.slide.id)
    return rotation, slides
