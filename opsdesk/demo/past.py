"""The demo's past as series: it leads up to the present without a step."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.demo.breakers import LiveBreaker
from opsdesk.demo.clock import PAST, WEEK, Clock
from opsdesk.demo.life import Life
from opsdesk.demo.wanted import DEMO
from opsdesk.insight.compute import computed
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip

#: so many points a line has at most
_MOST_POINTS = 11_000


async def series(
    life: Life, catalogue: Catalogue, wanted: SeriesRange, clock: Clock, sample: float
) -> SeriesData:
    """Return what is known of some keys, up to the newest sample."""
    lines, strips = [], []
    breakers = {breaker.key: breaker for breaker in life.breakers}
    times = _times(wanted, clock, sample)
    for key in wanted.keys:
        course = _course(life, catalogue, wanted, clock, key)
        if course is not None and times:
            seen = tuple(sorted({*times, *_corners(life, wanted, key)}))
            lines.append(Line(key=key, times=seen, values=tuple(map(course, seen))))
        elif key in breakers and not wanted.baseline:
            strips.append(_strip(breakers[key], wanted, clock, sample))
        # Others are served meanwhile.
        await asyncio.sleep(0)
    return SeriesData(lines=tuple(lines), strips=tuple(strips))


def _course(
    life: Life, catalogue: Catalogue, wanted: SeriesRange, clock: Clock, key: Key
) -> Callable[[float], float | None] | None:
    if wanted.baseline:
        return _before(life, wanted, key)
    course = life.courses.get(key)
    return _computed(life, catalogue, clock, key) if course is None else partial(course, clock)


def _computed(
    life: Life, catalogue: Catalogue, clock: Clock, key: Key
) -> Callable[[float], float | None] | None:
    """Return how a figure went that is not told but follows from others, such as a total."""
    metrics = _with_inputs(key.metric, catalogue)
    inputs = [subject for subject in life.courses if subject.metric in metrics]
    if not inputs:
        return None
    known = {name: catalogue[name] for name in metrics}

    def course(real: float) -> float | None:
        at = datetime.fromtimestamp(real, UTC)
        readings = {
            subject: Reading(
                key=subject, value=life.courses[subject](clock, real), at=at, source=DEMO
            )
            for subject in inputs
        }
        found = computed(readings, (life.baseline(clock),), known).get(key)
        return None if found is None else found[0].value

    return course


def _with_inputs(metric: str, catalogue: Catalogue) -> set[str]:
    """Return a metric and all from which it is computed; nothing where it is not."""
    known = catalogue.get(metric)
    if known is None or known.compute is None:
        return set() if known is None else {metric}
    return {metric}.union(*(_with_inputs(name, catalogue) for name in known.compute.of))


def _times(wanted: SeriesRange, clock: Clock, sample: float) -> tuple[float, ...]:
    """Return the times of the points: a step apart, and the last at the range's end.

    Nothing is known before the past begins. After the newest sample nothing is known yet; it is
    the last point if the range reaches beyond it. A baseline is over and known as a whole.
    """
    step = max(1.0, wanted.step, (wanted.end - wanted.start) / _MOST_POINTS)
    first = wanted.start if wanted.baseline else max(wanted.start, clock.real(-PAST))
    end = wanted.end if wanted.baseline else min(wanted.end, sample)
    number = int((end - wanted.start) / step)
    times = [wanted.start + step * n for n in range(number + 1)]
    times = [time for time in times if first <= time <= end]
    return (*times, end) if end >= first and (not times or times[-1] < end) else tuple(times)


def _strip(breaker: LiveBreaker, wanted: SeriesRange, clock: Clock, sample: float) -> Strip:
    start = max(wanted.start, clock.real(-PAST))
    changes = [Change(clock.real(-PAST), BreakerState.CLOSED)]
    until = clock.life(min(wanted.end, sample))
    changes += [
        Change(clock.real(change.at), change.state) for change in breaker.changes(-PAST, until)
    ]
    before = changes[: bisect_right(changes, start, key=lambda change: change.at)]
    inside = changes[len(before) :]
    if wanted.end < start:
        return Strip(key=breaker.key, changes=())
    return Strip(key=breaker.key, changes=(Change(start, before[-1].state), *inside))


def _before(life: Life, wanted: SeriesRange, key: Key) -> Callable[[float], float | None] | None:
    """Return how a figure went before, laid over the range; flat where only one value is known."""
    if wanted.baseline != life.script.before:
        return None
    for history in life.script.baseline:
        if history.metric == key.metric:
            weeks, values = history.weeks, history.values
            return lambda real: _between(weeks, values, weeks[0] + (real - wanted.start) / WEEK)
    known = {family.key(f): f.before for family in life.families for f in family.figures}
    value = known.get(key)
    return None if value is None else lambda _real: value


def _corners(life: Life, wanted: SeriesRange, key: Key) -> list[float]:
    """Return the times at which a baseline is known: no step may pass over its peak."""
    found = (h for h in life.script.baseline if wanted.baseline and h.metric == key.metric)
    corners = (
        wanted.start + (week - history.weeks[0]) * WEEK
        for history in found
        for week in history.weeks
    )
    return [time for time in corners if time <= wanted.end]


def _between(places: Sequence[float], values: Sequence[float], place: float) -> float:
    """Return the value at a place of a line through points; it is level beyond its ends."""
    right = bisect_right(places, place)
    if right in (0, len(places)):
        return values[max(0, right - 1)]
    left = right - 1
    share = (place - places[left]) / (places[right] - places[left])
    return values[left] + share * (values[right] - values[left])
