"""What a wall shows in turn at this time of the day: its pages, by the first plan that holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import msgspec

from opsdesk.model.wall import DIAGNOSTICS, Plan, Wall

_MIDNIGHT = "00:00"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SlideKind(StrEnum):
    """What kind of slide it is."""

    PAGE = "page"
    INCIDENT = "incident"
    #: all incidents that have taken over
    INCIDENTS = "incidents"
    #: OpsDesk itself
    DIAGNOSTICS = "diagnostics"
    #: there is no page to show
    EMPTY = "empty"


class SlideRef(msgspec.Struct, frozen=True):
    """Which slide."""

    kind: SlideKind
    #: of the page or the incident; of the others a name for people
    id: str


DIAGNOSIS = SlideRef(SlideKind.DIAGNOSTICS, DIAGNOSTICS)


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """What a wall shows in turn at some time of the day."""

    slides: tuple[SlideRef, ...]
    #: seconds a slide
    dwell: float
    #: all that could be shown, also at other times of the day
    there: frozenset[SlideRef]
    #: ids of pages that are wanted, and of which there is none
    missing: tuple[str, ...] = ()


def programme_of(wall: Wall, local: datetime, known: Collection[str]) -> Programme:
    """Return what a wall shows now: by the first plan that holds, else as usual.

    It is the clock that counts: an hour that comes twice in autumn is in a plan twice.

    Args:
        wall: its pages and plans.
        local: now, by the clock on the wall.
        known: ids of the pages that there are; others are left out.

    """
    plan = next((plan for plan in wall.plan if _holds(plan, local)), None)
    wanted = (plan and plan.pages) or wall.pages
    there = frozenset({DIAGNOSIS, *map(_page, known)})
    refs = [DIAGNOSIS if id_ == DIAGNOSTICS else _page(id_) for id_ in wanted]
    return Programme(
        slides=tuple(ref for ref in refs if ref in there),
        dwell=(plan and plan.dwell) or wall.dwell,
        there=there,
        missing=tuple(dict.fromkeys(ref.id for ref in refs if ref not in there)),
    )


def _page(id_: str) -> SlideRef:
    return SlideRef(SlideKind.PAGE, id_)


def _holds(plan: Plan, local: datetime) -> bool:
    """Tell whether it is time; from and to the same time is a whole day."""
    begin, end = plan.start or _MIDNIGHT, plan.end or _MIDNIGHT
    clock = f"{local:%H:%M}"
    today = clock >= begin and (clock < end or end <= begin)
    # What passes midnight belongs to the day on which it began.
    yesterday = clock < end <= begin
    day = local.weekday()
    return (today and _is_on(plan, day)) or (yesterday and _is_on(plan, day - 1))


def _is_on(plan: Plan, day: int) -> bool:
    return not plan.days or _WEEKDAYS[day] in plan.days
