"""What is told of incidents again: reminders, and digests of a time in which nothing was told.

Pure. When it is told is :mod:`opsdesk.engine.attention`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from opsdesk.catalogue.language import tr, trn
from opsdesk.engine.notices import MOST_AT_ONCE, made, name_of, names
from opsdesk.insight.words import age_text
from opsdesk.model.desk import Digest, Hush
from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Incident


def reminders(late: Sequence[Incident], told_by: Mapping[str, str], now: datetime) -> list[Notice]:
    """Return how incidents are told again; many of them in one notice."""
    if not late:
        return []
    if len(late) > MOST_AT_ONCE:
        first = min(late, key=lambda incident: incident.opened_at)
        title = trn("{number} incident still open", "{number} incidents still open", len(late))
        body = tr("{names}, the first for {age}", names=names(late), age=_age(first, now))
        # The same notice each time: it is updated in place.
        return [made("reminder", title, body, late)]
    by: dict[str, list[Incident]] = {}
    for incident in late:
        by.setdefault(told_by.get(incident.id, incident.id), []).append(incident)
    return [_reminder(id_, members, now) for id_, members in by.items()]


def _reminder(id_: str, members: list[Incident], now: datetime) -> Notice:
    if len(members) > 1:
        title = trn("{number} incident still open", "{number} incidents still open", len(members))
        return made(id_, title, names(members), members)
    (incident,) = members
    body = tr("for {age}, {facts}", age=_age(incident, now), facts=incident.detail)
    return made(id_, tr("Still open: {name}", name=name_of(incident)), body, members)


def _age(incident: Incident, now: datetime) -> str:
    return age_text(max(0.0, (now - incident.opened_at).total_seconds()))


def digest_notice(digest: Digest, known: Mapping[str, Incident]) -> Notice:
    """Return how a digest is told."""
    open_now = [known[id_] for id_ in digest.still_open]
    lasted = age_text((digest.until - digest.since).total_seconds())
    counts = (
        trn("{number} opened", "{number} opened", len(digest.opened)),
        trn("{number} closed", "{number} closed", len(digest.closed)),
        trn("{number} still open", "{number} still open", len(open_now)),
    )
    words = {
        Hush.AWAY: tr("While you were away ({time})", time=lasted),
        Hush.SNOOZED: tr("While notifications were snoozed ({time})", time=lasted),
        Hush.QUIET_HOURS: tr("During quiet hours ({time})", time=lasted),
        Hush.OFFLINE: tr("Online again after {time}", time=lasted),
    }
    body = ", ".join(counts)
    if open_now:
        body = tr("{counts}: {names}", counts=body, names=names(open_now))
    about = open_now or [known[id_] for id_ in digest.closed]
    # Nothing has just happened: it makes no noise.
    told = made(f"digest@{digest.until:%Y-%m-%dT%H:%M:%SZ}", words[digest.hush], body, about)
    return replace(told, alarming=False)
