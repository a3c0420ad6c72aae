"""One run of another program: without a shell, bounded in time, and ended when nobody waits."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import IO, cast

import msgspec

from opsdesk.runtime.threads import in_thread

#: seconds from the friendly word to the unfriendly one
_ENDS_IN = 1.0
#: bytes of what it says of itself; the reason stands at the beginning
_MOST_WORDS = 1 << 10
#: variables that hold secrets of OpsDesk, or are meant for it alone
_OWN = (
    "OPSDESK_",
    "XDG_ACTIVATION_TOKEN",
    "DESKTOP_STARTUP_ID",
    "OPENBLAS_DEFAULT_NUM_THREADS",  # see ui/binding.py
)


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a program ended."""

    #: exit status, or the signal below zero; None: it was ended, for its time was over
    status: int | None
    seconds: float
    #: the beginning of what it wrote to standard error
    words: str


async def run(arguments: Sequence[str], given: bytes, seconds: float) -> Ended:
    """Run a program with ``given`` on its standard input, for so many seconds at most.

    A cancelled wait ends the program.

    Raises:
        OSError: it cannot be started.

    """
    program = _Program()
    try:
        return await in_thread(partial(program.run, arguments, given, seconds), "opsdesk-program")
    finally:
        program.end()


class _Program:
    """What runs; blocks, so it has a thread. asyncio starts no programs on Windows' selectors."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_unwanted = False

    def run(self, arguments: Sequence[str], given: bytes, seconds: float) -> Ended:
        began = time.monotonic()
        # A file, not a pipe: a program that reads nothing holds nothing up.
        with tempfile.TemporaryFile() as stdin:
            stdin.write(given)
            stdin.seek(0)
            process = self._start(arguments, stdin)
        heard = bytearray()
        listener = threading.Thread(
            target=_listen, args=(process, heard), name="opsdesk-program-words", daemon=True
        )
        listener.start()
        status: int | None
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
            _end(process)
        # Whoever it has left behind may hold the other end.
        listener.join(_ENDS_IN)
        words = " ".join(bytes(heard).decode("utf-8", "replace").split())
        return Ended(status=status, seconds=time.monotonic() - began, words=words)

    def _start(self, arguments: Sequence[str], stdin: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_unwanted:
                raise OSError("not wanted any more")
            self._process = subprocess.Popen(
                arguments,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={name: v for name, v in os.environ.items() if not name.startswith(_OWN)},
                start_new_session=True,
            )
            return self._process

    def end(self) -> None:
        """End it at once, if it runs: OpsDesk is about to end."""
        with self._lock:
            self._is_unwanted = True
            process = self._process
        if process is not None and process.poll() is None:
            _signal(process, friendly=False)


def _listen(process: subprocess.Popen[bytes], heard: bytearray) -> None:
    """Read all that it says, and keep the beginning."""
    with cast("IO[bytes]", process.stderr) as said:
        while part := os.read(said.fileno(), 4096):
            heard += part[: _MOST_WORDS - len(heard)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever it has started."""
    _signal(process, friendly=True)
    try:
        process.wait(_ENDS_IN)
    except subprocess.TimeoutExpired:
        _signal(process, friendly=False)
        process.wait()


def _signal(process: subprocess.Popen[bytes], *, friendly: bool) -> None:
    if os.name != "posix":
        process.kill()  # Windows has but one way
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM if friendly else signal.SIGKILL)
