"""Answers to readings. Pure: no network, no clock of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.key import Key, key
from opsdesk.model.pack import QUANTILES, Histogram, Number, Share
from opsdesk.sources.prometheus import histogram
from opsdesk.sources.prometheus.answers import Sample
from opsdesk.sources.prometheus.readings import Context, Detail, Draft, Mapped, merged, number_of

#: rounding of rates may push a share this far over the whole
_ROUNDING = 1e-9


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to one query."""

    values: Sequence[Sample] = ()
    times: Sequence[Sample] = ()
    #: of a share
    wholes: Sequence[Sample] = ()
    #: the real ``$window``, in seconds
    window: float


class Span(msgspec.Struct, frozen=True):
    """What part of a window has data: its real length, and the share of it with samples."""

    seconds: float
    coverage: float | None


class Spans(msgspec.Struct, frozen=True):
    """Spans by key; ``others`` is that of what had not been seen yet, None where unknown."""

    known: Mapping[Key, Span] = {}
    others: Span | None = None


def map_number(query: Number, context: Context, given: Given) -> Mapped:
    """Map a :class:`~opsdesk.model.pack.Number`."""
    draft = Draft(context, query)
    keyer = context.keyer(query)
    at = merged(given.times, keyer, max)
    window = None if query.window is None else given.window
    detail = Detail(qualifier=query.qualifier, window=window, note=query.note)
    for about, number in merged(given.values, keyer, max, draft).items():
        if about not in at:
            draft.undated.append(about)
            continue
        value = number * query.scale
        whole = query.whole and math.isfinite(value)
        draft.add(about, float(round(value)) if whole else value, at[about], detail)
    return draft.done()


def map_share(query: Share, context: Context, given: Given, spans: Spans) -> Mapped:
    """Map a :class:`~opsdesk.model.pack.Share`."""
    draft = Draft(context, query)
    keyer = context.keyer(query)
    at = merged(given.times, keyer, max)
    part_of = merged(given.values, keyer, _add)
    for about, whole in merged(given.wholes, keyer, _add, draft).items():
        if about not in at:
            draft.undated.append(about)
            continue
        part = _clamped(part_of.get(about, 0.0), whole)
        detail = _share_detail(
            query, (part, whole), given.window, spans.known.get(about, spans.others)
        )
        if whole > 0:
            draft.add(about, part / whole * query.scale, at[about], detail)
        elif query.idle:
            draft.add(about, None, at[about], detail)
    return draft.done()


def map_histogram(query: Histogram, context: Context, given: Given, scale: float) -> Mapped:
    """Map a :class:`~opsdesk.model.pack.Histogram`; ``scale`` is the variant's."""
    draft = Draft(context, query)
    times = [number for sample in given.times if (number := number_of(sample)) is not None]
    buckets = histogram.cumulative(_buckets(given.values))
    if not times or not buckets:
        # a family without buckets, such as a timer that only counts and sums
        return Mapped(notes=(tr("no buckets, so no quantiles"),) if times else ())
    window = given.window
    samples = _count(buckets[-1][1] * window)
    for q in QUANTILES:
        about = key(query.metric, {"quantile": f"{q:g}"})
        found = histogram.quantile(q, buckets)
        if found is None:
            draft.add(about, None, max(times), Detail(window=window, note=tr(query.idle)))
            continue
        note = "; ".join(words for words in (tr(query.note), found.note) if words)
        detail = Detail(qualifier=found.qualifier, window=window, note=note, samples=samples)
        draft.add(about, found.value * scale, max(times), detail)
    return draft.done()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Answers about where there was data, asked at one moment for a window in steps."""

    bins: Sequence[Sample]
    firsts: Sequence[Sample]
    at: float
    step: float
    window: float


def map_spans(query: Share, context: Context, seen: Seen, now: float) -> Spans:
    """Return what part of the window has data, from the steps with data and the first of them.

    A young server or component is measured against its own age, not against the window.
    """
    keyer = context.keyer(query)
    bins = merged(seen.bins, keyer, max)
    found = {}
    for about, first in merged(seen.firsts, keyer, min).items():
        expected = math.floor((seen.at - first) / seen.step) + 1
        age = min(seen.window, max(now - first, seen.step))
        found[about] = Span(age, min(1.0, max(0.0, bins.get(about, 0.0)) / max(expected, 1)))
    # what had no data at any step is younger than a step
    younger = min(seen.window, max(now - seen.at, 0.0) + seen.step)
    return Spans(found, Span(younger, None))


def _share_detail(
    query: Share, share: tuple[float, float], window: float, span: Span | None
) -> Detail:
    part, whole = share
    covers = None if query.window is None else span.seconds if span else window
    if whole <= 0:
        return Detail(window=covers, note=tr(query.idle))
    # '1 of 1 instances' says nothing
    counts = "{" in query.note
    said = whole > 1 or not counts
    note = tr(query.note, part=f"{part:g}", of=f"{whole:g}") if said else ""
    return Detail(
        window=covers,
        note=note,
        samples=_count(whole) if query.seen else None,
        coverage=span.coverage if span else None,
    )


def _buckets(samples: Iterable[Sample]) -> Iterator[tuple[float, float]]:
    for sample in samples:
        count = number_of(sample)
        try:
            bound = float(sample.metric.get("le", ""))
        except ValueError:
            continue
        if count is not None:
            yield bound, count


def _count(number: float) -> int | None:
    return round(number) if math.isfinite(number) else None


def _clamped(part: float, whole: float) -> float:
    return min(part, whole) if part <= whole * (1 + _ROUNDING) else part


def _add(one: float, other: float) -> float:
    return one + other
