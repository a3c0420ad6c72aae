"""Which slide a wall shows now. Pure; times are monotonic seconds.

Two rounds of slides turn by the same rule: that of the pages, and above it that of the incidents
which have taken the wall over. What is above gives back what it interrupted.
"""

from __future__ import annotations

import math

import msgspec
from msgspec.structs import replace

from opsdesk.insight.programme import DIAGNOSIS, Programme, SlideKind, SlideRef

#: seconds that a slide of an incident is shown where there are several
INCIDENT_DWELL = 10.0
#: so many incidents have a slide of their own; the shared one counts the others
MOST_INCIDENTS = 5
#: seconds after which a hold ends by itself
LONGEST_HOLD = 3_600.0
#: seconds after which the diagnostics that were asked for go away by themselves
LONGEST_DIAGNOSTICS = 60.0
# Less late than this, a page turns in the rhythm of its dwell: whoever looks once a second looks
# a little early or late. More, and the clock jumped, as it does after sleep.
_LATE = 2.0

SHARED = SlideRef(SlideKind.INCIDENTS, "incidents")
EMPTY = SlideRef(SlideKind.EMPTY, "")


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """Slides in turn, and how far they are."""

    slides: tuple[SlideRef, ...]
    #: seconds a slide
    dwell: float
    position: int = 0
    #: when the slide's dwell began
    since: float
    #: when it was asked to stay; None: it turns
    held_at: float | None = None

    @property
    def slide(self) -> SlideRef:
        """The slide whose turn it is."""
        return self.slides[self.position] if self.slides else EMPTY


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one wall."""

    pages: Round
    #: of the incidents that have taken over; None where none has
    over: Round | None = None
    #: their ids, worst first, also of those without a slide of their own
    incidents: tuple[str, ...] = ()
    #: when diagnostics were asked for; None: they are not shown
    asked_at: float | None = None

    @property
    def current(self) -> Round:
        """The round that turns now: its position and number of slides are what dots show."""
        return self.over or self.pages

    @property
    def slide(self) -> SlideRef:
        """What is shown."""
        return self.current.slide if self.asked_at is None else DIAGNOSIS

    @property
    def held(self) -> bool:
        """Whether what turns now was asked to stay."""
        return self.current.held_at is not None


def begin(programme: Programme, now: float) -> Rotation:
    """Return the state of a wall that begins with its first page."""
    return Rotation(pages=Round(slides=programme.slides, dwell=programme.dwell, since=now))


def advance(
    rotation: Rotation, programme: Programme, incidents: tuple[str, ...], now: float
) -> Rotation:
    """Return what is shown now; to be asked each second, and whenever something happened.

    A slide turns once when its dwell is over, however much later that is. Incidents take over at
    once, even what is held; a new one is shown at once. While diagnostics stand, nothing turns.

    Args:
        rotation: what was shown.
        programme: the pages of this time of the day.
        incidents: ids of those that take over, worst first, no id twice.
        now: the monotonic clock, which may have jumped.

    """
    is_news = not set(incidents) <= set(rotation.incidents)
    asked_at = None if is_news else _still(rotation.asked_at, LONGEST_DIAGNOSTICS, now)
    earlier = _held_no_longer(rotation, now)
    over = _over(earlier, incidents, now)
    pages = earlier.pages if over else _fitted(earlier.pages, programme, now)
    found = Rotation(pages=pages, over=over, incidents=incidents, asked_at=asked_at)
    if asked_at is not None:
        return found
    shown = found.current
    if rotation.asked_at is not None or (rotation.over is not None and over is None):
        # What was interrupted is shown for its whole dwell again.
        shown = replace(shown, since=now)
    return _with(found, _turned(shown, now))


def _still(since: float | None, longest: float, now: float) -> float | None:
    """Return since when something lasts; None once it has lasted long enough.

    A clock that was set back must not make it last for ever.
    """
    return None if since is None or now - since >= longest else min(since, now)


def _held_no_longer(rotation: Rotation, now: float) -> Rotation:
    """Return the state after holds may have ended; the dwell of what is held begins anew."""

    def still(shown: Round) -> Round:
        held_at = _still(shown.held_at, LONGEST_HOLD, now)
        return shown if shown.held_at is None else replace(shown, held_at=held_at, since=now)

    over = rotation.over
    return replace(rotation, pages=still(rotation.pages), over=over and still(over))


def _over(rotation: Rotation, incidents: tuple[str, ...], now: float) -> Round | None:
    """Return the round of the incidents that have taken over, at what is new."""
    if not incidents:
        return None
    own = tuple(SlideRef(SlideKind.INCIDENT, id_) for id_ in incidents[:MOST_INCIDENTS])
    slides = own if len(incidents) == 1 else (SHARED, *own)
    found = Round(slides=slides, dwell=INCIDENT_DWELL, since=now)
    if rotation.over is None:
        return found
    new = [id_ for id_ in incidents if id_ not in rotation.incidents]
    if not new:
        return _kept(rotation.over, found)
    first = SlideRef(SlideKind.INCIDENT, new[0])
    # Several at once, or one without a slide of its own: that is what the shared one tells.
    is_alone = len(new) == 1 and first in slides
    return replace(found, position=slides.index(first) if is_alone else 0)


def _fitted(pages: Round, programme: Programme, now: float) -> Round:
    """Return the round by the programme that is in force; a page that is held outlasts its own."""
    if pages.held_at is not None and pages.slide in programme.there:
        return pages
    return _kept(pages, begin(programme, now).pages)


def _kept(earlier: Round, new: Round) -> Round:
    """Return the new round at the slide of the earlier one; where it is gone, at the first."""
    slide, position = earlier.slide, earlier.position
    if slide not in new.slides:
        return new
    # A page may stand in a round more than once.
    is_there = new.slides[position : position + 1] == (slide,)
    place = position if is_there else new.slides.index(slide)
    return replace(new, position=place, since=earlier.since, held_at=earlier.held_at)


def _turned(shown: Round, now: float) -> Round:
    """Return the round after its slide's dwell may have ended."""
    late = now - shown.since - shown.dwell
    if late >= 0:
        return _stepped(shown, 1, now - late if late < _LATE else now)
    return replace(shown, since=min(shown.since, now))


def _stepped(shown: Round, steps: int, now: float) -> Round:
    position = (shown.position + steps) % max(1, len(shown.slides))
    return replace(shown, position=position, since=now)


def _with(rotation: Rotation, shown: Round) -> Rotation:
    """Return the state with another round in the place of the current one."""
    if rotation.over is None:
        return replace(rotation, pages=shown)
    return replace(rotation, over=shown)


def turn(rotation: Rotation, steps: int, now: float) -> Rotation:
    """Return what is shown so many slides on, or back; diagnostics go away, a hold stays.

    While incidents have the wall, it is their slides that turn.
    """
    shown = _stepped(rotation.current, steps, now)
    if shown.held_at is not None:
        shown = replace(shown, held_at=now)  # somebody is there, who has not forgotten it
    return _with(replace(rotation, asked_at=None), shown)


def turns_in(rotation: Rotation, now: float) -> float:
    """Return the seconds until the next slide has its turn; infinity where none has."""
    shown = rotation.current
    if shown.held_at is not None or rotation.asked_at is not None or len(shown.slides) <= 1:
        return math.inf
    return max(0.0, shown.since + shown.dwell - now)


def hold(rotation: Rotation, now: float) -> Rotation:
    """Let what is shown stay until it is released, or an incident takes over.

    A hold ends by itself after an hour, so that nobody forgets a wall.
    """
    return _with(rotation, replace(rotation.current, held_at=now))


def release(rotation: Rotation, now: float) -> Rotation:
    """Let the wall turn again; what is shown has its whole dwell before it."""
    pages, over = rotation.pages, rotation.over
    return replace(
        rotation,
        pages=replace(pages, held_at=None, since=now),
        over=over and replace(over, held_at=None, since=now),
    )


def ask_diagnostics(rotation: Rotation, now: float) -> Rotation:
    """Show what OpsDesk says of itself, for a minute; asked for again, it goes away at once.

    A new incident takes its place. What it covers stays where it is.
    """
    if rotation.asked_at is None:
        return replace(rotation, asked_at=now)
    return _with(replace(rotation, asked_at=None), replace(rotation.current, since=now))
