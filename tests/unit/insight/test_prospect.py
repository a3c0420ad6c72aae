"""Forecasts in charts and words."""

from __future__ import annotations

import pytest
from support.boards import CATALOGUE
from support.courses import DAY, END, flat, frame, line

from opsdesk.insight.prospect import LEAST_TRIALS, Prospect, chart, record, remark, too_little
from opsdesk.model.key import key
from opsdesk.model.series import Forecast, SeriesFrame

MTTR = key("quality.mttr")
HORIZON = 30 * DAY


def forecast(**more: object) -> Forecast:
    times = tuple(END + n * DAY for n in range(1, 31))
    known: dict[str, object] = {
        "method": "Theta",
        "times": times,
        "values": (15.0,) * 30,
        "lows": (12.0,) * 30,
        "highs": (19.0,) * 30,
        "skill": 0.7,
        "trials": 36,
    }
    return Forecast(key=MTTR, **(known | more))


def answered(*forecasts: Forecast) -> SeriesFrame:
    past = line(MTTR, flat(18.0), HORIZON, DAY)
    return frame(past, window=HORIZON, step=DAY, forecasts=forecasts, horizon=HORIZON)


def prospect(found: SeriesFrame, expected: float | None = 15.0) -> Prospect:
    metric = CATALOGUE["quality.mttr"]
    return Prospect(frame=found, metric=metric, title="Time to resolve", expected=expected)


def test_a_forecast_begins_where_the_past_ends() -> None:
    found = chart(prospect(answered(forecast())))
    assert found is not None
    assert found.ahead is not None
    assert (found.ahead.times[0], found.ahead.values[0]) == (END, 18.0)
    assert found.ahead.lows[0] == found.ahead.highs[0] == 18.0
    assert found.now == END
    assert found.end == END + HORIZON
    assert [level.value for level in found.levels] == [15.0]
    assert found.low <= 12
    assert found.high >= 19
    assert "in 30 d 15 min, between 12 min and 19 min (forecast)" in found.said


def test_a_moment_that_is_far_from_what_the_day_will_be_is_not_joined() -> None:
    found = chart(prospect(answered(forecast(highs=(17.0,) * 30))))
    assert found is not None
    assert found.ahead is not None
    assert (found.ahead.times[0], found.ahead.values[0]) == (END, 15.0)
    assert (found.ahead.lows[0], found.ahead.highs[0]) == (12.0, 17.0)


def test_without_a_forecast_the_past_is_still_drawn() -> None:
    found = chart(prospect(answered(Forecast(key=MTTR, method="")), expected=None))
    assert found is not None
    assert found.ahead is None
    assert found.levels == ()
    assert found.said.endswith("no forecast")


def test_nothing_known_is_no_chart() -> None:
    assert chart(prospect(frame(window=HORIZON, step=DAY, horizon=HORIZON))) is None


@pytest.mark.parametrize(
    ("more", "name", "words"),
    [
        ({"method": "naive"}, "naive", "Drawn flat: forecast no better than naive"),
        ({"trials": LEAST_TRIALS - 1}, "unproven", "Too few past forecasts to judge this one"),
        ({"skill": None}, "unproven", "Too few past forecasts to judge this one"),
        ({}, "forecast", "Expected value lies inside the 80 % band"),
        ({"highs": (14.0,) * 30}, "forecast", "Expected value lies above the 80 % band"),
        ({"lows": (16.0,) * 30}, "forecast", "Expected value lies below the 80 % band"),
    ],
)
def test_a_forecast_says_what_it_is_worth(more: dict[str, object], name: str, words: str) -> None:
    found = prospect(answered(forecast(**more)))
    made = chart(found)
    assert made is not None
    assert made.ahead is not None
    assert made.ahead.text == name
    assert remark(found) == words


def test_without_an_expected_value_there_is_nothing_to_remark() -> None:
    assert not remark(prospect(answered(forecast()), expected=None))


def test_too_little_history_says_when_there_will_be_enough() -> None:
    young = answered(Forecast(key=MTTR, method="", enough_at=END + 19 * DAY))
    assert remark(prospect(young)) == "no history yet, enough on 12 Dec"
    assert too_little(answered()) == "no history yet"


@pytest.mark.parametrize(
    ("found", "better", "words"),
    [
        (forecast(), True, "better"),
        (forecast(method="naive", skill=0.98), False, "no better"),
        (forecast(skill=1.2), False, "no better"),
        (forecast(trials=1), False, "unproven"),
        (forecast(skill=None), False, "no history yet"),
        (Forecast(key=MTTR, method=""), False, "no history yet"),
    ],
)
def test_a_record_is_better_or_no_better(found: Forecast, better: bool, words: str) -> None:
    told = record(answered(found))
    assert (told.better, told.words) == (better, words)


def test_what_was_not_answered_has_no_record() -> None:
    assert record(None).skill is None
