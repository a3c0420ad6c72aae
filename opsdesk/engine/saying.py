"""What a command makes of what was said at the desk. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from opsdesk.engine import commands
from opsdesk.model.desk import Desk, Handling, Note

#: characters of a note, and notes of an incident
LONGEST_NOTE, MOST_NOTES = 2_000, 100

Saying = commands.Acknowledge | commands.Snooze | commands.AddNote | commands.DigestRead


def readdressed(saying: Saying, new: Mapping[str, str]) -> Saying:
    """Return the same about incidents under the ids that they have now; ``new`` is by old id."""
    match saying:
        case commands.Acknowledge(incidents=ids) | commands.Snooze(incidents=ids):
            return replace(saying, incidents=tuple(new.get(id_, id_) for id_ in ids))
        case commands.AddNote(incident=id_):
            return replace(saying, incident=new.get(id_, id_))
        case _:
            return saying


def said(desk: Desk, saying: Saying, now: datetime) -> Desk:
    """Return the desk after somebody has said something of incidents."""
    match saying:
        case commands.Acknowledge(incidents=ids, on=on):
            at = now if on else None
            # Whoever takes care of it now has no need to put it off.
            return _changed(desk, ids, acknowledged_at=at, snoozed_until=None)
        case commands.Snooze(until=until, incidents=()):
            return replace(desk, snoozed_until=until)
        case commands.Snooze(until=until, incidents=ids):
            return _changed(desk, ids, snoozed_until=until)
        case commands.AddNote(incident=id_, text=text):
            notes = _noted(desk.of(id_), _writable(text.strip())[:LONGEST_NOTE], now)
            return _changed(desk, (id_,), notes=notes)
        case _:  # it has been read
            return replace(desk, digest=None)


def _changed(desk: Desk, ids: tuple[str, ...], **changes: object) -> Desk:
    changed = {id_: replace(desk.of(id_), **changes) for id_ in ids}
    handled = {**desk.handled, **changed}
    return replace(desk, handled={id_: h for id_, h in handled.items() if h != Handling()})


def _writable(text: str) -> str:
    # Half of a pair of surrogates, as an editor may leave it, can be written to no file.
    return text.encode("utf-8", "replace").decode("utf-8")


def _noted(handling: Handling, text: str, now: datetime) -> tuple[Note, ...]:
    """Add a note; an empty one takes the last back."""
    return (*handling.notes, Note(now, text))[-MOST_NOTES:] if text else handling.notes[:-1]
