"""Figures that are computed from others as the catalogue says, beside what sources report. Pure.

A figure that is reported stays as it is; whether it agrees is a matter of rounding alone. Only
metrics that some computation names are touched: a refresh may hold thousands of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from math import isfinite

import msgspec

from opsdesk.catalogue.metrics import Catalogue, takes, ways
from opsdesk.insight import rounding
from opsdesk.insight.changes import earlier_of
from opsdesk.insight.formula import Term, how
from opsdesk.insight.operations import OF_A_LIST, Figure, calculate, paired
from opsdesk.insight.rounding import clean, span_of
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Compute, Metric, Operation
from opsdesk.model.reading import Origin, Reading, Unit
from opsdesk.model.snapshot import Baseline, Computed

_WEEK = 7 * 86_400.0
#: a month on average
_MONTH = 365.25 / 12 * 86_400.0
_PERIODS = {Unit.COUNT_PER_WEEK: _WEEK, Unit.COUNT_PER_MONTH: _MONTH}

Labels = tuple[tuple[str, str], ...]


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """All that follows from readings, by key, each behind what it rests on."""

    computed: Mapping[Key, tuple[Computed, ...]]
    #: when what nobody reports was true, by its key
    ages: Mapping[Key, datetime]


class _Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to reckon with. ``None`` stands for what is no exact number."""

    figures: dict[str, dict[Key, Figure | None]]
    readings: Mapping[Key, Reading]
    baselines: Sequence[Baseline]
    catalogue: Catalogue
    is_stale: Callable[[Reading], bool]


def computed(
    readings: Mapping[Key, Reading], baselines: Sequence[Baseline], catalogue: Catalogue
) -> Mapping[Key, tuple[Computed, ...]]:
    """Return all that can be computed, by the key of what it is."""
    return reckon(readings, baselines, catalogue, lambda _: False).computed


def reckon(
    readings: Mapping[Key, Reading],
    baselines: Sequence[Baseline],
    catalogue: Catalogue,
    is_stale: Callable[[Reading], bool],
) -> Reckoned:
    """Compute what can be computed: what nobody reports, and what is held against a report."""
    todo = _to_do(readings, catalogue)
    sheet = _sheet(todo, readings, baselines, catalogue, is_stale)
    found: dict[Key, tuple[Computed, ...]] = {}
    ages: dict[Key, datetime] = {}
    for metric, way in todo:
        for figure, result in _results(way, metric, sheet):
            if figure.key not in readings:
                # A check never stands for a figure.
                if way is not metric.compute:
                    continue
                ages[figure.key] = figure.at
                sheet.figures.setdefault(metric.id, {})[figure.key] = figure
            found[figure.key] = (*found.get(figure.key, ()), result)
    return Reckoned(computed=found, ages=ages)


def _to_do(readings: Mapping[Key, Reading], catalogue: Catalogue) -> list[tuple[Metric, Compute]]:
    """Return the computations that may give anything: checks only of what is reported."""
    present = {of.metric for of in readings}
    return [
        (metric, way)
        for metric in _in_order(catalogue)
        for way in ways(metric)
        if takes(way) and (way is metric.compute or metric.id in present)
    ]


def _in_order(catalogue: Catalogue) -> list[Metric]:
    """Return the metrics that are computed, each behind what it is computed from."""
    inputs = {
        metric.id: (*metric.compute.of, *metric.compute.covers)
        for metric in catalogue.values()
        if metric.compute is not None
    }
    first = [catalogue[id_] for id_ in _sorted(inputs) if id_ in inputs]
    return [*first, *(m for m in catalogue.values() if m.checks and m.id not in inputs)]


def _sorted(inputs: Mapping[str, Iterable[str]]) -> list[str]:
    """Sort inputs before what follows; a circle, which a server may describe, is left out."""
    straight = dict(inputs)
    while True:
        try:
            return list(TopologicalSorter(straight).static_order())
        except CycleError as error:
            circle: list[str] = error.args[1]
            straight = {id_: of for id_, of in straight.items() if id_ not in circle}


def _sheet(
    todo: Iterable[tuple[Metric, Compute]],
    readings: Mapping[Key, Reading],
    baselines: Sequence[Baseline],
    catalogue: Catalogue,
    is_stale: Callable[[Reading], bool],
) -> _Sheet:
    wanted = {name for _, way in todo for name in (*way.of, *way.covers)}
    figures: dict[str, dict[Key, Figure | None]] = {}
    for reading in readings.values():
        metric = reading.key.metric
        if metric in wanted and metric in catalogue:
            of_metric = figures.setdefault(metric, {})
            of_metric[reading.key] = _figure(reading, catalogue[metric], stale=is_stale(reading))
    return _Sheet(
        figures=figures,
        readings=readings,
        baselines=baselines,
        catalogue=catalogue,
        is_stale=is_stale,
    )


def _figure(reading: Reading, metric: Metric, *, stale: bool) -> Figure | None:
    if reading.number is None or not reading.is_exact:
        return None
    return Figure(
        key=reading.key,
        value=reading.number,
        span=span_of(reading, metric.unit),
        at=reading.at,
        stale=stale,
        source=reading.source,
        window=reading.window,
    )


def _results(way: Compute, metric: Metric, sheet: _Sheet) -> Iterable[tuple[Figure, Computed]]:
    """Yield what one way gives, for each set of labels that its inputs have in common."""
    inputs = [_by_labels(name, metric, sheet) for name in (*way.of, *way.covers)]
    for labels in inputs[0]:
        if not {name for name, _ in labels} >= set(metric.labels):
            continue
        of = [by_labels.get(labels, []) for by_labels in inputs]
        known = [[f for f in figures if f is not None] for figures in of]
        if any(not some or len(some) < len(all_) for some, all_ in zip(known, of, strict=True)):
            continue
        result = _result(way, key(metric.id, dict(labels)), known, sheet)
        if result is not None:
            yield result


def _by_labels(name: str, metric: Metric, sheet: _Sheet) -> dict[Labels, list[Figure | None]]:
    """Group the figures of ``name`` by those of their labels that a key of ``metric`` may have."""
    allowed = {*metric.labels, *metric.optional_labels}
    found: dict[Labels, list[Figure | None]] = {}
    for of, figure in sheet.figures.get(name, {}).items():
        labels = tuple(pair for pair in of.labels if pair[0] in allowed)
        found.setdefault(labels, []).append(figure)
    return found


def _result(
    way: Compute, target: Key, inputs: Sequence[Sequence[Figure]], sheet: _Sheet
) -> tuple[Figure, Computed] | None:
    of, covers = inputs[: len(way.of)], inputs[len(way.of) :]
    if covers and not _covers(*covers):
        return None
    operands = _operands(way, of, sheet)
    if not all(operands):
        return None
    factor = _factor(way, target, of[0][0], sheet)
    found = None if factor is None else calculate(way, operands, factor)
    if found is None or not isfinite(found[0]):
        return None
    used = [figure for figures in inputs for figure in figures]
    figure = Figure(
        key=target,
        value=clean(found[0]),
        span=found[1],
        at=min(figure.at for figure in used),
        stale=any(figure.stale for figure in used),
    )
    return figure, Computed(
        key=target,
        value=figure.value,
        how=_how(way, operands, sheet.catalogue),
        inputs=tuple(dict.fromkeys(figure.key for figures in of for figure in figures)),
        agrees=_agrees(way, figure, used, sheet),
    )


def _operands(
    way: Compute, of: Sequence[Sequence[Figure]], sheet: _Sheet
) -> Sequence[Sequence[Figure]]:
    """Return what an operation takes: a change, what was before; a mean, each figure's weight."""
    match way.op:
        case Operation.CHANGE:
            return [of[0], _before(of[0], sheet)]
        case Operation.WEIGHTED_MEAN:
            return [of[0], paired(of[0], of[1])]
    return of


def _how(way: Compute, operands: Sequence[Sequence[Figure]], catalogue: Catalogue) -> str:
    terms = [
        [Term(figure.value, catalogue[figure.key.metric]) for figure in figures]
        for figures in operands
    ]
    return how(way.op, terms, Term(way.limit, catalogue[way.of[0]]))


def _covers(listed: Sequence[Figure], whole: Sequence[Figure]) -> bool:
    """Tell whether what is listed is everything that there is."""
    amounts = rounding.total(figure.span for figure in listed)
    return len(whole) == 1 and amounts.meets(whole[0].span)


def _before(figures: Sequence[Figure], sheet: _Sheet) -> list[Figure]:
    """Return what figures were in a baseline; nothing where that is not known of each."""
    found = []
    for figure in figures:
        earlier = earlier_of(figure.key, sheet.baselines)
        metric = sheet.catalogue[figure.key.metric]
        was = None if earlier is None else _figure(earlier, metric, stale=False)
        if was is None:
            return []
        found.append(was)
    return found


def _agrees(way: Compute, figure: Figure, used: Sequence[Figure], sheet: _Sheet) -> bool | None:
    """Hold a result against what is reported; None where the two cannot be compared.

    Figures of different times may differ. So may a list of one source and another's total, and
    what another OpsDesk has computed in its own way.
    """
    reported = sheet.readings.get(figure.key)
    metric = sheet.catalogue[figure.key.metric]
    if reported is None or reported.number is None:
        return None
    if reported.origin is Origin.DERIVED and way is not metric.compute:
        return None
    if way.op in OF_A_LIST and {used_.source for used_ in used} != {reported.source}:
        return None
    if {used_.stale for used_ in used} != {sheet.is_stale(reported)}:
        return None
    return span_of(reported, metric.unit).meets(figure.span)


def _factor(way: Compute, target: Key, of: Figure, sheet: _Sheet) -> float | None:
    """Return what a result is multiplied by to have the unit of its metric; None if not known."""
    if way.op is not Operation.SAME:
        return way.scale
    unit, other = (sheet.catalogue[name].unit for name in (target.metric, of.key.metric))
    if unit is other:
        return way.scale
    reported = sheet.readings.get(target)
    if unit is Unit.COUNT and other in _PERIODS and reported is not None and reported.window:
        return way.scale * reported.window / _PERIODS[other]
    if unit in _PERIODS and other is Unit.COUNT and of.window:
        return way.scale * _PERIODS[unit] / of.window
    return None
