"""What walls have asked of the past, and been answered: so much of it is kept, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from opsdesk.model.series import SeriesFrame, SeriesQuery

#: seconds between two times that the same is asked, at least
LEAST_WAIT = 15.0
#: so many answers are kept beside those that are wanted now
MOST_FRAMES = 64


class Past:
    """Questions and answers of all walls of a process."""

    def __init__(self) -> None:
        self._frames: dict[SeriesQuery, SeriesFrame] = {}
        #: when what was asked, by the monotonic clock in seconds
        self._asked: dict[SeriesQuery, float] = {}
        self._wanted: frozenset[SeriesQuery] = frozenset()
        self._answering = True

    @property
    def frames(self) -> Mapping[SeriesQuery, SeriesFrame]:
        """The answers."""
        return self._frames

    def due(
        self, wanted: Iterable[SeriesQuery], now: float, *, answering: bool = True
    ) -> tuple[SeriesQuery, ...]:
        """Return what of the ``wanted`` is to be asked now, by the monotonic clock.

        ``answering``: all sources do. Once they do again, what failed meanwhile is asked at once.
        """
        each = dict.fromkeys(wanted)
        self._wanted = frozenset(each)
        if answering and not self._answering:
            self._asked |= {query: -inf for query in self._asked if self._has_failed(query)}
        self._answering = answering
        found = tuple(query for query in each if now >= self._due(query))
        self._asked |= dict.fromkeys(found, now)
        return found

    def _due(self, query: SeriesQuery) -> float:
        """Return when it is asked again: once there is more to see, or soon where it failed."""
        wait = LEAST_WAIT if self._has_failed(query) else max(LEAST_WAIT, query.step)
        return self._asked.get(query, -inf) + wait

    def _has_failed(self, query: SeriesQuery) -> bool:
        frame = self._frames.get(query)
        return frame is not None and frame.problem is not None

    def take(self, frame: SeriesFrame) -> bool:
        """Take an answer; tell whether anybody here has asked for it."""
        if frame.query not in self._asked:
            return False
        self._frames.pop(frame.query, None)
        self._frames[frame.query] = frame
        # Not what is seen: its chart would go until it is asked again.
        others = [query for query in self._asked if query not in self._wanted]
        others.sort(key=self._due)
        for query in others[: max(0, len(others) - MOST_FRAMES)]:
            # Both: what is seen again is asked again at once.
            del self._asked[query]
            self._frames.pop(query, None)
        return True
