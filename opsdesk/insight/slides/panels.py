"""What a panel says on a wall: the same figures as in the window, in as few words as there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import msgspec

from opsdesk.catalogue.language import grouped, tr
from opsdesk.insight import charting, prospect
from opsdesk.insight.board import Board, level
from opsdesk.insight.breakers import Courses, state_and_word
from opsdesk.insight.captions import absence
from opsdesk.insight.chart import Chart
from opsdesk.insight.charting import Material, line_name
from opsdesk.insight.derive import BREAKER_STATE, INSTANCES_UP
from opsdesk.insight.incident_list import Entry, entries, nothing_open
from opsdesk.insight.phrases import capital, display_name
from opsdesk.insight.questions import STRIPS, carries, of_panel
from opsdesk.insight.risks import is_risk, risk_text
from opsdesk.insight.slides.blocks import (
    Block,
    Figure,
    Figures,
    Hero,
    Line,
    Rows,
    Trend,
    Words,
)
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.usual import known
from opsdesk.insight.verdict import State, is_lost
from opsdesk.insight.words import (
    NOTHING,
    age_text,
    amount_text,
    clock_text,
    figure_text,
    quantile_name,
    unit_symbol,
    value_text,
)
from opsdesk.model.metric import Kind, Metric
from opsdesk.model.page import Panel, PanelKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import SeriesFrame, SeriesQuery

# A unit of so few letters is a sign.
_SIGN = 3

Frames = Mapping[SeriesQuery, SeriesFrame]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a slide is made of: a board as it is to be seen at a moment, and how figures went."""

    board: Board
    now: datetime
    frames: Frames

    def frame(self, panel: Panel, baseline: str = "") -> SeriesFrame | None:
        """Return the answer to what a panel asks, where there is one."""
        found = (self.frames.get(query) for query in of_panel(panel, self.board))
        return next((f for f in found if f is not None and f.query.baseline == baseline), None)

    def is_stale(self, reading: Reading | None) -> bool:
        """Tell whether a reading may no longer be taken for the present."""
        return reading is not None and self.board.is_stale(reading, self.now)


def block_of(panel: Panel, seen: Seen) -> Block | None:
    """Return what a panel is on a wall; None where nothing of it can be read from afar."""
    make = _BLOCKS.get(panel.kind)
    return None if make is None else make(panel, seen)


def _title(panel: Panel) -> str:
    title = tr(panel.title)
    return tr("{title}, {scope}", title=title, scope=tr(panel.scope)) if panel.scope else title


def _readings(panel: Panel, seen: Seen, position: int = 0) -> tuple[Reading, ...]:
    if position >= len(panel.metrics):
        return ()
    found = seen.board.by_metric.get(panel.metrics[position], ())
    return tuple(reading for reading in found if carries(reading.key, panel))


def _entry(panel: Panel, seen: Seen, position: int = 0) -> Metric | None:
    return seen.board.metric(panel.metrics[position]) if position < len(panel.metrics) else None


# ---- figures


def _hero(panel: Panel, seen: Seen) -> Block:
    found = next(iter(_readings(panel, seen)), None)
    figure = _figure(panel, found, seen, title=tr(panel.title))
    return Hero(figure=figure, chart=_small_chart(panel, found, seen))


def _single(panel: Panel, seen: Seen) -> Block:
    title = _title(panel)
    if panel.metrics[:1] == (BREAKER_STATE,):
        return Figures(figures=(_breakers_figure(seen, title),))
    found = next(iter(_readings(panel, seen)), None)
    return Figures(figures=(_figure(panel, found, seen, title=title),))


def _figures(panel: Panel, seen: Seen) -> Block:
    found = []
    for position, metric in enumerate(panel.metrics):
        if metric == BREAKER_STATE:
            found.append(_breakers_figure(seen, tr("Breakers")))
            continue
        reading = next(iter(_readings(panel, seen, position)), None)
        found.append(_figure(panel, reading, seen, position))
    return Figures(figures=tuple(found))


def _figure(
    panel: Panel,
    reading: Reading | None,
    seen: Seen,
    position: int = 0,
    title: str = "",
) -> Figure:
    metric = _entry(panel, seen, position)
    name = title or (tr(metric.title) if metric is not None else "")
    name = name or (panel.metrics[position] if position < len(panel.metrics) else panel.title)
    if reading is None:
        return Figure(title=name, value=NOTHING, note=absence(seen.board))
    quantile = reading.key.label("quantile")
    if quantile and not title:
        name = f"{name} {quantile_name(quantile)}"
    stale = seen.is_stale(reading)
    return Figure(
        title=name,
        value=value_text(reading, metric, seen.now),
        unit=unit_symbol(metric) if reading.number is not None else "",
        note=_against(panel, reading, seen),
        state=None if stale else _level_state(metric, reading),
        stale=stale,
    )


def _against(panel: Panel, reading: Reading, seen: Seen) -> str:
    """Return what a figure is held against: 'usual range', 'was 0.5 to 1.5', 'was 45 min'."""
    board, metric = seen.board, seen.board.metric(reading.key.metric)
    if seen.is_stale(reading):
        return tr("at {time}", time=clock_text(reading.at, seen.now))
    frame = seen.frame(panel)
    usual = next((u for u in frame.usual if u.key == reading.key), None) if frame else None
    if usual is not None and reading.number is not None:
        if reading.number > usual.high:
            return tr("above usual")
        return tr("below usual") if reading.number < usual.low else tr("usual range")
    before = seen.frame(panel, panel.baseline) if panel.baseline else None
    line = before.line(reading.key) if before is not None else None
    values = [value for _, value in known(line)] if line is not None else []
    if values:
        low, high = (amount_text(value, metric) for value in (min(values), max(values)))
        return tr("was {low} to {high}", low=low, high=high)
    earlier = board.baseline_of(reading)
    was = figure_text(earlier, metric, earlier.at) if earlier is not None else NOTHING
    return tr("was {value}", value=was) if was != NOTHING else tr(reading.note)


def _level_state(metric: Metric | None, reading: Reading) -> State | None:
    found = level(metric, reading.value)
    if found.critical:
        return State.CRITICAL
    return State.DEGRADED if found.degraded else None


def _breakers_figure(seen: Seen, title: str) -> Figure:
    """Return how many breakers are open, which is to be seen at once, or that none is."""
    board = seen.board
    fresh = board.fresh_breakers(seen.now)
    if not board.breakers:
        return Figure(title=title, value=NOTHING, note=absence(board))
    if not fresh:
        number = grouped(len(board.breakers))
        return Figure(title=title, value=number, note=tr("state unknown"), stale=True)
    closed = fresh.numbers.get(BreakerState.CLOSED, 0)
    ill = ((fresh.opened, State.CRITICAL), (fresh.testing, State.DEGRADED))
    for found, state in ill:
        if found:
            word = breaker_word(found[0].state).upper()
            rest = tr("{number} {state}", number=grouped(closed), state=_closed())
            number = grouped(len(found))
            return Figure(title=title, value=number, unit=word, note=rest, state=state)
    return Figure(title=title, value=grouped(closed), unit=_closed(), note=tr("none open"))


def _closed() -> str:
    return breaker_word(BreakerState.CLOSED)


def _small_chart(panel: Panel, reading: Reading | None, seen: Seen) -> Chart | None:
    return _chart(panel, reading, seen, small=True)


def _chart(panel: Panel, reading: Reading | None, seen: Seen, *, small: bool) -> Chart | None:
    frame = seen.frame(panel)
    if frame is None:
        return None
    present = (reading,) if reading is not None and not seen.is_stale(reading) else ()
    return charting.chart(
        Material(
            frame=frame,
            metric=_entry(panel, seen),
            title=tr(panel.title),
            now=seen.now.timestamp(),
            main=reading.key if reading is not None else None,
            alone=reading is not None,
            present=present,
            stale=seen.is_stale(reading),
            small=small,
        )
    )


def _trend(panel: Panel, seen: Seen) -> Block:
    found = next(iter(_readings(panel, seen)), None)
    figure = _figure(panel, found, seen, title=_title(panel))
    frame = seen.frame(panel)
    why = frame.problem.what if frame is not None and frame.problem is not None else ""
    made = _chart(panel, found, seen, small=False)
    return Trend(figure=figure, chart=made, absence=why or tr("no history yet"))


def _forecast(panel: Panel, seen: Seen) -> Block:
    """Return what is expected of a figure, and where it is now."""
    expected = next(iter(_readings(panel, seen)), None)
    at = next(iter(_readings(panel, seen, 1)), None)
    metric = _entry(panel, seen, 1)
    note = tr("now {value}", value=figure_text(at, metric, seen.now)) if at is not None else ""
    figure = _figure(panel, expected, seen, title=_title(panel))
    figure = msgspec.structs.replace(figure, note=note or figure.note)
    frame = seen.frame(panel)
    if frame is None:
        return Trend(figure=figure, absence=tr("no history yet"))
    of = prospect.Prospect(
        frame=frame,
        metric=_entry(panel, seen, 1) or _entry(panel, seen),
        title=tr(panel.title),
        expected=expected.number if expected is not None else None,
        stale=seen.is_stale(expected),
    )
    return Trend(figure=figure, chart=prospect.chart(of), absence=tr("no history yet"))


# ---- rows


def _rows(panel: Panel, seen: Seen) -> Block:
    """Return each key of each metric as a line; one that nobody gives says so."""
    lines = []
    for position, name in enumerate(panel.metrics):
        metric, readings = _entry(panel, seen, position), _readings(panel, seen, position)
        title = tr(metric.title) if metric is not None else name
        lines += [_line(r, metric, seen, title) for r in readings] or [
            Line(name=title, value=NOTHING, state=State.NO_SOURCE)
        ]
    return Rows(title=_title(panel), lines=tuple(lines))


def _line(reading: Reading, metric: Metric | None, seen: Seen, title: str) -> Line:
    about = line_name(reading.key)
    text = value_text(reading, metric, seen.now)
    stale = seen.is_stale(reading)
    state = State.STALE if stale else _level_state(metric, reading)
    if metric is not None and metric.kind is Kind.TEXT and reading.key.labels:
        return Line(name=text, state=state, stale=stale)
    unit = unit_symbol(metric) if reading.number is not None else ""
    return Line(name=about or title, value=text, unit=unit, state=state, stale=stale)


def _keyed(panel: Panel, seen: Seen, *, worst_first: bool = False) -> Block:
    """Return each key of the first metric as a line."""
    metric = _entry(panel, seen)
    found = seen.board.by_metric.get(panel.metrics[0], ()) if panel.metrics else ()
    if worst_first:
        found = tuple(sorted(found, key=lambda reading: -(reading.number or 0.0)))
    title = tr(metric.title) if metric is not None else panel.title
    lines = [_line(reading, metric, seen, title) for reading in found]
    if not lines:
        return Rows(title=_title(panel), lines=(_nothing(seen),))
    unit = unit_symbol(metric)
    if len(unit) <= _SIGN:
        return Rows(title=_title(panel), lines=tuple(lines))
    # A long unit stands once, not in each line.
    titled = tr("{title}, {scope}", title=_title(panel), scope=unit)
    short = (msgspec.structs.replace(line, unit="") for line in lines)
    return Rows(title=titled, lines=tuple(short))


def _nothing(seen: Seen) -> Line:
    return Line(name=absence(seen.board), state=State.NO_SOURCE)


def _components(panel: Panel, seen: Seen) -> Block:
    """Return the uptime of each component, each with how it is now; what is down stands first."""
    metric, found = _entry(panel, seen), _readings(panel, seen)
    up = {r.key.labels: r for r in seen.board.by_metric.get(INSTANCES_UP, ())}
    lines = []
    for reading in found:
        now = up.get(reading.key.labels)
        line = _line(reading, metric, seen, "")
        state = State.OK
        if line.stale or seen.is_stale(now):
            state = State.STALE
        elif now is not None:
            state = _level_state(seen.board.metric(INSTANCES_UP), now) or State.OK
        lines.append(msgspec.structs.replace(line, state=line.state or state))
    lines.sort(key=lambda line: _WORST.index(line.state or State.OK))
    return Rows(title=_title(panel), lines=tuple(lines) or (_nothing(seen),))


_WORST = (State.CRITICAL, State.DEGRADED, State.STALE, State.NO_SOURCE, State.OK)


def _breakers(panel: Panel, seen: Seen) -> Block:
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
    if not lines:
        return Rows(title=_title(panel), lines=(_nothing(seen),))
    return Rows(title=_title(panel), lines=tuple(lines), total=len(board.breakers))


def _incidents(panel: Panel, seen: Seen) -> Block:
    """Return what is open, or that nothing is, and what was last."""
    found = entries(seen.board, seen.now)
    lines = [incident_line(entry) for entry in found if entry.incident.runs]
    if not lines:
        state, text = nothing_open(seen.board, seen.now)
        lines.append(Line(name=capital(text), state=state))
    ended = [entry for entry in found if not entry.incident.runs]
    lines += [Line(name=entry.name, value=entry.when, state=State.OK) for entry in ended]
    return Rows(title=_title(panel), lines=tuple(lines))


def incident_line(entry: Entry) -> Line:
    """Return an incident as a row: what, and for how long."""
    return Line(
        name=entry.name,
        value=entry.lasts or entry.word,
        state=entry.state,
        stale=entry.state is State.STALE,
        flaps=entry.flaps,
    )


def _sources(panel: Panel, seen: Seen) -> Block:
    lines = [
        Line(
            name=source.title,
            value=_answered(source.last_success, seen.now),
            state=State.STALE if is_lost(source, seen.now) else State.OK,
            stale=is_lost(source, seen.now),
        )
        for source in seen.board.sources.values()
    ]
    lines.sort(key=lambda line: not line.stale)
    return Rows(title=_title(panel), lines=tuple(lines) or (_nothing(seen),))


def _answered(at: datetime | None, now: datetime) -> str:
    if at is None:
        return tr("never")
    return tr("{age} ago", age=age_text((now - at).total_seconds()))


def _changes(panel: Panel, seen: Seen) -> Block:
    """Return by how much each figure has changed."""
    lines = []
    for position, name in enumerate(panel.metrics):
        metric, readings = _entry(panel, seen, position), _readings(panel, seen, position)
        title = tr(metric.title) if metric is not None else name
        for reading in readings:
            line = _line(reading, metric, seen, title)
            about = f"{title} {line_name(reading.key)}".rstrip()
            lines.append(msgspec.structs.replace(line, name=about))
    return Rows(title=_title(panel), lines=tuple(lines) or (_nothing(seen),))


# ---- words


def _risks(panel: Panel, seen: Seen) -> Block:
    """Return what needs attention; that nothing does is said too."""
    board = seen.board
    found = [r for metric in panel.metrics for r in board.by_metric.get(metric, ())]
    fresh = [r for r in found if not seen.is_stale(r)]
    said = [
        Line(
            name=risk_text(r, board.metric(r.key.metric), seen.now),
            state=State.DEGRADED,
        )
        for r in fresh
        if is_risk(r)
    ]
    said += [Line(name=finding.sentence) for finding in board.snapshot.findings]
    if not said:
        known = bool(fresh)
        words = tr("no risk is known") if known else absence(board)
        said = [Line(name=capital(words), state=State.OK if known else State.NO_SOURCE)]
    return Words(title=_title(panel), sentences=tuple(said))


def _list(panel: Panel, seen: Seen) -> Block:
    metric, found = _entry(panel, seen), _readings(panel, seen)
    said = [
        Line(name=value_text(reading, metric, seen.now), stale=seen.is_stale(reading))
        for reading in found
    ]
    return Words(title=_title(panel), sentences=tuple(said) or (_nothing(seen),))


_BLOCKS: Mapping[PanelKind, Callable[[Panel, Seen], Block]] = {
    PanelKind.HERO: _hero,
    PanelKind.FIGURE: _single,
    PanelKind.FIGURES: _figures,
    PanelKind.TREND: _trend,
    PanelKind.FORECAST: _forecast,
    PanelKind.SCALE: _components,
    PanelKind.ROWS: _rows,
    PanelKind.BARS: _keyed,
    PanelKind.SPANS: partial(_keyed, worst_first=True),
    PanelKind.PATHS: partial(_keyed, worst_first=True),
    PanelKind.RUNBOOKS: partial(_keyed, worst_first=True),
    PanelKind.WATERFALL: _rows,
    PanelKind.CHANGES: _changes,
    PanelKind.RECORD: _rows,
    PanelKind.RISKS: _risks,
    PanelKind.LIST: _list,
    PanelKind.INCIDENTS: _incidents,
    PanelKind.INCIDENT_LIST: _incidents,
    PanelKind.BREAKER_CELLS: _breakers,
    PanelKind.BREAKER_TABLE: _breakers,
    PanelKind.TIMELINE: _breakers,
    PanelKind.SOURCES: _sources,
}
