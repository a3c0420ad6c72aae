"""States of circuit breakers from answers. Pure.

A breaker is known by its key; its instances are detail: the worst one's state is the breaker's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

import msgspec

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.terms import breaker_word
from opsdesk.model.key import Key
from opsdesk.model.pack import LastEvent, OneHot
from opsdesk.model.reading import BreakerState, Qualifier
from opsdesk.sources.prometheus.answers import Sample
from opsdesk.sources.prometheus.memory import Memory, Place, newest
from opsdesk.sources.prometheus.readings import Context, Detail, Draft, Mapped, keyed

#: worst first. What is unknown is no comfort; what is disabled protects nobody
_WORST = {
    BreakerState.OPEN: 0,
    BreakerState.FORCED_OPEN: 1,
    BreakerState.HALF_OPEN: 2,
    BreakerState.UNKNOWN: 3,
    BreakerState.DISABLED: 4,
    BreakerState.CLOSED: 5,
}


#: known to the step of the look back
_ABOUT = Detail(qualifier=Qualifier.ABOUT)
#: most breakers: one instance, nothing to add
_PLAIN = Detail(samples=1)


class Observed(msgspec.Struct, frozen=True, gc=False):
    """The state of one instance of a breaker."""

    state: BreakerState
    at: float
    note: str = ""


Instances = Mapping[Key, Sequence[tuple[str, Observed]]]


def one_hot(
    query: OneHot, context: Context, values: Iterable[Sample], times: Iterable[Sample]
) -> tuple[Instances, Draft]:
    """Read a 0/1 series a state. An instance without any state at 1 is unknown, not closed."""
    draft = Draft(context, query)
    keyer = context.keyer(query)
    words: dict[tuple[Key, str], str] = {}
    # most are 0 where a server does not filter: sort them out before anything else
    current = (sample for sample in values if sample.value and sample.value[1] != "0")
    for about, sample, number in keyed(current, keyer):
        if number == 1:
            who = (about, _instance(sample))
            words[who] = _worse(query, words.get(who), _label(sample, query.state))
    # Thousands are in the same state at the same time: one value for all of them.
    observed = cache(partial(_of_word, query))
    found: defaultdict[Key, list[tuple[str, Observed]]] = defaultdict(list)
    for about, sample, at in keyed(times, keyer, draft):
        instance = _instance(sample)
        found[about].append((instance, observed(words.get((about, instance)), at)))
    return found, draft


def last_event(
    query: LastEvent, context: Context, times: Iterable[Sample], memory: Memory
) -> tuple[Instances, Draft]:
    """Read counters of events: the state is what occurred last.

    A counter that does not exist now does not count: its process has been restarted.
    """
    draft = Draft(context, query)
    keyer = context.keyer(query)
    present: defaultdict[tuple[Key, str], dict[str, float]] = defaultdict(dict)
    for about, sample, at in keyed(times, keyer, draft):
        present[about, _instance(sample)][_label(sample, query.event)] = at
    found: defaultdict[Key, list[tuple[str, Observed]]] = defaultdict(list)
    for (about, instance), events in present.items():
        state, note = _of_events(query, Place(about, instance), events, memory)
        found[about].append((instance, Observed(state, max(events.values()), note)))
    return found, draft


def occurrences(
    query: OneHot | LastEvent, context: Context, samples: Iterable[Sample], shift: float
) -> dict[Place, float]:
    """Read the answer to a look back; ``shift`` is added to its times."""
    keyer = context.keyer(query)
    event = query.event if isinstance(query, LastEvent) else ""
    found: dict[Place, float] = {}
    for about, sample, number in keyed(samples, keyer):
        place = Place(about, _instance(sample), _label(sample, event) if event else "")
        found[place] = max(number + shift, found.get(place, number + shift))
    return found


def finish(query: OneHot | LastEvent, instances: Instances, memory: Memory, draft: Draft) -> Mapped:
    """Make one reading a breaker, and its last reset where it is closed and that is known."""
    never = 0
    for about, members in instances.items():
        if len(members) == 1:
            ((_, only),) = members
            state, at, detail = only.state, only.at, _alone(only)
        else:
            state, at, detail = _together([observed for _, observed in members])
        draft.add(about, state, at, detail)
        if state is not BreakerState.CLOSED:
            continue
        reset = _last_reset(query, about, [instance for instance, _ in members], memory)
        if reset is None:
            never += 1
        else:
            value = draft.context.time(reset)
            draft.add(about.with_metric(query.reset_metric), value, at, _ABOUT)
    if never and memory.complete:
        draft.notes.append(
            trn(
                "{number} closed breaker was never open in 24 h, so without a last reset",
                "{number} closed breakers were never open in 24 h, so without a last reset",
                never,
            )
        )
    return draft.done()


def _last_reset(
    query: OneHot | LastEvent, about: Key, instances: Iterable[str], memory: Memory
) -> float | None:
    if not memory.knows(about):
        return None
    events = query.closing if isinstance(query, LastEvent) else ("",)
    places = [Place(about, instance, event) for instance in instances for event in events]
    return max((at for place in places if (at := memory.last(place)) is not None), default=None)


def _of_word(query: OneHot, word: str | None, at: float) -> Observed:
    if word is None:
        return Observed(BreakerState.UNKNOWN, at, tr("no state is reported as current"))
    state = query.states.get(word)
    if state is None:
        return Observed(BreakerState.UNKNOWN, at, tr("its state {word!r} is not known", word=word))
    return Observed(state, at, tr(query.state_notes.get(word, "")))


def _of_events(
    query: LastEvent, who: Place, events: Mapping[str, float], memory: Memory
) -> tuple[BreakerState, str]:
    telling = [event for event in events if event in query.states]
    if not telling:
        return BreakerState.UNKNOWN, tr("nothing has been counted yet")
    if len(telling) == 1:
        return query.states[telling[0]], ""
    times = [
        (event, at)
        for event in telling
        if (at := memory.last(who._replace(event=event))) is not None
    ]
    if not times:
        return BreakerState.UNKNOWN, tr("which event came last is not known: none in 24 h")
    last = newest(times)
    if len(last) > 1:
        names = f" {tr('or')} ".join(last)
        return BreakerState.UNKNOWN, tr("which came last is not known: {names}", names=names)
    return query.states[last[0]], ""


def _alone(only: Observed) -> Detail:
    return Detail(note=only.note, samples=1) if only.note else _PLAIN


def _together(members: Sequence[Observed]) -> tuple[BreakerState, float, Detail]:
    """Return the worst state, the oldest time, and how many share the state."""
    worst = min(members, key=_rank)
    same = sum(1 for member in members if member.state is worst.state)
    parts = [worst.note]
    if same < len(members) or worst.state is not BreakerState.CLOSED:
        on = tr(
            "{state} on {number} of {total} instances",
            state=breaker_word(worst.state),
            number=same,
            total=len(members),
        )
        parts.insert(0, on)
    note = "; ".join(part for part in parts if part)
    return (
        worst.state,
        min(member.at for member in members),
        Detail(note=note, samples=len(members)),
    )


def _worse(query: OneHot, known: str | None, word: str) -> str:
    """Return the worse of two words of one instance: replicas of the server may disagree."""
    if known is None:
        return word
    unknown = BreakerState.UNKNOWN
    return min((known, word), key=lambda one: _WORST[query.states.get(one, unknown)])


def _rank(observed: Observed) -> int:
    return _WORST[observed.state]


def _instance(sample: Sample) -> str:
    labels = sample.metric
    return labels.get("exported_instance") or labels.get("instance", "")


def _label(sample: Sample, name: str) -> str:
    return sample.metric.get(f"exported_{name}") or sample.metric.get(name, "")
