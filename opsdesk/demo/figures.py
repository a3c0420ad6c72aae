"""The demo's data files: the figures at which it begins, and what happens in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

from opsdesk.catalogue import data, resources
from opsdesk.model.key import Key, key
from opsdesk.model.reading import Origin, Qualifier

T = TypeVar("T")

#: how often people report a figure; '': it is measured all the time
Every = Literal["", "day", "week", "month"]
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure at the moment at which the demo begins."""

    value: float | bool | str
    labels: Mapping[str, str] = _NO_LABELS
    qualifier: Qualifier = Qualifier.EXACT
    #: by how many percent it has changed, as reported
    change: float | None = None
    #: what it was in the baseline
    before: float | None = None
    #: what it was eight weeks ago; None: the same
    was: float | None = None
    note: str = ""
    #: figures of one tide move together; '': it moves alone
    tide: str = ""
    #: where it sways more or less than others of its metric
    sway: float | None = None
    #: what the other figures of its metric leave of 100
    rest: bool = False


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The figures of one metric, and how they move."""

    id: str
    figures: tuple[Figure, ...]
    window: float | None = None
    origin: Origin = Origin.MEASURED
    every: Every = ""
    #: decimal places
    digits: int = 0
    #: by which share of itself a figure sways up and down, and how far it slowly rises
    sway: float = 0.0
    rise: float = 0.0

    def key(self, figure: Figure) -> Key:
        """Return the key of one of the figures."""
        return key(self.id, figure.labels)


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a metric went in the baseline: points at weeks that are counted from 1."""

    metric: str
    weeks: tuple[float, ...]
    values: tuple[float, ...]


class Logs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is logged: at each hour of a day, first and last included."""

    hours: tuple[float, ...]
    #: share by which it grows in a week
    grows: float


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An outage of a breaker, in minutes before the demo begins; None: it did not come to that."""

    open: float
    half_open: float | None = None
    closed: float | None = None


class Breaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A circuit breaker and its outages."""

    name: str
    #: hours between two outages to come; 0: there are none
    every: float
    #: minutes, least and most, for which it is open
    lasts: tuple[float, float] = (0.0, 0.0)
    past: tuple[Outage, ...] = ()
    #: hours between two outages before the last day; 0: the same
    before_every: float = 0.0


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A component and the times in which it did not answer."""

    name: str
    #: hours between two of them, and minutes, least and most, that one lasts
    every: float
    lasts: tuple[float, float]
    #: minutes before the demo begins, and minutes that it lasted
    past: tuple[tuple[float, float], ...]


class Runbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a runbook ran, and failed, in the window."""

    name: str
    runs: int
    failed: int


class Runbooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ran in the last ``window`` seconds."""

    window: float
    #: how many executions were handed to a person
    escalations: int
    #: mean seconds of an execution
    duration: float
    book: tuple[Runbook, ...]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens."""

    #: name of the baseline
    before: str
    baseline: tuple[History, ...]
    logs: Logs
    breaker: tuple[Breaker, ...]
    component: tuple[Component, ...]
    runbooks: Runbooks


class _Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    metric: tuple[Family, ...]


def families() -> tuple[Family, ...]:
    """Read the figures at which the demo begins."""
    return _read("figures.toml", _Figures).metric


def script() -> Script:
    """Read what happens in the demo."""
    return _read("life.toml", Script)


def _read(name: str, type_: type[T]) -> T:
    return data.decode(resources.read_text(f"demo/{name}"), type_, f"resources/demo/{name}")
