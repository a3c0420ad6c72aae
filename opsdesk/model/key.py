"""The identity of a figure: a metric id with its sorted labels."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import msgspec
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping


class Key(msgspec.Struct, frozen=True, cache_hash=True, weakref=True):
    """A metric id with its labels, sorted by name. Make one with :func:`key`, which interns it."""

    metric: str
    labels: tuple[tuple[str, str], ...] = ()

    def label(self, name: str) -> str:
        """Return the value of one label, or '' where the key does not carry it."""
        for label, value in self.labels:
            if label == name:
                return value
        return ""

    def with_metric(self, metric: str) -> Key:
        """Return the key of another metric about the same thing."""
        return _intern(metric, self.labels)

    @override
    def __str__(self) -> str:
        """Write the key as Prometheus would: ``component.uptime{component="API Gateway"}``."""
        return f"{self.metric}{{{labels_text(self.labels)}}}" if self.labels else self.metric


_keys: WeakValueDictionary[tuple[str, tuple[tuple[str, str], ...]], Key] = WeakValueDictionary()


def key(metric: str, labels: Mapping[str, str] | None = None) -> Key:
    """Return the one interned key of ``metric`` with ``labels``; empty labels are left out."""
    pairs = sorted((name, value) for name, value in (labels or {}).items() if value)
    return _intern(metric, tuple(pairs))


def labels_text(labels: tuple[tuple[str, str], ...]) -> str:
    r"""Write labels as ``name="value",...`` with ``\``, ``"`` and line ends escaped."""
    return ",".join(f'{name}="{_escape(value)}"' for name, value in labels)


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _intern(metric: str, labels: tuple[tuple[str, str], ...]) -> Key:
    identity = (metric, labels)
    known = _keys.get(identity)
    if known is None:
        known = _keys.setdefault(identity, Key(metric, labels))
    return known
