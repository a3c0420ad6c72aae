"""Everything known of one figure, in words: what hover and Enter show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.freshness import age_seconds
from opsdesk.insight.terms import origin_word
from opsdesk.insight.words import (
    age_text,
    exact_time,
    figure_text,
    interval_text,
    metric_title,
    number_text,
    quantity_text,
)
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Freshness, Origin, Reading, Unit
from opsdesk.model.snapshot import Computed


class Detail(msgspec.Struct, frozen=True):
    """One thing known of a figure, and what it is."""

    caption: str
    text: str


def title_of(reading: Reading, board: Board) -> str:
    """Return what a figure is called: its metric, and what it is about."""
    metric = board.metric(reading.key.metric)
    title = metric_title(metric, reading.key.metric)
    about = ", ".join(value for _, value in reading.key.labels)
    return f"{title}: {about}" if about else title


def details(reading: Reading, board: Board, now: datetime) -> tuple[Detail, ...]:
    """Return all that is known of a reading, most wanted first; nothing empty."""
    metric = board.metric(reading.key.metric)
    found = (
        Detail(tr("Figure"), figure_text(reading, metric, now)),
        Detail(tr("What it is"), tr(metric.definition) if metric is not None else ""),
        Detail(tr("Source"), _source(reading, board)),
        Detail(tr("True at"), _time(reading, board, now)),
        Detail(tr("Covers"), _coverage(reading)),
        *_comparisons(reading, metric, board, now),
        Detail(tr("Formula"), tr(metric.formula) if metric is not None else ""),
        *(_computed(one, metric) for one in board.snapshot.computed.get(reading.key, ())),
        Detail(tr("Note"), tr(reading.note)),
        Detail(tr("Key"), str(reading.key)),
    )
    return tuple(detail for detail in found if detail.text)


def _source(reading: Reading, board: Board) -> str:
    source = board.sources.get(reading.source)
    if source is None:
        return tr("computed by OpsDesk") if reading.origin is Origin.DERIVED else reading.source
    title = f"{source.title} ({source.where})" if source.where else source.title
    return f"{title}, {origin_word(reading.origin)}"


def _time(reading: Reading, board: Board, now: datetime) -> str:
    age = age_text(age_seconds(reading, now))
    written = tr("{time}, {age} ago", time=exact_time(reading.at), age=age)
    stale = board.freshness(reading, now) is Freshness.STALE
    return tr("{time}: stale", time=written) if stale else written


def _coverage(reading: Reading) -> str:
    parts = [] if reading.window is None else [interval_text(reading.window)]
    if reading.samples is not None:
        parts.append(trn("{number} sample", "{number} samples", reading.samples))
    if reading.coverage is not None:
        share = number_text(100 * reading.coverage, Unit.PERCENT)
        parts.append(tr("{share} % of it known", share=share))
    return ", ".join(parts)


def _comparisons(
    reading: Reading, metric: Metric | None, board: Board, now: datetime
) -> Iterator[Detail]:
    for baseline in board.snapshot.baselines:
        earlier = baseline.readings.get(reading.key)
        if earlier is not None:
            yield Detail(tr(baseline.name), figure_text(earlier, metric, now))
    if metric is None:
        return
    limits = (
        (tr("Target"), metric.target),
        (tr("Degraded from"), metric.degraded),
        (tr("Critical from"), metric.critical),
    )
    for caption, limit in limits:
        if limit is not None:
            yield Detail(caption, quantity_text(limit, metric))


def _computed(computed: Computed, metric: Metric | None) -> Detail:
    words = f"{quantity_text(computed.value, metric)} = {computed.how}"
    if computed.agrees is False:
        words = tr("{formula} (differs from what is reported)", formula=words)
    return Detail(tr("Computed here"), words)
