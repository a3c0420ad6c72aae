"""A pack: how a known family of metrics on a Prometheus-compatible server becomes readings.

A pack is data (``resources/packs/*.toml``). Its PromQL is plain PromQL, no dialect, with these
variables (``$$`` stands for one ``$``):

========== ======================================================================================
``$base``   base name of the variant that was found
``$by``     the query's ``by`` labels, each with its ``exported_`` twin, then job and namespace
``$rate``   shortest window for a rate: four scrapes, at least a minute; for a chart also its step
``$window`` the query's ``window``, never shorter than ``$rate``
``$step``   resolution of a look back: one scrape
``$scale``  the variant's scale, as a number
``$status`` the variant's label of the HTTP status, quoted where its name has dots
========== ======================================================================================
"""

from __future__ import annotations

import msgspec

from opsdesk.model.reading import BreakerState, Qualifier

#: quantiles that a histogram yields; 1 is the slowest request
QUANTILES = (0.5, 0.75, 0.95, 0.99, 1.0)


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One spelling under which the family may be found."""

    #: the series whose presence proves the family alive; not a ``_bucket``, which are many
    metric: str
    #: ``$base``; the metric itself where empty
    base: str = ""
    #: factor from the family's unit of time to milliseconds
    scale: float = 1.0
    #: label that holds the HTTP status: a server that keeps the dots of names keeps those of labels
    status: str = "status"


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probe that tells whether a family of an ambiguous name is what it seems to be."""

    query: str
    #: why the pack is not used when the check fails, for people
    reason: str
    #: whether the answer must be empty (False: must not be)
    empty: bool = False


class _Query(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What all kinds of query have in common."""

    #: catalogue id of the metric that this yields
    metric: str
    query: str
    #: ``query`` where the server speaks MetricsQL, which counts a counter's birth by itself
    query_metricsql: str = ""
    #: when the data was true: ``timestamp()`` of the same series, grouped alike
    at: str
    #: labels of ``$by`` beside job and namespace
    by: tuple[str, ...] = ()
    #: our label = the server's label; ``exported_X`` is taken before ``X``
    labels: dict[str, str] = {}
    #: labels with a value that does not come from the server
    fixed: dict[str, str] = {}
    #: further metrics that must be alive, else the query is not sent
    needs: tuple[str, ...] = ()
    #: seconds that the value covers; None where it stands for an instant
    window: float | None = None
    note: str = ""


class Number(_Query, frozen=True, kw_only=True, tag="number"):
    """A value as the server gives it, times ``scale``."""

    scale: float = 1.0
    qualifier: Qualifier = Qualifier.EXACT
    #: round to a whole number: ``increase()`` extrapolates
    whole: bool = False


class Share(_Query, frozen=True, kw_only=True, tag="share"):
    """``query`` / ``of``. A missing part of a known whole is 0; without a whole, unknown."""

    of: str
    scale: float = 100.0
    #: an expression that has a value wherever there was data; yields coverage and real age
    seen: str = ""
    #: note of the empty reading where the whole is 0, such as 'no traffic'; '' for no reading
    idle: str = ""


class Histogram(_Query, frozen=True, kw_only=True, tag="histogram"):
    """Bucket rates by ``le``; yields one reading a quantile."""

    idle: str = "no traffic"


class OneHot(_Query, frozen=True, kw_only=True, tag="one_hot"):
    """A 0/1 series per state; ``query`` keeps those that are 1, one row an instance."""

    #: the server's label that names the state
    state: str
    #: the server's word for a state = ours
    states: dict[str, BreakerState]
    #: notes by the server's word
    state_notes: dict[str, str] = {}
    #: an expression that has a value while the breaker is not closed; '' for no last reset
    tripped: str = ""
    reset_metric: str = "breaker.last_reset"


class LastEvent(_Query, frozen=True, kw_only=True, tag="last_event"):
    """Counters of transitions; the state is the event that occurred last.

    ``query`` is a bare selector of the counters. ``at`` is grouped by ``$by`` and the event, and
    names every breaker alive by further events.
    """

    event: str
    states: dict[str, BreakerState]
    reset_metric: str = "breaker.last_reset"

    @property
    def closing(self) -> tuple[str, ...]:
        """The events that close a breaker."""
        return tuple(word for word, state in self.states.items() if state is BreakerState.CLOSED)


Query = Number | Share | Histogram | OneHot | LastEvent


class Pack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known family of metrics."""

    id: str
    title: str
    #: packs of one panel tell of the same things
    panel: str
    #: lower stands first
    precedence: int
    #: only the first pack of an exclusive panel is used: each would count the same requests
    exclusive: bool = False
    #: the first that is alive is used
    variant: tuple[Variant, ...]
    check: tuple[Check, ...] = ()
    #: where two queries give the same key, the earlier wins
    query: tuple[Query, ...]
