"""The catalogue on the wire: schema ``opsdesk.catalogue/1``. It says what metrics mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark
from opsdesk.model.metric import LONGEST, Direction, Impact, Kind, Metric
from opsdesk.model.reading import Unit
from opsdesk.wire import decoding
from opsdesk.wire.decoding import KEEP_TO_IT, refusing
from opsdesk.wire.fields import known

SCHEMA = "opsdesk.catalogue/1"

# As many digits after the point as the smallest figures are shown with.
_MOST_DECIMALS = 6

_KINDS = {
    Unit.STATE: Kind.STATE,
    Unit.TEXT: Kind.TEXT,
    Unit.BOOL: Kind.BOOL,
    Unit.TIME: Kind.TIME,
}
_UNITS = {kind: unit for unit, kind in _KINDS.items()}


# Percent; who promises all of it has no error budget.
_ALL = 100


class WireMetric(msgspec.Struct, frozen=True, kw_only=True):
    """What a metric means. A reader that knows the id already keeps its own description."""

    id: Annotated[str, Meta(min_length=1, description="Such as 'breaker.state'.")]
    title: Annotated[str, Meta(description="Name for people; '' is the id.")] = ""
    section: Annotated[str, Meta(description="Under which heading it stands.")] = ""
    unit: Annotated[
        str,
        Meta(
            description="One of: " + ", ".join(Unit) + ". A number of any other unit is shown "
            "without one.",
            examples=["percent"],
        ),
    ]
    definition: Annotated[str, Meta(description="What the figure is, in one sentence.")] = ""
    kind: Annotated[
        str,
        Meta(description="Type of its values: number, state, text, bool or time; '': as its unit."),
    ] = ""
    labels: Annotated[
        tuple[str, ...], Meta(description="Names of the labels that every figure of it has.")
    ] = ()
    optional_labels: Annotated[
        tuple[str, ...], Meta(description="Labels that tell things of one name apart.")
    ] = ()
    direction: Annotated[str, Meta(description="Which way is better: up, down or none.")] = "none"
    low: Annotated[float | None, Meta(description="Least value that can be true.")] = None
    high: Annotated[float | None, Meta(description="Greatest value that can be true.")] = None
    target: Annotated[float | None, Meta(description="Where it should be.")] = None
    degraded: Annotated[
        float | None, Meta(description="From here on it is degraded, on the worse side.")
    ] = None
    critical: Annotated[float | None, Meta(description="From here on it is critical.")] = None
    alerts: Annotated[
        bool, Meta(description="Whether crossing degraded or critical is an incident.")
    ] = True
    lasts: Annotated[
        float, Meta(ge=0, description="Seconds for which it must be crossed before it is one.")
    ] = 60.0
    hysteresis: Annotated[
        float,
        Meta(ge=0, lt=1, description="Share of the limit by which it must come back to end it."),
    ] = 0.0
    objective: Annotated[
        float | None,
        Meta(description="Percent that must go well (SLO), for a share of what fails."),
    ] = None
    impacts: Annotated[
        dict[str, str],
        Meta(
            description="Of breakers, by name: what an open one means for the system: outside, "
            "component or primary."
        ),
    ] = {}
    max_age: Annotated[
        float | None,
        Meta(description="Seconds for which a figure counts as fresh; null: three refreshes."),
    ] = None
    zero_decimals: Annotated[
        int, Meta(description="Digits after the point of a zero: 1 for what is read to a tenth.")
    ] = 0
    formula: Annotated[str, Meta(description="How it follows from others, in words.")] = ""


class WireCatalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The metrics that the server describes, in the order in which they are shown."""

    schema: Annotated[str, Meta(description=f"'{SCHEMA}'.", examples=[SCHEMA])] = SCHEMA
    metrics: Annotated[tuple[WireMetric, ...], Meta(description="Each id once.")]


def to_wire(metrics: Iterable[Metric]) -> WireCatalogue:
    """Return the catalogue as it is written.

    How OpsDesk computes a figure stays at home: who serves has computed it already.
    """
    return WireCatalogue(metrics=tuple(map(_metric_out, metrics)))


def decode(content: bytes, name: str) -> tuple[Metric, ...]:
    """Return the metrics that a server describes; fields that are not known are passed over.

    Args:
        content: JSON.
        name: of the server, for the error.

    Raises:
        WireError: it is no catalogue.

    """
    with refusing(name, mark("not a catalogue of OpsDesk: {reason}"), KEEP_TO_IT):
        wire = decoding.decode(content, WireCatalogue)
    return tuple({metric.id: metric for metric in map(_metric_in, wire.metrics)}.values())


def _metric_out(metric: Metric) -> WireMetric:
    return msgspec.convert(metric, WireMetric, from_attributes=True)


def _metric_in(wire: WireMetric) -> Metric:
    kind = known(wire.kind, Kind, _KINDS.get(known(wire.unit, Unit, Unit.COUNT), Kind.NUMBER))
    unit = known(wire.unit, Unit, _UNITS.get(kind, Unit.COUNT))
    direction = known(wire.direction, Direction, Direction.NONE)
    degraded, critical = _limits(wire, direction)
    low, high = _range(wire)
    return Metric(
        id=wire.id,
        title=wire.title or wire.id,
        section=wire.section,
        unit=unit,
        definition=wire.definition,
        kind=kind,
        labels=wire.labels,
        optional_labels=wire.optional_labels,
        direction=direction,
        low=low,
        high=high,
        target=wire.target,
        degraded=degraded,
        critical=critical,
        alerts=wire.alerts,
        lasts=min(wire.lasts, LONGEST),
        hysteresis=wire.hysteresis,
        objective=wire.objective if 0 < (wire.objective or 0) < _ALL else None,
        impacts={n: known(word, Impact, Impact.OUTSIDE) for n, word in wire.impacts.items()},
        max_age=wire.max_age,
        zero_decimals=max(0, min(_MOST_DECIMALS, wire.zero_decimals)),
        formula=wire.formula,
    )


def _limits(wire: WireMetric, direction: Direction) -> tuple[float | None, float | None]:
    """Return the limits, or none where they contradict each other or the direction."""
    limits = [limit for limit in (wire.degraded, wire.critical) if limit is not None]
    is_sound = direction is not Direction.NONE and limits == sorted(
        limits, reverse=direction is Direction.UP
    )
    return (wire.degraded, wire.critical) if is_sound else (None, None)


def _range(wire: WireMetric) -> tuple[float | None, float | None]:
    is_sound = wire.low is None or wire.high is None or wire.low <= wire.high
    return (wire.low, wire.high) if is_sound else (None, None)
