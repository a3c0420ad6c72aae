"""How the walls are: what the diagnostics slide and other machines are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.incident_list import Entry
from opsdesk.model.wall import WallStatus
from opsdesk.ui.wall.hanging import Hanging


def status_of(
    walls: Sequence[Hanging],
    board: Board | None,
    found: Sequence[Entry],
    *,
    refreshes: int,
    hindrance: str,
) -> WallStatus:
    """Return how walls are; of their process nothing.

    Args:
        walls: all of them.
        board: what is known; None: nothing yet.
        found: the incidents that have taken over.
        refreshes: so many were shown.
        hindrance: why settings and pages could not be read anew; '' where they could.

    """
    missing = dict.fromkeys(id_ for hanging in walls for id_ in hanging.missing)
    failed = dict.fromkeys(hanging.failed for hanging in walls if hanging.failed)
    problems = [tr("There is no page {id!r}.", id=id_) for id_ in missing]
    problems += [tr("{id}: cannot be drawn. The log tells why.", id=id_) for id_ in failed]
    problems += [hindrance] if hindrance else []
    return WallStatus(
        walls=tuple(hanging.showing for hanging in walls),
        incidents=tuple(entry.id for entry in found),
        refreshes=refreshes,
        last_refresh=_last_answer(board) if board is not None else None,
        turns=sum(hanging.turns for hanging in walls),
        problems=tuple(problems),
    )


def _last_answer(board: Board) -> datetime | None:
    """Return when a source last answered: a refresh that failed is none."""
    answered = (source.last_success for source in board.sources.values())
    return max((at for at in answered if at is not None), default=None)
