"""What is wrong beside circuit breakers: thresholds, sources that do not answer, no connection.

A condition is a pure finding about one refresh; :mod:`opsdesk.engine.incidents` makes incidents of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.engine.schedule import FIRST_RETRY
from opsdesk.insight.board import may_be_better, subject
from opsdesk.insight.derive import INSTANCES_UP
from opsdesk.insight.freshness import greatest_age
from opsdesk.insight.verdict import LOST_AFTER_FAILURES
from opsdesk.insight.words import figure_text, quantity_text
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Incident, IncidentKind, Severity, SourceStatus

SOURCE_STATE = "source.state"
#: subject of the one incident that there is while this computer has no connection
OFFLINE = key(SOURCE_STATE)


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh says of one subject: something is wrong, or with no severity, nothing."""

    kind: IncidentKind
    severity: Severity | None
    title: str
    #: since when it is as it is, as far as it was seen
    since: datetime
    #: whether it came to be so before OpsDesk's eyes
    seen: bool = True
    detail: str = ""
    #: nobody can tell any more: it is over, but not known to be well again
    gone: bool = False


Conditions = Mapping[Key, Condition]


class Crossing(msgspec.Struct, frozen=True):
    """A figure is beyond a threshold: since when, and whether it was seen on the right side."""

    since: datetime
    seen: bool


Crossings = Mapping[tuple[Key, Severity], Crossing]
NO_CROSSINGS: Crossings = MappingProxyType({})


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What conditions are judged by: a refresh, and what was known before it."""

    figures: Mapping[Key, Reading]
    catalogue: Mapping[str, Metric]
    statuses: tuple[SourceStatus, ...]
    #: running incidents by subject
    running: Mapping[Key, Incident]
    is_stale: Callable[[Reading], bool]
    #: sources that have answered before: of others nobody saw when a figure crossed
    known_sources: frozenset[str]
    now: datetime
    #: there is this refresh alone: what must last before it is told is told at once
    once: bool = False


def thresholds(before: Crossings, view: View) -> tuple[dict[Key, Condition], Crossings]:
    """Compare what is fresh with the thresholds of its metric.

    A figure must be beyond one for as long as its metric says before that is an incident, and come
    back by its hysteresis before it is none. Of what is stale nothing is said.

    ``before`` is what the last refresh left; the second of what is returned is for the next.
    """
    found: dict[Key, Condition] = {}
    crossings: dict[tuple[Key, Severity], Crossing] = {}
    alerting = {
        metric.id: metric
        for metric in view.catalogue.values()
        if metric.alerts and not (metric.degraded is None and metric.critical is None)
    }
    for reading in view.figures.values():
        metric = alerting.get(reading.key.metric)
        if metric is None or reading.number is None:
            continue
        if view.is_stale(reading):
            at = ((reading.key, severity) for severity in Severity)
            crossings |= {one: before[one] for one in at if one in before}
            continue
        crossings |= _crossings(before, reading, reading.number, metric, view)
        found[reading.key] = _condition(crossings, reading, metric, view)
    for key_, incident in view.running.items():
        # Its owner has taken the threshold away.
        if incident.kind is IncidentKind.THRESHOLD and key_.metric not in alerting:
            word = tr("no longer watched")
            found[key_] = fine(IncidentKind.THRESHOLD, view.now, word, gone=True)
    return found, crossings


def _crossings(
    before: Crossings, reading: Reading, value: float, metric: Metric, view: View
) -> dict[tuple[Key, Severity], Crossing]:
    if may_be_better(metric, reading):
        return {}
    incident = view.running.get(reading.key)
    new = Crossing(min(reading.at, view.now), reading.source in view.known_sources)
    found = {}
    for severity, limit in limits(metric):
        if is_beyond(metric, value, limit, holds=_holds(incident, severity)):
            known = before.get((reading.key, severity), new)
            # A clock that was set back must not put it off.
            found[reading.key, severity] = known if known.since <= view.now else new
    return found


def limits(metric: Metric) -> Iterator[tuple[Severity, float]]:
    """Yield the thresholds of a metric, the worst first."""
    if metric.critical is not None:
        yield Severity.CRITICAL, metric.critical
    if metric.degraded is not None:
        yield Severity.DEGRADED, metric.degraded


def _holds(incident: Incident | None, severity: Severity) -> bool:
    """Tell whether an incident of at least this severity runs: it is left later than entered."""
    return incident is not None and (
        incident.severity is severity or incident.severity is Severity.CRITICAL
    )


def is_beyond(metric: Metric, value: float, limit: float, *, holds: bool) -> bool:
    """Tell whether a value is on the worse side of a threshold.

    One that ``holds`` already lets go only when the value has come back by the metric's hysteresis,
    a share of the threshold.
    """
    margin = abs(limit) * metric.hysteresis if holds else 0.0
    if metric.direction is Direction.UP:
        return value <= limit or value < limit + margin
    return value >= limit or value > limit - margin


def _condition(crossings: Crossings, reading: Reading, metric: Metric, view: View) -> Condition:
    incident, now = view.running.get(reading.key), view.now
    for severity, limit in limits(metric):
        crossing = crossings.get((reading.key, severity))
        if crossing is None:
            continue
        lasted = view.once or now - crossing.since >= timedelta(seconds=metric.lasts)
        if lasted or _holds(incident, severity):
            return Condition(
                kind=IncidentKind.THRESHOLD,
                severity=severity,
                title=_title(reading.key, metric, severity),
                since=crossing.since,
                seen=crossing.seen,
                detail=_detail(reading, metric, severity, limit, now),
            )
    return fine(IncidentKind.THRESHOLD, min(reading.at, now), tr("back to normal"))


def fine(kind: IncidentKind, since: datetime, word: str, *, gone: bool = False) -> Condition:
    """Return that nothing of this kind is wrong with a subject; ``word`` says how it is now."""
    return Condition(kind=kind, severity=None, title="", since=since, detail=word, gone=gone)


def _title(of: Key, metric: Metric, severity: Severity) -> str:
    about = subject(of)
    if metric.id == INSTANCES_UP:
        if severity is Severity.CRITICAL:
            return tr("Component down: {name}", name=about)
        return tr("Component partly down: {name}", name=about)
    return tr("Threshold crossed: {name}", name=figure_name(of, metric))


def figure_name(of: Key, metric: Metric) -> str:
    """Return what a figure is called in a title: 'Error rate of Weather'."""
    title, about = tr(metric.title), subject(of)
    return tr("{metric} of {name}", metric=title, name=about) if about else title


def _detail(
    reading: Reading, metric: Metric, severity: Severity, limit: float, now: datetime
) -> str:
    value = figure_text(reading, metric, now)
    if metric.id == INSTANCES_UP:
        return tr(reading.note) if reading.note else tr("{value} of its instances up", value=value)
    beyond = quantity_text(limit, metric)
    if severity is Severity.CRITICAL:
        return tr("{value}, critical from {limit}", value=value, limit=beyond)
    return tr("{value}, degraded from {limit}", value=value, limit=beyond)


def sources(view: View) -> dict[Key, Condition]:
    """Say which sources are lost; where none has a connection that is one condition, not many.

    Of a source that has not been asked in this run nothing is said: what ran of it goes on.
    """
    connected = {source_key(status.id) for status in view.statuses}
    found = {
        key_: fine(IncidentKind.SOURCE, view.now, tr("disconnected"), gone=True)
        for key_, incident in view.running.items()
        if incident.kind is IncidentKind.SOURCE and key_ not in connected
    }
    asked = [status for status in view.statuses if status.last_attempt is not None]
    if is_offline(asked):
        gone = all(_has_gone(status, view.now) for status in asked)
        if view.once or (len(asked) == len(view.statuses) and gone):
            found[OFFLINE] = _offline(asked, view.now)
        return found
    if asked or not view.statuses:
        found[OFFLINE] = fine(IncidentKind.OFFLINE, view.now, tr("online"), gone=not asked)
    latest = max((s.last_success for s in asked if s.last_success is not None), default=None)
    for status in asked:
        if status.problem is None:
            at = status.last_success or view.now
            found[source_key(status.id)] = fine(IncidentKind.SOURCE, at, tr("answers again"))
        elif view.once or (_has_gone(status, view.now) and not _is_behind(status, latest)):
            found[source_key(status.id)] = _lost(status, status.problem, view.now)
    return found


def _is_behind(status: SourceStatus, latest: datetime | None) -> bool:
    """Tell whether a source had no connection when it was asked last, and others have one since.

    It is asked again soon; until then it is not known to be lost.
    """
    had_none = status.problem is not None and status.problem.kind is ProblemKind.OFFLINE
    asked = status.last_attempt
    return had_none and latest is not None and asked is not None and asked < latest


def is_offline(statuses: Sequence[SourceStatus]) -> bool:
    """Tell whether this computer has no connection: each source says so."""
    return bool(statuses) and all(
        status.problem is not None and status.problem.kind is ProblemKind.OFFLINE
        for status in statuses
    )


def _has_gone(status: SourceStatus, now: datetime) -> bool:
    # One failure happens, above all right after a start, when the last success is long ago.
    if status.failures >= LOST_AFTER_FAILURES:
        return True
    at, again = lost_at(status), status.next_attempt
    return at is not None and again is not None and at <= now < again


def lost_at(status: SourceStatus) -> datetime | None:
    """Return when a source is lost though it will not have failed twice; None: two tell of it.

    So it is where its server asks for patience: its figures are stale by then, and a second try
    would have failed. Once the next one is due nothing is said: after a sleep all would be lost.
    """
    failed, again = status.last_attempt, status.next_attempt
    if status.problem is None or failed is None or again is None:
        return None
    took = status.took or 0.0
    at = failed + timedelta(seconds=took + FIRST_RETRY + took)
    if status.last_success is not None:
        at = max(at, status.last_success + timedelta(seconds=greatest_age(None, status)))
    return at if at < again else None


def source_key(source_id: str) -> Key:
    """Return the subject of the incident of a lost source."""
    return key(SOURCE_STATE, {"source": source_id})


def _offline(statuses: Iterable[SourceStatus], now: datetime) -> Condition:
    answered = [s.last_success for s in statuses if s.last_success is not None]
    return Condition(
        kind=IncidentKind.OFFLINE,
        severity=Severity.DEGRADED,
        title=tr("Offline: {name}", name=tr("this computer has no connection")),
        since=min(max(answered, default=now), now),
        detail=tr("what is shown is the last that was known"),
    )


def _lost(status: SourceStatus, problem: Problem, now: datetime) -> Condition:
    return Condition(
        kind=IncidentKind.SOURCE,
        severity=Severity.DEGRADED,
        title=tr("Source lost: {name}", name=status.title),
        since=now if status.last_success is None else min(status.last_success, now),
        seen=status.last_success is not None,
        detail=problem.what,
    )
