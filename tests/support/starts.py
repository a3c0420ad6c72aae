"""Kinds of start of OpsDesk, each of which notes what it loads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support import small_prometheus
from support.desktop import Desktop
from support.http_server import Connection, Request, answer
from support.http_server import serving as answering
from support.processes import eventually, first_line, running
from support.readings import by_key, reading
from support.serving import CATALOGUE, Small, serving

from opsdesk.insight.words import utc_now
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire.document import Document, Order, encode
from opsdesk.wire.snapshot import to_wire

#: what a start has loaded, and on which thread, in the order in which it began to
Loaded = tuple[tuple[str, str], ...]

NOTES = """
import sys
file, sys.argv = sys.argv[1], ["opsdesk", *sys.argv[2:]]
begun = []

class Notes:
    def find_spec(name, path=None, target=None):
        current = getattr(sys.modules.get("threading"), "current_thread", None)
        begun.append((name, current().name if current else "MainThread"))

sys.meta_path.insert(0, Notes)
from opsdesk import cli
try:
    cli.main()
finally:
    loaded = [(name, thread) for name, thread in begun if name in sys.modules]
    with open(file, "w") as notes:
        notes.writelines(f"{name} {thread}\\n" for name, thread in loaded)
"""
SETTINGS = """
[[source]]
id = "shop"
title = "Shop"
kind = "opsdesk"
url = "{url}"
"""


def newest() -> Snapshot:
    now = utc_now()
    return Snapshot(at=now, readings=by_key(reading("errors.rate", 0.1, now)))


class Starts:
    """Starts OpsDesk on a desktop, one kind after the other."""

    def __init__(self, here: Desktop) -> None:
        self._here = here
        self._file = here.folder / "loaded"
        self._profiles = Path(here.env["XDG_CONFIG_HOME"], "opsdesk", "profiles")
        self._state = Path(here.env["XDG_STATE_HOME"], "opsdesk")
        self._profiles.mkdir(parents=True)

    def ended(self, *arguments: str, said: bytes = b"") -> Loaded:
        """Run a command to its end; it says nothing on standard error."""
        command, env = self._command(arguments), self._here.env
        done = subprocess.run(command, env=env, input=said, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        return self._loaded()

    def served(self) -> Loaded:
        """Serve what a Prometheus says."""
        with answering(prometheus) as server:
            command = self._command(["serve", "--port", "0", "--url", server.url])
            with running(command, env=self._here.env) as process:
                assert first_line(process).startswith("serving http")
                eventually(lambda: any("query" in r.target for r in server.requests), "a query")
                return self._left(process)

    def lived(self, profile: str, *arguments: str, in_tray: bool = True) -> Loaded:
        """Show an OpsDesk that all is well with, until its first snapshot is shown and kept."""
        kept = self._state / f"{profile}.json"
        if kept.exists():
            os.utime(kept, (0, 0))
        with serving(Small(newest())) as url:
            self._profiles.joinpath(f"{profile}.toml").write_text(SETTINGS.format(url=url), "utf-8")
            command = self._command([*arguments, "--profile", profile])
            with running(command, env=self._here.env) as process:
                if in_tray:
                    eventually(self._here.tray_icons, "the icon in the tray")
                eventually(lambda: kept.exists() and kept.stat().st_mtime, "a first snapshot")
                return self._left(process)

    def _command(self, arguments: Sequence[str]) -> list[str | Path]:
        return [sys.executable, "-c", NOTES, self._file, *arguments]

    def _left(self, process: subprocess.Popen[str]) -> Loaded:
        process.terminate()
        assert process.wait(10) == 0
        return self._loaded()

    def _loaded(self) -> Loaded:
        lines = self._file.read_text("utf-8").splitlines()
        self._file.unlink()
        return tuple((name, thread) for name, thread in map(str.split, lines))


def prometheus(request: Request, connection: Connection) -> None:
    """Answer as a Prometheus, and not as an OpsDesk, which is asked for as well."""
    found = small_prometheus.scripted(small_prometheus.shop)
    (found if request.path.startswith("/api/") else answer("", 404))(request, connection)


def report() -> bytes:
    snapshot, now = newest(), utc_now()
    return encode(
        Document(
            order=Order(format="pdf"),
            snapshot=to_wire(snapshot, CATALOGUE, now),
            catalogue=tuple(CATALOGUE.values()),
            now=now,
        )
    )
