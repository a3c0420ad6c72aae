"""What is told of incidents again: reminders, and digests of a time in which nothing was told.

Pure. When it is told is :mod:`opsdesk.engine.attention`'s business.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.notice_ids import DIGEST, REMINDER, new_id
from opsdesk.engine.wording import MOST_AT_ONCE, made, name_of, names
from opsdesk.insight.digest import counted, digest_subject
from opsdesk.insight.words import age_text
from opsdesk.model.desk import Digest
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident


def reminders(late: Sequence[Incident], told_by: Mapping[str, str], now: datetime) -> list[Notice]:
    """Return how incidents are told again; many of them in one notice."""
    by: dict[str, list[Incident]] = {}
    for incident in late:
        by.setdefault(told_by.get(incident.id, incident.id), []).append(incident)
    if len(by) > MOST_AT_ONCE:
        # From then on it tells of them, and so the next time it is updated in place.
        return [_reminder(new_id(REMINDER, now), list(late), now)]
    return [_reminder(id_, members, now) for id_, members in by.items()]


def _reminder(id_: str, members: list[Incident], now: datetime) -> Notice:
    if len(members) > 1:
        first = min(members, key=lambda incident: incident.opened_at)
        title = trn("{number} incident still open", "{number} incidents still open", len(members))
        body = tr("{names}, the first for {age}", names=names(members), age=_age(first, now))
        return made(id_, title, body, members)
    (incident,) = members
    body = tr("for {age}, {facts}", age=_age(incident, now), facts=incident.detail)
    return made(id_, tr("Still open: {name}", name=name_of(incident)), body, members)


def _age(incident: Incident, now: datetime) -> str:
    return age_text(max(0.0, (now - incident.opened_at).total_seconds()))


def digest_notice(
    digest: Digest, known: Mapping[str, Incident], handled: Container[str] = ()
) -> Notice:
    """Return how a digest is told.

    From then on it tells of what is still open, but not of what somebody has put aside: ``handled``
    are the ids of those.
    """
    open_now = [known[id_] for id_ in digest.still_open]
    body = ", ".join(counted(len(digest.opened), len(digest.closed), len(open_now)))
    if open_now:
        body = tr("{counts}: {names}", counts=body, names=names(open_now))
    about = [incident for incident in open_now if incident.id not in handled]
    about = about or [known[id_] for id_ in digest.closed]
    return made(new_id(DIGEST, digest.until), digest_subject(digest), body, about)
