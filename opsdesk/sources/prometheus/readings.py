"""What every mapping of answers to readings needs: keys, numbers, drafts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Metric
from opsdesk.model.pack import Query
from opsdesk.model.reading import Qualifier, Reading, Value
from opsdesk.sources.prometheus.answers import Sample

#: how many keys a note names before it only counts
_NAMED = 3
#: how many keys are remembered for a query; more than any server has at one time
_MAX_KEYS = 50_000


class Keyer:
    """Turns the labels of a sample into our key; ``exported_X`` is taken before ``X``.

    It remembers what it made: the labels of a poll are mostly those of the poll before.
    """

    def __init__(self, query: Query, metric: Metric | None) -> None:
        self._metric = query.metric
        self._fixed = query.fixed
        self._ours = tuple(query.labels)
        self._theirs = tuple((f"exported_{name}", name) for name in query.labels.values())
        self._required = frozenset(metric.labels if metric else ()) - frozenset(query.fixed)
        self._known: dict[tuple[str, ...], Key | None] = {}

    def __call__(self, labels: Mapping[str, str]) -> Key | None:
        """Return the key; None where a label is missing without which the metric says nothing."""
        get = labels.get
        values = tuple([get(exported) or get(plain, "") for exported, plain in self._theirs])
        try:
            return self._known[values]
        except KeyError:
            return self._make(values)

    def _make(self, values: tuple[str, ...]) -> Key | None:
        ours = {name: value for name, value in zip(self._ours, values, strict=True) if value}
        made = key(self._metric, {**ours, **self._fixed}) if ours.keys() >= self._required else None
        if len(self._known) >= _MAX_KEYS:
            self._known.clear()
        self._known[values] = made
        return made


class Keyers:
    """The keyers of one source, one for each way to name things."""

    def __init__(self, catalogue: Mapping[str, Metric]) -> None:
        self._catalogue = catalogue
        self._made: dict[tuple[object, ...], Keyer] = {}

    def of(self, query: Query) -> Keyer:
        """Return the keyer of a query."""
        way = (query.metric, tuple(query.labels.items()), tuple(query.fixed.items()))
        if way not in self._made:
            self._made[way] = Keyer(query, self._catalogue.get(query.metric))
        return self._made[way]


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What mapping needs to know beside the answers."""

    source: str
    catalogue: Mapping[str, Metric]
    keyers: Keyers
    #: seconds to take from the server's times; 0 where its clock is right
    correction: float = 0.0

    def keyer(self, query: Query) -> Keyer:
        """Return what names the readings of a query."""
        return self.keyers.of(query)

    def time(self, unix: float) -> datetime | None:
        """Return a time of the server's clock as a time of ours; None where it is none."""
        try:
            return datetime.fromtimestamp(unix - self.correction, UTC)
        except (ValueError, OverflowError, OSError):
            return None


class Mapped(msgspec.Struct, frozen=True):
    """What became of one query."""

    readings: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = ()


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading says beside its value."""

    qualifier: Qualifier = Qualifier.EXACT
    window: float | None = None
    note: str = ""
    samples: int | None = None
    coverage: float | None = None


_PLAIN = Detail()


class Draft(msgspec.Struct):
    """Collects the readings of one query, and what must be said of those left out."""

    context: Context
    query: Query
    readings: list[Reading] = []
    out_of_range: list[str] = []
    undated: list[Key] = []
    unnamed: int = 0
    notes: list[str] = []
    #: most series of an answer were scraped at the same few moments
    times: dict[float, datetime | None] = {}

    def add(self, about: Key, value: Value, at: float, detail: Detail = _PLAIN) -> None:
        """Add one reading, unless its value cannot be true."""
        if isinstance(value, float) and not self._can_be_true(about, value):
            self.out_of_range.append(f"{about} = {value:g}")
            return
        time = self.times.get(at)
        if time is None:
            time = self.times[at] = self.context.time(at)
        if time is None:
            self.out_of_range.append(f"{about} at {at:g} seconds since 1970")
            return
        self.readings.append(
            Reading(
                key=about,
                value=value,
                at=time,
                source=self.context.source,
                qualifier=detail.qualifier,
                window=detail.window,
                note=detail.note,
                samples=detail.samples,
                coverage=detail.coverage,
            )
        )

    def _can_be_true(self, about: Key, value: float) -> bool:
        metric = self.context.catalogue.get(about.metric)
        return math.isfinite(value) if metric is None else metric.in_range(value)

    def done(self) -> Mapped:
        """Return the outcome."""
        notes = list(self.notes)
        if self.out_of_range:
            notes.append(
                tr("left out, for it cannot be true: {names}", names=_named(self.out_of_range))
            )
        if self.undated:
            gone = sorted(str(about) for about in self.undated)
            window = self.query.window
            back = tr("minutes") if window is None else f"{window / 3600:g} h"
            notes.append(
                tr("seen in the last {time}, but not now: {names}", time=back, names=_named(gone))
            )
        if self.unnamed:
            notes.append(
                tr(
                    "{number} series left out: they lack a label that names them",
                    number=self.unnamed,
                )
            )
        return Mapped(tuple(self.readings), tuple(notes))


def keyed(
    samples: Iterable[Sample], keyer: Keyer, draft: Draft | None = None
) -> Iterator[tuple[Key, Sample, float]]:
    """Yield each sample that has a name and a number, with both. NaN is unknown: left out."""
    for sample in samples:
        about = keyer(sample.metric)
        if about is None:
            if draft is not None:
                draft.unnamed += 1
            continue
        number = number_of(sample)
        if number is not None:
            yield about, sample, number


def number_of(sample: Sample) -> float | None:
    """Return a sample's value; None for NaN and infinities, and for what is no number at all."""
    try:
        number = float(sample.value[1]) if sample.value else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def merged(
    samples: Iterable[Sample],
    keyer: Keyer,
    merge: Callable[[float, float], float],
    draft: Draft | None = None,
) -> dict[Key, float]:
    """Return one number a key; ``merge`` joins those of series that mean the same."""
    found: dict[Key, float] = {}
    for about, _, number in keyed(samples, keyer, draft):
        found[about] = merge(found[about], number) if about in found else number
    return found


def _named(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED
    listed = ", ".join(texts[:_NAMED])
    if more <= 0:
        return listed
    return trn("{names} and {number} more", "{names} and {number} more", more, names=listed)


def paced(readings: Iterable[Reading], slow: Mapping[str, float]) -> tuple[Reading, ...]:
    """Give the figures of slow jobs their own cadence; ``slow`` is job to seconds."""
    if not slow:
        return tuple(readings)
    return tuple(
        msgspec.structs.replace(reading, cadence=slow[job]) if job in slow else reading
        for reading in readings
        for job in [reading.key.label("job") or reading.key.label("component")]
    )
