"""A catalogue entry: what a metric means."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from opsdesk.model.reading import Unit


class Kind(StrEnum):
    """What type of value a metric has."""

    NUMBER = "number"
    STATE = "state"
    TEXT = "text"
    BOOL = "bool"
    TIME = "time"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the catalogue. All of screen, exports and alerts follow from it."""

    id: str
    title: str
    section: str
    unit: Unit
    #: what the figure is, in one sentence; shown on hover
    definition: str
    kind: Kind = Kind.NUMBER
    #: labels every key of this metric carries
    labels: tuple[str, ...] = ()
    #: labels that tell things of the same name apart, where a source has them
    optional_labels: tuple[str, ...] = ()
    direction: Direction = Direction.NONE
    #: least and greatest value that can be true, in ``unit``
    low: float | None = None
    high: float | None = None
    target: float | None = None
    #: the value from which the metric is degraded or critical, on the worse side of ``direction``
    degraded: float | None = None
    critical: float | None = None
    #: seconds for which a reading counts as fresh; None: three refreshes of its source
    max_age: float | None = None
    #: how the figure follows from others, in words
    formula: str = ""

    def in_range(self, value: float) -> bool:
        """Tell whether ``value`` can be true at all. NaN is not in any range."""
        lowest = float("-inf") if self.low is None else self.low
        highest = float("inf") if self.high is None else self.high
        return lowest <= value <= highest
