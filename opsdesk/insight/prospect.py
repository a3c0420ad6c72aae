"""A forecast as a chart and in words, and what its record is worth. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.insight import axes
from opsdesk.insight.chart import Ahead, Chart, Curve, Level, Role, number
from opsdesk.insight.lines import course, missing, pace
from opsdesk.insight.methods import NAIVE
from opsdesk.insight.usual import known
from opsdesk.insight.words import date_text, interval_text
from opsdesk.model.metric import Metric
from opsdesk.model.series import Forecast, Line, SeriesFrame

#: past forecasts below which a record says nothing yet
LEAST_TRIALS = 10


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of where a figure is going."""

    frame: SeriesFrame
    metric: Metric | None
    title: str
    #: the value that people expect at the end; None: nobody said
    expected: float | None = None
    stale: bool = False


def forecast_of(frame: SeriesFrame) -> Forecast | None:
    """Return the forecast of an answer, where there was enough history for one."""
    return next((found for found in frame.forecasts if found.method and found.times), None)


def name_of(forecast: Forecast) -> str:
    """Return what a forecast is called: 'forecast', or why it should not be relied on."""
    if forecast.method == NAIVE:
        return tr("naive")
    return tr("forecast") if _proven(forecast) else tr("unproven")


def _proven(forecast: Forecast) -> bool:
    return forecast.trials >= LEAST_TRIALS and forecast.skill is not None and forecast.skill < 1


def chart(of: Prospect) -> Chart | None:
    """Return the past and the forecast in one chart; None where nothing at all is known."""
    line = next((line for line in of.frame.lines if known(line)), None)
    if line is None:
        return None
    forecast = forecast_of(of.frame)
    ahead = _ahead(forecast, line) if forecast is not None else None
    values = [value for _, value in known(line)]
    values += [*ahead.lows, *ahead.highs] if ahead is not None else []
    values += [of.expected] if of.expected is not None else []
    ticks = axes.value_ticks(values, of.metric)
    start, now = of.frame.start, of.frame.end
    end = max(now + of.frame.query.horizon, ahead.times[-1] if ahead is not None else now)
    step = pace([line], of.frame.query.step)
    return Chart(
        metric=of.metric,
        start=start,
        end=end,
        low=ticks[0].at,
        high=ticks[-1].at,
        x_ticks=axes.ahead(start, now, now + of.frame.query.horizon),
        y_ticks=ticks,
        curves=(Curve(role=Role.MAIN, course=course(line, step)),),
        levels=() if of.expected is None else (Level(of.expected, now, tr("expected")),),
        ahead=ahead,
        now=now,
        solid=not of.stale and not any(gap.end == now for gap in missing([line], step, now)),
        said=_said(of, line, ahead),
    )


def _ahead(forecast: Forecast, line: Line) -> Ahead:
    """Return the forecast as it is drawn: from the last point on, where that is a likely one.

    It rests on whole days: the figure of this moment may lie outside of what the day will be.
    """
    at, value = known(line)[-1]
    places = [n for n, time in enumerate(forecast.times) if time > at]
    first = places[0] if places else 0
    likely = forecast.lows[first] <= value <= forecast.highs[first]
    begin = (value,) * 3 if likely else _at(forecast, first)
    return Ahead(
        times=(at, *(forecast.times[n] for n in places)),
        values=(begin[0], *(forecast.values[n] for n in places)),
        lows=(begin[1], *(forecast.lows[n] for n in places)),
        highs=(begin[2], *(forecast.highs[n] for n in places)),
        text=name_of(forecast),
    )


def _at(forecast: Forecast, place: int) -> tuple[float, float, float]:
    return forecast.values[place], forecast.lows[place], forecast.highs[place]


def _said(of: Prospect, line: Line, ahead: Ahead | None) -> str:
    last = number(known(line)[-1][1], of.metric)
    if ahead is None:
        return tr("{name}: last {last}, no forecast", name=of.title, last=last)
    return tr(
        "{name}: last {last}, in {interval} {value}, between {low} and {high} ({method})",
        name=of.title,
        last=last,
        interval=interval_text(of.frame.query.horizon),
        value=number(ahead.values[-1], of.metric),
        low=number(ahead.lows[-1], of.metric),
        high=number(ahead.highs[-1], of.metric),
        method=ahead.text,
    )


def remark(of: Prospect) -> str:
    """Say what is to be made of a forecast, in one line."""
    forecast = forecast_of(of.frame)
    if forecast is None:
        return too_little(of.frame)
    if forecast.method == NAIVE:
        return tr("Drawn flat: forecast no better than naive")
    if not _proven(forecast):
        return tr("Too few past forecasts to judge this one")
    return _band_text(of.expected, forecast) if of.expected is not None else ""


def _band_text(expected: float, forecast: Forecast) -> str:
    if expected > forecast.highs[-1]:
        return tr("Expected value lies above the 80 % band")
    if expected < forecast.lows[-1]:
        return tr("Expected value lies below the 80 % band")
    return tr("Expected value lies inside the 80 % band")


def too_little(frame: SeriesFrame) -> str:
    """Say that there is too little history, and when there will be enough."""
    moments = [found.enough_at for found in frame.forecasts if found.enough_at is not None]
    if not moments:
        return tr("no history yet")
    day = date_text(datetime.fromtimestamp(max(moments), UTC))
    return tr("no history yet, enough on {day}", day=day)


class Record(msgspec.Struct, frozen=True):
    """How well the forecasts of a figure have done."""

    #: mean miss as a share of that of the naive forecast; None where that is not known
    skill: float | None
    better: bool
    words: str


def record(frame: SeriesFrame | None) -> Record:
    """Return the record of the forecasts of one figure."""
    forecast = forecast_of(frame) if frame is not None else None
    if forecast is None or forecast.skill is None:
        return Record(None, better=False, words=tr("no history yet"))
    if forecast.trials < LEAST_TRIALS:
        return Record(forecast.skill, better=False, words=tr("unproven"))
    better = forecast.method != NAIVE and forecast.skill < 1
    return Record(forecast.skill, better, tr("better") if better else tr("no better"))
