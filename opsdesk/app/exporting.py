"""Exports from the window: what is shown, as a file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

from opsdesk.catalogue import language
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.engine import Engine
from opsdesk.model.errors import SourceError
from opsdesk.model.series import SeriesFrame, SeriesQuery

if TYPE_CHECKING:
    from opsdesk.ui.exporting import Started, Wish

log = logging.getLogger(__name__)

# Seconds for all series of a report.
_FRAMES_COME = 15.0


class Exporting:
    """Writes files, by what the engine of now knows of the past."""

    def __init__(
        self, catalogue: Catalogue, own: Path | None, engine: Callable[[], Engine | None]
    ) -> None:
        self._catalogue, self._own, self._engine = catalogue, own, engine

    def export(self, wish: Wish, started: Started) -> None:
        """Write what is shown to a file; blocks.

        Raises:
            ConfigError: it cannot be rendered or written.

        """
        from opsdesk.app.saving import Saving, save
        from opsdesk.wire.document import Order

        saving = Saving(
            snapshot=wish.snapshot,
            catalogue=self._catalogue,
            own=self._own,
            frames=self._frames,
            started=started,
        )
        order = Order(
            format=wish.kind,
            page=wish.page,
            theme=wish.theme if wish.kind == "png" else "light",
            width=wish.width,
            height=wish.height,
            scale=wish.scale,
            language=language.chosen(),
        )
        save(saving, order, str(wish.path))

    def _frames(self, asked: tuple[SeriesQuery, ...]) -> tuple[SeriesFrame, ...]:
        """Return what charts show, for a report; what is not there in time is left out."""
        engine = self._engine()
        if engine is None or not engine.alive:
            return ()
        try:
            return engine.frames(asked).result(_FRAMES_COME)
        except (TimeoutError, CancelledError, SourceError) as error:
            log.warning("a report is made without series: %r", error)
            return ()
