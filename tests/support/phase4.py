"""The 113 figures of the Phase 4 dashboard as readings, from tests/data/phase4-figures.csv."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from opsdesk.model.key import Key, key
from opsdesk.model.reading import BreakerState, Origin, Qualifier, Reading, Unit, Value
from opsdesk.model.snapshot import Baseline

CSV = Path(__file__).parents[1] / "data" / "phase4-figures.csv"
BEFORE = "before Phase 4"

_LABEL = re.compile(r'(\w+)="([^"]*)"')
_EARLIER = re.compile(rf"{BEFORE}: ([\d.]+)")
_AGO = re.compile(r"(\d+)(h|m) ago")
_SECONDS = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}


@lru_cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the rows as they stand in the file."""
    with CSV.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def figures(now: datetime, source: str = "prod", *, derived: bool = False) -> list[Reading]:
    """Return the figures as a source would send them; those that follow from others on demand."""
    return [
        _reading(row, now, source) for row in rows() if derived or row["origin"] != Origin.DERIVED
    ]


def baselines(now: datetime, source: str = "prod") -> tuple[Baseline, ...]:
    """Return what was before."""
    found: dict[Key, Reading] = {}
    for row in rows():
        if earlier := _EARLIER.match(row["baseline"]):
            of = _key(row)
            value = float(earlier.group(1))
            found[of] = Reading(key=of, value=value, at=now - timedelta(days=60), source=source)
    return (Baseline(name=BEFORE, readings=found),)


def _key(row: dict[str, str]) -> Key:
    return key(row["metric"], dict(_LABEL.findall(row["labels"])))


def _reading(row: dict[str, str], now: datetime, source: str) -> Reading:
    window = row["window"]
    value = _value(row, now)
    return Reading(
        key=_key(row),
        value=value,
        at=now,
        source=source,
        origin=Origin(row["origin"]),
        qualifier=Qualifier(row["qualifier"]),
        window=int(window[:-1]) * _SECONDS[window[-1]] if window else None,
        change=float(row["change_percent"]) if row["change_percent"] else None,
        note=row["value"] if value is None else "",
    )


def _value(row: dict[str, str], now: datetime) -> Value:
    text = row["value"]
    match Unit(row["unit"]):
        case Unit.STATE:
            return BreakerState(text)
        case Unit.TEXT:
            return text
        case Unit.BOOL:
            return text == "yes"
        case Unit.TIME:
            ago = _AGO.match(text)
            return now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]]) if ago else None
    return float(text)
