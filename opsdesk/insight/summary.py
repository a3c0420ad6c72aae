"""An incident as plain text: what one pastes into a chat, and what its page says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, subject
from opsdesk.insight.incident_list import Entry
from opsdesk.insight.moved import Moved
from opsdesk.insight.snoozing import snoozed_text
from opsdesk.insight.words import (
    EN_DASH,
    clock_text,
    exact_time,
    inside,
    metric_title,
    number_text,
    quantile_name,
    quantity_text,
)
from opsdesk.model.key import Key

ARROW = "\N{RIGHTWARDS ARROW}"


def summary(entry: Entry, board: Board, moved: Sequence[Moved] = ()) -> str:
    """Return an incident in a few lines, with whole times: who reads it may be elsewhere."""
    incident = entry.incident
    lines = [_first(entry), _since(entry, board)]
    lines += [entry.facts] if entry.facts else []
    if moved:
        said = "; ".join(moved_text(one, board) for one in moved)
        lines.append(tr("Moved at the same time: {figures}", figures=said))
    lines += _handled(entry, board)
    if incident.runbook:
        lines.append(tr("Runbook: {address}", address=incident.runbook))
    return "\n".join(lines)


def _first(entry: Entry) -> str:
    if not entry.lasts:
        return f"{entry.name}: {entry.word}"
    if entry.incident.runs:
        return tr("{name}: {state} for {age}", name=entry.name, state=entry.word, age=entry.lasts)
    return tr("{name}: {state} after {age}", name=entry.name, state=entry.word, age=entry.lasts)


def _since(entry: Entry, board: Board) -> str:
    incident = entry.incident
    said = [_opened(entry, exact_time(incident.opened_at))]
    if incident.closed_at is not None:
        said.append(tr("ended {time}", time=exact_time(incident.closed_at)))
    if entry.flaps:
        said.append(tr("flapping"))
    if source := source_text(entry, board):
        said.append(tr("from {source}", source=source))
    return ", ".join(said)


def _opened(entry: Entry, time: str) -> str:
    """Return when it opened, or was first seen open."""
    if entry.incident.seen_opening:
        return tr("Opened {time}", time=time)
    return tr("First seen open {time}", time=time)


def source_text(entry: Entry, board: Board) -> str:
    """Return the source that told of it; '' where that is gone."""
    status = board.source_of(entry.reading) if entry.reading is not None else None
    return status.title if status is not None else ""


def _handled(entry: Entry, board: Board) -> list[str]:
    handling = board.snapshot.desk.of(entry.id)
    said = []
    if handling.acknowledged_at is not None:
        said.append(tr("Acknowledged {time}", time=exact_time(handling.acknowledged_at)))
    said += [tr("Note {time}: {text}", time=exact_time(n.at), text=n.text) for n in handling.notes]
    return said


def desk_lines(entry: Entry, board: Board, now: datetime) -> list[str]:
    """Return what this desk has said of an incident, a line each."""
    handling = board.snapshot.desk.of(entry.id)
    said = []
    if handling.acknowledged_at is not None:
        time = clock_text(handling.acknowledged_at, now)
        said.append(tr("Acknowledged at this desk {time}", time=time))
    said.append(snoozed_text(handling.snoozed_until, now))
    said += [f"{clock_text(note.at, now)}  {note.text}" for note in handling.notes]
    return [line for line in said if line]


def facts_line(entry: Entry, board: Board, now: datetime) -> str:
    """Return 'Opened 14:02:11, ended 14:20:05, 2 trips, from Production metrics'."""
    incident = entry.incident
    said = [_opened(entry, clock_text(incident.opened_at, now, to_the_second=True))]
    if incident.closed_at is not None:
        ended = clock_text(incident.closed_at, incident.opened_at, to_the_second=True)
        said.append(tr("ended {time}", time=ended))
    said.append(trn("{number} trip", "{number} trips", incident.trips))
    if source := source_text(entry, board):
        said.append(tr("from {source}", source=source))
    return ", ".join(said)


def figure_name(key: Key, board: Board) -> str:
    """Return what a figure is called: 'Error rate', 'Uptime, API Gateway'."""
    metric, about = board.metric(key.metric), subject(key)
    if quantile := key.label("quantile"):
        about = quantile_name(quantile)
    title = metric_title(metric, key.metric)
    return f"{title}, {about.replace(' - ', f' {EN_DASH} ')}" if about else title


def values_text(one: Moved, board: Board) -> tuple[str, str]:
    """Return what a figure was before, and from then on with its unit."""
    metric = board.metric(one.line.key.metric)
    unit = metric.unit if metric is not None else None
    return number_text(one.before, unit), quantity_text(one.during, metric)


def moved_text(one: Moved, board: Board) -> str:
    """Return 'error rate 0.02 -> 1.4 %'."""
    before, during = values_text(one, board)
    return f"{inside(figure_name(one.line.key, board))} {before} {ARROW} {during}"
