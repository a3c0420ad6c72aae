"""What /v1/series, /v1/events and /v1/wall are asked, as the parameters of an address."""

from __future__ import annotations

import re
from collections.abc import Iterable

from opsdesk.catalogue.language import tr
from opsdesk.model.series import SeriesRange
from opsdesk.wire import keys
from opsdesk.wire.fields import LATEST

#: of one question
MOST_KEYS = 500
#: of one line, as Prometheus has it
MOST_POINTS = 11_000
#: of all lines together
MOST_IN_ALL = 1_000_000
#: characters
LONGEST_NAME = 200

# As JSON has them: float() takes more, such as 'nan' and '1_000'.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)

Parameters = Iterable[tuple[str, str]]


def parse_series(parameters: Parameters) -> SeriesRange:
    """Return the range that is asked for; parameters that are not known are passed over.

    Raises:
        ValueError: it cannot be answered, and why.

    """
    found = tuple(parameters)
    wanted = SeriesRange(
        keys=tuple(dict.fromkeys(map(keys.parse, _all(found, "key")))),
        start=_number(found, "start"),
        end=_number(found, "end"),
        step=_number(found, "step"),
        baseline=_one(found, "baseline") or "",
    )
    _check(wanted)
    return wanted


def parse_events(parameters: Parameters) -> float:
    """Return the moment after which transitions are asked for; without one, all of them.

    Raises:
        ValueError: it is no moment.

    """
    found = tuple(parameters)
    return 0.0 if _one(found, "since") is None else _number(found, "since")


def parse_wall(parameters: Parameters) -> str:
    """Return the id of the wall that is meant; '' for all of them.

    Raises:
        ValueError: it is not sure what is meant: a slip would turn every wall.

    """
    found = tuple(parameters)
    for name, _ in found:
        if name != "wall":
            raise ValueError(tr("'{name}' is not known; a wall is named by 'wall'", name=name))
    return _one(found, "wall") or ""


def _check(wanted: SeriesRange) -> None:
    if not 1 <= len(wanted.keys) <= MOST_KEYS:
        raise ValueError(tr("name 1 to {most} keys, each as 'key'", most=MOST_KEYS))
    if wanted.end < wanted.start:
        raise ValueError(tr("'end' is before 'start'"))
    if wanted.step <= 0:
        raise ValueError(tr("'step' must be greater than 0"))
    points = (wanted.end - wanted.start) / wanted.step
    if points > MOST_POINTS:
        raise ValueError(
            tr("more than {most} points a line; take a longer 'step'", most=MOST_POINTS)
        )
    if points * len(wanted.keys) > MOST_IN_ALL:
        raise ValueError(
            tr("more than {most} points in all; name fewer keys at a time", most=MOST_IN_ALL)
        )
    if len(wanted.baseline) > LONGEST_NAME:
        raise ValueError(tr("the name of a baseline has at most {most} letters", most=LONGEST_NAME))


def _all(found: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [value for given, value in found if given == name]


def _one(found: tuple[tuple[str, str], ...], name: str) -> str | None:
    values = _all(found, name)
    if len(values) > 1:
        raise ValueError(tr("'{name}' is given twice", name=name))
    return values[0] if values else None


def _number(found: tuple[tuple[str, str], ...], name: str) -> float:
    text = _one(found, name)
    if text is None:
        raise ValueError(tr("'{name}' is missing: a number of seconds", name=name))
    number = float(text) if _NUMBER.fullmatch(text) else -1.0
    if not 0 <= number <= LATEST.timestamp():
        raise ValueError(
            tr("'{name}' must be a number of seconds, not {found}", name=name, found=repr(text))
        )
    return number
