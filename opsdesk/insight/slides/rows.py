"""Panels of lines on a wall: what is worst stands first, for what has no room is counted."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import display_name
from opsdesk.insight.breakers import Courses, state_and_word
from opsdesk.insight.captions import absence
from opsdesk.insight.charting import line_name
from opsdesk.insight.derive import INSTANCES_UP
from opsdesk.insight.incident_list import Entry, entries, nothing_open
from opsdesk.insight.phrases import capital
from opsdesk.insight.questions import STRIPS
from opsdesk.insight.slides.blocks import Block, Line, Rows
from opsdesk.insight.slides.panels import (
    Seen,
    metric_of,
    name_of,
    readings_of,
    short_text,
    title_of,
)
from opsdesk.insight.verdict import State, is_lost, level_state
from opsdesk.insight.words import NOTHING, age_text, unit_of, unit_symbol, value_text
from opsdesk.model.metric import Kind, Metric
from opsdesk.model.page import Panel
from opsdesk.model.reading import Reading

# A unit of so few letters is a sign.
_SIGN = 3
_WORST = (State.CRITICAL, State.DEGRADED, State.STALE, State.NO_SOURCE, State.OK)


def each(panel: Panel, seen: Seen) -> Block:
    """Return each key of each metric as a line; one that nobody gives says so."""
    lines: list[Line] = []
    for position in range(len(panel.metrics)):
        title = name_of(panel, seen, position)
        metric, readings = metric_of(panel, seen, position), readings_of(panel, seen, position)
        lines += [_line(reading, metric, seen, title) for reading in readings] or [
            Line(name=title, value=NOTHING, state=State.NO_SOURCE)
        ]
    return _rows(panel, seen, lines)


def changes(panel: Panel, seen: Seen) -> Block:
    """Return each key of each metric as a line, called by both."""
    lines = []
    for position in range(len(panel.metrics)):
        title, metric = name_of(panel, seen, position), metric_of(panel, seen, position)
        for reading in readings_of(panel, seen, position):
            name = f"{title} {line_name(reading.key)}".rstrip()
            lines.append(replace(_line(reading, metric, seen, title), name=name))
    return _rows(panel, seen, lines)


def keyed(panel: Panel, seen: Seen) -> Block:
    """Return each key of the first metric as a line."""
    return _keyed(panel, seen, readings_of(panel, seen))


def greatest_first(panel: Panel, seen: Seen) -> Block:
    """Return the same, the greatest first."""
    found = sorted(readings_of(panel, seen), key=lambda reading: -(reading.number or 0.0))
    return _keyed(panel, seen, tuple(found))


def components(panel: Panel, seen: Seen) -> Block:
    """Return the first metric of each component, each with how it is now, the worst first."""
    metric = metric_of(panel, seen)
    up = {r.key.labels: r for r in seen.board.by_metric.get(INSTANCES_UP, ())}
    lines = [
        _component(_line(reading, metric, seen, ""), up.get(reading.key.labels), seen)
        for reading in readings_of(panel, seen)
    ]
    lines.sort(key=lambda line: _WORST.index(line.state or State.OK))
    return _rows(panel, seen, lines)


def breakers(panel: Panel, seen: Seen) -> Block:
    """Return the worst breakers, and how they went."""
    board = seen.board
    courses = Courses(panel.window)
    frame = seen.frame(panel)
    if frame is not None:
        courses.take(frame)
    lines = []
    for row in board.breakers[:STRIPS]:
        state, word = state_and_word(row, seen.now)
        course = courses.of(row, board)
        lines.append(
            Line(
                name=display_name(row),
                value=word,
                state=state,
                stale=state is State.STALE,
                strip=courses.drawn(row, board, seen.now),
                flaps=course is not None and course.flaps and state is not State.STALE,
            )
        )
    return _rows(panel, seen, lines, total=len(board.breakers))


def incidents(panel: Panel, seen: Seen) -> Block:
    """Return what is open, or that nothing is, and what was last."""
    found = entries(seen.board, seen.now)
    lines = [incident_line(entry) for entry in found if entry.incident.runs]
    if not lines:
        state, text = nothing_open(seen.board, seen.now)
        lines.append(Line(name=capital(text), state=state))
    ended = [entry for entry in found if not entry.incident.runs]
    lines += [Line(name=entry.name, value=entry.when, state=State.OK) for entry in ended]
    return _rows(panel, seen, lines)


def incident_line(entry: Entry) -> Line:
    """Return an incident as a row: what, and for how long."""
    return Line(
        name=entry.name,
        value=entry.lasts or entry.word,
        short=entry.lasts,
        state=entry.state,
        stale=entry.state is State.STALE,
        flaps=entry.flaps,
    )


def sources(panel: Panel, seen: Seen) -> Block:
    """Return when each source answered last, those first that do not answer."""
    lines = []
    for source in seen.board.sources.values():
        lost = is_lost(source, seen.now)
        state, answered = State.STALE if lost else State.OK, _answered(source.last_success, seen)
        lines.append(Line(name=source.title, value=answered, state=state, stale=lost))
    lines.sort(key=lambda line: not line.stale)
    return _rows(panel, seen, lines)


def nothing(seen: Seen) -> Line:
    """Return what stands where there is nothing to show."""
    return Line(name=absence(seen.board), state=State.NO_SOURCE)


def _rows(panel: Panel, seen: Seen, lines: list[Line], total: int = 0) -> Rows:
    return Rows(title=title_of(panel, seen), lines=tuple(lines) or (nothing(seen),), total=total)


def _keyed(panel: Panel, seen: Seen, found: tuple[Reading, ...]) -> Rows:
    metric, title = metric_of(panel, seen), name_of(panel, seen)
    rows = _rows(panel, seen, [_line(reading, metric, seen, title) for reading in found])
    unit = unit_symbol(metric)
    if not found or len(unit) <= _SIGN:
        return rows
    # A long unit stands once, not in each line.
    titled = f"{rows.title} {unit}"
    if not unit.startswith("/"):
        titled = tr("{title}, {scope}", title=rows.title, scope=unit)
    return replace(rows, title=titled, lines=tuple(replace(line, unit="") for line in rows.lines))


def _line(reading: Reading, metric: Metric | None, seen: Seen, title: str) -> Line:
    text, stale = value_text(reading, metric, seen.now), seen.is_stale(reading)
    state = State.STALE if stale else level_state(metric, reading)
    if metric is not None and metric.kind is Kind.TEXT and reading.key.labels:
        return Line(name=text, state=state, stale=stale)
    return Line(
        name=line_name(reading.key) or title,
        value=text,
        unit=unit_of(reading, metric),
        short=short_text(reading.number, metric),
        state=state,
        stale=stale,
    )


def _component(line: Line, up: Reading | None, seen: Seen) -> Line:
    """Return the line of a component with how it is now; of what nobody tells nothing is said."""
    if up is None:
        return line
    state = State.STALE if seen.is_stale(up) else level_state(seen.board.metric(INSTANCES_UP), up)
    return replace(line, state=line.state or state or State.OK)


def _answered(at: datetime | None, seen: Seen) -> str:
    if at is None:
        return tr("never")
    return tr("{age} ago", age=age_text((seen.now - at).total_seconds()))
