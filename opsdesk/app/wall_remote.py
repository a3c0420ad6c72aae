"""Control of the walls of this process from other machines, where the settings want it.

HTTP is loaded when it is wanted, and beside the window's thread: so is the keyring asked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from opsdesk.model.errors import ConfigError
from opsdesk.model.protocols import WallControl
from opsdesk.model.wall import Remote
from opsdesk.sources.credentials import Credentials
from opsdesk.store.logs import Redactor
from opsdesk.store.secrets import WALL_REMOTE, Secrets

if TYPE_CHECKING:
    from opsdesk.serve.server import Server

log = logging.getLogger(__name__)

#: seconds until a port that could not be had is tried again: at a machine's start the network
#: comes late, and an earlier wall may still be ending
_AGAIN = 30.0
#: seconds that stopping takes at the most
_ENDS = 2.0


class WallRemote:
    """The server of the walls' API. Whatever hinders it is said; it never hinders the walls."""

    def __init__(
        self,
        wanted: Remote,
        control: WallControl,
        secrets: Secrets,
        redactor: Redactor,
        say: Callable[[str], None],
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            wanted: whether it is wanted, and where.
            control: what is controlled.
            secrets: hold the token.
            redactor: keeps it out of the log.
            say: takes a sentence of what hinders it, and '' once it serves; each time that it is
                another. Called on a thread of its own; the log has it as well.

        """
        self._wanted = wanted
        self._control = control
        self._secrets = secrets
        self._redactor = redactor
        self._say = say
        self._said: str | None = None
        #: where it serves; '' before
        self.url = ""
        self._stopping = threading.Event()
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._run, name="opsdesk-wall-remote", daemon=True)

    def start(self) -> None:
        """Begin to serve, where it is wanted. Once."""
        if self._wanted.enabled:
            self._thread.start()

    def stop(self) -> None:
        """Serve no longer. From any thread; idempotent, and before the start as well."""
        self._stopping.set()
        if self._server is not None:
            self._server.stop()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_ENDS)
            if self._thread.is_alive():
                log.warning("the walls' API did not end in time")

    def _run(self) -> None:
        try:
            self._server = server = self._made()
        except ConfigError as error:
            self._tell(str(error))
            return
        while not self._stopping.is_set():
            try:
                server.run(self._serving)
            except (ConfigError, OSError) as error:  # too few descriptors for a loop, perhaps
                self._tell(str(error))
                self._stopping.wait(_AGAIN)
            else:
                return

    def _made(self) -> Server:
        from opsdesk.serve.wall import wall_server

        token = self._secrets.get(WALL_REMOTE) or ""
        self._redactor.learn(token)
        Credentials(token=token).as_headers()  # one that no header can carry would let nobody in
        return wall_server(self._control, self._wanted, token)

    def _serving(self, url: str) -> None:
        self.url = url
        log.info("the walls are controlled from other machines at %s", url)
        self._tell("")

    def _tell(self, hindrance: str) -> None:
        if hindrance != self._said:
            self._said = hindrance
            if hindrance:
                log.error("%s", hindrance)
            self._say(hindrance)
