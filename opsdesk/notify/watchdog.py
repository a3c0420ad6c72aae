"""Tells whoever looks after this process that its window's thread goes on: systemd's protocol.

systemd sets the variables for a unit with ``WatchdogSec``, and so does ``opsdesk wall
--keep-running``. Whoever hears nothing for that long kills OpsDesk and starts it anew.
"""

from __future__ import annotations

import logging
import os
import socket

log = logging.getLogger(__name__)


class Watchdog:
    """Pings who looks after us, if somebody does. Belongs to one thread, and never waits.

    A wall pings once a second: sd_watchdog_enabled(3) asks for twice within the time that is given,
    which is two minutes in our unit.
    """

    def __init__(self) -> None:
        address, limit = os.environ.get("NOTIFY_SOCKET", ""), os.environ.get("WATCHDOG_USEC", "")
        # A child inherits the variables, which were not meant for it.
        is_meant = os.environ.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
        self._socket: socket.socket | None = None
        # An '@' stands for the NUL of a socket without a file.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        if address and limit.isdecimal() and int(limit) and is_meant:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.settimeout(0)
        self._is_heard = True

    def ping(self) -> None:
        """Say that the thread that calls goes on."""
        if self._socket is None:
            return
        try:
            self._socket.sendto(b"WATCHDOG=1", self._address)
        except BlockingIOError:
            return  # there is enough to be read
        except OSError as error:
            if self._is_heard:
                log.warning("whoever looks after OpsDesk does not hear it: %s", error)
            self._is_heard = False
        else:
            self._is_heard = True

    def close(self) -> None:
        """Give back the socket. Idempotent."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
