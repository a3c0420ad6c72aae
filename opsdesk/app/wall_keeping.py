"""What a wall needs of the system while it hangs: kept awake, controlled, watched, written down."""

from __future__ import annotations

import logging
import threading

from msgspec.structs import replace

from opsdesk.app.wall_remote import WallRemote
from opsdesk.insight.unlocking import same
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import WallControl
from opsdesk.model.wall import WallStatus
from opsdesk.notify.awake import Awake
from opsdesk.notify.watchdog import Watchdog
from opsdesk.store import own_figures, wall_state
from opsdesk.store.logs import Redactor
from opsdesk.store.own_figures import Tally
from opsdesk.store.profile import Places
from opsdesk.store.secrets import WALL_CODE, Secrets
from opsdesk.store.settings import Settings
from opsdesk.store.wall_state import WallState

log = logging.getLogger(__name__)


class Keeping:
    """Begins and ends with the walls, any number of times. Called on the window's thread."""

    def __init__(
        self, where: Places, secrets: Secrets, redactor: Redactor, wanted: Settings
    ) -> None:
        self._where, self._secrets, self._redactor = where, secrets, redactor
        self._wanted = wanted
        #: that leaves the wall; None: not known yet, '' where there is none
        self._code: str | None = None
        self._awake = Awake()
        self._watchdog = Watchdog()
        self._remote: WallRemote | None = None
        self._state: WallState | None = None
        #: what hinders the control from other machines
        self._said = ""

    def begin(self, control: WallControl) -> None:
        """Keep the display awake and serve the walls' API; note that a wall runs."""
        self._state = wall_state.begin(self._where.wall, utc_now())
        self._awake.begin()
        if self._wanted.wall_locked:
            # A keyring may ask its user first: not on the window's thread.
            threading.Thread(target=self._learn_code, name="opsdesk-code", daemon=True).start()
        self._remote = WallRemote(
            self._wanted.wall_remote, control, self._secrets, self._redactor, self._say
        )
        self._remote.start()

    def end(self) -> None:
        """Let all of that go; somebody wanted the wall to end. Idempotent."""
        if self._remote is not None:
            self._remote.stop()
            self._remote = None
        self._awake.end()
        if self._state is not None:
            wall_state.end(self._where.wall, self._state)
            self._state = None

    def close(self) -> None:
        """End it, and wait a moment until the display may rest again. Idempotent."""
        self.end()
        self._awake.close()
        self._watchdog.close()

    def own(self) -> WallStatus:
        """Return what is known of this process."""
        figures = own_figures.own_figures()
        status = WallStatus(
            memory=figures.memory,
            threads=figures.threads,
            descriptors=figures.descriptors,
            problems=(self._said,) if self._said else (),
        )
        if self._state is None:
            return status
        return replace(status, started_at=self._state.started_at, restarts=self._state.restarts)

    def check(self, code: str) -> bool:
        """Tell whether a code leaves a locked wall; without one in the keyring, any does."""
        return self._code is not None and (not self._code or same(code, self._code))

    def _learn_code(self) -> None:
        code = self._secrets.get(WALL_CODE) or ""
        self._redactor.learn(code)
        if not code:
            log.warning("the wall is locked, but there is no code: set one with --set-code")
        self._code = code

    def note(self, status: WallStatus) -> None:
        """Write a line of how the walls are into the log."""
        if self._state is not None:
            tally = Tally(
                refreshes=status.refreshes, last_refresh=status.last_refresh, turns=status.turns
            )
            figures = own_figures.own_figures()
            log.info("%s", own_figures.line(figures, tally, self._state, utc_now()))

    def alive(self) -> None:
        """Tell whoever looks after this process that its window's thread lives."""
        self._watchdog.ping()

    def _say(self, words: str) -> None:
        self._said = words
