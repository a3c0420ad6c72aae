"""The demo's clock: when it began, how fast it goes, when people report. Pure.

Real times are Unix time in seconds; the demo's own are seconds since it began, below zero before.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from math import floor

import msgspec

from opsdesk.demo.figures import Every

DAY = 86_400.0
WEEK = 7 * DAY
#: so far back reaches the past: eight weeks, and the day in which they begin
PAST = 8 * WEEK + DAY

#: seconds between two samples; a faster demo takes more of them
CADENCE = 10.0
_SHORTEST = 1.0
# People report in the evening, and on the first morning of a week or a month.
_EVENING, _MORNING = time(18, tzinfo=UTC), time(6, tzinfo=UTC)


class Clock(msgspec.Struct, frozen=True):
    """Goes ``speed`` times as fast as ours from ``start`` on, and as fast as ours before.

    So nothing that the demo tells is from the future, however fast it goes.
    """

    start: float
    speed: float

    @property
    def cadence(self) -> float:
        """Return the real seconds between two samples."""
        return max(_SHORTEST, CADENCE / self.speed)

    def sample(self, now: float) -> float:
        """Return the real time of the newest sample."""
        return self.start + max(0, floor((now - self.start) / self.cadence)) * self.cadence

    def life(self, real: float) -> float:
        """Return the demo's time."""
        since = real - self.start
        return since * self.speed if since > 0 else since

    def real(self, life: float) -> float:
        """Return the real time of a time of the demo."""
        return self.start + (life / self.speed if life > 0 else life)

    def moment(self, life: float) -> datetime:
        """Return the same as a date."""
        return datetime.fromtimestamp(self.real(life), UTC)


def reported(every: Every, now: float) -> float:
    """Return when, up to a real time, people reported last."""
    moment = datetime.fromtimestamp(now, UTC)
    if every == "day":
        return _latest(moment, datetime.combine(moment, _EVENING), timedelta(days=1))
    if every == "week":
        monday = moment - timedelta(days=moment.weekday())
        return _latest(moment, datetime.combine(monday, _MORNING), timedelta(weeks=1))
    first = datetime.combine(moment.replace(day=1), _MORNING)
    return first.timestamp() if first <= moment else reported(every, first.timestamp() - DAY)


def _latest(now: datetime, moment: datetime, period: timedelta) -> float:
    return (moment if moment <= now else moment - period).timestamp()
