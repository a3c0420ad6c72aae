"""The past of some keys: from the sources that give them now, filled from what was recorded."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.engine.poll import too_slow
from opsdesk.model.errors import Problem, SourceError
from opsdesk.model.key import Key
from opsdesk.model.protocols import Source
from opsdesk.model.series import Line, SeriesData, SeriesRange, Strip

#: seconds for all that one question takes of one source
DEADLINE = 10.0
#: a line that begins so many steps after its range may have an earlier part elsewhere
_LATE = 2
_NEVER = float("inf")

Owner = Callable[[Key], Source | None]
Recorded = Callable[[SeriesRange], Awaitable[SeriesData]]


class Fetched(msgspec.Struct, frozen=True):
    """What could be had, and why it is not all; None where it is."""

    data: SeriesData
    problem: Problem | None = None


async def fetch(
    wanted: SeriesRange, owner: Owner, recorded: Recorded, deadline: float = DEADLINE
) -> Fetched:
    """Return what is known of a range.

    Args:
        wanted: the range.
        owner: tells which source gives a key now; it is asked first.
        recorded: what was recorded here, of keys whose source has nothing or begins late.
        deadline: seconds for each source; they are asked at the same time.

    """
    asked: dict[str, tuple[Source, list[Key]]] = {}
    for key in dict.fromkeys(wanted.keys):
        source = owner(key)
        if source is not None:
            asked.setdefault(source.id, (source, []))[1].append(key)
    answers = await asyncio.gather(
        *(_ask(source, of(keys, wanted), deadline) for source, keys in asked.values())
    )
    given = _joined([answer.data for answer in answers])
    lacking = _lacking(given, wanted)
    if lacking:
        given = filled(given, await recorded(of(lacking, wanted)), wanted)
    problems = (answer.problem for answer in answers if answer.problem is not None)
    return Fetched(given, next(problems, None))


def of(keys: Iterable[Key], wanted: SeriesRange) -> SeriesRange:
    """Return the same range of other keys."""
    return msgspec.structs.replace(wanted, keys=tuple(keys))


async def _ask(source: Source, wanted: SeriesRange, deadline: float) -> Fetched:
    try:
        async with asyncio.timeout(deadline):
            return Fetched(await source.series(wanted))
    except SourceError as error:
        return Fetched(SeriesData(), error.problem)
    except TimeoutError:
        seconds = f"{deadline:g}"
        what = tr("how the figures went was not told within {seconds} s", seconds=seconds)
        return Fetched(SeriesData(), too_slow(source, what))


def _joined(parts: Sequence[SeriesData]) -> SeriesData:
    return SeriesData(
        lines=tuple(line for part in parts for line in part.lines if line.times),
        strips=tuple(strip for part in parts for strip in part.strips if strip.changes),
    )


def _lacking(given: SeriesData, wanted: SeriesRange) -> list[Key]:
    """Return the keys of which earlier parts may have been recorded here, or all of them."""
    begins = {line.key: _begins(line) for line in given.lines}
    begins |= {strip.key: strip.changes[0].at for strip in given.strips}
    limit = wanted.start + _LATE * wanted.step
    return [key for key in dict.fromkeys(wanted.keys) if begins.get(key, _NEVER) > limit]


def _begins(line: Line) -> float:
    pairs = zip(line.times, line.values, strict=True)
    return next((at for at, value in pairs if value is not None), _NEVER)


def since(data: SeriesData, start: float) -> SeriesData:
    """Return lines without what lies before a time; of a strip it tells the state at that time."""
    return SeriesData(lines=tuple(_cut(line, start) for line in data.lines), strips=data.strips)


def _cut(line: Line, start: float) -> Line:
    first = bisect_left(line.times, start)
    return Line(
        key=line.key,
        times=line.times[first:],
        values=line.values[first:],
        lows=line.lows[first:],
        highs=line.highs[first:],
    )


def filled(given: SeriesData, recorded: SeriesData, wanted: SeriesRange) -> SeriesData:
    """Return ``given`` with what was recorded before it begins, in the order that was asked for."""
    lines = {line.key: line for line in recorded.lines if line.times}
    for line in given.lines:
        earlier = lines.get(line.key)
        lines[line.key] = line if earlier is None else _continued(earlier, line)
    strips = {strip.key: strip for strip in recorded.strips if strip.changes}
    for strip in given.strips:
        before = strips.get(strip.key)
        strips[strip.key] = strip if before is None else _continued_strip(before, strip)
    order = tuple(dict.fromkeys(wanted.keys))
    return SeriesData(
        lines=tuple(lines[key] for key in order if key in lines),
        strips=tuple(strips[key] for key in order if key in strips),
    )


def _continued(earlier: Line, line: Line) -> Line:
    begins = _begins(line)
    head = sum(at < begins for at in earlier.times)
    if not head:
        return line
    tail = sum(at < begins for at in line.times)
    has_extremes = bool(earlier.lows or line.lows)
    return Line(
        key=line.key,
        times=earlier.times[:head] + line.times[tail:],
        values=earlier.values[:head] + line.values[tail:],
        lows=(earlier.lows or earlier.values)[:head] + (line.lows or line.values)[tail:]
        if has_extremes
        else (),
        highs=(earlier.highs or earlier.values)[:head] + (line.highs or line.values)[tail:]
        if has_extremes
        else (),
    )


def _continued_strip(before: Strip, strip: Strip) -> Strip:
    begins = strip.changes[0].at
    head = tuple(change for change in before.changes if change.at < begins)
    return Strip(key=strip.key, changes=(*head, *strip.changes))
