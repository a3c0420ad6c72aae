"""Types of fields that several parts of the API have, with what the API's description says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from math import isfinite
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from opsdesk.model.key import Key, key

E = TypeVar("E", bound=StrEnum)

#: no time on the wire lies outside: what lies there is a mistake that no calendar can show
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

MetricId = Annotated[
    str,
    Meta(
        description="Id of the metric, such as 'breaker.state'. An id that nobody has described "
        "is shown under its own name.",
        examples=["breaker.state"],
    ),
]
Labels = Annotated[
    dict[str, str],
    Meta(
        description="Names of things that the metric is about. Metric and labels together are "
        "the identity of a figure. An empty value is the same as no label.",
        examples=[{"breaker": "Carbon Data"}],
    ),
]
State = Annotated[
    str,
    Meta(
        description="State of a circuit breaker: closed, half-open, open, forced-open, disabled "
        "or unknown. Any other word is taken for unknown.",
        examples=["open"],
    ),
]
Seconds = Annotated[
    float,
    Meta(
        ge=0,
        le=LATEST.timestamp(),
        description="Unix time in seconds, UTC; fractions are allowed.",
        examples=[1767225600],
    ),
]


class WireKey(msgspec.Struct, frozen=True, kw_only=True):
    """The identity of a figure."""

    metric: MetricId
    labels: Labels = {}


def key_out(subject: Key) -> WireKey:
    """Return a key as it is written."""
    return WireKey(metric=subject.metric, labels=dict(subject.labels))


def key_in(wire: WireKey) -> Key:
    """Return the key that was written."""
    return key(wire.metric, wire.labels)


def moment(at: datetime) -> datetime:
    """Return a time in UTC, which is also what a time without an offset is taken for.

    It lies between 1970 and 2200: a time outside is brought to the nearer end.
    """
    if at.tzinfo is UTC and _EARLIEST.year <= at.year < LATEST.year:
        return at
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(aware, _EARLIEST), LATEST).astimezone(UTC)


def moment_or_none(at: datetime | None) -> datetime | None:
    """Return a time in UTC, where there is one."""
    return None if at is None else moment(at)


def known(word: str, words: type[E], otherwise: E) -> E:
    """Return the word of a closed list; for one that is not in it, ``otherwise``."""
    found: E = _members(words).get(word, otherwise)
    return found


@cache
def _members(words: type[E]) -> Mapping[str, E]:
    # An enum takes five times as long to look a word up, and a snapshot has 20,000 of them.
    return {word.value: word for word in words}


def given(number: float | None) -> float | UnsetType:
    """Return a number that is written only where there is one."""
    return UNSET if number is None or not isfinite(number) else number


T = TypeVar("T")


def or_none(value: T | UnsetType) -> T | None:
    """Return what was written, where it was."""
    return None if isinstance(value, UnsetType) else value
