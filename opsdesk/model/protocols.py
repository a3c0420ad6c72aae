"""What the engine needs of its neighbours; app.py hands it the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading
from opsdesk.model.series import Event, SeriesData, SeriesRange
from opsdesk.model.snapshot import Baseline, Family, Finding, Incident, Severity, Snapshot
from opsdesk.model.wall import WallCommand, WallStatus


class Harvest(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll of one source brought in."""

    readings: tuple[Reading, ...]
    #: seconds between two samples at the source; 0 where it does not say
    cadence: float = 0.0
    families: tuple[Family, ...] = ()
    notes: tuple[str, ...] = ()
    #: what failed while the rest answered, a sentence each
    partial: tuple[str, ...] = ()
    #: metrics of which something could not be asked: what is lacking of them is not gone
    unanswered: frozenset[str] = frozenset()
    #: a figure sampled within so many seconds and lacking has ended there; 0: nothing tells that
    lookback: float = 0.0
    #: what the source itself knows beyond readings; another OpsDesk knows all of it
    baselines: tuple[Baseline, ...] = ()
    incidents: tuple[Incident, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: its description of its metrics; those that our catalogue lacks are added to it
    metrics: tuple[Metric, ...] = ()


class Source(Protocol):
    """Where readings come from. All methods run on the engine's loop.

    ``poll`` may be cancelled at any await; a poll after that must work. Expected failures are
    raised as :class:`~opsdesk.model.errors.SourceError`, anything else is a bug.
    """

    @property
    def id(self) -> str:
        """Short name, unique in the profile; readings carry it."""

    @property
    def title(self) -> str:
        """Name for people."""

    @property
    def kind(self) -> str:
        """Such as ``prometheus``."""

    @property
    def where(self) -> str:
        """Address without user, password or query."""

    async def poll(self, now: datetime) -> Harvest:
        """Fetch everything once. The caller sets the deadline."""

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what the source has of the past; a source that keeps none returns an empty one."""

    async def rediscover(self) -> None:
        """Forget what was learnt of the server, so that the next poll looks anew."""

    async def close(self) -> None:
        """Give back connections. Idempotent; a poll after it opens new ones."""


@runtime_checkable
class FollowedSource(Source, Protocol):
    """A source that can tell of news by itself."""

    async def follow(self, now: datetime, tell: Callable[[Harvest | None], None]) -> None:
        """Tell each new harvest as soon as there is one, and None at other signs of life.

        It is called when a poll has gone well. While it tells, the last harvest, be it of a poll or
        told, is what a poll would bring. It goes on until it is cancelled, or ends at once where
        there is nothing to be followed. ``now`` is the time of day, UTC.

        Raises:
            SourceError: it cannot be followed, or not any more.

        """


class History(Protocol):
    """What this OpsDesk has seen itself. The engine calls it on a worker: both may block."""

    def record(self, snapshot: Snapshot) -> None:
        """Keep the figures of a refresh that are new."""

    def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what was recorded in a range."""

    def close(self) -> None:
        """Write everything down. Idempotent."""


class WallControl(Protocol):
    """The walls of this process, as their API sees them. Called from any thread; never blocks."""

    def status(self) -> WallStatus:
        """Return how they are: the newest value."""

    def tell(self, command: WallCommand, wall: str) -> None:
        """Ask something of a wall by its id, or of all of them with ''. It is done soon after.

        Raises:
            UnknownWallError: there is no wall of that id.

        """


class Provider(Protocol):
    """What the metrics API serves: an engine's view of things, or the demo's."""

    @property
    def catalogue(self) -> Mapping[str, Metric]:
        """Return the metrics, in their order."""

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot."""

    async def newer(self, seen: Snapshot | None) -> Snapshot:
        """Return the newest snapshot as soon as there is another than ``seen``.

        Raises:
            SourceError: there will be none any more.

        """

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return what is known of a range."""

    def events(self, since: float) -> tuple[Event, ...]:
        """Return the transitions after a moment (Unix time in seconds), ascending."""


class NoticeAction(StrEnum):
    """What a person can do right at a notice."""

    SHOW = "show"
    ACKNOWLEDGE = "acknowledge"
    #: for an hour
    SNOOZE = "snooze"
    RUNBOOK = "runbook"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A message for the desktop. A later notice with the same id replaces an earlier one."""

    id: str
    title: str
    body: str
    #: None: an ending or a summary, which goes away by itself
    severity: Severity | None
    #: page to show when it is clicked
    page: str = ""
    #: ids of the incidents that it tells of
    incidents: tuple[str, ...] = ()
    #: by priority, where the desktop has actions; a click on the notice itself always shows
    actions: tuple[NoticeAction, ...] = ()
    #: address of what to do; opened by the action RUNBOOK
    runbook: str = ""
    #: something has opened: worth a sound, where one is wanted
    alarming: bool = False
    #: when what it tells of began, and when it ended: of several the first, and the last
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    #: ids of earlier notices that this one stands for: they are taken away
    withdraws: tuple[str, ...] = ()


class Forwarder(Protocol):
    """Passes all news on to something that is no desktop. Runs on the engine's loop.

    Quiet hours, snoozes and absence are the desk's own; whoever shows notices there decides.
    """

    @property
    def name(self) -> str:
        """Unique, and the same in each run."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """What has not been passed on yet, in its order: documents that a later run takes up."""

    def resume(self, documents: Iterable[str]) -> None:
        """Take up what an earlier run has not passed on."""

    def tell(self, notices: Iterable[Notice]) -> None:
        """Have these passed on soon; never waits."""

    async def keep_passing_on(self, done: Callable[[], Awaitable[None]]) -> None:
        """Pass on what there is, until cancelled; ``done`` is awaited before the next is sent."""

    async def close(self) -> None:
        """Give back what is kept open. Idempotent."""


class Notifier(Protocol):
    """Shows notices to the person at this desktop. Runs on the engine's loop."""

    async def resume(self) -> None:
        """Take up what an earlier run has left standing: it can be acted on again. Never raises."""

    async def show(self, notice: Notice) -> bool:
        """Show, or replace; tell whether that was done.

        Never raises for a missing or failing desktop service: it logs.
        """

    async def withdraw(self, notice_id: str) -> None:
        """Take a notice away; one that is gone already is no error. Never raises either."""

    async def close(self) -> None:
        """Give back the connection; notices that stand keep standing. Idempotent."""


class Presence(Protocol):
    """Knows whether the person is at this desk. Runs on the engine's loop."""

    async def watch(self, tell: Callable[[bool], None]) -> None:
        """Tell of each change, until cancelled; until told, the person is there.

        Never raises for a missing service: who cannot be seen to be away is there.
        """
