"""What slides are made of. Every text is short: there is room for about thirty letters a line."""

from __future__ import annotations

import msgspec

from opsdesk.insight.chart import Chart
from opsdesk.insight.strips import Drawn
from opsdesk.insight.verdict import State


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its title above and what it is held against below."""

    title: str
    value: str
    unit: str = ""
    #: stands where the value has no room: a part of a number would be another number
    short: str = ""
    note: str = ""
    #: what is to be seen before anything else: framed in its colour, with its shape
    state: State | None = None
    #: an old value is not written as if it were of now
    stale: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row: a thing by its name, and how it is."""

    name: str
    value: str = ""
    unit: str = ""
    #: stands where the value has no room; where there is none, the value is a word, not a figure
    short: str = ""
    state: State | None = None
    stale: bool = False
    #: how a breaker went
    strip: Drawn | None = None
    #: it comes and goes
    flaps: bool = False


class Hero(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as large as there is room, with how it went below it."""

    figure: Figure
    chart: Chart | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures side by side; those that have no room are left out from the end."""

    figures: tuple[Figure, ...]


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Lines below a title, the worst first; what has no room is counted."""

    title: str
    lines: tuple[Line, ...]
    #: how many there are, where ``lines`` are but the first of them; 0: as many as lines
    total: int = 0

    @property
    def number(self) -> int:
        """How many there are."""
        return max(self.total, len(self.lines))


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, and how it went, on axes."""

    figure: Figure
    chart: Chart | None = None
    #: where there is nothing to draw: why
    absence: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences below a title."""

    title: str
    sentences: tuple[Line, ...]


Block = Hero | Figures | Rows | Trend | Words


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A block in its place: ``span`` of twelve columns; the lowest rank stays longest."""

    block: Block
    span: int = 12
    rank: int = 1


class Slide(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the wall."""

    title: str
    parts: tuple[Part, ...] = ()
    #: what is said where there is nothing else: '' never where there are parts
    absence: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The line at the top of every slide: how everything is."""

    state: State
    word: str
    reason: str
    #: fills the band from edge to edge: what is shown is not how things are now
    filled: bool = False


class Well(msgspec.Struct, frozen=True):
    """Something that still works."""

    text: str


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A slide that has taken the wall over: one incident, or several as rows."""

    #: of the band: glyph and colour
    state: State
    #: 'OPEN', '3 OPEN'
    word: str
    #: '22 min'; '' where nobody knows whether it still lasts
    lasts: str = ""
    #: 'for', 'at least', or what stands before how long it lasts
    before: str = ""
    #: 'External API', and 'Carbon Data'
    group: str = ""
    name: str = ""
    facts: tuple[Figure, ...] = ()
    #: how it went: of a breaker its states, of a figure its values
    strip: Drawn | None = None
    chart: Chart | None = None
    flaps: bool = False
    #: several at once
    rows: Rows | None = None
    well: tuple[Well, ...] = ()


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """The foot of every slide: where in its turn it stands, and whether it is held."""

    position: int = 0
    number: int = 0
    held: bool = False


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All that a wall shows at a moment, but for the clock."""

    slide: Slide | Alarm
    status: Status
    marks: Marks = Marks()
    #: 'Updated 12 s ago'
    age: str = ""
    #: the clock: '14:32'
    clock: str = ""
    #: said at the foot instead of the age: that a code is being typed, and the like
    said: str = ""
