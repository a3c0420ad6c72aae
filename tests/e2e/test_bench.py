"""The bench, as far as a test can go that measures nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from support.needs import need
from support.processes import end, eventually

BENCH = (sys.executable, "-m", "bench.run", "stored")


def test_a_bench_that_is_ended_leaves_no_server_behind() -> None:
    for program in ("node", "prometheus-node-exporter", "prometheus"):
        need(program)
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(BENCH, env=env, stdout=subprocess.PIPE, text=True) as bench:
        file = Path(f"/proc/{bench.pid}/task/{bench.pid}/children")

        def started() -> list[Path]:
            servers = [Path("/proc", pid) for pid in file.read_text("ascii").split()]
            names = [(server / "comm").read_text("utf-8").strip() for server in servers]
            return servers if "prometheus" in names else []

        try:
            servers = eventually(started, "the first Prometheus of the stage")
        finally:
            code = end(bench, seconds=20.0)
    assert code == 128 + signal.SIGTERM
    assert len(servers) > 3
    assert not [server for server in servers if server.exists()]
