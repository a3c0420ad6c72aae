"""A catalogue entry: what a metric means."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

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


#: seconds for which a figure may have to be beyond a threshold: a week
LONGEST = 604_800.0


class Impact(StrEnum):
    """What an open breaker means for the system."""

    #: a dependency outside: the system is degraded
    OUTSIDE = "outside"
    #: one of the system's own parts is cut off: that is critical
    COMPONENT = "component"
    #: so is its primary store
    PRIMARY = "primary"


class Operation(StrEnum):
    """How a figure follows from others; ``of`` names them."""

    SUM = "sum"  # of all figures of all metrics in ``of``
    MEAN = "mean"  # of all figures of the first
    WEIGHTED_MEAN = "weighted_mean"  # of the first, each weighted by the second of the same thing
    DIFFERENCE = "difference"  # first - second
    RATIO = "ratio"  # first / second
    REST = "rest"  # (first - second) / first
    CHANGE = "change"  # in percent, of the first against its baseline
    SAME = "same"  # the first: one figure under two names
    COUNT_BELOW = "count_below"  # how many of the first are below ``limit``


class Compute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to compute a figure from others. Totals are sums over every label."""

    op: Operation
    #: ids of the metrics that it is computed from
    of: tuple[str, ...]
    #: the result is multiplied by it, 100 for a ratio in percent
    scale: float = 1.0
    limit: float = 0.0
    #: two metrics: the figures of the first must add up to the second, else not everything is
    #: listed and nothing follows; empty: there is no telling
    covers: tuple[str, ...] = ()


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
    #: whether crossing a threshold is an incident; false for what only follows from others
    alerts: bool = True
    #: seconds for which a figure must be beyond a threshold before that is an incident
    lasts: Annotated[float, msgspec.Meta(ge=0, le=LONGEST)] = 60.0
    #: share of the threshold by which it must come back before the incident ends
    hysteresis: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    #: percent of what must go well (the SLO), for a share of what fails; None: no error budget
    objective: Annotated[float, msgspec.Meta(gt=0, lt=100)] | None = None
    #: of breakers, by name: what an open one means; one that is not named is outside
    impacts: Mapping[str, Impact] = msgspec.field(default_factory=dict[str, Impact])
    #: seconds for which a reading counts as fresh; None: three refreshes of its source
    max_age: float | None = None
    #: digits after the point of a zero: none of what is read to a tenth is 0.0, not 0
    zero_decimals: int = 0
    #: how the figure follows from others, in words
    formula: str = ""
    #: how it is computed: stands where no source reports it, and beside it where one does
    compute: Compute | None = None
    #: other ways to the same figure: they are compared with it and never stand for it
    checks: tuple[Compute, ...] = ()
    #: words by which a text claims the least of this metric: '100 % observability coverage'
    claimed_as: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether it is the percent of what goes well, or of what fails: an objective needs one."""
        return self.unit is Unit.PERCENT and self.direction is not Direction.NONE

    def in_range(self, value: float) -> bool:
        """Tell whether ``value`` can be true at all. NaN is not in any range."""
        lowest = float("-inf") if self.low is None else self.low
        highest = float("inf") if self.high is None else self.high
        return lowest <= value <= highest
