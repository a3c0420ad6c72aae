"""The server's clock against ours."""

from __future__ import annotations

import time
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.sources.http import Answer

#: the Date header tells whole seconds; on average half a second has passed
_HALF_SECOND = 0.5
#: closer than this the clocks agree as far as the header can tell
_AGREE = 2.0
#: from here on times are corrected, and the user is told
WRONG = 30.0


class ServerClock:
    """Learns from answers how far the server's clock is ahead of ours."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._now = 0.0
        self._since = 0.0

    def start(self, now: datetime) -> None:
        """Begin a poll; ``now`` is our time."""
        self._now = now.timestamp()
        self._since = time.monotonic()

    def hear(self, answer: Answer) -> None:
        """Take in the date of an answer."""
        if answer.date is not None:
            ours = self._now + (answer.received - self._since)
            ahead = answer.date.timestamp() + _HALF_SECOND - ours
            self._ahead = ahead if abs(ahead) > _AGREE else 0.0

    @property
    def ahead(self) -> float:
        """Seconds by which the server is ahead of us."""
        return self._ahead

    @property
    def now(self) -> float:
        """The server's time, in unix seconds."""
        return self._now + (time.monotonic() - self._since) + self._ahead

    @property
    def correction(self) -> float:
        """Seconds to take from the server's times to get ours."""
        return self._ahead if abs(self._ahead) > WRONG else 0.0

    @property
    def note(self) -> str:
        """What the user should know of it; '' where nothing."""
        if not self.correction:
            return ""
        off = f"{abs(self._ahead):.0f} s"
        if self._ahead > 0:
            return tr("The server's clock is {time} ahead of ours; times are corrected", time=off)
        return tr("The server's clock is {time} behind ours; times are corrected", time=off)
