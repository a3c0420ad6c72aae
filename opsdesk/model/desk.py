"""What the person at this desk has said of the incidents, and when they want to be told.

Incidents are the same for everybody; acknowledgements, snoozes and notes are each desk's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

import msgspec


class Note(msgspec.Struct, frozen=True):
    """Something that was written down about an incident."""

    at: datetime
    text: str


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """What this desk has said of one incident."""

    acknowledged_at: datetime | None = None
    #: until then nothing is told of it
    snoozed_until: datetime | None = None
    notes: tuple[Note, ...] = ()


class Hush(StrEnum):
    """Why nothing pops up at this desk for now."""

    NONE = ""
    #: the computer slept, or its screen is locked
    AWAY = "away"
    SNOOZED = "snoozed"
    #: this computer has no connection: there is no news
    OFFLINE = "offline"
    QUIET_HOURS = "quiet hours"


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What happened while nobody was told: ids of incidents."""

    hush: Hush
    since: datetime
    until: datetime
    #: those that opened meanwhile, whatever became of them
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    #: those that run at the end, whenever they opened
    still_open: tuple[str, ...] = ()


TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^(|([01]\d|2[0-3]):[0-5]\d)$")]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """When and how a person wants to be told; the table ``[notices]`` of the settings."""

    #: minutes after which what stays open, and is not acknowledged, is told again; 0: never
    reminder: Annotated[float, msgspec.Meta(ge=0, le=10_080)] = 60.0
    #: quiet hours by the clock on the wall, such as '22:00'; none where both are the same
    quiet_from: TimeOfDay = ""
    quiet_to: TimeOfDay = ""
    #: what is critical is told in quiet hours as well
    quiet_lets_critical: bool = False
    #: play a sound when something opens
    sound: bool = False
    #: a program that is run for each notice, with it as JSON on its standard input
    command: str = ""
    #: an address that each notice is posted to as JSON; its token is in the keyring
    webhook: str = ""
    #: what to do, by the name of a breaker, component or metric: addresses (https://...)
    runbooks: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    #: percent of the Nagios rule from which a thing counts as flapping, and no longer
    flapping_from: Annotated[float, msgspec.Meta(gt=0, le=100)] = 30.0
    flapping_to: Annotated[float, msgspec.Meta(ge=0, le=100)] = 20.0
    #: hours that the rule looks back
    flapping_hours: Annotated[float, msgspec.Meta(gt=0, le=168)] = 6.0


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What was said at this desk. Survives restarts, crashes and upgrades."""

    #: by incident id
    handled: Mapping[str, Handling] = MappingProxyType({})
    #: until then nothing at all is told
    snoozed_until: datetime | None = None
    hush: Hush = Hush.NONE
    #: since when nothing is told; None while things are
    hushed_since: datetime | None = None
    #: 'While you were away', until it has been read
    digest: Digest | None = None
    #: when and how its person wants to be told
    policy: Policy = Policy()
    #: that what is said here cannot be kept, and why, as a sentence; '' while it can
    problem: str = ""

    def of(self, incident_id: str) -> Handling:
        """Return what was said of one incident."""
        return self.handled.get(incident_id, _UNHANDLED)


_UNHANDLED = Handling()
