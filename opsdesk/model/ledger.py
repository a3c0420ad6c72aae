"""What must survive a crash: incidents, what was said of them, and who was told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from opsdesk.model.desk import Desk
from opsdesk.model.key import Key
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What one refresh hands to the next, beside what was said at the desk."""

    #: which notice tells of which incident, where that is not its own
    told_by: Mapping[str, str] = MappingProxyType({})
    #: notices that stand on the screen for what runs: ids of the incidents that they tell of
    standing: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    #: when each running incident was last told of
    told_at: Mapping[str, datetime] = MappingProxyType({})
    #: ids of the incidents of which news was held back
    held: frozenset[str] = frozenset()
    #: since when the person has been away; None while they are there
    away_since: datetime | None = None


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All of it at one moment. It is written down before anybody sees what it says."""

    incidents: tuple[Incident, ...] = ()
    #: sources that have given fresh figures
    sources: frozenset[str] = frozenset()
    #: subjects of incidents that come and go
    flapping: frozenset[Key] = frozenset()
    desk: Desk = Desk()
    memory: Memory = Memory()
    #: notices that have not been shown yet, in their order
    waiting: tuple[Notice, ...] = ()
    #: what each forwarder, by its name, has not passed on yet, in its order: the documents
    to_pass_on: Mapping[str, tuple[str, ...]] = MappingProxyType({})
