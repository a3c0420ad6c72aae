"""The catalogue: the one list of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from opsdesk.catalogue import data
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.places import place
from opsdesk.model.errors import ConfigError
from opsdesk.model.metric import Compute, Direction, Impact, Metric, Operation

Catalogue = Mapping[str, Metric]

# A sum takes any number of metrics, at least one.
_INPUTS = {
    Operation.MEAN: 1,
    Operation.WEIGHTED_MEAN: 2,
    Operation.DIFFERENCE: 2,
    Operation.RATIO: 2,
    Operation.REST: 2,
    Operation.CHANGE: 1,
    Operation.SAME: 1,
    Operation.COUNT_BELOW: 1,
}
#: the amounts of what is listed, and of everything
_COVERS = 2


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the owner of a system expects of a metric that is described elsewhere."""

    id: str
    target: float | UnsetType = UNSET
    degraded: float | UnsetType = UNSET
    critical: float | UnsetType = UNSET
    alerts: bool | UnsetType = UNSET
    lasts: float | UnsetType = UNSET
    hysteresis: float | UnsetType = UNSET
    objective: float | UnsetType = UNSET
    impacts: dict[str, Impact] | UnsetType = UNSET
    max_age: float | UnsetType = UNSET


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    metric: tuple[Metric, ...] = ()
    adjust: tuple[Adjustment, ...] = ()


class _Entry(msgspec.Struct, frozen=True):
    """A metric, and where it stands."""

    metric: Metric
    file: str
    text: str
    number: int

    @property
    def where(self) -> str:
        """What an error says of that; worked out for an error alone, for it takes its time."""
        return place(self.file, self.text, f"$.metric[{self.number}].id")


def load(own: Path | None = None) -> Catalogue:
    """Read every catalogue file. The order is that of the files: screen and exports follow it.

    Raises:
        ConfigError: a file is wrong, an id is used twice, or a figure is computed from itself or
            from what is not there.

    """
    entries: dict[str, _Entry] = {}
    adjustments: list[tuple[Adjustment, str]] = []
    for file, text in data.each("catalogue", own):
        found_here = data.decode(text, _File, file)
        for number, metric in enumerate(found_here.metric):
            entry = _Entry(metric, file, text, number)
            _check(entry)
            _check_once(entry, entries.get(metric.id))
            entries[metric.id] = entry
        for number, adjustment in enumerate(found_here.adjust):
            adjustments.append((adjustment, place(file, text, f"$.adjust[{number}].id")))
    for adjustment, where in adjustments:
        entries[adjustment.id] = _adjusted(entries.get(adjustment.id), adjustment, where)
    found = {id_: entry.metric for id_, entry in entries.items()}
    for entry in entries.values():
        _check_computations(entry, found)
    _check_circles(entries)
    return found


def _adjusted(entry: _Entry | None, adjustment: Adjustment, where: str) -> _Entry:
    """Return a metric as its owner wants it; checked like any other."""
    if entry is None:
        raise ConfigError(
            tr(
                "{where}: there is no metric {id!r} to adjust. Correct the id.",
                where=where,
                id=adjustment.id,
            )
        )
    changes = {**msgspec.structs.asdict(entry.metric), **msgspec.to_builtins(adjustment)}
    try:
        metric = msgspec.convert(changes, Metric)
    except msgspec.ValidationError as error:
        raise ConfigError(
            tr(
                "{where}: {what}. Correct that entry.",
                where=where,
                what=data.refusal(error, Metric),
            )
        ) from error
    changed = replace(entry, metric=metric)
    _check(changed)
    return changed


def _check(entry: _Entry) -> None:
    """Refuse what would be taken silently and never do what its author meant."""
    metric = entry.metric
    if not metric.id:
        raise ConfigError(
            tr(
                "{where}: metric {title!r} has an empty id. Give it one.",
                where=entry.where,
                title=metric.title,
            )
        )
    if metric.low is not None and metric.high is not None and metric.low > metric.high:
        raise _wrong(entry, tr("low is above high. Exchange them."))
    thresholds = [limit for limit in (metric.degraded, metric.critical) if limit is not None]
    if thresholds and metric.direction is Direction.NONE:
        raise _wrong(entry, tr('has thresholds. Add direction = "up" or "down": what is better.'))
    if thresholds != sorted(thresholds, reverse=metric.direction is Direction.UP):
        raise _wrong(entry, tr("critical must be worse than degraded. Exchange them."))
    if metric.objective is not None and not metric.is_share:
        raise _wrong(entry, tr('has an objective, so give it unit = "percent" and a direction.'))


def _check_once(entry: _Entry, earlier: _Entry | None) -> None:
    if earlier is not None:
        raise ConfigError(
            tr(
                "{where}: metric {id!r} stands in {file} already. "
                "Rename one of them, or adjust it with [[adjust]].",
                where=entry.where,
                id=entry.metric.id,
                file=earlier.file,
            )
        )


def _check_computations(entry: _Entry, catalogue: Catalogue) -> None:
    for way in ways(entry.metric):
        for name in (*way.of, *way.covers):
            if name not in catalogue:
                raise _wrong(
                    entry,
                    tr(
                        "is computed from {name!r}, which the catalogue does not hold. "
                        "Add it or correct the id.",
                        name=name,
                    ),
                )
        wanted = _INPUTS.get(way.op, max(1, len(way.of)))
        if len(way.of) != wanted:
            raise _wrong(
                entry,
                tr(
                    "{op!r} takes {wanted} in 'of', not {number}. Name so many metrics.",
                    op=way.op.value,
                    wanted=wanted,
                    number=len(way.of),
                ),
            )
        if len(way.covers) not in (0, _COVERS):
            raise _wrong(entry, tr("'covers' takes two metrics: what is listed, and the whole."))


def ways(metric: Metric) -> tuple[Compute, ...]:
    """Return all ways to compute a figure, the one that may stand for it first."""
    return metric.checks if metric.compute is None else (metric.compute, *metric.checks)


def takes(way: Compute) -> bool:
    """Tell whether a computation names as many metrics as its operation takes."""
    wanted = _INPUTS.get(way.op, max(1, len(way.of)))
    return len(way.of) == wanted and len(way.covers) in (0, _COVERS)


def _check_circles(entries: Mapping[str, _Entry]) -> None:
    """Refuse a figure that follows from itself; two that check one another are welcome."""
    inputs = {
        id_: entry.metric.compute.of for id_, entry in entries.items() if entry.metric.compute
    }
    try:
        TopologicalSorter(inputs).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        raise _wrong(
            entries[circle[0]],
            tr("is computed from itself: {names}. Cut the circle.", names=", ".join(circle)),
        ) from error


def _wrong(entry: _Entry, what: str) -> ConfigError:
    return ConfigError(
        tr("{where}: metric {id!r}: {what}", where=entry.where, id=entry.metric.id, what=what)
    )
