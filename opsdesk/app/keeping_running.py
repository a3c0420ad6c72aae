"""``opsdesk wall --keep-running``: starts the wall anew when it has ended by itself.

For where systemd does not: macOS, Windows, an X session without a desktop. This process shows
nothing and loads no Qt; it waits, and nothing wakes it but what it waits for.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Self

from opsdesk.app import ourselves
from opsdesk.store import logs

log = logging.getLogger(__name__)

#: seconds until a wall that dies at once is started anew; the last again and again
_DELAYS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
#: seconds after which a wall has not died at once
LIVES = 10.0
#: seconds without a word from its window's thread after which a wall hangs
HANGS = 120.0
#: seconds that a wall may take to end when it is asked to
_ENDS_IN = 10.0
#: seconds between two looks; systems with POSIX's signals tell of a child's end
_LOOKS = inf if os.name == "posix" else 1.0
#: exit status of a wall that could not be started
_NOT_STARTED = 127

_STOPS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


def delay(deaths: int) -> float:
    """Return the seconds until a wall is started anew that had died at once so often before."""
    return _DELAYS[min(deaths, len(_DELAYS) - 1)]


def keep_running(
    arguments: Sequence[str],
    *,
    lives: float = LIVES,
    hangs: float = HANGS,
    command: Callable[..., list[str]] = ourselves.command,
) -> int:
    """Run OpsDesk with these arguments until it ends with 0 or this process is asked to end.

    It never gives up. Belongs to the main thread: signals come there.

    Args:
        arguments: of OpsDesk's command line
        lives: seconds after which a wall has not died at once
        hangs: seconds after which a wall hangs that has pinged before; see notify/watchdog.py
        command: makes a command line of the arguments

    """
    handler = logs.to_stderr(logs.Redactor())
    try:
        with _Ears() as ears:
            _keep(command(*arguments), ears, lives, hangs)
    finally:
        logs.stop(handler)
    return 0


class _Ears:
    """Hears signals, the end of a child and pings: all that this process waits for."""

    def __init__(self) -> None:
        self._is_asked = False
        #: moment of the last ping, by the monotonic clock; None: none yet
        self.pinged: float | None = None
        #: where pings are taken; '' where they cannot be
        self.address = ""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._woken, waker = (opened.enter_context(end) for end in socket.socketpair())
            for end in (self._woken, waker):
                end.settimeout(0)
            self._ears = [self._woken]
            if hasattr(socket, "AF_UNIX"):
                self._pings = opened.enter_context(self._take_pings(opened))
                self._ears.append(self._pings)
            opened.callback(
                signal.set_wakeup_fd,
                signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False),
            )
            for name, react in [(name, self._ask) for name in _STOPS] + [("SIGCHLD", _wake)]:
                if hasattr(signal, name):
                    number = getattr(signal, name)
                    opened.callback(signal.signal, number, signal.signal(number, react))
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def asked(self) -> bool:
        """Tell whether somebody wants this process to end."""
        return self._is_asked

    def forget(self) -> None:
        """Forget the pings of a child that is no more."""
        self.pinged = None

    def listen(self, seconds: float) -> None:
        """Return when something was heard, or after so many seconds; ``inf``: never else."""
        timeout = min(seconds, _LOOKS)
        ready, _, _ = select.select(self._ears, [], [], None if timeout == inf else timeout)
        for ear in ready:
            with suppress(BlockingIOError):
                while ear.recv(512):
                    if ear is not self._woken:
                        self.pinged = time.monotonic()

    def _take_pings(self, opened: ExitStack) -> socket.socket:
        # In a folder of the user's own: nobody else shall say that a wall lives.
        # Not in /tmp where it can be helped: that is swept, and a wall unheard would be killed.
        folder = opened.enter_context(TemporaryDirectory(prefix="opsdesk-", dir=_runtime()))
        self.address = str(Path(folder, "notify"))
        pings = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        pings.settimeout(0)
        pings.bind(self.address)
        return pings

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked = True


def _runtime() -> str | None:
    """Return the folder of this session, which nobody sweeps; None where there is none."""
    given = os.environ.get("XDG_RUNTIME_DIR")
    return given if given and os.access(given, os.W_OK | os.X_OK) else None


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that there is a handler has the signal written where it is heard."""


def _keep(command: Sequence[str], ears: _Ears, lives: float, hangs: float) -> None:
    deaths = 0
    while True:
        began = time.monotonic()
        status = _run(command, ears, hangs)
        if status == 0 or ears.asked():
            return
        if time.monotonic() - began >= lives:
            deaths = 0
        seconds = delay(deaths)
        deaths += 1
        log.warning("the wall ended with %d and is started anew in %g s", status, seconds)
        again = time.monotonic() + seconds
        while not ears.asked() and (left := again - time.monotonic()) > 0:
            ears.listen(left)
        if ears.asked():
            return


def _run(command: Sequence[str], ears: _Ears, hangs: float) -> int:
    """Run the wall to its end and return its exit status, or the signal below zero."""
    ears.forget()
    # Ours take the place of those that systemd may have set for this process.
    watched = {
        "NOTIFY_SOCKET": ears.address,
        "WATCHDOG_USEC": f"{hangs * 1e6:.0f}",
        "WATCHDOG_PID": "",
    }
    try:
        process = subprocess.Popen(command, env=os.environ | watched)
    except OSError as error:
        log.warning("the wall cannot be started: %s", error)
        return _NOT_STARTED
    over = inf
    while (status := process.poll()) is None:
        now = time.monotonic()
        if ears.asked() and over == inf:
            process.terminate()
            over = now + _ENDS_IN
        # Who has never pinged may be of a kind that does not.
        silent = inf if ears.pinged is None else ears.pinged + hangs
        if now >= min(over, silent):
            log.warning("the wall does not %s: it is killed", "end" if now >= over else "answer")
            process.kill()
            process.wait()
            continue
        ears.listen(min(over, silent) - now)
    return status
