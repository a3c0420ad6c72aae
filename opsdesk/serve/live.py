"""What an engine knows, as the API serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future

from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import Event, SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.newest import Newest

#: transitions that are kept; a thousand breakers that all trip and recover make 3,000
_MOST_EVENTS = 10_000
#: seconds after which who asked too early may try again
_SOON = 1.0


class Live:
    """The newest snapshot of an engine, and the transitions since it runs.

    The engine's thread calls ``take``, the server's the rest: what they share is replaced whole.
    """

    def __init__(
        self, catalogue: Catalogue, series: Callable[[SeriesRange], Future[SeriesData]]
    ) -> None:
        """Begin with nothing. ``series`` asks the engine, from any thread."""
        self._own = catalogue
        self._ask = series
        self._catalogue = catalogue
        self._newest = Newest()
        self._events: tuple[Event, ...] = ()

    def take(self, snapshot: Snapshot) -> None:
        """Take the engine's next snapshot."""
        before = self._newest.get()
        if before is not None:
            new = tuple(_transitions(before, snapshot))
            self._events = (*self._events, *new)[-_MOST_EVENTS:] if new else self._events
        self._catalogue = {**self._own, **snapshot.metrics}
        self._newest.put(snapshot)

    @property
    def catalogue(self) -> Mapping[str, Metric]:
        """Return our own metrics, and those that sources have described."""
        return self._catalogue

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot.

        Raises:
            SourceError: there is none yet.

        """
        snapshot = self._newest.get()
        if snapshot is None:
            raise SourceError(
                Problem(
                    kind=ProblemKind.SERVER,
                    what=tr("nothing has been fetched yet"),
                    where="opsdesk serve",
                    remedy=tr("Try again in a moment."),
                    retry_after=_SOON,
                )
            )
        return snapshot

    async def newer(self, seen: Snapshot | None) -> Snapshot:
        """Return the newest snapshot as soon as it is another than ``seen``."""
        return await self._newest.after(seen)

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the engine's sources and its history know of a range.

        Raises:
            SourceError: a source failed and nothing is known, or the engine has ended.

        """
        asked = self._ask(wanted)
        try:
            return await asyncio.wrap_future(asked)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise SourceError(_ended()) from None

    def events(self, since: float) -> tuple[Event, ...]:
        """Return the transitions after a moment, ascending."""
        return tuple(event for event in self._events if event.at > since)


def _ended() -> Problem:
    return Problem(
        kind=ProblemKind.SERVER,
        what=tr("this server is about to end"),
        where="opsdesk serve",
        remedy=tr("Try again in a moment."),
    )


def _transitions(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    """Yield what became of states between two snapshots, at the moment it was seen."""
    for key, reading in after.readings.items():
        earlier = before.readings.get(key)
        # What has not changed is the same object.
        if earlier is None or earlier is reading or earlier.value == reading.value:
            continue
        if isinstance(reading.value, BreakerState) and isinstance(earlier.value, BreakerState):
            yield Event(
                key=key,
                at=after.at.timestamp(),
                before=earlier.value.value,
                state=reading.value.value,
            )
