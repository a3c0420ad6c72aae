"""What a wall tells of itself."""

from __future__ import annotations

from datetime import timedelta

from support.boards import NOW

from opsdesk.insight.sight import Caps
from opsdesk.insight.slides.blocks import Figures, Slide, Words
from opsdesk.insight.slides.diagnostics import diagnostics_of
from opsdesk.insight.verdict import State
from opsdesk.model.wall import Showing, WallStatus

STATUS = WallStatus(
    walls=(Showing(id="main", lit=True), Showing(id="hall", display="DP-3")),
    started_at=NOW - timedelta(days=123),
    restarts=2,
    memory=181.5,
    last_refresh=NOW - timedelta(seconds=12),
    refreshes=1_234_567,
    turns=1,
    threads=9,
    descriptors=45,
    problems=("There is no page 'overviev'.",),
)

DASH = "\N{EN DASH}"


def figures(slide: Slide) -> dict[str, str]:
    blocks = [part.block for part in slide.parts]
    found = [f for block in blocks if isinstance(block, Figures) for f in block.figures]
    return {figure.title: f"{figure.value} {figure.unit}".rstrip() for figure in found}


def sentences(slide: Slide) -> list[tuple[str, State | None]]:
    (words,) = [part.block for part in slide.parts if isinstance(part.block, Words)]
    return [(line.name, line.state) for line in words.sentences]


def test_it_tells_how_it_is() -> None:
    slide = diagnostics_of(STATUS, Caps(46, 37), NOW)
    assert figures(slide) == {
        "Uptime": "123 d",
        "Last refresh": "12 s",
        "Memory": "182 MiB",
        "Restarts": "2",
    }
    assert sentences(slide) == [
        ("There is no page 'overviev'.", State.DEGRADED),
        ("main on first display", State.OK),
        ("hall on DP-3: not there", State.STALE),
        ("1,234,567 refreshes, 1 page turn", None),
        ("9 threads, 45 open files", None),
        ("Capital letters: 46 and 37 pixels", None),
    ]


def test_what_it_does_not_know_it_does_not_tell() -> None:
    slide = diagnostics_of(WallStatus(threads=1), Caps(1, 1), NOW)
    dash = "\N{EN DASH}"
    assert list(figures(slide).values()) == [dash, dash, dash, "0"]
    assert ("1 thread", None) in sentences(slide)
