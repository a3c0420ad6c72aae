"""What dev.py does itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import first_line

PACKAGING = Path(__file__).parents[3] / "packaging"
#: begins, and after Ctrl+C ends when it is told
COMMAND = """
import signal
try:
    print("begun", flush=True)
    signal.pause()
except KeyboardInterrupt:
    input()
    print("ended", flush=True)
"""


def test_a_command_that_is_interrupted_ends_what_it_runs_before() -> None:
    call = f"import sys, steps; steps.call([sys.executable, '-c', {COMMAND!r}])"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # heard behind any shell
    with subprocess.Popen(
        [sys.executable, "-c", call],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PYTHONPATH": str(PACKAGING)},
        process_group=0,
    ) as caller:
        signal.signal(signal.SIGINT, before)
        assert first_line(caller) == "begun"
        os.killpg(caller.pid, signal.SIGINT)  # as a terminal does
        with pytest.raises(subprocess.TimeoutExpired):
            caller.wait(0.5)  # subprocess.run would have killed it after half of that
        said, _ = caller.communicate("\n", timeout=20)
    assert said == "ended\n"
    assert caller.returncode == -signal.SIGINT
