"""Until when one can say 'not now'. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.insight.words import clock_text
from opsdesk.model.desk import Desk, Hush

#: how long the short ones last; an hour is also what a notification offers
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
_MORNING = time(8)
# Until so late in the night it is still the evening of the day before.
_NIGHT_ENDS = time(4)


class Choice(msgspec.Struct, frozen=True):
    """What it is called, and when it ends."""

    title: str
    until: datetime


def choices(now: datetime, zone: tzinfo | None = None) -> tuple[Choice, ...]:
    """Return for how long one may snooze; ``zone`` None is this computer's."""
    morning = tomorrow(now, zone)
    return (
        Choice(tr("For 15 min"), now + QUARTER),
        Choice(tr("For 1 h"), now + HOUR),
        Choice(tr("Until {time}", time=clock_text(morning, now, zone)), morning),
    )


def tomorrow(now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return 08:00 of the next local day; in the small hours, of the day that has begun.

    By the clock on the wall, so that a day of 23 or 25 hours ends at 08:00 as well.
    """
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=0 if local.time() < _NIGHT_ENDS else 1)
    # Without a zone the time is naive: that is the computer's own, whatever its offset then is.
    return datetime.combine(day, _MORNING, tzinfo=zone).astimezone(UTC)


def snoozed_text(until: datetime | None, now: datetime) -> str:
    """Return 'snoozed until 14:30', or '' where nothing is, or no longer."""
    if until is None or until <= now:
        return ""
    return tr("snoozed until {time}", time=clock_text(until, now))


def is_snoozed(desk: Desk, now: datetime) -> bool:
    """Tell whether nothing is told at all for now, because somebody said so."""
    return desk.snoozed_until is not None and desk.snoozed_until > now


def hush_text(desk: Desk, now: datetime) -> str:
    """Return why nothing pops up at this desk now: 'Snoozed until 14:30', or ''."""
    if desk.snoozed_until is not None and is_snoozed(desk, now):
        return tr("Snoozed until {time}", time=clock_text(desk.snoozed_until, now))
    return tr("Quiet hours") if desk.hush is Hush.QUIET_HOURS else ""
