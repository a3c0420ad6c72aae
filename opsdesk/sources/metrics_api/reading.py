"""From what a server answered to a harvest: units, ranges, clocks, names, bounds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.key import Key
from opsdesk.model.metric import Kind, Metric
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading, Unit, Value
from opsdesk.model.snapshot import Baseline, Finding, Incident, Snapshot, SourceStatus
from opsdesk.sources.metrics_api.names import Names
from opsdesk.wire.fields import key_in
from opsdesk.wire.snapshot import WireSnapshot

#: figures of one answer; ten times what the largest systems known to us have
MOST_READINGS = 50_000
MOST_METRICS = 2_000
_MOST_BASELINES = 20
_MOST_INCIDENTS = 1_000
_MOST_FINDINGS = 200
_MOST_NOTES = 20
#: how many things a note names before it only counts
_NAMED = 3

_UNITS = frozenset(unit.value for unit in Unit)
#: what one of each is in milliseconds
_TIMES = {Unit.MILLISECONDS: 1.0, Unit.SECONDS: 1_000.0, Unit.MINUTES: 60_000.0}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to understand an answer."""

    #: id of our source
    source: str
    #: ours, then what the server describes
    catalogue: Catalogue
    names: Names
    #: seconds to take from the server's times; 0 where its clock is right
    correction: float = 0.0
    #: of a key whose unit is not that of the catalogue, the unit that the server gave
    units: Mapping[Key, str] = MappingProxyType({})

    def time(self, at: datetime) -> datetime:
        """Return a time of the server's clock as one of ours."""
        return at - timedelta(seconds=self.correction) if self.correction else at


def units(wire: WireSnapshot, catalogue: Catalogue) -> Mapping[Key, str]:
    """Return the units that are not those of the catalogue, by key."""
    readings = [*wire.readings, *(one for base in wire.baselines for one in base.readings)]
    return {
        key_in(reading): reading.unit
        for reading in readings
        if reading.unit
        and (metric := catalogue.get(reading.metric)) is not None
        and reading.unit != metric.unit
    }


class _Left:
    """What was left out, and why: for the notes."""

    def __init__(self) -> None:
        self.untrue: list[str] = []
        self.foreign: list[str] = []
        #: not left out, but to be told
        self.guessed: list[str] = []
        self.unnamed = 0
        self.beyond = 0

    def notes(self) -> Iterator[str]:
        if self.untrue:
            yield tr("left out, for it cannot be true: {figures}", figures=_named(self.untrue))
        if self.foreign:
            yield tr("left out, for its unit is another: {figures}", figures=_named(self.foreign))
        if self.guessed:
            yield tr("the unit is not known: {figures}", figures=_named(self.guessed))
        if self.unnamed:
            yield trn(
                "{number} figure left out: its name is empty or too long",
                "{number} figures left out: their names are empty or too long",
                self.unnamed,
            )
        if self.beyond:
            yield trn(
                "{number} figure left out: there are too many",
                "{number} figures left out: there are too many",
                self.beyond,
            )


def harvest(
    theirs: Snapshot, metrics: tuple[Metric, ...], terms: Terms, said: Iterable[str] = ()
) -> Harvest:
    """Return what one answer brought in.

    Args:
        theirs: the server's snapshot.
        metrics: the server's catalogue, cleaned; see :func:`described`.
        terms: how to understand it.
        said: notes that stand before its own.

    """
    left = _Left()
    paces = {status.id: max(status.interval, status.cadence) for status in theirs.sources}
    readings = _readings(theirs.readings.values(), paces, terms, left, MOST_READINGS)
    room = MOST_READINGS - len(readings)
    baselines = []
    for baseline in theirs.baselines[:_MOST_BASELINES]:
        found = _readings(baseline.readings.values(), {}, terms, left, room)
        room -= len(found)
        baselines.append(_baseline(baseline, found, terms))
    lacks = [*left.notes(), *_problems(theirs.sources, terms.names)]
    notes = [*said, *lacks]
    return Harvest(
        readings=readings,
        # a snapshot is all that its server knows, stale figures as well
        lookback=0.0 if lacks else inf,
        cadence=min((pace for pace in paces.values() if pace), default=0.0),
        notes=tuple(dict.fromkeys(filter(None, notes)))[:_MOST_NOTES],
        baselines=tuple(baselines),
        incidents=tuple(_incidents(theirs.incidents, terms)),
        findings=tuple(_findings(theirs.findings, terms)),
        metrics=metrics,
    )


def described(metrics: Sequence[Metric], names: Names) -> tuple[Metric, ...]:
    """Return the server's descriptions of its metrics, fit to be shown.

    How they are computed is left out: the server computes them itself.
    """
    found = {}
    for metric in metrics[:MOST_METRICS]:
        id_ = names.id(metric.id)
        if id_:
            found[id_] = msgspec.structs.replace(
                metric,
                id=id_,
                title=names.text(metric.title) or id_,
                section=names.text(metric.section),
                definition=names.text(metric.definition),
                formula=names.text(metric.formula),
                max_age=metric.max_age if metric.max_age and metric.max_age > 0 else None,
                compute=None,
                checks=(),
                claimed_as=(),
            )
    return tuple(found.values())


def _readings(
    theirs: Iterable[Reading], paces: Mapping[str, float], terms: Terms, left: _Left, most: int
) -> tuple[Reading, ...]:
    slowest = max(paces.values(), default=0.0)
    found: dict[Key, Reading] = {}
    for reading in theirs:
        key = terms.names.key(reading.key)
        if key is None:
            left.unnamed += 1
        elif len(found) >= most:
            left.beyond += 1
        else:
            pace = max(reading.cadence, paces.get(reading.source, slowest))
            one = _reading(reading, key, pace, terms, left)
            if one is not None:
                found[key] = one
    return tuple(found.values())


def _reading(theirs: Reading, key: Key, pace: float, terms: Terms, left: _Left) -> Reading | None:
    metric = terms.catalogue.get(key.metric)
    value = _in_our_unit(theirs, metric, terms, left) if terms.units else theirs.value
    if value is None and theirs.value is not None:
        return None
    if not _can_be_true(value, metric):
        left.untrue.append(f"{key} = {terms.names.text(str(value), 40)}")
        return None
    if isinstance(value, datetime):
        value = terms.time(value)
    elif type(value) is str:
        value = terms.names.text(value)
    return msgspec.structs.replace(
        theirs,
        key=key,
        value=value,
        at=terms.time(theirs.at),
        source=terms.source,
        cadence=pace,
        note=terms.names.text(theirs.note),
    )


def _in_our_unit(theirs: Reading, metric: Metric | None, terms: Terms, left: _Left) -> Value:
    """Return a value in the catalogue's unit; None where there is no way there."""
    unit = terms.units.get(theirs.key)
    if unit is None or metric is None or theirs.number is None:
        return theirs.value
    if unit in _TIMES and metric.unit in _TIMES:
        return theirs.number * _TIMES[Unit(unit)] / _TIMES[metric.unit]
    known = unit in _UNITS
    said = tr(
        "{figure} in {unit} instead of {expected}",
        figure=theirs.key,
        unit=terms.names.text(unit, 40),
        expected=metric.unit.value,
    )
    (left.foreign if known else left.guessed).append(said)
    return None if known else theirs.value


def _can_be_true(value: Value, metric: Metric | None) -> bool:
    """Tell whether a value is of its metric's kind and within its range."""
    if metric is None or value is None:
        return True
    match metric.kind:
        case Kind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return False
            return metric.in_range(value)
        case Kind.TIME:
            return isinstance(value, datetime)
        case Kind.BOOL:
            return isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _baseline(theirs: Baseline, readings: Iterable[Reading], terms: Terms) -> Baseline:
    return Baseline(
        name=terms.names.text(theirs.name),
        period=terms.names.text(theirs.period),
        readings=MappingProxyType({reading.key: reading for reading in readings}),
    )


def _incidents(theirs: Sequence[Incident], terms: Terms) -> Iterator[Incident]:
    for incident in theirs[-_MOST_INCIDENTS:]:
        subject, id_ = terms.names.key(incident.subject), terms.names.id(incident.id)
        if subject is None or not id_:
            continue
        opened_at = terms.time(incident.opened_at)
        closed_at = None if incident.closed_at is None else terms.time(incident.closed_at)
        yield msgspec.structs.replace(
            incident,
            id=id_,
            subject=subject,
            title=terms.names.text(incident.title),
            detail=terms.names.text(incident.detail),
            opened_at=opened_at,
            closed_at=None if closed_at is None else max(opened_at, closed_at),
        )


def _findings(theirs: Sequence[Finding], terms: Terms) -> Iterator[Finding]:
    for finding in theirs[:_MOST_FINDINGS]:
        keys = (terms.names.key(key) for key in finding.keys)
        yield Finding(
            kind=terms.names.id(finding.kind),
            sentence=terms.names.text(finding.sentence),
            keys=tuple(key for key in keys if key is not None),
        )


def _problems(sources: Iterable[SourceStatus], names: Names) -> Iterator[str]:
    """Say what keeps the server's own sources from answering, wholly or in part."""
    for status in sources:
        words = [] if status.problem is None else [status.problem.what]
        for problem in (*words, *status.partial):
            yield tr(
                "{source}: {problem}",
                source=names.text(status.title),
                problem=names.text(problem),
            )


def _named(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED
    listed = ", ".join(texts[:_NAMED])
    return tr("{listed} and {number} more", listed=listed, number=more) if more > 0 else listed
