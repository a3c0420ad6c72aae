"""Turns the queries of the packs in use into PromQL for one server. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from string import Template
from typing import NamedTuple

import msgspec

from opsdesk.model.pack import LastEvent, OneHot, Pack, Query, Share, Variant

#: shortest window for a rate, and how many scrapes it holds at least (METRICS: four)
_RATE_SECONDS = 60.0
_RATE_SCRAPES = 4
#: assumed where the server does not tell: Prometheus' own default
_DEFAULT_SCRAPE = 60.0
_ALWAYS_BY = ("job", "namespace")

#: how far the first look back reaches, and at which resolution; the last part of it finer
LOOK_BACK = 86_400.0
COARSE_STEP = 60.0
FINE_LOOK_BACK = 3_600.0
#: steps for which an event shows; two, so that jitter of the scrapes hides none
_EVENT_STEPS = 2


class Used(msgspec.Struct, frozen=True):
    """A pack that applies to a server, in the variant found there."""

    pack: Pack
    variant: Variant
    series: int


class Ask(NamedTuple):
    """A query and the time of the server's clock for which it asks."""

    promql: str
    at: float


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the PromQL for one server depends on."""

    #: seconds between two scrapes; 0 where unknown
    interval: float = 0.0
    metricsql: bool = False
    #: whether there is no data older than an hour
    young: bool = False
    #: seconds that a rate covers at least: the step of a range, so that nothing between two
    #: points goes unseen
    cover: float = 0.0

    @property
    def step(self) -> float:
        """Finest resolution of a look back: one scrape, in whole seconds."""
        return float(max(1, math.ceil(self.interval or _DEFAULT_SCRAPE)))

    @property
    def rate(self) -> float:
        """Shortest window for a rate."""
        return max(_RATE_SCRAPES * self.step, _RATE_SECONDS, self.cover)

    @property
    def seen_step(self) -> float:
        """Resolution at which data's presence is looked at: gaps over 5 min are found."""
        return max(self.step, 15.0 if self.young else 300.0)

    @property
    def coarse_step(self) -> float:
        """Resolution of the long first look back."""
        return max(self.step, COARSE_STEP)


def window(query: Query, terms: Terms) -> float:
    """Return ``$window`` in seconds."""
    return terms.rate if query.window is None else max(query.window, terms.rate)


def render(template: str, query: Query, variant: Variant, terms: Terms) -> str:
    """Fill in a pack's PromQL."""
    return Template(template).substitute(_variables(query, variant, terms)).strip()


def render_check(template: str, variant: Variant, terms: Terms) -> str:
    """Fill in the PromQL of a check, which knows no query."""
    known = {
        "base": variant.base or variant.metric,
        "by": ", ".join(_expand(_ALWAYS_BY)),
        "rate": duration(terms.rate),
        "window": duration(terms.rate),
        "step": duration(terms.step),
        "scale": f"{variant.scale:g}",
        "status": f'"{variant.status}"' if "." in variant.status else variant.status,
    }
    return Template(template).substitute(known).strip()


def value(query: Query, variant: Variant, terms: Terms) -> str:
    """Return the query for the value, in the server's dialect."""
    metricsql = terms.metricsql and query.query_metricsql
    return render(query.query_metricsql if metricsql else query.query, query, variant, terms)


def presence(query: Share, variant: Variant, terms: Terms) -> tuple[str, str]:
    """Return the queries for how many steps of the window had data, and for the first of them."""
    seen = render(query.seen, query, variant, terms)
    span = f"[{duration(window(query, terms))}:{duration(terms.seen_step)}]"
    return f"count_over_time(({seen}){span})", f"min_over_time(timestamp({seen}){span})"


def tripped(query: OneHot, variant: Variant, terms: Terms, back: float, step: float) -> str:
    """Return the query for when a breaker was last not closed."""
    inner = render(query.tripped, query, variant, terms)
    return f"max_over_time(timestamp({inner})[{duration(back)}:{duration(step)}])"


def events(query: LastEvent, variant: Variant, terms: Terms, back: float, step: float) -> str:
    """Return the query for when each event was last counted.

    It yields the last step at which the event shows. A counter that grows shows, and so does one
    that is born, unless its target was down the moment before: then only we did not see it.
    Evaluate it :func:`event_lag` late, so that events of the last steps are past their last.
    """
    counters = render(query.query, query, variant, terms)
    by = render("$by", query, variant, terms)
    before = duration(event_lag(step))
    # growth needs the scrape before as well, birth does not: so both show for equally long
    grown = f"changes({counters}[{duration(event_lag(step) + terms.step)}]) > 0"
    born = (
        f"{counters} unless {counters} offset {before} "
        f"unless on (job, instance) (up offset {before} == 0)"
    )
    return (
        f"max by ({by}, {query.event}) (max_over_time((timestamp(({grown}) or ({born})))"
        f"[{duration(back)}:{duration(step)}]))"
    )


def event_lag(step: float) -> float:
    """Return the seconds after which an event shows no more."""
    return _EVENT_STEPS * step


def event_time(last_bin: float, step: float) -> float:
    """Return when an event occurred, late by less than ``step``.

    ``last_bin`` is the last step at which it shows, which it does for two: see :func:`events`.
    """
    return last_bin - step


def duration(seconds: float) -> str:
    """Write a duration as PromQL does, rounded up to a second."""
    return f"{math.ceil(seconds)}s"


def pattern(texts: Iterable[str]) -> str:
    """Write texts as a regular expression in a PromQL string: any sign for what is special."""
    return "|".join(
        "".join(letter if letter.isalnum() or letter in "-:_/" else "." for letter in text)
        for text in texts
    )


def _variables(query: Query, variant: Variant, terms: Terms) -> Mapping[str, str]:
    return {
        "base": variant.base or variant.metric,
        "by": ", ".join(_expand((*query.by, *_ALWAYS_BY))),
        "rate": duration(terms.rate),
        "window": duration(window(query, terms)),
        "step": duration(terms.step),
        "scale": f"{variant.scale:g}",
        "status": f'"{variant.status}"' if "." in variant.status else variant.status,
    }


def _expand(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Add to each label the name that a scrape gives it where the target's own clashes."""
    return tuple(name for label in dict.fromkeys(labels) for name in (label, f"exported_{label}"))
