"""What an engine is built from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine import schedule
from opsdesk.insight.words import utc_now
from opsdesk.model.desk import Policy
from opsdesk.model.ledger import Ledger
from opsdesk.model.protocols import Forwarder, History, Notifier, Presence, Source
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Snapshot

#: seconds for one poll of one source
DEADLINE = 20.0
#: seconds between two looks at the clocks for sleep
WATCH = 5.0


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of one engine, and how it behaves."""

    #: by priority
    sources: tuple[Source, ...]
    catalogue: Catalogue
    #: seconds between two refreshes
    interval: float
    #: takes each snapshot
    publish: Callable[[Snapshot], None]
    #: takes the answer to each series query
    answer: Callable[[SeriesFrame], None] | None = None
    #: what this OpsDesk has seen itself; called on a worker, closed with the engine
    history: History | None = None
    #: shows notices at this desk; closed with the engine
    notifier: Notifier | None = None
    #: pass all news on, whatever was said at this desk; closed with the engine
    forwarders: tuple[Forwarder, ...] = ()
    #: when and how to be told
    policy: Policy = Policy()
    #: incidents as an earlier run left them, and the way to keep how this one leaves them: called
    #: on a worker, may block, raises OSError
    ledger: Ledger | None = None
    keep_ledger: Callable[[Ledger], None] | None = None
    #: tells whether anybody is at the desk
    presence: Presence | None = None
    #: seconds for one poll of one source
    deadline: float = DEADLINE
    #: the last snapshot of an earlier run, whose readings and incidents go on
    earlier: Snapshot | None = None
    #: writes the last known snapshot down, on a worker thread: it may block
    keep: Callable[[Snapshot], None] | None = None
    #: the time of day, UTC
    clock: Callable[[], datetime] = utc_now
    #: tells of sleep
    clocks: Callable[[], schedule.Clocks] = schedule.read_clocks
    #: seconds between two looks at ``clocks``
    watch: float = WATCH
