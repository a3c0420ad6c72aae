"""Values, ages and counts as people read them. Every function is pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Qualifier, Reading, Unit

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
MIDDLE_DOT = "\N{MIDDLE DOT}"
#: stands where there is no value
NOTHING = EN_DASH

#: before any data: the time of a widget that has been shown nothing yet
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# Up to two days in hours: '26 h' says more than '1 d'.
_SMALL_DAYS = 2 * _DAY

_SYMBOLS = {
    Unit.PERCENT: "%",
    Unit.PERCENT_CHANGE: "%",
    Unit.PERCENT_CHANGE_PER_WEEK: "% / week",
    Unit.MILLISECONDS: "ms",
    Unit.MINUTES: "min",
    Unit.COUNT_PER_WEEK: "/ week",
    Unit.COUNT_PER_MONTH: "/ month",
    Unit.HOURS_PER_WEEK: "h / week",
    Unit.THOUSAND_LINES_PER_HOUR: "k lines / h",
    Unit.USD: "USD",
    Unit.USD_PER_WEEK: "USD / week",
    Unit.USD_PER_MONTH: "USD / month",
    Unit.SCORE_OF_10: "/ 10",
}

_QUALIFIERS = {
    Qualifier.EXACT: "",
    Qualifier.LESS: "< ",
    Qualifier.GREATER: "> ",
    Qualifier.AT_LEAST: "\N{GREATER-THAN OR EQUAL TO} ",
    Qualifier.ABOUT: "\N{ALMOST EQUAL TO} ",
}

_BREAKER_WORDS = {state: state.value.upper() for state in BreakerState}


def unit_symbol(metric: Metric | None) -> str:
    """Return what is written behind the number: '%', 'ms', or nothing."""
    return "" if metric is None else _SYMBOLS.get(metric.unit, "")


def value_text(reading: Reading | None, metric: Metric | None, now: datetime) -> str:
    """Return the value without its unit, with its qualifier; an en dash where there is none."""
    if reading is None or reading.value is None:
        return NOTHING
    value = reading.value
    prefix = _QUALIFIERS[reading.qualifier]
    if isinstance(value, BreakerState):
        return _BREAKER_WORDS[value]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{age_text((now - value).total_seconds())} ago"
    if isinstance(value, str):
        return value
    return prefix + number_text(value, metric.unit if metric is not None else None)


def figure_text(reading: Reading | None, metric: Metric | None, now: datetime) -> str:
    """Return the value with its unit: '98.5 %', '1,243 ms'."""
    text = value_text(reading, metric, now)
    symbol = unit_symbol(metric)
    return f"{text} {symbol}" if symbol and text != NOTHING else text


def number_text(value: float, unit: Unit | None) -> str:
    """Return a number with the digits that a person needs, and a true minus."""
    if math.isnan(value) or math.isinf(value):
        return NOTHING
    if unit is Unit.SECONDS:
        return duration_text(value)
    text = _percent(value) if unit in (Unit.PERCENT, Unit.PERCENT_CHANGE) else _plain(value)
    return text.replace("-", MINUS)


def _percent(value: float) -> str:
    text = _trim(f"{value:,.1f}")
    # 99.97 must not read as 100, nor 0.03 as 0: the last step to an end is what matters.
    if text in ("100", "0", "-0") and value != float(text):
        return _trim(f"{value:.2g}") if abs(value) < 1 else _short_of_100(value)
    return text


def _short_of_100(value: float) -> str:
    for digits in (2, 3, 4):
        text = f"{value:.{digits}f}"
        if float(text) != 100.0:  # noqa: PLR2004 - the end of the scale
            return text
    return "> 99.9999" if value < 100 else "100"  # noqa: PLR2004 - the end of the scale


def _plain(value: float) -> str:
    if value == 0:
        return "0"
    # Three significant digits below a hundred, whole numbers above.
    digits = max(0, min(6, 2 - math.floor(math.log10(abs(value)))))
    return _trim(f"{value:,.{digits}f}")


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_text(seconds: float) -> str:
    """Return a duration in its two largest units: '2 m 14 s', '3 h 5 m', '450 ms'."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    whole = round(seconds)
    for size, big, small_size, small in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "m")):
        if whole >= size:
            rest = whole % size // small_size
            return f"{whole // size} {big} {rest} {small}" if rest else f"{whole // size} {big}"
    if whole < _MINUTE:
        return f"{whole} s"
    rest = whole % _MINUTE
    return f"{whole // _MINUTE} m {rest} s" if rest else f"{whole // _MINUTE} m"


def age_text(seconds: float) -> str:
    """Return an age in one unit: '12 s', '46 min', '3 h', '5 d'. Below zero reads as 0 s."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _SMALL_DAYS:
        return f"{whole // _HOUR} h"
    return f"{whole // _DAY} d"


def interval_text(seconds: float) -> str:
    """Return a refresh interval: '15 s', '1 min'."""
    return age_text(seconds)


def clock_text(at: datetime, now: datetime) -> str:
    """Return a local time of day, with the date where it is not today's: '13:46'."""
    local, today = at.astimezone(), now.astimezone()
    return local.strftime("%H:%M" if local.date() == today.date() else "%d %b %H:%M")


def exact_time(at: datetime) -> str:
    """Return a local time to the second with its offset, as ISO 8601 writes it."""
    return at.astimezone().isoformat(sep=" ", timespec="seconds")


def window_text(seconds: float | None) -> str:
    """Return what a value covers: 'last 24 h', 'last 5 min', or 'now'."""
    if seconds is None:
        return "now"
    if seconds % _DAY == 0 and seconds > _DAY:
        return f"last {seconds // _DAY:.0f} d"
    return f"last {age_text(seconds)}" if seconds != _DAY else "last 24 h"


def count(number: int, one: str, many: str = "") -> str:
    """Return '1 breaker', '2 breakers', '1,204 breakers'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def be(number: int) -> str:
    """Return 'is' or 'are'."""
    return "is" if number == 1 else "are"


def listing(names: tuple[str, ...], most: int = 3) -> str:
    """Return 'A', 'A and B', 'A, B and 4 more'."""
    shown = list(names[:most]) if len(names) <= most else [*names[: most - 1]]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def utc_now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)
