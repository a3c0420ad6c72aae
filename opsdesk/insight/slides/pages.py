"""A page as a slide, and the line that stands at the top of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from math import ceil

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.captions import absence
from opsdesk.insight.slides.blocks import Part, Slide, Status
from opsdesk.insight.slides.kinds import block_of, is_readable
from opsdesk.insight.slides.panels import Seen
from opsdesk.insight.verdict import State, state_word, verdict
from opsdesk.insight.words import age_text
from opsdesk.model.page import Page, Panel, Place
from opsdesk.model.wall import Wall

# Below a minute, ages at the foot are told in steps of so many seconds.
_MINUTE, _STEP = 60.0, 5.0


def on_wall(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages that a wall can show."""
    return tuple(page for page in pages if Place.WALL in page.places and panels_of(page))


def of_wall(wall: Wall, pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages that a wall shows at some time of the day, each once."""
    known = {page.id: page for page in on_wall(pages)}
    wanted = dict.fromkeys(chain(wall.pages, *(plan.pages for plan in wall.plan)))
    return tuple(known[id_] for id_ in wanted if id_ in known)


def panels_of(page: Page) -> tuple[Panel, ...]:
    """Return what a page has for a wall: what it lays out for one, else what may stand there."""
    found = page.wall or tuple(panel for panel in page.panel if Place.WALL in panel.places)
    return tuple(panel for panel in found if is_readable(panel))


def slide_of(page: Page, seen: Seen) -> Slide:
    """Return a page as a slide; where no source is connected, it says so instead of dashes."""
    title = tr(page.title)
    if not seen.board.sources or not seen.board.snapshot.readings:
        return Slide(title=title, absence=absence(seen.board))
    return Slide(title=title, parts=tuple(_part(panel, seen) for panel in panels_of(page)))


def _part(panel: Panel, seen: Seen) -> Part:
    return Part(block=block_of(panel, seen), span=panel.span, rank=panel.rank)


def status_of(board: Board, now: datetime) -> Status:
    """Return the line at the top: the state of everything, and why."""
    found = verdict(board, now)
    word = state_word(found.state).upper()
    if found.state in (State.STALE, State.OFFLINE):
        return Status(state=found.state, word=word, reason=_since(board, now), filled=True)
    if found.state is State.OK:
        return Status(state=found.state, word=word, reason=tr("all systems normal"))
    reason = found.reasons[0] if found.reasons else ""
    return Status(state=found.state, word=word, reason=reason)


def _since(board: Board, now: datetime) -> str:
    if board.newest is None:
        return tr("no data yet")
    age = age_text((now - board.newest).total_seconds())
    return tr("no data for {age}", age=age)


def age_of(board: Board, now: datetime) -> str:
    """Return how old the newest figure is, for the foot of every slide: 'Updated 15 s ago'.

    In steps of five seconds, never less than it is: what changes each second is restless, and
    drawn each second. What is of a simulated production says so.
    """
    if board.newest is None:
        return tr("No data yet")
    seconds = (now - board.newest).total_seconds()
    if seconds < _MINUTE:
        seconds = ceil(seconds / _STEP) * _STEP
    age = tr("Updated {age} ago", age=age_text(seconds))
    return tr("Demo. {age}", age=age) if board.is_demo else age
