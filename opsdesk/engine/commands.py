"""What the window may ask of the engine: the way in of the one door between their threads."""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.model.desk import Policy
from opsdesk.model.protocols import Source
from opsdesk.model.series import SeriesQuery


class Refresh(msgspec.Struct, frozen=True):
    """Ask every source now, whatever its schedule; while paused, once."""

    #: forget what was learnt of the servers, so that new metrics on them are found
    rediscover: bool = False


class Pause(msgspec.Struct, frozen=True):
    """Ask no source until :class:`Resume`."""


class Resume(msgspec.Struct, frozen=True):
    """Go on after :class:`Pause`, with a refresh at once."""


class SetInterval(msgspec.Struct, frozen=True):
    """Refresh every so many seconds."""

    seconds: float


class AddSource(msgspec.Struct, frozen=True):
    """Connect one more source; it comes after the others, and takes the place of one of its id."""

    source: Source


class RemoveSource(msgspec.Struct, frozen=True):
    """Let a source go, with all that it gave."""

    source_id: str


class Acknowledge(msgspec.Struct, frozen=True):
    """Somebody takes care of these incidents, or with ``on`` false no longer does."""

    incidents: tuple[str, ...]
    on: bool = True


class Snooze(msgspec.Struct, frozen=True):
    """Tell nothing of these incidents until then, of none at all where it names none.

    ``until`` None ends it.
    """

    until: datetime | None
    incidents: tuple[str, ...] = ()


class AddNote(msgspec.Struct, frozen=True):
    """Write something down about an incident; an empty text takes the last note back."""

    incident: str
    text: str


class DigestRead(msgspec.Struct, frozen=True):
    """'While you were away' has been read."""


class SetPolicy(msgspec.Struct, frozen=True):
    """Tell things in another way from now on."""

    policy: Policy


class Attend(msgspec.Struct, frozen=True):
    """The person at the desk has gone (the screen is locked), or is back."""

    present: bool


class Mute(msgspec.Struct, frozen=True):
    """Let nothing pop up at this desk while ``on``: a wall covers every display.

    Afterwards the latest of each notice is shown that still says something.
    """

    on: bool


class AskSeries(msgspec.Struct, frozen=True):
    """Fetch what charts show; each answer is a SeriesFrame of its query."""

    queries: tuple[SeriesQuery, ...]


Command = (
    Refresh
    | Pause
    | Resume
    | SetInterval
    | AddSource
    | RemoveSource
    | Acknowledge
    | Snooze
    | AddNote
    | DigestRead
    | SetPolicy
    | Attend
    | Mute
    | AskSeries
)
