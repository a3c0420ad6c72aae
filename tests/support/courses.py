"""Figures over time as the engine would answer them, from a function of time."""

from __future__ import annotations

from collections.abc import Callable

from support.boards import NOW

from opsdesk.model.key import Key
from opsdesk.model.series import Forecast, Line, SeriesFrame, SeriesQuery, Usual

END = NOW.timestamp()
DAY = 86_400.0
WEEK = 7 * DAY

Course = Callable[[float], float | None]


def flat(value: float) -> Course:
    """Return a course that stays where it is."""
    return lambda _at: value


def line(key: Key, course: Course, window: float = DAY, step: float = 600.0) -> Line:
    """Return the line of a course over a window that ends at END."""
    times = tuple(END - window + n * step for n in range(round(window / step) + 1))
    return Line(key=key, times=times, values=tuple(course(at) for at in times))


def frame(
    *lines: Line,
    window: float = DAY,
    step: float = 600.0,
    baseline: str = "",
    usual: tuple[Usual, ...] = (),
    forecasts: tuple[Forecast, ...] = (),
    horizon: float = 0.0,
) -> SeriesFrame:
    """Return the answer to the question for some lines."""
    query = SeriesQuery(
        keys=tuple(one.key for one in lines),
        window=window,
        step=step,
        baseline=baseline,
        usual=bool(usual),
        horizon=horizon,
    )
    return answer(query, *lines, usual=usual, forecasts=forecasts)


def answer(
    query: SeriesQuery,
    *lines: Line,
    usual: tuple[Usual, ...] = (),
    forecasts: tuple[Forecast, ...] = (),
) -> SeriesFrame:
    """Return the answer to a question."""
    return SeriesFrame(
        query=query,
        start=END - query.window,
        end=END,
        lines=lines,
        usual=usual,
        forecasts=forecasts,
    )
