"""The catalogue: the one list of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from opsdesk.catalogue import data
from opsdesk.model.errors import ConfigError
from opsdesk.model.metric import Direction, Metric

Catalogue = Mapping[str, Metric]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    metric: tuple[Metric, ...] = ()


def load(own: Path | None = None) -> Catalogue:
    """Read every catalogue file. The order is that of the files: screen and exports follow it.

    Raises:
        ConfigError: a file is wrong, or an id is used twice.

    """
    found: dict[str, Metric] = {}
    files: dict[str, str] = {}
    for name, text in data.each("catalogue", own):
        for metric in data.decode(text, _File, name).metric:
            _check(metric, name)
            if metric.id in found:
                where = f"{name}: metric {metric.id!r} stands in {files[metric.id]} already"
                raise ConfigError(f"{where}. Rename one of them.")
            found[metric.id], files[metric.id] = metric, name
    return found


def _check(metric: Metric, name: str) -> None:
    """Refuse what would be taken silently and never do what its author meant."""
    where = f"{name}: metric {metric.id!r}"
    if not metric.id:
        raise ConfigError(f"{name}: metric {metric.title!r} has an empty id. Give it one.")
    if metric.low is not None and metric.high is not None and metric.low > metric.high:
        raise ConfigError(f"{where}: low is above high. Exchange them.")
    thresholds = [limit for limit in (metric.degraded, metric.critical) if limit is not None]
    if thresholds and metric.direction is Direction.NONE:
        raise ConfigError(
            f'{where}: has thresholds. Add direction = "up" or "down": what is better.'
        )
    if thresholds != sorted(thresholds, reverse=metric.direction is Direction.UP):
        raise ConfigError(f"{where}: critical must be worse than degraded. Exchange them.")
