"""What a process of the tests or the bench starts ends before it does."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import first_line

PARENT = """
import signal, sys
from support.processes import end_by_signals, first_line, running
end_by_signals()
with running([sys.executable, "-c", "import signal; print(0, flush=True); signal.pause()"]) as it:
    first_line(it)
    print(it.pid, flush=True)
    signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_ended_by_a_signal_ends_what_it_runs(number: signal.Signals) -> None:
    """Also where a shell lets it ignore Ctrl+C, and told twice, as ``timeout`` does."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        signal.signal(signal.SIGINT, before)
        child = first_line(process)
        process.send_signal(number)
        process.send_signal(number)
    assert process.returncode == 128 + number
    assert not Path("/proc", child).exists()
