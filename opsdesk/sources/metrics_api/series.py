"""Questions to ``/v1/series`` and what is made of the answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

import msgspec

from opsdesk.model.key import Key
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip

#: characters of all keys in one address: servers take 8,000 for the whole line
_LONGEST = 6_000
#: and keys, so that the answer stays far below its cap
_MOST = 100


def portions(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Yield keys in portions that fit into one address."""
    portion: list[Key] = []
    length = 0
    for key in keys:
        more = len(quote(str(key), safe="")) + len("&key=")
        if portion and (length + more > _LONGEST or len(portion) >= _MOST):
            yield tuple(portion)
            portion, length = [], 0
        portion.append(key)
        length += more
    if portion:
        yield tuple(portion)


def question(keys: Iterable[Key], wanted: SeriesRange, ahead: float) -> list[tuple[str, str]]:
    """Return the parameters of a question; the server's clock is ``ahead`` of ours, in seconds."""
    pairs = [("key", str(key)) for key in keys]
    pairs += [("start", _seconds(wanted.start + ahead)), ("end", _seconds(wanted.end + ahead))]
    pairs += [("step", _seconds(wanted.step))]
    return [*pairs, ("baseline", wanted.baseline)] if wanted.baseline else pairs


def _seconds(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def within(data: SeriesData, wanted: SeriesRange, ahead: float) -> SeriesData:
    """Return what was asked for of an answer, by our clock, each key once."""
    lines = {line.key: line for line in data.lines}
    strips = {strip.key: strip for strip in data.strips}
    return SeriesData(
        lines=tuple(_line(lines[key], wanted, ahead) for key in wanted.keys if key in lines),
        strips=tuple(_strip(strips[key], wanted, ahead) for key in wanted.keys if key in strips),
    )


def _line(line: Line, wanted: SeriesRange, ahead: float) -> Line:
    # Half a step more: times that went through texts and other clocks are not exact.
    first, last = wanted.start - wanted.step * 1.5, wanted.end + wanted.step / 2.0
    kept = [i for i, at in enumerate(line.times) if first <= at - ahead <= last]
    if len(kept) == len(line.times) and not ahead:
        return line
    return Line(
        key=line.key,
        times=tuple(line.times[i] - ahead for i in kept),
        values=tuple(line.values[i] for i in kept),
        lows=tuple(line.lows[i] for i in kept) if line.lows else (),
        highs=tuple(line.highs[i] for i in kept) if line.highs else (),
    )


def _strip(strip: Strip, wanted: SeriesRange, ahead: float) -> Strip:
    """Return a strip that begins in the range, with the state that was in force then."""
    changes = [Change(change.at - ahead, change.state) for change in strip.changes]
    before = [change for change in changes if change.at <= wanted.start]
    inside = [change for change in changes if wanted.start < change.at <= wanted.end]
    first = [msgspec.structs.replace(before[-1], at=wanted.start)] if before else []
    return Strip(key=strip.key, changes=(*first, *inside))
