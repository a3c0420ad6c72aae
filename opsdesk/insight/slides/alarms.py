"""What takes the wall over: one critical incident whole, or several as rows; what still works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from opsdesk.catalogue.language import grouped, tr, trn
from opsdesk.insight import charting
from opsdesk.insight.board import Board, Breaker
from opsdesk.insight.breakers import DAY, Courses
from opsdesk.insight.chart import Chart
from opsdesk.insight.charting import Material
from opsdesk.insight.derive import INSTANCES_UP
from opsdesk.insight.incident_list import Entry, rows_of
from opsdesk.insight.questions import POINTS
from opsdesk.insight.slides.blocks import Alarm, Figure, Rows, Well
from opsdesk.insight.slides.panels import Seen, short_text
from opsdesk.insight.slides.rows import incident_line
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import age_text, number_text, unit_of, unit_symbol, value_text
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery
from opsdesk.model.snapshot import Incident, IncidentKind, Severity

# Of a component's instances.
_ALL = 100.0
_STRIP_STEP = 60.0


def taking_over(board: Board, now: datetime) -> tuple[Entry, ...]:
    """Return the incidents that take the wall over, the oldest first.

    What is critical, until it has ended, somebody takes care of it, or it is snoozed.
    """
    grave = [incident for incident in board.snapshot.incidents if _is_grave(incident, board)]
    return tuple(entry for entry in rows_of(grave, board, now) if not entry.snoozed)


def _is_grave(incident: Incident, board: Board) -> bool:
    return (
        incident.runs
        and incident.severity is Severity.CRITICAL
        and board.snapshot.desk.of(incident.id).acknowledged_at is None
    )


def queries_of(entry: Entry) -> tuple[SeriesQuery, ...]:
    """Return what the slide of an incident wants to know of the past: the last day."""
    is_breaker = entry.incident.kind is IncidentKind.BREAKER
    step = _STRIP_STEP if is_breaker else DAY / POINTS
    return (SeriesQuery(keys=(entry.incident.subject,), window=DAY, step=step),)


def alarm_of(entry: Entry, seen: Seen) -> Alarm:
    """Return the slide of one incident."""
    board, now = seen.board, seen.now
    row, frame = board.breaker_of.get(entry.incident.subject), _frame(entry, seen)
    courses, course = Courses(DAY), None
    if row is not None and frame is not None:
        courses.take(frame)
        course = courses.of(row, board)
    flaps = entry.flaps or (course is not None and course.flaps)
    group, name = row.group_and_name if row is not None else ("", entry.name)
    before, lasts = _lasting(entry, board, now)
    return Alarm(
        state=entry.state,
        word=entry.word,
        before=before,
        lasts=lasts,
        group=group or _kind(entry),
        name=name,
        facts=tuple(_facts(entry, row, seen)),
        strip=courses.drawn(row, board, now) if row is not None else None,
        chart=_chart(entry, frame, seen) if row is None and frame is not None else None,
        flaps=flaps and entry.state is not State.STALE,
        well=well(board, now, {entry.incident.subject}),
    )


def alarms_of(found: Sequence[Entry], seen: Seen) -> Alarm:
    """Return the slide of several incidents at once."""
    words = {entry.word for entry in found}
    state = State.STALE if all(e.state is State.STALE for e in found) else State.CRITICAL
    word = words.pop() if len(words) == 1 else state_word(state).upper()
    first = min(found, key=lambda entry: entry.incident.opened_at)
    before, lasts = _lasting(first, seen.board, seen.now)
    return Alarm(
        state=state,
        word=tr("{number} {state}", number=grouped(len(found)), state=word),
        before=before if state is State.STALE else tr("first, for"),
        lasts=lasts,
        rows=Rows(title="", lines=tuple(incident_line(entry) for entry in found)),
        well=well(seen.board, seen.now, {entry.incident.subject for entry in found}),
    )


def _lasting(entry: Entry, board: Board, now: datetime) -> tuple[str, str]:
    """Return how long an incident has lasted, with what stands before that: 'for', '22 min'.

    Nobody knows whether what is stale still lasts: of that it is told how old the data are.
    """
    if entry.lasts:
        opened = entry.incident.opened_at
        before = tr("for") if entry.incident.seen_opening else tr("at least")
        return before, age_text((now - opened).total_seconds())
    newest = board.newest or entry.incident.opened_at
    return tr("no data for"), age_text((now - newest).total_seconds())


def _kind(entry: Entry) -> str:
    """Return what sort of thing is wrong, where its name does not tell."""
    if entry.incident.kind is IncidentKind.BREAKER:
        return tr("Circuit breaker")
    return tr("Error budget") if entry.incident.kind is IncidentKind.BURN else tr("Threshold")


def _facts(entry: Entry, row: Breaker | None, seen: Seen) -> Iterator[Figure]:
    board = seen.board
    if row is not None:
        for title, reading in ((tr("Failures"), row.failures), (tr("Last reset"), row.last_reset)):
            if reading is not None:
                yield _fact(title, reading, seen)
        return
    reading = entry.reading
    if reading is not None and reading.number is not None:
        yield _fact(tr("Now"), reading, seen)
        metric = board.metric(reading.key.metric)
        if metric is not None and metric.critical is not None:
            yield Figure(
                title=tr("Critical from"),
                value=number_text(metric.critical, metric.unit),
                unit=unit_symbol(metric),
                short=short_text(metric.critical, metric),
            )


def _fact(title: str, reading: Reading, seen: Seen) -> Figure:
    metric = seen.board.metric(reading.key.metric)
    value = value_text(reading, metric, seen.now)
    if reading.value is None and reading.note:
        value = tr(reading.note)
    return Figure(
        title=title,
        value=value,
        unit=unit_of(reading, metric),
        short=short_text(reading.number, metric),
        stale=seen.is_stale(reading),
    )


def _frame(entry: Entry, seen: Seen) -> SeriesFrame | None:
    return next((f for query in queries_of(entry) if (f := seen.frames.get(query))), None)


def _chart(entry: Entry, frame: SeriesFrame, seen: Seen) -> Chart | None:
    return charting.chart(
        Material(
            frame=frame,
            metric=seen.board.metric(entry.incident.subject.metric),
            title=entry.name,
            now=seen.now.timestamp(),
            stale=entry.state is State.STALE,
            small=True,
        )
    )


def well(board: Board, now: datetime, ill: AbstractSet[Key]) -> tuple[Well, ...]:
    """Return what still works, as far as it is known now: other breakers, components."""
    fresh = board.fresh_breakers(now)
    closed = fresh.numbers.get(BreakerState.CLOSED, 0)
    found = []
    if closed:
        found.append(_closed_text(closed, others=not ill.isdisjoint(board.breaker_of)))
    known = [r for r in board.by_metric.get(INSTANCES_UP, ()) if not board.is_stale(r, now)]
    up = sum(reading.number is not None and reading.number >= _ALL for reading in known)
    if up:
        total = grouped(len(known))
        found.append(tr("{number} of {total} components up", number=grouped(up), total=total))
    return tuple(map(Well, found))


def _closed_text(number: int, *, others: bool) -> str:
    state = breaker_word(BreakerState.CLOSED)
    if others:
        return trn(
            "{number} other breaker {state}", "{number} other breakers {state}", number, state=state
        )
    return trn("{number} breaker {state}", "{number} breakers {state}", number, state=state)
