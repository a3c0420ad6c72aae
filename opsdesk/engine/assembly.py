"""From what the sources brought in to the snapshot: merge, derive, step the incidents."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine import adopting, gathering
from opsdesk.engine.conditions import Conditions, View
from opsdesk.engine.merge import FORGOTTEN_AFTER, Held, Readings, keep, merge
from opsdesk.engine.watch import Found, Watch
from opsdesk.insight.derive import OWN_SOURCE, derive
from opsdesk.insight.findings import findings
from opsdesk.insight.freshness import staleness
from opsdesk.insight.turning import slowest
from opsdesk.model.desk import Policy
from opsdesk.model.errors import Problem
from opsdesk.model.key import Key
from opsdesk.model.ledger import Ledger
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Harvest, Source
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Baseline, Computed, Snapshot, SourceStatus


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll came to: a harvest or a problem."""

    at: datetime
    took: float
    result: Harvest | Problem


class Assembly:
    """All that the engine knows. Lives on the engine's thread; what it gives out is immutable."""

    def __init__(
        self,
        sources: Sequence[Source],
        catalogue: Catalogue,
        interval: float,
        earlier: Snapshot | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._own_catalogue = self._catalogue = catalogue
        self._interval = interval
        self._held: dict[str, Held] = {}
        self._status: dict[str, SourceStatus] = {}
        #: what each source brought last, for what it knows beyond readings
        self._brought: dict[str, Harvest] = {}
        self._gathered: tuple[Harvest, ...] = ()
        self._baselines: tuple[Baseline, ...] = ()
        self._metrics: Mapping[str, Metric] = MappingProxyType({})
        #: what an earlier run knew beyond readings, until every source has answered in this one
        self._remembered = Harvest(readings=())
        self._unheard: set[str] = set()
        self._merged: Readings = {}
        self._derived: Readings = {}
        self._computed: Mapping[Key, tuple[Computed, ...]] = MappingProxyType({})
        self._watch = watch or Watch(Policy())
        #: subjects of an earlier run's incidents, and who may tell of each: until they have
        #: answered in this run
        self._awaited: dict[Key, frozenset[str]] = {}
        self._sources: tuple[Source, ...] = ()
        self.replace_sources(sources)
        if earlier is not None:
            self._remember(earlier)
        self._await({} if earlier is None else earlier.readings)

    @property
    def catalogue(self) -> Catalogue:
        """The metrics that are known: our own, then what sources describe beside."""
        return self._catalogue

    def source_of(self, key: Key) -> str:
        """Return the id of the source that gives a figure now, '' where none does.

        Of what is computed here, that of its first input: it may know how the result went.
        """
        return owner_of(key, self._merged, self._computed, self._status)

    def _remember(self, earlier: Snapshot) -> None:
        """Begin with what an earlier run knew: its readings are as old as they say."""
        for status in earlier.sources:
            if status.id in self._status:
                held = {k: r for k, r in earlier.readings.items() if r.source == status.id}
                self._held[status.id] = Held(readings=held, seen=status.last_success)
                self._change(status.id, cadence=status.cadence, last_success=status.last_success)
        self._remembered = Harvest(readings=(), baselines=earlier.baselines)
        self._unheard = set(self._status)
        if not self._watch.remembers:  # no ledger: of an earlier version, or lost
            self._watch.remember(Ledger(incidents=earlier.incidents))

    def _await(self, earlier: Mapping[Key, Reading]) -> None:
        """Wait with whoever told of what ran; where that is not known, any source may have."""
        anyone = frozenset(self._status)
        told_by = {subject: earlier.get(subject) for subject in self._watch.running}
        self._awaited = {
            # What is computed rests on figures of any of them.
            subject: anyone
            if reading is None or reading.source == OWN_SOURCE
            else frozenset({reading.source})
            for subject, reading in told_by.items()
        }
        self._await_only(anyone)

    def _await_only(self, sources: AbstractSet[str]) -> None:
        """Wait for no other source any more."""
        left = {key: of & sources for key, of in self._awaited.items()}
        self._awaited = {key: of for key, of in left.items() if of}

    def replace_sources(self, sources: Sequence[Source]) -> None:
        """Take these sources, by priority. What is known of one that stays is kept."""
        staying = {id(source) for source in self._sources}
        kept = {source.id for source in sources if id(source) in staying}
        # One that takes the place of another of its id goes on with what that told of.
        anew = {source.id for source in sources} - kept
        for subject in self._watch.running:
            if (teller := self.source_of(subject)) in anew:
                self._awaited[subject] = frozenset({teller})
        self._held = {
            source.id: self._held[source.id] if source.id in kept else Held() for source in sources
        }
        self._status = {
            source.id: self._status[source.id] if source.id in kept else self._untried(source)
            for source in sources
        }
        self._brought = {id_: h for id_, h in self._brought.items() if id_ in kept}
        self._unheard &= kept
        self._sources = tuple(sources)
        self._await_only(self._status.keys())

    def _untried(self, source: Source) -> SourceStatus:
        return SourceStatus(
            id=source.id,
            title=source.title,
            kind=source.kind,
            where=source.where,
            interval=self._interval,
            cadence=0.0,
        )

    def set_interval(self, interval: float) -> None:
        """Take another interval between two refreshes; figures age by it from now on."""
        self._interval = interval
        for source_id in self._status:
            self._change(source_id, interval=interval)

    @property
    def all_asked(self) -> bool:
        """Whether each source has been asked at least once, with or without success."""
        return all(status.last_attempt is not None for status in self._status.values())

    def failures(self, source_id: str) -> int:
        """Return how often in a row a source has failed."""
        return self._status[source_id].failures

    def is_partial(self, source_id: str) -> bool:
        """Tell whether a source has answered in part alone."""
        return bool(self._status[source_id].partial)

    def schedule(self, source_id: str, next_attempt: datetime | None) -> None:
        """Take note of when a source is asked again; None while nothing is asked."""
        self._change(source_id, next_attempt=next_attempt)

    def record(self, source_id: str, outcome: Outcome, next_attempt: datetime | None) -> None:
        """Take in what one poll came to."""
        self._change(
            source_id, last_attempt=outcome.at, took=outcome.took, next_attempt=next_attempt
        )
        if isinstance(outcome.result, Problem):
            failures = self._status[source_id].failures + 1
            self._change(source_id, problem=outcome.result, failures=failures)
            return
        harvest = outcome.result
        self._await_only(self._status.keys() - {source_id})
        self._brought[source_id] = harvest
        self._unheard.discard(source_id)
        self._held[source_id] = keep(self._held[source_id], harvest, outcome.at)
        source = next(source for source in self._sources if source.id == source_id)
        self._change(
            source_id,
            kind=source.kind,  # which some find out
            where=source.where,
            problem=None,
            failures=0,
            last_success=outcome.at,
            cadence=harvest.cadence,
            families=harvest.families,
            notes=harvest.notes,
            partial=harvest.partial,
        )

    def _change(self, source_id: str, **changes: object) -> None:
        status = self._status[source_id]
        self._status[source_id] = msgspec.structs.replace(status, **changes)

    def snapshot(
        self,
        now: datetime,
        *,
        paused: bool = False,
        budgets: Conditions | None = None,
        once: bool = False,
    ) -> tuple[Snapshot, Found]:
        """Return everything known at ``now``, and what to tell of it.

        ``budgets`` is how the error budgets do, None while that is not known. ``once``: no refresh
        follows that could see how long something lasts.
        """
        self._gather(now)
        is_stale = staleness(self._catalogue, self._status, now)
        readings = self._merged = merge(self._held.values(), is_stale, now)
        derived = derive(readings, self._catalogue, self._status, now, self._baselines)
        self._computed = derived.computed
        # Those that did not change stay the same objects, as those of the sources do.
        self._derived = {r.key: _same(self._derived.get(r.key), r) for r in derived.readings}
        figures = MappingProxyType(readings | self._derived)
        own = findings(figures, derived.computed, self._catalogue, self._baselines, is_stale)
        reported = {id_: brought.incidents for id_, brought in self._brought.items()}
        found = self._watch.look(
            View(
                figures=figures,
                catalogue=self._catalogue,
                statuses=tuple(self._status.values()),
                running=self._watch.running,
                is_stale=staleness(self._catalogue, self._with_own(), now),
                known_sources=self._watch.sources,
                now=now,
                once=once,
            ),
            reported=adopting.running(reported, readings, now),
            shown={i.id for brought in reported.values() for i in brought},
            awaited=self._awaited,
            budgets=budgets,
        )
        return Snapshot(
            at=now,
            readings=figures,
            computed=derived.computed,
            baselines=self._baselines,
            incidents=adopting.told(self._watch.incidents, reported, now),
            desk=self._watch.desk,
            findings=gathering.findings(own, self._gathered),
            metrics=self._metrics,
            sources=tuple(self._status.values()),
            paused=paused,
        ), found

    def _with_own(self) -> Mapping[str, SourceStatus]:
        """Return the statuses; what is computed ages like the slowest source beneath."""
        found = slowest(self._status.values())
        return self._status if found is None else {OWN_SOURCE: found, **self._status}

    def _gather(self, now: datetime) -> None:
        """Put together what sources know beyond readings, where that has changed."""
        for source_id, held in self._held.items():
            if held.seen is not None and now - held.seen >= FORGOTTEN_AFTER:
                self._brought.pop(source_id, None)
        heard = [self._brought[id_] for id_ in self._held if id_ in self._brought]
        gathered = (*heard, self._remembered) if self._unheard else tuple(heard)
        if [*map(id, gathered)] == [*map(id, self._gathered)]:
            return
        self._gathered = gathered
        self._baselines = gathering.baselines(gathered)
        self._metrics = gathering.learned(gathered, self._own_catalogue)
        self._catalogue = {**self._own_catalogue, **self._metrics}


def owner_of(
    key: Key,
    readings: Mapping[Key, Reading],
    computed: Mapping[Key, tuple[Computed, ...]],
    sources: Container[str],
) -> str:
    """Return the id of the source of a figure, or of the first that it is computed from."""
    reading = readings.get(key)
    if reading is not None and reading.source in sources:
        return reading.source
    inputs = (of for result in computed.get(key, ())[:1] for of in result.inputs[:1])
    return next((owner_of(of, readings, computed, sources) for of in inputs), "")


def _same(earlier: Reading | None, reading: Reading) -> Reading:
    return earlier if earlier is not None and earlier == reading else reading
