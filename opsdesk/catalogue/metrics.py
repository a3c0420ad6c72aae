"""The catalogue: the one list of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from opsdesk.catalogue import data
from opsdesk.model.errors import ConfigError
from opsdesk.model.metric import Metric

Catalogue = Mapping[str, Metric]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    metric: tuple[Metric, ...] = ()


def load(own: Path | None = None) -> Catalogue:
    """Read every catalogue file. The order is that of the files: screen and exports follow it.

    Raises:
        ConfigError: a file is wrong, or an id is used twice.

    """
    found: dict[str, Metric] = {}
    for name, text in data.each("catalogue", own):
        for metric in data.decode(text, _File, name).metric:
            if metric.id in found:
                raise ConfigError(f"{name}: metric {metric.id!r} stands twice. Rename one of them.")
            found[metric.id] = metric
    return found
