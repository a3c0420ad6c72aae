"""Where the columns of painted rows stand: words take what they need, evidence the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest

import msgspec

from opsdesk.insight.verdict import State, state_word
from opsdesk.model.reading import Reading
from opsdesk.ui.panels.marks import Marks
from opsdesk.ui.writing import BESIDE, BOLD, CAPTION, SMALL, VALUE, Type

GLYPH, GAP = 14.0, 14.0
#: between a name and what stands small beside it
BESIDE_GAP = 10.0
# A column of names or remarks takes at most this share of the width.
_NAMES, _REMARKS = 0.44, 0.36
# Words that are values begin no further left.
_WORDS = 0.37
# The second of two scales takes this share of the room for both.
_SECOND = 0.42
# With less evidence than that, there is one.
_TWO_SCALES = 170.0
# With less evidence than that, remarks are left out, then what is small beside the names.
_EVIDENCE = 140.0
# A value stands so far from the scale before it, at the end of which a dot may stand.
_CLEAR = 24.0
# The widest text is among so many that have the most letters: of 2,000 rows not each is measured.
_MEASURED = 12


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    name: str
    #: beside the name, small
    small: str = ""
    #: a number before the evidence
    lead: str = ""
    value: str = ""
    unit: str = ""
    remark: str = ""
    #: the value is a word, not a number
    worded: bool = False
    #: this one is what the panel is about
    bright: bool = False
    #: may no longer be true
    stale: bool = False
    state: State | None = None
    marks: Marks | None = None
    #: a second scale, behind the first
    more: Marks | None = None
    #: the figure that hover and Enter tell of
    reading: Reading | None = None

    @property
    def said(self) -> str:
        """What the row says, for those who do not see it."""
        state = state_word(self.state) if self.state is not None else ""
        parts = (self.name, self.small, self.lead, self.value, self.unit, self.remark, state)
        return " ".join(part for part in parts if part)


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Left and width of each column, in pixels."""

    name: tuple[float, float]
    lead: tuple[float, float] = (0.0, 0.0)
    first: tuple[float, float]
    second: tuple[float, float] = (0.0, 0.0)
    value: tuple[float, float]
    remark: tuple[float, float]
    #: left of what stands small beside the names; None where there is no room for it
    small: float | None = None
    #: values are read from their left, as words are
    words: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """Return the last scale there is: the axis belongs to it."""
        return self.second if self.second[1] else self.first


def in_one_line(
    rows: Sequence[Row], width: float, name: str, lead: str, value: Type = VALUE
) -> Columns:
    """Share a width out among the columns of rows, captioned ``name`` and ``lead``."""
    if all(row.marks is None and row.more is None for row in rows):
        return _of_words(rows, width, value)
    remarks = _remarks(rows, width)
    leads = _widest(VALUE, (row.lead for row in rows))
    leads = max(leads, CAPTION.width(lead)) + GAP if leads else 0.0
    values = _values(rows, value) + _CLEAR
    free = width - leads - values
    alone = max(_names(rows), CAPTION.width(name))
    small: float | None = alone + BESIDE_GAP
    smalls = _smalls(rows)
    names = alone + smalls + GAP
    if free - names - remarks < _EVIDENCE:
        remarks = 0.0
    if free - names < _EVIDENCE:
        names, small = alone + GAP, None
    # What stands small beside them has its room, or is left out: a part of a word says nothing.
    left = names if smalls and small is not None else min(names, width * _NAMES)
    begin, end = left + leads, width - values - remarks
    evidence = max(0.0, end - begin)
    second, first = 0.0, evidence
    if any(row.more is not None for row in rows):
        # Where there is no room for two, the number before the first says what it would.
        both = evidence >= _TWO_SCALES
        second = evidence * _SECOND if both else evidence - GAP
        first = evidence - second - 2 * GAP if both else 0.0
    return Columns(
        name=(0.0, max(0.0, left - GAP)),
        lead=(left, max(0.0, leads - GAP)),
        first=(begin, max(0.0, first)),
        second=(begin + evidence - second, second),
        value=(end, values),
        remark=(width - remarks + GAP, max(0.0, remarks - GAP)),
        small=small,
    )


def _of_words(rows: Sequence[Row], width: float, value: Type) -> Columns:
    """Share a width out where nothing is drawn: names take what is left."""
    if any(row.worded for row in rows):
        return _read_from_left(rows, width, value)
    values, alone = _values(rows, value), _names(rows)
    values += GAP if values else 0.0
    names = min(alone + _smalls(rows), width * _NAMES)
    remarks = _widest(SMALL, (row.remark for row in rows))
    remarks = min(remarks + GAP, max(0.0, width - names - values)) if remarks else 0.0
    left = max(0.0, width - values - remarks)
    return Columns(
        name=(0.0, left),
        first=(left, 0.0),
        value=(left, values),
        remark=(width - remarks + GAP, max(0.0, remarks - GAP)),
        small=alone + BESIDE_GAP,
    )


def _read_from_left(rows: Sequence[Row], width: float, value: Type) -> Columns:
    """Share a width out where some values are words: all of them begin on one line."""
    alone, remarks = _names(rows), _remarks(rows, width)
    most = max(width * _NAMES, width - remarks - _values(rows, value))
    left = max(min(alone + _smalls(rows) + GAP, most), width * _WORDS)
    remarks = min(remarks, width - left)
    return Columns(
        name=(0.0, max(0.0, left - GAP)),
        first=(left, 0.0),
        value=(left, max(0.0, width - left - remarks)),
        remark=(width - remarks + GAP, max(0.0, remarks - GAP)),
        small=alone + BESIDE_GAP,
        words=True,
    )


def in_two_lines(rows: Sequence[Row], width: float, style: Type = VALUE) -> Columns:
    """Share a width out among evidence and value; name and remark stand above."""
    value = _values(rows, style)
    remark = min(_widest(SMALL, (row.remark for row in rows)), width * 0.6)
    return Columns(
        name=(0.0, max(0.0, width - remark - GAP)),
        first=(0.0, max(0.0, width - value - _CLEAR)),
        value=(width - value, value),
        remark=(width - remark, remark),
    )


def unit_width(row: Row) -> float:
    """Return the pixels that a unit takes behind its number."""
    return BESIDE.width(row.unit) + 4 if row.unit else 0.0


def _remarks(rows: Sequence[Row], width: float) -> float:
    remarks = min(_widest(SMALL, (row.remark for row in rows)), width * _REMARKS)
    return remarks + GAP if remarks else 0.0


def _names(rows: Sequence[Row]) -> float:
    """Return the width of the names, with their glyphs."""
    glyph = GLYPH + 8 if any(row.state is not None for row in rows) else 0.0
    return glyph + _widest(BOLD, (row.name for row in rows))


def _smalls(rows: Sequence[Row]) -> float:
    """Return the width of what stands small beside the names, and of the gap before it."""
    small = _widest(CAPTION, (row.small for row in rows))
    return small + BESIDE_GAP if small else 0.0


def _values(rows: Sequence[Row], style: Type) -> float:
    longest = nlargest(_MEASURED, rows, key=lambda row: len(row.value) + len(row.unit))
    return max(style.width(row.value) + unit_width(row) for row in longest)


def _widest(style: Type, texts: Iterable[str]) -> float:
    return max(style.width(text) for text in nlargest(_MEASURED, texts, key=len))
