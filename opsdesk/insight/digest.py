"""What is said of a time in which nothing was told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from opsdesk.catalogue.language import mark, tr, trn
from opsdesk.insight.board import Board
from opsdesk.insight.words import EN_DASH, age_text, clock_text, listing
from opsdesk.model.desk import Digest, Hush

_TITLES: Mapping[Hush, str] = {
    Hush.AWAY: mark("While you were away"),
    Hush.SNOOZED: mark("While you were not told"),
    Hush.OFFLINE: mark("While this computer was offline"),
    Hush.QUIET_HOURS: mark("During quiet hours"),
    Hush.NONE: mark("While you were not told"),
}
# A notification has no room for two times.
_SUBJECTS: Mapping[Hush, str] = {
    Hush.AWAY: mark("While you were away ({time})"),
    Hush.SNOOZED: mark("While notifications were snoozed ({time})"),
    Hush.QUIET_HOURS: mark("During quiet hours ({time})"),
    Hush.OFFLINE: mark("Online again after {time}"),
}


def digest_title(digest: Digest, now: datetime) -> str:
    """Return 'While you were away, 13:10 - 14:30'."""
    since, until = clock_text(digest.since, now), clock_text(digest.until, digest.since)
    return tr(
        "{title}, {since} {dash} {until}",
        title=tr(_TITLES[digest.hush]),
        since=since,
        dash=EN_DASH,
        until=until,
    )


def digest_subject(digest: Digest) -> str:
    """Return 'While you were away (2 h)', by which a notification is headed."""
    lasted = age_text((digest.until - digest.since).total_seconds())
    return tr(_SUBJECTS[digest.hush], time=lasted)


def counted(opened: int, closed: int, running: int) -> tuple[str, str, str]:
    """Return '3 opened', '2 closed', '1 still open'."""
    return (
        trn("{number} opened", "{number} opened", opened),
        trn("{number} closed", "{number} closed", closed),
        trn("{number} still open", "{number} still open", running),
    )


def digest_counts(digest: Digest, board: Board) -> str:
    """Return '3 opened, 2 closed, 1 still open'."""
    running = _still_open(digest, board)
    opened, closed, left = counted(len(digest.opened), len(digest.closed), len(running))
    parts = (
        (digest.opened, opened),
        (digest.closed, closed),
        (digest.still_open, left if running else tr("none still open")),
    )
    return ", ".join(text for ids, text in parts if ids) or tr("nothing happened")


def digest_lines(digest: Digest, board: Board) -> tuple[str, ...]:
    """Return a line for each of what opened, closed, and is still open, with the names."""
    from opsdesk.insight.incident_list import names_by_id

    names = names_by_id(board)
    groups = (
        (mark("Still open: {names}"), _still_open(digest, board)),
        (mark("Opened: {names}"), digest.opened),
        (mark("Closed: {names}"), digest.closed),
    )
    return tuple(tr(text, names=_listed(ids, names)) for text, ids in groups if ids)


def _still_open(digest: Digest, board: Board) -> tuple[str, ...]:
    """Return what is open to this moment: a digest may wait for long to be read."""
    running = {incident.id for incident in board.snapshot.incidents if incident.runs}
    return tuple(id_ for id_ in digest.still_open if id_ in running)


def _listed(ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    # What ended long ago may be forgotten, but it is counted.
    known = [names[id_] for id_ in ids if id_ in names]
    return listing(known, len(ids)) if known else trn("{number} more", "{number} more", len(ids))


def digest_line(digest: Digest, board: Board, now: datetime) -> str:
    """Return the whole of it in one line."""
    first = next(iter(digest_lines(digest, board)), "")
    said = f"{digest_title(digest, now)}: {digest_counts(digest, board)}."
    return f"{said} {first}." if _still_open(digest, board) else said
