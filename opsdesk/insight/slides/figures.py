"""Panels of figures on a wall: one as large as it can be, some side by side, some with curves."""

from __future__ import annotations

import msgspec

from opsdesk.catalogue.language import grouped, tr
from opsdesk.insight import charting, prospect
from opsdesk.insight.captions import absence
from opsdesk.insight.chart import Chart
from opsdesk.insight.charting import Material
from opsdesk.insight.compare import with_usual_in_short
from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.insight.slides.blocks import Block, Figure, Figures, Hero, Trend
from opsdesk.insight.slides.panels import (
    Seen,
    first_of,
    metric_of,
    name_of,
    short_text,
    title_of,
)
from opsdesk.insight.terms import breaker_word
from opsdesk.insight.usual import known
from opsdesk.insight.verdict import State, level_state
from opsdesk.insight.words import (
    NOTHING,
    amount_text,
    clock_text,
    figure_text,
    quantile_name,
    unit_of,
    value_text,
)
from opsdesk.model.page import Panel
from opsdesk.model.reading import BreakerState, Reading


def hero(panel: Panel, seen: Seen) -> Block:
    """Return the first metric as large as can be, with how it went."""
    found = first_of(panel, seen)
    figure = _figure(panel, found, seen, title=tr(panel.title))
    return Hero(figure=figure, chart=_chart(panel, found, seen, small=True))


def single(panel: Panel, seen: Seen) -> Block:
    """Return the first metric as a figure."""
    title = title_of(panel, seen)
    if panel.metrics[:1] == (BREAKER_STATE,):
        return Figures(figures=(_breakers(seen, title),))
    return Figures(figures=(_figure(panel, first_of(panel, seen), seen, title=title),))


def several(panel: Panel, seen: Seen) -> Block:
    """Return each metric as a figure, side by side."""
    found = []
    for position, metric in enumerate(panel.metrics):
        if metric == BREAKER_STATE:
            found.append(_breakers(seen, tr("Breakers")))
        else:
            found.append(_figure(panel, first_of(panel, seen, position), seen, position))
    return Figures(figures=tuple(found))


def trend(panel: Panel, seen: Seen) -> Block:
    """Return the first metric as a figure, and how it went."""
    found, frame = first_of(panel, seen), seen.frame(panel)
    why = frame.problem.what if frame is not None and frame.problem is not None else ""
    return Trend(
        figure=_figure(panel, found, seen, title=title_of(panel, seen)),
        chart=_chart(panel, found, seen, small=False),
        absence=why or tr("no history yet"),
    )


def forecast(panel: Panel, seen: Seen) -> Block:
    """Return what is expected of a figure, and where it is now."""
    expected, at = first_of(panel, seen), first_of(panel, seen, 1)
    metric = metric_of(panel, seen, 1)
    figure = _figure(panel, expected, seen, title=title_of(panel, seen))
    if at is not None:
        now = tr("now {value}", value=figure_text(at, metric, seen.now))
        figure = msgspec.structs.replace(figure, note=now)
    frame = seen.frame(panel)
    if frame is None:
        return Trend(figure=figure, absence=tr("no history yet"))
    of = prospect.Prospect(
        frame=frame,
        metric=metric or metric_of(panel, seen),
        title=tr(panel.title),
        expected=expected.number if expected is not None else None,
        stale=seen.is_stale(expected),
    )
    return Trend(figure=figure, chart=prospect.chart(of), absence=tr("no history yet"))


def _figure(
    panel: Panel, reading: Reading | None, seen: Seen, position: int = 0, title: str = ""
) -> Figure:
    name = title or name_of(panel, seen, position)
    if reading is None:
        return Figure(title=name, value=NOTHING, note=absence(seen.board))
    metric, stale = metric_of(panel, seen, position), seen.is_stale(reading)
    quantile = reading.key.label("quantile")
    if quantile and not title:
        name = f"{name} {quantile_name(quantile)}"
    return Figure(
        title=name,
        value=value_text(reading, metric, seen.now),
        short=short_text(reading.number, metric),
        unit=unit_of(reading, metric),
        note=_against(panel, reading, seen),
        state=None if stale else level_state(metric, reading),
        stale=stale,
    )


def _against(panel: Panel, reading: Reading, seen: Seen) -> str:
    """Return what a figure is held against: 'usual range', 'was 0.5 to 1.5', 'was 45 min'."""
    if seen.is_stale(reading):
        return tr("at {time}", time=clock_text(reading.at, seen.now))
    return _usual(panel, reading, seen) or _before(panel, reading, seen) or tr(reading.note)


def _usual(panel: Panel, reading: Reading, seen: Seen) -> str:
    frame = seen.frame(panel)
    return with_usual_in_short(reading, frame) if frame is not None else ""


def _before(panel: Panel, reading: Reading, seen: Seen) -> str:
    board, metric = seen.board, seen.board.metric(reading.key.metric)
    frame = seen.frame(panel, panel.baseline) if panel.baseline else None
    line = frame.line(reading.key) if frame is not None else None
    values = [value for _, value in known(line)] if line is not None else []
    if values:
        low, high = (amount_text(value, metric) for value in (min(values), max(values)))
        return tr("was {low} to {high}", low=low, high=high)
    earlier = board.baseline_of(reading)
    was = figure_text(earlier, metric, earlier.at) if earlier is not None else NOTHING
    return tr("was {value}", value=was) if was != NOTHING else ""


def _breakers(seen: Seen, title: str) -> Figure:
    """Return how many breakers are open, which is to be seen at once, or that none is."""
    board = seen.board
    fresh = board.fresh_breakers(seen.now)
    if not board.breakers:
        return Figure(title=title, value=NOTHING, note=absence(board))
    unknown = len(board.breakers) - len(fresh) + fresh.numbers.get(BreakerState.UNKNOWN, 0)
    if unknown == len(board.breakers):
        note = tr("state unknown")
        return Figure(title=title, value=grouped(unknown), note=note, stale=True)
    closed = fresh.numbers.get(BreakerState.CLOSED, 0)
    for found, state in ((fresh.opened, State.CRITICAL), (fresh.testing, State.DEGRADED)):
        if found:
            return Figure(
                title=title,
                value=grouped(len(found)),
                unit=breaker_word(found[0].state).upper(),
                note=_counted(closed, BreakerState.CLOSED),
                state=state,
            )
    word = breaker_word(BreakerState.CLOSED)
    # What nobody knows may be open.
    note = _counted(unknown, BreakerState.UNKNOWN) if unknown else tr("none open")
    return Figure(title=title, value=grouped(closed), unit=word, note=note)


def _counted(number: int, state: BreakerState) -> str:
    return tr("{number} {state}", number=grouped(number), state=breaker_word(state))


def _chart(panel: Panel, reading: Reading | None, seen: Seen, *, small: bool) -> Chart | None:
    frame = seen.frame(panel)
    if frame is None:
        return None
    present = (reading,) if reading is not None and not seen.is_stale(reading) else ()
    return charting.chart(
        Material(
            frame=frame,
            metric=metric_of(panel, seen),
            title=tr(panel.title),
            now=seen.now.timestamp(),
            main=reading.key if reading is not None else None,
            alone=reading is not None,
            present=present,
            stale=seen.is_stale(reading),
            small=small,
        )
    )
