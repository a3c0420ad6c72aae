"""What a wall needs of the system while it hangs: kept awake, controlled, watched, written down."""

from __future__ import annotations

import logging
import threading

from msgspec.structs import replace

from opsdesk.app.wall_remote import WallRemote
from opsdesk.catalogue.language import mark, tr
from opsdesk.insight.unlocking import same
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ConfigError
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

NO_CODE = mark(
    "The wall is to be locked, but there is no code: anybody can leave it. "
    "Set one with: opsdesk wall --set-code"
)


class Keeping:
    """Begins and ends with the walls, any number of times.

    Called on the window's thread; ``own`` from that of the walls' API as well.
    """

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
        #: what hinders the control from other machines, and leaving the wall; '' where nothing does
        self._remote_problem = self._code_problem = ""

    def begin(self, control: WallControl) -> None:
        """Keep the display awake and serve the walls' API; note that a wall runs.

        Idempotent, until it ends.
        """
        if self._state is not None:
            return
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
            problems=tuple(filter(None, (self._remote_problem, self._code_problem))),
        )
        state = self._state  # another thread may be ending it
        if state is None:
            return status
        return replace(status, started_at=state.started_at, restarts=state.restarts)

    def check(self, code: str) -> bool:
        """Tell whether a code leaves a locked wall; without one in the keyring, any does."""
        return self._code is not None and (not self._code or same(code, self._code))

    def _learn_code(self) -> None:
        try:
            code = self._secrets.get(WALL_CODE) or ""
        except ConfigError as error:
            # There is one: who does not know it stays before the wall.
            self._code_problem = str(error)
        else:
            self._redactor.learn(code)
            self._code = code
            self._code_problem = "" if code else tr(NO_CODE)
        if self._code_problem:
            log.warning("%s", self._code_problem)

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
        self._remote_problem = words
