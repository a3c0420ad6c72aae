"""Values, ages and counts as people read them. Every function is pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from opsdesk.catalogue.language import chosen, grouped, localised, mark, tr, trn
from opsdesk.insight.terms import breaker_word, month_name
from opsdesk.model.metric import Metric
from opsdesk.model.reading import BreakerState, Qualifier, Reading, Unit

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
MIDDLE_DOT = "\N{MIDDLE DOT}"
NO_BREAK = "\N{NO-BREAK SPACE}"
#: stands where there is no value
NOTHING = EN_DASH

#: before any data: the time of a widget that has been shown nothing yet
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# Up to two days in hours: '26 h' says more than '1 d'.
_SMALL_DAYS = 2 * _DAY
_LARGEST_FIRST = ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "m"), (_MINUTE, "m", 1, "s"))
_EXACT = ((_DAY, _SMALL_DAYS, "d"), (_HOUR, _HOUR, "h"), (_MINUTE, _MINUTE, "min"))
# Where rounding would reach the next unit: 0.9996 s is 1 s, not 1000 ms.
_MILLISECONDS_BELOW, _TENTHS_BELOW = 0.9995, 9.95

_MONEY = (Unit.USD, Unit.USD_PER_WEEK, Unit.USD_PER_MONTH)
_PERCENTS = (Unit.PERCENT, Unit.PERCENT_CHANGE, Unit.PERCENT_CHANGE_PER_WEEK)
# From here on a percent has no tenths, and no number all of its digits.
_LONG, HUGE = 1e3, 1e15
_NOT_ZERO = frozenset("123456789")

# Languages that write a noun with a capital wherever it stands.
_NOUNS_ARE_CAPITAL = ("de",)

#: so many names are written out at most
LISTED = 3

_SYMBOLS = {
    Unit.PERCENT: "%",
    Unit.PERCENT_CHANGE: "%",
    Unit.MILLISECONDS: "ms",
    Unit.MINUTES: "min",
    Unit.SCORE_OF_10: "/ 10",
}
_WORDED_SYMBOLS = {
    Unit.PERCENT_CHANGE_PER_WEEK: mark("% / week"),
    Unit.COUNT_PER_WEEK: mark("/ week"),
    Unit.COUNT_PER_MONTH: mark("/ month"),
    Unit.HOURS_PER_WEEK: mark("h / week"),
    Unit.THOUSAND_LINES_PER_HOUR: mark("k lines / h"),
    Unit.USD_PER_WEEK: mark("/ week"),
    Unit.USD_PER_MONTH: mark("/ month"),
}

_QUALIFIERS = {
    Qualifier.EXACT: "",
    Qualifier.LESS: "< ",
    Qualifier.GREATER: "> ",
    Qualifier.AT_LEAST: "\N{GREATER-THAN OR EQUAL TO} ",
    Qualifier.ABOUT: "\N{ALMOST EQUAL TO} ",
}

# A change is whole from here on, and from so far from all or nothing.
_WHOLE_CHANGE, _NEAR_ALL = 10.0, 1.0


def unbroken(text: str) -> str:
    """Keep a percent sign on the line of its number."""
    return text.replace(" %", f"{NO_BREAK}%")


def metric_title(metric: Metric | None, name: str) -> str:
    """Return what a metric is called; one that the catalogue does not have, by its name."""
    return tr(metric.title) if metric is not None else name


def unit_symbol(metric: Metric | None) -> str:
    """Return what is written behind the number: '%', 'ms', '/ month', or nothing."""
    if metric is None:
        return ""
    return _SYMBOLS.get(metric.unit) or tr(_WORDED_SYMBOLS.get(metric.unit, ""))


def unit_of(reading: Reading | None, metric: Metric | None) -> str:
    """Return what is written behind a reading: a word such as 'N/A' has no unit."""
    return unit_symbol(metric) if reading is not None and reading.number is not None else ""


def value_text(reading: Reading | None, metric: Metric | None, now: datetime) -> str:
    """Return the value without its unit, with its qualifier; an en dash where there is none."""
    value = reading.value if reading is not None else None
    if reading is None or value is None:
        return NOTHING
    if isinstance(value, BreakerState):
        return breaker_word(value).upper()
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if isinstance(value, datetime):
        return tr("{age} ago", age=age_text((now - value).total_seconds()))
    if isinstance(value, str):
        return tr(value) or NOTHING
    text = amount_text(value, metric)
    return text if text == NOTHING else _QUALIFIERS[reading.qualifier] + text


def figure_text(reading: Reading | None, metric: Metric | None, now: datetime) -> str:
    """Return the value with its unit: '98.5 %', '1,243 ms'; a word such as 'N/A' has none."""
    return f"{value_text(reading, metric, now)} {unit_of(reading, metric)}".rstrip()


def amount_text(value: float, metric: Metric | None) -> str:
    """Return a number as one of this metric is written, without its unit: '0.0', '1,243'."""
    text = number_text(value, metric.unit if metric is not None else None)
    if text == "0" and metric is not None:
        return localised(f"{0:.{metric.zero_decimals}f}")
    return text


def number_text(value: float, unit: Unit | None) -> str:
    """Return a number with the digits that a person needs, a true minus, money with its sign."""
    if not math.isfinite(value):
        return NOTHING
    size = abs(value)
    text = with_currency(localised(_size_text(size, unit)), unit)
    return MINUS + text if value < 0 and not _NOT_ZERO.isdisjoint(text) else text


def quantity_text(value: float, metric: Metric | None) -> str:
    """Return a number with the unit of a metric: '15 %', '1,243 ms'."""
    unit = metric.unit if metric is not None else None
    return f"{number_text(value, unit)} {unit_symbol(metric)}".rstrip()


def with_currency(amount: str, unit: Unit | None) -> str:
    """Return a positive amount of money with its sign, where the language has it: '$35,000'."""
    return tr("${amount}", amount=amount) if unit in _MONEY else amount


def _size_text(size: float, unit: Unit | None) -> str:
    if unit is Unit.SECONDS and size < HUGE:
        return _duration(size)
    return _percent(size) if unit in _PERCENTS and size < _LONG else _plain(size)


def _percent(size: float) -> str:
    # 99.97 must not read as 100, nor 0.03 as 0: the last step to an end is what matters. So near
    # an end there are two digits of the distance to it.
    distance = min(size, abs(100.0 - size))
    digits = 1 if distance >= 1 or not distance else min(4, 1 - math.floor(math.log10(distance)))
    text = _trim(f"{size:,.{digits}f}")
    if text == "0" and size > 0:
        return "0.0001"
    return "99.9999" if text == "100" and size < float(text) else text


def _plain(size: float) -> str:
    if size >= HUGE:
        return f"{size:.3g}".replace("e+", "e")
    # Three significant digits below a hundred, whole numbers above.
    digits = max(0, min(6, 2 - math.floor(math.log10(size)))) if size else 0
    return _trim(f"{size:,.{digits}f}")


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_text(seconds: float) -> str:
    """Return a duration in its two largest units: '2 m 14 s', '3 h 5 m', '1.4 s', '450 ms'.

    Below zero reads as 0 ms.
    """
    return localised(_duration(seconds))


def _duration(seconds: float) -> str:
    if seconds < _MILLISECONDS_BELOW:
        return f"{max(0.0, seconds) * 1000:.0f} ms"
    if seconds < _TENTHS_BELOW:
        return f"{_trim(f'{seconds:.1f}')} s"
    whole = round(seconds)
    for size, big, small_size, small in _LARGEST_FIRST:
        if whole >= size:
            rest = whole % size // small_size
            return f"{whole // size} {big} {rest} {small}" if rest else f"{whole // size} {big}"
    return f"{whole} s"


def age_text(seconds: float) -> str:
    """Return an age in one unit: '12 s', '46 min', '3 h', '5 d'. Below zero reads as 0 s."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _SMALL_DAYS:
        return f"{whole // _HOUR} h"
    return f"{grouped(whole // _DAY)} d"


def interval_text(seconds: float) -> str:
    """Return a length of time, exactly: '15 s', '1 min', '24 h', '7 d', else '1 m 30 s'."""
    for size, least, unit in _EXACT:
        if seconds >= least and seconds % size == 0:
            return f"{grouped(round(seconds / size))} {unit}"
    return duration_text(seconds) if seconds else "0 s"


def clock_text(
    at: datetime, now: datetime, zone: tzinfo | None = None, *, to_the_second: bool = False
) -> str:
    """Return a local time of day, with the date where it is not today's: '13:46'.

    ``zone`` None is this computer's.
    """
    local, today = at.astimezone(zone), now.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if to_the_second else f"{local:%H:%M}"
    if local.date() == today.date():
        return clock
    return tr("{date} {time}", date=date_text(at, zone), time=clock)


def date_text(at: datetime, zone: tzinfo | None = None) -> str:
    """Return a local day without its year: '02 Mar'."""
    local = at.astimezone(zone)
    return tr("{day} {month}", day=f"{local:%d}", month=month_name(local.month))


def exact_time(at: datetime) -> str:
    """Return a local time to the second with its offset, as ISO 8601 writes it."""
    return at.astimezone().isoformat(sep=" ", timespec="seconds")


def window_text(seconds: float | None) -> str:
    """Return what a value covers: 'last 24 h', 'last 5 min', or 'now'."""
    if seconds is None:
        return tr("now")
    return tr("last {interval}", interval=interval_text(seconds))


def percent_change_text(change: float) -> str:
    """Return by how much something has changed: '\N{MINUS SIGN}60 %', '+4.5 %'."""
    if not math.isfinite(change):
        return NOTHING
    size = abs(change)
    whole = size >= _WHOLE_CHANGE and abs(size - 100) >= _NEAR_ALL
    text = number_text(float(round(change)) if whole else change, Unit.PERCENT_CHANGE)
    return f"+{text} %" if change > 0 else f"{text} %"


def comparison_text(earlier: Reading | None, change: float | None, metric: Metric | None) -> str:
    """Return what a value is held against: 'was 45 min, \N{MINUS SIGN}60 %', or the half known.

    A period stands beside the value itself: 'was 23'.
    """
    written = value_text if unit_symbol(metric).startswith("/ ") else figure_text
    was = written(earlier, metric, earlier.at) if earlier is not None else NOTHING
    by = percent_change_text(change) if change is not None else NOTHING
    if was == NOTHING:
        return "" if by == NOTHING else by
    if by == NOTHING:
        return tr("was {value}", value=was)
    return tr("was {value}, {change}", value=was, change=by)


def quantile_name(quantile: str) -> str:
    """Return 'p95' for the quantile 0.95, 'max' for 1."""
    try:
        share = float(quantile)
    except ValueError:
        return quantile
    return tr("max") if share >= 1 else f"p{share * 100:g}"


def listing(names: Sequence[str], number: int | None = None) -> str:
    """Return 'A', 'A and B', 'A, B and C', 'A, B and 4 more'.

    ``number`` is how many there are, where ``names`` holds but the first of them.
    """
    number = len(names) if number is None else number
    shown = names[:LISTED] if number <= LISTED else names[: LISTED - 1]
    if rest := number - len(shown):
        return trn(
            "{names} and {number} more", "{names} and {number} more", rest, names=", ".join(shown)
        )
    if len(shown) <= 1:
        return "".join(shown)
    return tr("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])


def inside(title: str) -> str:
    """Return a title as it stands within a sentence: 'error rate', but 'ROI' and 'CPU load'."""
    if title[1:2].isupper() or chosen() in _NOUNS_ARE_CAPITAL:
        return title
    return title[:1].lower() + title[1:]


def utc_now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)
