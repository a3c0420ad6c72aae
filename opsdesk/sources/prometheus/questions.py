"""What one poll asks for one query of one pack, and how the answers become readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec

from opsdesk.model.errors import Problem
from opsdesk.model.pack import Histogram, LastEvent, Number, OneHot, Query, Share
from opsdesk.sources.prometheus import breakers, mapping, memory, plan
from opsdesk.sources.prometheus.answers import Sample
from opsdesk.sources.prometheus.mapping import Given, Seen, Spans
from opsdesk.sources.prometheus.memory import Look, Memory, Place
from opsdesk.sources.prometheus.plan import Ask, Terms, Used
from opsdesk.sources.prometheus.readings import Context, Mapped


class Presence(msgspec.Struct, frozen=True):
    """Answers that hold for a while, and the server's time for which they were asked."""

    at: float
    answers: Mapping[str, Sequence[Sample]]


NOTHING_SEEN = Presence(0.0, {})
Answered = Mapping[Ask, Sequence[Sample] | Problem]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One query of a pack, rendered for one server at one moment."""

    used: Used
    query: Query
    terms: Terms
    #: the server's time for which it asks
    now: float
    value: Ask
    at: Ask
    of: Ask | None = None
    #: PromQL for the steps with data and the first of them: they change slowly
    presence: tuple[str, str] | None = None
    looks: tuple[tuple[Look, Ask], ...] = ()
    memory: Memory

    def asks(self) -> tuple[Ask, ...]:
        """Return what must be asked for this poll."""
        value = () if isinstance(self.query, LastEvent) else (self.value,)
        of = () if self.of is None else (self.of,)
        return (*(ask for _, ask in self.looks), *value, *of, self.at)

    def essential(self) -> tuple[Ask, ...]:
        """Return the asks without which there is no reading."""
        # a state gauge tells without its past; counters do not
        return self.asks() if isinstance(self.query, LastEvent) else self.asks()[len(self.looks) :]


def question(used: Used, query: Query, terms: Terms, now: float, past: Memory) -> Question:
    """Render a query. ``past`` is what is remembered of it; only breakers use it."""
    variant = used.variant
    whole = presence = None
    looks: tuple[tuple[Look, Ask], ...] = ()
    if isinstance(query, Share):
        whole = Ask(plan.render(query.of, query, variant, terms), now)
        if query.seen:
            presence = plan.presence(query, variant, terms)
    elif isinstance(query, LastEvent) or (isinstance(query, OneHot) and query.tripped):
        due = past.looks(now, terms)
        looks = tuple((look, _look(used, query, terms, now, look)) for look in due)
    return Question(
        used=used,
        query=query,
        terms=terms,
        now=now,
        value=Ask(plan.value(query, variant, terms), now),
        at=Ask(plan.render(query.at, query, variant, terms), now),
        of=whole,
        presence=presence,
        looks=looks,
        memory=past,
    )


def zoom(asked: Question, at: float) -> tuple[Look, Ask] | None:
    """Return a closer look at a moment at which several events seem to fall together."""
    if not isinstance(asked.query, LastEvent):
        return None
    # the events lie within a coarse step before ``at``
    look = Look(asked.terms.coarse_step + plan.event_lag(asked.terms.step), asked.terms.step)
    return look, _look(asked.used, asked.query, asked.terms, at, look)


def learn(asked: Question, context: Context, answered: Answered) -> None:
    """Take the answers to looks back into the question's memory."""
    if not asked.looks:
        return
    for look, ask in asked.looks:
        got = answered[ask]
        if isinstance(got, Problem):
            return
        asked.memory.learn(memory.without_rebirths(_found(asked, context, got, look), asked.memory))
    asked.memory.looked(asked.now)


def refine(asked: Question, context: Context, got: Sequence[Sample], look: Look) -> None:
    """Take the answer to a closer look into the question's memory."""
    found = _found(asked, context, got, look)
    asked.memory.refine(found, asked.terms.coarse_step, look.step)


def map_question(
    asked: Question, context: Context, answered: Answered, presence: Presence
) -> Mapped:
    """Return the readings of one query. None of its essential asks may have failed."""

    def got(ask: Ask) -> Sequence[Sample]:
        found = answered.get(ask, ())
        return () if isinstance(found, Problem) else found

    query, past = asked.query, asked.memory
    given = Given(
        values=got(asked.value),
        times=got(asked.at),
        wholes=() if asked.of is None else got(asked.of),
        window=plan.window(query, asked.terms),
    )
    match query:
        case Number():
            return mapping.map_number(query, context, given)
        case Share():
            return mapping.map_share(query, context, given, _spans(asked, query, context, presence))
        case Histogram():
            return mapping.map_histogram(query, context, given, asked.used.variant.scale)
        case OneHot():
            instances, draft = breakers.one_hot(query, context, given.values, given.times)
            return breakers.finish(query, instances, past, draft)
        case LastEvent():
            instances, draft = breakers.last_event(query, context, given.times, past)
            return breakers.finish(query, instances, past, draft)
        case _:
            assert_never(query)


def _spans(asked: Question, query: Share, context: Context, presence: Presence) -> Spans:
    texts = asked.presence
    if texts is None or not all(text in presence.answers for text in texts):
        return Spans()
    bins, firsts = (presence.answers[text] for text in texts)
    seen = Seen(
        bins=bins,
        firsts=firsts,
        at=presence.at,
        step=asked.terms.seen_step,
        window=plan.window(query, asked.terms),
    )
    return mapping.map_spans(query, context, seen, asked.now)


def _look(used: Used, query: OneHot | LastEvent, terms: Terms, now: float, look: Look) -> Ask:
    if isinstance(query, OneHot):
        return Ask(plan.tripped(query, used.variant, terms, look.back, look.step), now)
    lag = plan.event_lag(look.step)
    return Ask(plan.events(query, used.variant, terms, look.back + lag, look.step), now + lag)


def _found(
    asked: Question, context: Context, got: Sequence[Sample], look: Look
) -> dict[Place, float]:
    if isinstance(asked.query, LastEvent):
        shift = plan.event_time(0.0, look.step)
        return breakers.occurrences(asked.query, context, got, shift)
    if isinstance(asked.query, OneHot):
        # it was last not closed at that step, so it closed within the one after
        return breakers.occurrences(asked.query, context, got, look.step)
    return {}
