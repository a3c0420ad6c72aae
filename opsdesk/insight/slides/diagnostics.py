"""The slide on which a wall tells of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opsdesk.catalogue.language import grouped, tr, trn
from opsdesk.insight.sight import Caps
from opsdesk.insight.slides.blocks import Figure, Figures, Line, Part, Slide, Words
from opsdesk.insight.verdict import State
from opsdesk.insight.words import NOTHING, age_text, number_text
from opsdesk.model.wall import WallStatus


def diagnostics_of(status: WallStatus, caps: Caps, now: datetime) -> Slide:
    """Return what OpsDesk says of itself."""
    return Slide(
        title=tr("Diagnostics"),
        parts=(
            *(Part(block=Figures(figures=(figure,)), span=3) for figure in _figures(status, now)),
            Part(block=Words(title=tr("This wall"), sentences=tuple(_lines(status, caps)))),
        ),
    )


def _figures(status: WallStatus, now: datetime) -> Iterator[Figure]:
    for title, at in ((tr("Uptime"), status.started_at), (tr("Last refresh"), status.last_refresh)):
        age = NOTHING if at is None else age_text((now - at).total_seconds())
        yield Figure(title=title, value=age)
    if status.memory is None:
        yield Figure(title=tr("Memory"), value=NOTHING)
    else:
        memory = number_text(round(status.memory), None)
        yield Figure(title=tr("Memory"), value=memory, unit="MiB")
    yield Figure(title=tr("Restarts"), value=grouped(status.restarts))


def _lines(status: WallStatus, caps: Caps) -> Iterator[Line]:
    for problem in status.problems:
        yield Line(name=problem, state=State.DEGRADED)
    for wall in status.walls:
        where = wall.display or tr("first display")
        words = tr("{wall} on {display}", wall=wall.id, display=where)
        if wall.lit:
            yield Line(name=words, state=State.OK)
        else:
            yield Line(name=tr("{wall}: not there", wall=words), state=State.STALE)
    pixels = {"primary": caps.primary, "text": caps.text}
    for facts in (
        (
            trn("{number} refresh", "{number} refreshes", status.refreshes),
            trn("{number} page turn", "{number} page turns", status.turns),
        ),
        (
            trn("{number} thread", "{number} threads", status.threads),
            *_open_files(status.descriptors),
        ),
        (tr("Capital letters: {primary} and {text} pixels", **pixels),),
    ):
        yield Line(name=", ".join(facts))


def _open_files(number: int | None) -> Iterator[str]:
    if number is not None:
        yield trn("{number} open file", "{number} open files", number)
