"""How things that come and go are told: once that they do, and once that they have settled. Pure.

Whether a thing does is :mod:`opsdesk.engine.flapping`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from msgspec.structs import replace

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.known import Step
from opsdesk.engine.notice_ids import FLAPPING, SETTLED, new_id
from opsdesk.engine.wording import MOST_AT_ONCE, made, names
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident, Severity


def lately(incidents: Iterable[Incident], policy: Policy, now: datetime) -> list[Incident]:
    """Return what runs, and what has ended since as long ago as the rule looks back."""
    since = now - timedelta(hours=policy.flapping_hours)
    return [i for i in incidents if i.closed_at is None or i.closed_at > since]


def flapping_notices(
    step: Step, lately: Iterable[Incident], telling: dict[str, str], now: datetime
) -> tuple[list[Notice], frozenset[str]]:
    """Tell once that something flaps, and once that it has settled; nothing in between.

    From then on its notice tells of what runs of it. Return what is told, and what goes on
    standing.
    """
    if not (step.unsettled or step.settled or step.known.flapping):
        return [], frozenset()
    of: dict[Key, list[Incident]] = {}
    for incident in lately:
        of.setdefault(incident.subject, []).append(incident)
    # After a sleep nothing of what has settled may be of late.
    last = {incident.subject: incident for incident in step.known.incidents}
    begins = _by_notice(step.unsettled, FLAPPING, now)
    ends = _by_notice(step.settled & last.keys(), SETTLED, now)
    shared = _shared(step.known.incidents, telling) if begins else set()
    shown = [_flaps(id_, [of[s] for s in about], telling, shared) for id_, about in begins.items()]
    shown += [_settled(id_, [last[s] for s in about]) for id_, about in ends.items()]
    notices = {s: id_ for id_, about in (begins | ends).items() for s in about}
    notices |= {
        s: _flapping_notice(s, of[s], telling) for s in step.known.flapping - notices.keys()
    }
    telling |= {last[subject].id: id_ for subject, id_ in notices.items()}
    return shown, frozenset(notices[subject] for subject in step.known.flapping)


def _by_notice(subjects: AbstractSet[Key], kind: str, now: datetime) -> dict[str, list[Key]]:
    """Return of which subjects each notice tells: one for all where there are many."""
    about = sorted(subjects, key=str)
    if len(about) > MOST_AT_ONCE:
        return {new_id(kind, now): about}
    return {f"{FLAPPING}{subject}": [subject] for subject in about}


def _flapping_notice(subject: Key, members: list[Incident], telling: Mapping[str, str]) -> str:
    """Return the notice that has told that something flaps."""
    told = (telling.get(incident.id, "") for incident in reversed(members))
    own = f"{FLAPPING}{subject}"
    return next((notice for notice in told if notice.startswith(FLAPPING)), own)


def _shared(incidents: Iterable[Incident], telling: Mapping[str, str]) -> set[str]:
    """Return the notices that tell of more than one thing."""
    subjects: dict[str, Key] = {}
    found = set()
    for incident in incidents:
        notice = telling.get(incident.id, incident.id)
        if subjects.setdefault(notice, incident.subject) != incident.subject:
            found.add(notice)
    return found


def _flaps(
    id_: str, things: list[list[Incident]], telling: Mapping[str, str], shared: set[str]
) -> Notice:
    """Return that things flap: what was told of each of them alone is taken away."""
    last = [members[-1] for members in things]
    title = trn("{number} flaps", "{number} flap", len(last))
    body = tr("{names}, next told when they have settled", names=names(last))
    if len(things) == 1:
        times = trn("opened once", "opened {number} times", len(things[0]))
        title = tr("Flapping: {name}", name=names(last))
        body = tr("{times}, next told when it has settled", times=times)
    earlier = {telling.get(i.id, i.id) for members in things for i in members} - {id_, *shared}
    told = made(id_, title, body, last, withdraws=tuple(sorted(earlier)))
    return replace(told, severity=Severity.DEGRADED)


def _settled(id_: str, last: list[Incident]) -> Notice:
    running = [incident for incident in last if incident.runs]
    if len(last) == 1:
        title = tr("Settled: {name}", name=names(last))
        return made(id_, title, tr("still open") if running else tr("no longer open"), last)
    title = trn("{number} has settled", "{number} have settled", len(last))
    body = trn("{number} still open", "{number} still open", len(running))
    if running:
        body = tr("{counts}: {names}", counts=body, names=names(running))
    return made(id_, title, body, last)
