"""What walls have asked of the past, and been answered: so much of it is kept, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsdesk.model.series import SeriesFrame, SeriesQuery

#: seconds between two times that the same is asked, at least
LEAST_WAIT = 15.0
#: so many answers are kept beside those that are wanted now
MOST_FRAMES = 64


class Past:
    """Questions and answers of all walls of a process."""

    def __init__(self) -> None:
        self._frames: dict[SeriesQuery, SeriesFrame] = {}
        #: what was asked, and the monotonic time at which it is asked again, in seconds
        self._due: dict[SeriesQuery, float] = {}
        self._wanted: frozenset[SeriesQuery] = frozenset()

    @property
    def frames(self) -> Mapping[SeriesQuery, SeriesFrame]:
        """The answers."""
        return self._frames

    def due(self, wanted: Iterable[SeriesQuery], now: float) -> tuple[SeriesQuery, ...]:
        """Return what of the ``wanted`` is to be asked now, by the monotonic clock."""
        each = dict.fromkeys(wanted)
        self._wanted = frozenset(each)
        found = tuple(query for query in each if now >= self._due.get(query, now))
        self._due |= {query: now + max(LEAST_WAIT, query.step) for query in found}
        return found

    def take(self, frame: SeriesFrame) -> bool:
        """Take an answer; tell whether anybody here has asked for it."""
        if frame.query not in self._due:
            return False
        self._frames.pop(frame.query, None)
        self._frames[frame.query] = frame
        # Not what is seen: its chart would go until it is asked again.
        others = [query for query in self._due if query not in self._wanted]
        others.sort(key=self._due.__getitem__)
        for query in others[: max(0, len(others) - MOST_FRAMES)]:
            # Both: what is seen again is asked again at once.
            del self._due[query]
            self._frames.pop(query, None)
        return True
