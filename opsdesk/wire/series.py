"""How figures went, on the wire: schema ``opsdesk.series/1``, columns of times and values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip
from opsdesk.wire import decoding
from opsdesk.wire.decoding import KEEP_TO_IT, refusing
from opsdesk.wire.fields import Seconds, State, WireKey, key_in
from opsdesk.wire.numbers import short

SCHEMA = "opsdesk.series/1"

_Values = tuple[float | None, ...]


class WireLine(WireKey, frozen=True, kw_only=True):
    """The numbers of one figure, as columns of one length."""

    times: Annotated[tuple[Seconds, ...], Meta(description="Unix times in seconds, ascending.")]
    values: Annotated[
        _Values,
        Meta(description="At each time the last value of its step; null where none is known."),
    ]
    lows: Annotated[
        _Values, Meta(description="Least value of each step; empty where steps hold one sample.")
    ] = ()
    highs: Annotated[_Values, Meta(description="Greatest value of each step, as 'lows'.")] = ()


class WireChange(msgspec.Struct, frozen=True, kw_only=True):
    """From a moment on, a state."""

    at: Seconds
    state: State


class WireStrip(WireKey, frozen=True, kw_only=True):
    """The states of one breaker over time."""

    changes: Annotated[
        tuple[WireChange, ...],
        Meta(
            description="Ascending. The first stands at the range's start, or where anything is "
            "first known; 'unknown' where nobody watched."
        ),
    ]


class WireSeries(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a range; a figure of which nothing is known is left out."""

    schema: Annotated[str, Meta(description=f"'{SCHEMA}'.", examples=[SCHEMA])] = SCHEMA
    start: Annotated[Seconds, Meta(description="As asked for: Unix time in seconds.")]
    end: Annotated[Seconds, Meta(description="As asked for: Unix time in seconds.")]
    step: Annotated[float, Meta(description="Seconds between two points, as asked for.")]
    baseline: Annotated[
        str, Meta(description="Name of the baseline whose past this is; '' for the range itself.")
    ] = ""
    lines: Annotated[tuple[WireLine, ...], Meta(description="Figures that are numbers.")] = ()
    strips: Annotated[tuple[WireStrip, ...], Meta(description="Figures that are states.")] = ()


def to_wire(data: SeriesData, wanted: SeriesRange) -> WireSeries:
    """Return how figures went in a range as it is written."""
    return WireSeries(
        start=wanted.start,
        end=wanted.end,
        step=wanted.step,
        baseline=wanted.baseline,
        lines=tuple(map(_line_out, data.lines)),
        strips=tuple(map(_strip_out, data.strips)),
    )


def from_wire(wire: WireSeries) -> SeriesData:
    """Return how figures went."""
    return SeriesData(
        lines=tuple(map(_line_in, wire.lines)), strips=tuple(map(_strip_in, wire.strips))
    )


def decode(content: bytes, name: str) -> SeriesData:
    """Return how figures went; fields that are not known are passed over.

    Args:
        content: JSON.
        name: of the server, for the error.

    Raises:
        WireError: it is no series, its columns differ in length, or its times do not ascend.

    """
    with refusing(name, mark("not a series of OpsDesk: {reason}"), KEEP_TO_IT):
        wire = decoding.decode(content, WireSeries)
        for line in wire.lines:
            _check(line)
        for strip in wire.strips:
            _check_order([change.at for change in strip.changes])
    return from_wire(wire)


def _check(line: WireLine) -> None:
    _check_order(line.times)
    lengths = {len(line.times), len(line.values)}
    lengths |= {len(column) for column in (line.lows, line.highs) if column}
    if len(lengths) > 1:
        raise ValueError(tr("its columns differ in length"))


def _check_order(times: Sequence[float]) -> None:
    if any(later < earlier for earlier, later in pairwise(times)):
        raise ValueError(tr("its times do not ascend"))


def _line_out(line: Line) -> WireLine:
    return WireLine(
        metric=line.key.metric,
        labels=dict(line.key.labels),
        times=line.times,
        values=_column(line.values),
        lows=_column(line.lows),
        highs=_column(line.highs),
    )


def _column(values: _Values) -> _Values:
    return tuple(
        short(value) if value is not None and isfinite(value) else None for value in values
    )


def _line_in(wire: WireLine) -> Line:
    return Line(
        key=key_in(wire), times=wire.times, values=wire.values, lows=wire.lows, highs=wire.highs
    )


def _strip_out(strip: Strip) -> WireStrip:
    return WireStrip(
        metric=strip.key.metric,
        labels=dict(strip.key.labels),
        changes=tuple(WireChange(at=c.at, state=c.state) for c in strip.changes),
    )


def _strip_in(wire: WireStrip) -> Strip:
    return Strip(key=key_in(wire), changes=tuple(Change(c.at, c.state) for c in wire.changes))
