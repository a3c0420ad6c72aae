"""Makes a chart of what is known of figures over time. Pure; times are Unix time in seconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.insight import axes
from opsdesk.insight.axes import Extent, Tick
from opsdesk.insight.board import subject
from opsdesk.insight.chart import Chart, Curve, Gap, Level, Mark, Role, number
from opsdesk.insight.lines import course, missing, pace
from opsdesk.insight.usual import known
from opsdesk.insight.words import amount_text, clock_text, interval_text, quantile_name
from opsdesk.model.key import Key
from opsdesk.model.metric import Direction, Metric
from opsdesk.model.reading import Reading
from opsdesk.model.series import Line, SeriesFrame

#: so many lines can be told apart; the one that the chart is about is always among them
MOST_LINES = 6
# A past that begins later than so much of the window is said to begin there.
_YOUNG = 0.1


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is made of."""

    frame: SeriesFrame
    metric: Metric | None
    #: what the figure is called
    title: str
    #: Unix time of the present
    now: float
    #: the line that it is about
    main: Key | None = None
    #: without the other lines
    alone: bool = False
    #: the figures that stand beside the chart: a line ends in the very value that is told there
    present: Sequence[Reading] = ()
    #: the same figures at an earlier time, and what that is called
    earlier: SeriesFrame | None = None
    earlier_name: str = ""
    #: whether the figure may no longer be taken for the present
    stale: bool = False
    #: no axes: a line as high as there is room
    small: bool = False
    #: the value is told nowhere but here
    labelled: bool = False


def chart(of: Material) -> Chart | None:
    """Return a chart; None where nothing is known that could be drawn."""
    lines = _lines(of)
    points = [value for line in lines for _, value in known(line)]
    if not points:
        return None
    was = of.earlier.lines if of.earlier is not None else ()
    before = [_shifted(line, of) for line in was if known(line)]
    step, end = pace(lines, of.frame.query.step), _end(of)
    usual = _usual(of, lines)
    values = [*points, *(value for line in before for _, value in known(line))]
    values += [usual.low, usual.high] if usual is not None else []
    y_ticks = () if of.small else axes.value_ticks(values, of.metric)
    ends = Extent(y_ticks[0].at, y_ticks[-1].at) if y_ticks else axes.close(values)
    weekly = bool(before) and end - of.frame.start >= 3 * axes.WEEK
    single = len(lines) == 1 and not before
    extremes = single and usual is None and not of.small
    gaps = tuple(_gaps(lines, step, of, end))
    return Chart(
        metric=of.metric,
        start=of.frame.start,
        end=end,
        low=ends.low,
        high=ends.high,
        x_ticks=_x_ticks(of, end, weekly=weekly, clock=extremes),
        y_ticks=y_ticks,
        x_caption=tr("week") if weekly and not of.small else "",
        curves=tuple(_curves(of, lines, before, step)),
        labelled=of.labelled or len(lines) > 1 or bool(before),
        usual=usual,
        usual_text=_usual_text(of, usual),
        gaps=gaps,
        marks=tuple(_extremes(lines[0], of.metric)) if extremes else (),
        levels=tuple(_levels(of, ends)) if extremes else (),
        solid=not of.stale and not (gaps and gaps[-1].end == end),
        said=_said(of, lines, gaps),
    )


def line_name(key: Key) -> str:
    """Return what tells a line from the others: 'p95', 'API Gateway'; '' for the whole system."""
    quantile = key.label("quantile")
    return quantile_name(quantile) if quantile else subject(key)


def _end(of: Material) -> float:
    """Return the present, unless the answer is of the present but for a step."""
    late = of.now - of.frame.end > 2 * of.frame.query.step
    return of.now if late else of.frame.end


def _lines(of: Material) -> list[Line]:
    """Return what is drawn: the main line last, so that it lies above the others."""
    present = {reading.key: reading for reading in of.present}
    step = of.frame.query.step
    found = [_ending(line, present.get(line.key), step) for line in of.frame.lines if known(line)]
    main = next((line for line in found if line.key == of.main), None)
    if main is None and len(found) == 1:
        main = found[0]
    if of.alone and main is not None:
        return [main]
    # The slowest request of each step says nothing of the others, and would press them flat.
    others = [line for line in found if line is not main and line.key.label("quantile") != "1"]
    others.sort(key=lambda line: known(line)[-1][1], reverse=True)
    room = MOST_LINES - (main is not None)
    return [*others[:room], *([main] if main is not None else [])] or found


def _ending(line: Line, now: Reading | None, step: float) -> Line:
    """Return a line that ends in the figure of now: a page tells one value of it, not two."""
    at = now.at.timestamp() if now is not None else 0.0
    # A figure that is reported now and then is no end of what goes on.
    if now is None or now.number is None or at < known(line)[-1][0] - step:
        return line
    before = bisect_left(line.times, at)
    times, values = (*line.times[:before], at), (*line.values[:before], now.number)
    return msgspec.structs.replace(line, times=times, values=values)


def _shifted(line: Line, of: Material) -> Line:
    """Return an earlier line as it lies over the present one, however late it was answered."""
    by = of.frame.start - (of.earlier.start if of.earlier is not None else 0.0)
    return msgspec.structs.replace(line, times=tuple(at + by for at in line.times))


def _curves(
    of: Material, lines: Sequence[Line], before: Sequence[Line], step: float
) -> Iterator[Curve]:
    for line in before:
        yield Curve(role=Role.BASELINE, course=course(line, step), name=of.earlier_name)
    for line in lines:
        is_main = line.key == of.main or len(lines) == 1
        yield Curve(
            role=Role.MAIN if is_main else Role.OTHER,
            course=course(line, step),
            name=_after(of.earlier_name) if before else line_name(line.key),
            text="" if before else number(known(line)[-1][1], of.metric),
        )


def _after(earlier: str) -> str:
    """Return the name of the time since: 'after Phase 4' where what was is 'before Phase 4'.

    The name is in the reader's language already, and so is what it begins with.
    """
    _, named, period = earlier.partition(tr("before {period}", period=""))
    return tr("after {period}", period=period) if named else tr("now")


def _usual(of: Material, lines: Sequence[Line]) -> Extent | None:
    """Return the usual range of the only line: bands of several could not be told apart."""
    if len(lines) != 1:
        return None
    ranges = (usual for usual in of.frame.usual if usual.key == lines[0].key)
    return next((Extent(usual.low, usual.high) for usual in ranges), None)


def _usual_text(of: Material, usual: Extent | None) -> str:
    if usual is None:
        return ""
    return tr("shaded: usual range") if of.small else tr("usual range")


def _x_ticks(of: Material, end: float, *, weekly: bool, clock: bool) -> tuple[Tick, ...]:
    start = of.frame.start
    if of.small:
        ends = axes.ago(start, end)
        return (ends[0], ends[-1])
    if weekly:
        return axes.weeks(start, end)
    # A day that is compared with nothing is read by the clock.
    return axes.clock(start, end) if clock and end - start <= axes.DAY else axes.ago(start, end)


def _gaps(lines: Sequence[Line], step: float, of: Material, end: float) -> Iterator[Gap]:
    now = datetime.fromtimestamp(of.now, UTC)

    def clock(at: float) -> str:
        return clock_text(datetime.fromtimestamp(at, UTC), now)

    first = min(known(line)[0][0] for line in lines)
    if first - of.frame.start > _YOUNG * (end - of.frame.start):
        begins = tr("history begins {time}", time=clock(first))
        yield Gap(of.frame.start, first, begins, hatched=False)
    for gap in missing(lines, step, end):
        words = (
            tr("no data since {time}", time=clock(gap.start))
            if gap.end == end
            else tr("no data from {start} to {end}", start=clock(gap.start), end=clock(gap.end))
        )
        yield Gap(gap.start, gap.end, words)


def _extremes(line: Line, metric: Metric | None) -> Iterator[Mark]:
    """Yield the greatest and the least point; the last one is told anyway, and a flat line none."""
    points = known(line)
    most, least = max(points, key=_value), min(points, key=_value)
    if most[1] == least[1]:
        return
    for (at, value), words, above in (
        (most, tr("max {value}", value=amount_text(most[1], metric)), True),
        (least, tr("min {value}", value=amount_text(least[1], metric)), False),
    ):
        if at != points[-1][0]:
            yield Mark(at, value, words, above)


def _value(point: tuple[float, float]) -> float:
    return point[1]


def _levels(of: Material, ends: Extent) -> Iterator[Level]:
    """Yield the thresholds within reach; the axis is not stretched for them."""
    metric = of.metric
    if metric is None or metric.direction is Direction.NONE:
        return
    named = (
        (metric.degraded, tr("degraded from {value}")),
        (metric.critical, tr("critical from {value}")),
    )
    for value, words in named:
        if value is not None and ends.low < value <= ends.high:
            yield Level(value, of.frame.start, words.format(value=number(value, metric)))


def _said(of: Material, lines: Sequence[Line], gaps: Sequence[Gap]) -> str:
    """Say what a chart shows: of each line the last, least and greatest value, and what lacks."""
    said = []
    for line in reversed(lines):
        values = [value for _, value in known(line)]
        said.append(
            tr(
                "{name} over {interval}: last {last}, least {least}, most {most}",
                name=f"{of.title} {line_name(line.key)}".rstrip() if len(lines) > 1 else of.title,
                interval=interval_text(round(of.frame.query.window)),
                last=number(values[-1], of.metric),
                least=number(min(values), of.metric),
                most=number(max(values), of.metric),
            )
        )
    return "; ".join((*said, *(gap.text for gap in gaps)))
