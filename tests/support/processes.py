"""Child processes of a test: started, waited for, and ended by the test that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 20.0  # seconds; a loaded machine with two cores starts a desktop in three
#: still running, done, or ended by the test
GOOD_ENDS = (None, 0, -signal.SIGTERM, -signal.SIGKILL)


@contextmanager
def running(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a program while the block runs. Its first lines of output can be read from ``stdout``.

    Raises:
        AssertionError: it ended by itself with an error before the block did. Whatever is raised
            in the block carries what the program wrote to its standard error.

    """
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
            code = process.poll()
            assert code in GOOD_ENDS, f"{command[0]} ended by itself with {code}"
        except BaseException as error:
            errors.seek(0)
            error.add_note(f"{command[0]} wrote: {errors.read()[-2000:]}")
            raise
        finally:
            end(process)


def end(process: subprocess.Popen[str], *, seconds: float = 5.0) -> int:
    """Ask a process to end, make it after ``seconds``, and return its exit code. Idempotent."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
    return process.wait()


def end_by_signals() -> None:
    """Let Ctrl+C and SIGTERM end this process by an exception, so that what it runs ends before.

    Ctrl+C also where it was started behind a shell that lets what it runs ignore that.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)

    def leave(number: int, _frame: FrameType | None) -> None:
        for one in numbers:  # ``timeout`` says it twice, and what runs is ended already
            signal.signal(one, signal.SIG_IGN)
        sys.exit(128 + number)

    for one in numbers:
        signal.signal(one, leave)


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait for the first line that a program prints: these print it when they are ready."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, f"{process.args!r} ended, or closed its output, before it was ready"
    return line


def eventually(probe: Callable[[], T], what: str, *, seconds: float = PATIENCE) -> T:
    """Return the first true answer of ``probe``.

    It asks again and again because what it waits for sends no signal: another process.

    Raises:
        AssertionError: there was none in time; holds the last answer.

    """
    end_at = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > end_at:
            raise AssertionError(f"waited {seconds:g} s for {what}; last answer: {answer!r}")
        time.sleep(0.02)
