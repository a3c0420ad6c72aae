"""What of the news reaches this desk, and when. Pure.

Whoever has acknowledged an incident, or snoozes it, hears no more of it but its end. While nobody
is to be told at all (away, everything snoozed, quiet hours) notices are held back, and one digest
takes their place. What stays open is told again after a while.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from opsdesk.engine.notices import Told, retold
from opsdesk.engine.reminding import digest_notice, reminders
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Policy
from opsdesk.model.ledger import Memory
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident, IncidentKind, Severity


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh brought, and how it is to be told."""

    #: all incidents that are known, by id
    incidents: Mapping[str, Incident]
    #: ids of those that opened, changed or ended
    changed: frozenset[str]
    #: and of those that are graver than they were: what was said of them was said of less
    worsened: frozenset[str] = frozenset()
    #: ids of all that sources tell of themselves: what was said of it is kept as well
    shown: AbstractSet[str] = frozenset()
    #: for whoever wants to hear all of it
    told: Told
    policy: Policy
    now: datetime
    #: ``now`` by the clock on the wall
    local: datetime


class Word(msgspec.Struct, frozen=True):
    """What this desk is told after a refresh."""

    desk: Desk
    memory: Memory
    notices: tuple[Notice, ...] = ()
    #: ids of notices that are no longer wanted on the screen
    withdrawn: tuple[str, ...] = ()


def attend(desk: Desk, memory: Memory, news: News) -> Word:
    """Return what is shown of the news.

    ``desk`` is what was said here, ``memory`` what the last refresh left.
    """
    memory = _remembered(memory, news)
    over, desk = _snoozes_over(_tidy(desk, news), news)
    hush = _hush(desk, memory, news)
    if hush is not Hush.NONE:
        return _hold_back(desk, _holding(memory, over, news), hush, news)
    if desk.hushed_since is not None or desk.hush is not Hush.NONE:
        return _after_hush(desk, _holding(memory, over, news), news)
    loud = [notice for notice in news.told.notices if _concerns(notice, desk, news)]
    spoken = {id_ for notice in loud for id_ in notice.incidents}
    late = [i for i in (*over, *_due(desk, memory, news)) if i.id not in spoken]
    again = reminders(_with_others(late, desk, memory, news), memory.told_by, news.now)
    return _shown(desk, memory, [*loud, *again], news)


def _remembered(memory: Memory, news: News) -> Memory:
    """Let go of what is forgotten; a clock that was set back must not put reminders off."""
    known, now = news.incidents, news.now
    return replace(
        memory,
        told_by=news.told.by,
        told_at={id_: min(at, now) for id_, at in memory.told_at.items() if id_ in known},
        held=memory.held.intersection(known),
    )


def _holding(memory: Memory, over: Iterable[Incident], news: News) -> Memory:
    ids = (incident.id for incident in over)
    return replace(memory, held=memory.held.union(news.changed, ids))


def _hush(desk: Desk, memory: Memory, news: News) -> Hush:
    """Return why nothing is told now, ``Hush.NONE`` where things are."""
    if memory.away_since is not None:
        return Hush.AWAY
    if desk.snoozed_until is not None:
        return Hush.SNOOZED
    if _offline(memory, news) is not None:
        return Hush.OFFLINE
    return Hush.QUIET_HOURS if is_quiet(news.policy, news.local) else Hush.NONE


def _offline(memory: Memory, news: News) -> Incident | None:
    """Return that this computer has no connection, once that has been told."""
    running = (i for i in news.incidents.values() if i.runs and i.kind is IncidentKind.OFFLINE)
    return next((incident for incident in running if incident.id in memory.told_at), None)


def is_quiet(policy: Policy, local_now: datetime) -> bool:
    """Tell whether the clock on the wall stands in the quiet hours, which may pass midnight.

    It is the clock that counts: an hour that comes twice in autumn is quiet twice.
    """
    begin, end = policy.quiet_from, policy.quiet_to
    if not begin or not end or begin == end:
        return False
    clock = f"{local_now:%H:%M}"
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _hold_back(desk: Desk, memory: Memory, hush: Hush, news: News) -> Word:
    """Tell nothing, but what breaks through."""
    offline = _offline(memory, news)
    since = news.now if hush is not Hush.OFFLINE or offline is None else offline.opened_at
    desk = replace(desk, hush=hush, hushed_since=desk.hushed_since or since)
    breaks = hush is Hush.QUIET_HOURS and news.policy.quiet_lets_critical
    loud = [
        notice
        for notice in news.told.notices
        if breaks and notice.severity is Severity.CRITICAL and _concerns(notice, desk, news)
    ]
    return _shown(desk, memory, loud, news)


def _after_hush(desk: Desk, memory: Memory, news: News) -> Word:
    """Tell in one notice what happened meanwhile."""
    held = [incident for id_, incident in news.incidents.items() if id_ in memory.held]
    # Of the connection itself, its own notice tells.
    held = [incident for incident in held if incident.kind is not IncidentKind.OFFLINE]
    digest = Digest(
        # A later version may have had a reason that this one does not know.
        hush=desk.hush or Hush.AWAY,
        since=desk.hushed_since or news.now,
        until=news.now,
        opened=tuple(i.id for i in held if i.id not in memory.told_at),
        closed=tuple(i.id for i in held if not i.runs),
        still_open=tuple(id_ for id_, incident in news.incidents.items() if incident.runs),
    )
    happened = bool(digest.opened or digest.closed)
    read = digest if happened and digest.hush is Hush.AWAY else desk.digest
    desk = replace(desk, hush=Hush.NONE, hushed_since=None, digest=read)
    memory = replace(memory, held=frozenset())
    if not happened:
        # What was told before is in another state, or its snooze is over.
        changed = [i.id for i in held if i.id not in news.changed and not i.flapping]
        told = {notice.id: notice for notice in retold(changed, news.incidents, news.told.by)}
        told |= {notice.id: notice for notice in news.told.notices}
        loud = [notice for notice in told.values() if _concerns(notice, desk, news)]
        return _shown(desk, memory, loud, news)
    # What stands may have ended meanwhile: the digest says so.
    aside = {id_ for id_, handling in desk.handled.items() if is_handled(handling)}
    summary = digest_notice(digest, news.incidents, aside)
    summary = replace(summary, withdraws=tuple(memory.standing))
    return _shown(desk, memory, [summary], news)


def _tidy(desk: Desk, news: News) -> Desk:
    """Let go of what was said of incidents that are forgotten, and of lesser ones."""
    kept = {
        id_: replace(handling, acknowledged_at=None, snoozed_until=None)
        if id_ in news.worsened
        else handling
        for id_, handling in desk.handled.items()
        if id_ in news.incidents or id_ in news.shown
    }
    kept = {id_: handling for id_, handling in kept.items() if handling != Handling()}
    return desk if kept == desk.handled else replace(desk, handled=kept)


def _snoozes_over(desk: Desk, news: News) -> tuple[list[Incident], Desk]:
    """Return the running incidents whose snooze has run out, and the desk without those snoozes."""
    now = news.now
    if desk.snoozed_until is not None and now >= desk.snoozed_until:
        desk = replace(desk, snoozed_until=None)
    done = {
        id_: replace(handling, snoozed_until=None)
        for id_, handling in desk.handled.items()
        if handling.snoozed_until is not None and now >= handling.snoozed_until
    }
    if not done:
        return [], desk
    over = [news.incidents.get(id_) for id_, handling in done.items() if not is_handled(handling)]
    handled = {id_: h for id_, h in {**desk.handled, **done}.items() if h != Handling()}
    return [i for i in over if i is not None and i.runs], replace(desk, handled=handled)


def is_handled(handling: Handling) -> bool:
    """Tell whether somebody takes care of an incident, or has put it off."""
    return handling.acknowledged_at is not None or handling.snoozed_until is not None


def _concerns(notice: Notice, desk: Desk, news: News) -> bool:
    """Tell whether a notice says something that this desk has not put aside."""
    of = [news.incidents[id_] for id_ in notice.incidents if id_ in news.incidents]
    running = [incident for incident in of if incident.runs]
    if running:
        return any(not is_handled(desk.of(incident.id)) for incident in running)
    # An end is good news to whoever took care of it; whoever snoozed it wants quiet.
    return not of or any(desk.of(incident.id).snoozed_until is None for incident in of)


def _due(desk: Desk, memory: Memory, news: News) -> list[Incident]:
    """Return what was told so long ago that it is told again."""
    if not news.policy.reminder:
        return []
    every = timedelta(minutes=news.policy.reminder)
    return [
        incident
        for id_, at in memory.told_at.items()
        if news.now - at >= every
        and (incident := news.incidents.get(id_)) is not None
        and incident.runs
        and incident.severity is Severity.CRITICAL
        and not is_handled(desk.of(id_))
    ]


def _with_others(
    late: Iterable[Incident], desk: Desk, memory: Memory, news: News
) -> list[Incident]:
    """Return these and what is told in the same notices: it must not vanish from the screen."""
    told = {memory.told_by.get(incident.id, incident.id) for incident in late}
    return [
        incident
        for id_, incident in news.incidents.items()
        if incident.runs and memory.told_by.get(id_, id_) in told and not is_handled(desk.of(id_))
    ]


def _shown(desk: Desk, memory: Memory, notices: Iterable[Notice], news: News) -> Word:
    """Keep account of what stands on the screen, and take away what has been put aside."""
    known, out = news.incidents, tuple(notices)
    # In the order in which they opened: so they are told again.
    running = dict.fromkeys(id_ for id_, incident in known.items() if incident.runs)
    standing, told_by = dict(memory.standing), dict(memory.told_by)
    told_at = memory.told_at
    if desk.hushed_since is None:
        # What nobody was told of, as it flaps, is told of when it has lasted.
        told_at = {id_: told_at.get(id_, news.now) for id_ in running}
    for notice in out:
        for id_ in (*notice.withdraws, notice.id):
            standing.pop(id_, None)
        lasting = [id_ for id_ in notice.incidents if id_ in running]
        if lasting or notice.id in news.told.flapping:
            standing[notice.id] = notice.incidents
        if lasting:
            told_at = {**told_at, **dict.fromkeys(lasting, news.now)}
            # What comes of them is told where they were told of last.
            told_by |= {id_: notice.id for id_ in lasting if id_ != notice.id}
    live = {told_by.get(id_, id_) for id_ in running} | news.told.flapping
    fresh = {notice.id for notice in out}
    aside = {
        id_
        for id_, members in standing.items()
        if id_ not in fresh
        and (
            known.keys().isdisjoint(members)
            or _is_aside(members, desk, running)
            # What is told of by another notice from now on, or has ended and nobody wants to know.
            or (desk.hushed_since is None and id_ not in live)
        )
    }
    standing = {id_: members for id_, members in standing.items() if id_ not in aside}
    memory = replace(memory, standing=standing, told_at=told_at, told_by=told_by)
    return Word(desk, memory, out, tuple(sorted(aside)))


def _is_aside(members: Iterable[str], desk: Desk, running: Container[str]) -> bool:
    lasting = [id_ for id_ in members if id_ in running]
    return bool(lasting) and all(is_handled(desk.of(id_)) for id_ in lasting)
