"""What each kind of start loads, and what it does without.

OpsDesk is started as its user starts it and notes which modules each of its threads begins to
import, in that order. What a kind of start must not load is said here, with the reason. And an
import stands in a function only where it spares a start something: what spares none is found, too.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest
from support import small_prometheus
from support.desktop import Desktop, desktop
from support.http_server import Connection, Request, answer
from support.http_server import serving as answering
from support.processes import eventually, first_line, running
from support.readings import by_key, reading
from support.serving import CATALOGUE, Small, serving

import opsdesk
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
#: those on which a window is made, and what is seen before it
WINDOW_THREADS = ("MainThread", "opsdesk-opening")
#: the first of what is loaded once the last look of the window is seen
BEHIND_THE_LOOK = "opsdesk.app.household"

QT = {"PySide6": "nothing is shown", "shiboken6": "the same"}
CHARTS = {"pyqtgraph": "no chart is drawn", "numpy": "the same"}
HTTP = {
    "asyncio": "nobody is asked anything",
    "ssl": "the same",
    "httpx": "the same",
    "httpcore": "the same",
}
SERVER = {"opsdesk.serve": "it serves nobody", "starlette": "the same", "uvicorn": "the same"}
NEVER_AT_REST = {
    "rich": "httpx's command line",
    "pygments": "the same",
    "anyio._backends": "httpx's connections are asyncio's own",
    "httpcore._backends.trio": "the same",
    "desktop_notifier": "of other systems",
    "wakepy": "the same",
    "keyring": "no source has a secret",
    "tomlkit": "no setting is changed",
    "opsdesk.demo.world": "it has a process of its own",
    "opsdesk.sources.prometheus": "the source is an OpsDesk",
    "opsdesk.app.saving": "nothing is exported",
    "opsdesk.app.once": "the same",
    "opsdesk.export": "the same",
    "opsdesk.notify.command": "nothing is passed on",
    "opsdesk.notify.webhook": "the same",
    "opsdesk.ui.connect": "dialogs are made when they are wanted",
    "opsdesk.ui.notifications": "the same",
    "opsdesk.ui.wall.dialog": "the same",
    "opsdesk.ui.details": "the same",
    "opsdesk.ui.popover": "the same",
    "opsdesk.ui.tray_menu": "there is no incident",
    "opsdesk.ui.tray_number": "the same",
    "PySide6.QtNetwork": "3 MiB and 6 ms, for a second start that hardly ever comes",
    "PySide6.QtTest": "pyqtgraph would load it",
    **SERVER,
}
NEVER: Mapping[str, Mapping[str, str]] = {
    "--help": {
        **QT,
        **CHARTS,
        **HTTP,
        **SERVER,
        "sqlite3": "nothing is remembered",
        "tomllib": "no data file is read",
        "opsdesk.app": "nothing is done",
        "opsdesk.engine": "the same",
    },
    "snapshot --format csv": {
        **QT,
        **CHARTS,
        **SERVER,
        "rich": "httpx's command line",
        "pygments": "the same",
        "anyio._backends": "httpx's connections are asyncio's own",
        "keyring": "the demo has no secret",
        "tomlkit": "no setting is changed",
        "sqlite3": "nothing is remembered",
        "opsdesk.demo.world": "it has a process of its own",
        "opsdesk.notify": "nobody is told of anything",
        "opsdesk.sources.prometheus": "the demo is an OpsDesk",
    },
    "render": {
        **HTTP,
        **SERVER,
        "sqlite3": "nothing is remembered",
        "opsdesk.engine.running": "it is handed what it renders",
        "opsdesk.sources.http": "the same",
        "opsdesk.store": "the same",
        "opsdesk.ui.desktop": "it is no desktop",
        "opsdesk.ui.tray": "the same",
        "opsdesk.ui.wall": "a report shows no wall",
    },
    "serve": {
        **QT,
        **CHARTS,
        "rich": "httpx's command line",
        "pygments": "the same",
        "keyring": "no source has a secret",
        "tomlkit": "no setting is changed",
        "opsdesk.demo.world": "it serves what it polls",
        "opsdesk.export": "nothing is exported",
        "opsdesk.notify": "nobody is told of anything",
        "opsdesk.sources.metrics_api": "what it polls is a Prometheus",
    },
    "in the tray": {
        **NEVER_AT_REST,
        **CHARTS,
        "click": "a plain start is read without: 8 ms and 0.8 MiB",
        "PySide6.QtSvg": "the marks are pictures: 1.2 MiB",
        "opsdesk.insight.forecast": "no chart is drawn",
        "opsdesk.insight.usual": "the same",
        "opsdesk.insight.page_headline": "there is no page",
        "opsdesk.ui.page": "the same",
        "opsdesk.ui.panels": "the same",
        "opsdesk.ui.charts": "the same",
        "opsdesk.ui.fonts": "nothing is written: style sheet and fonts take 10 MiB",
        "opsdesk.ui.glyphs": "the same",
        "opsdesk.ui.frame": "there is no window",
        "opsdesk.ui.opening": "the same",
        "opsdesk.ui.last_render": "the same",
        "opsdesk.ui.window": "the same",
        "opsdesk.ui.wall.walls": "no wall is shown",
    },
    "until the last look of the window is seen": {
        **HTTP,
        **CHARTS,
        **NEVER_AT_REST,
        "click": "a plain start is read without",
        "importlib.resources": "resources are read as files: it loads archives and compression",
        "sqlite3": "the engine remembers",
        "tomllib": "settings and data are read while it is looked at",
        "PySide6.QtSvg": "what is seen is a picture",
        "opsdesk.catalogue.metrics": "it has no figures yet",
        "opsdesk.insight.board": "the same",
        "opsdesk.engine": "the same",
        "opsdesk.ui.theme": "the same",
        "opsdesk.ui.desktop": "what makes the window is loaded behind the picture",
        "opsdesk.ui.window": "the same",
    },
    "on the window's thread": {
        **HTTP,
        **CHARTS,
        **NEVER_AT_REST,
        "click": "a plain start is read without",
        "importlib.resources": "resources are read as files: it loads archives and compression",
        "sqlite3": "the engine's thread loads what is the engine's, beside the first paint",
        "jeepney": "the same",
        "opsdesk.app.channels": "the same",
        "opsdesk.app.works": "the same",
        "opsdesk.engine.loop": "the same",
        "opsdesk.engine.running": "the same",
        "opsdesk.notify": "the same",
        "opsdesk.sources.http": "the same",
        "opsdesk.ui.wall.walls": "no wall is shown",
    },
    "wall": {
        **NEVER_AT_REST,
        **CHARTS,
        "opsdesk.notify.freedesktop": "a wall tells nobody",
        "opsdesk.ui.page": "there is no window",
        "opsdesk.ui.panels": "the same",
        "opsdesk.ui.charts": "the same",
        "opsdesk.ui.tray": "there is no tray",
    },
    "wall --set-code": {**QT, **CHARTS, **SERVER, "httpx": "nobody is asked anything"},
}
#: in functions, though no start here does without them
ELSEWHERE = {
    "opsdesk.notify.presence": "other systems have no D-Bus",
    "opsdesk.notify.awake_session": "the same",
    "opsdesk.notify.awake_x": "Wayland alone has no X server",
}


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
        done = subprocess.run(
            self._command(arguments),
            env=self._here.env,
            input=said,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
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

    def _command(self, arguments: list[str] | tuple[str, ...]) -> list[str | Path]:
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


@pytest.fixture(scope="module")
def loaded() -> Mapping[str, frozenset[str]]:
    """Return what each kind of start has loaded."""
    with desktop(notifications=False) as here:
        starts = Starts(here)
        output = here.folder / "snapshot.csv"
        starts.lived("shop")  # the window is left, and so has a last look
        window = starts.lived("shop")
        found = {
            "--help": starts.ended("--help"),
            "snapshot --format csv": starts.ended(
                "snapshot", "--demo", "--format", "csv", "--output", str(output)
            ),
            "render": starts.ended("render", said=report()),
            "serve": starts.served(),
            "in the tray": starts.lived("calm", "--hidden"),
            "until the last look of the window is seen": before(BEHIND_THE_LOOK, window),
            "on the window's thread": tuple(row for row in window if row[1] in WINDOW_THREADS),
            "wall": starts.lived("hung", "wall", in_tray=False),
            "wall --set-code": starts.ended("wall", "--set-code", said=b"4711\n"),
        }
        assert output.exists()
    assert "opsdesk.ui.opening" in dict(window), "there was no last look to be seen"
    return {kind: frozenset(dict(rows)) for kind, rows in found.items()}


def before(marker: str, rows: Loaded) -> Loaded:
    return rows[: [name for name, _ in rows].index(marker)]


@pytest.mark.parametrize("kind", NEVER)
def test_a_start_loads_nothing_that_it_does_without(
    kind: str, loaded: Mapping[str, frozenset[str]]
) -> None:
    found = {
        name: why
        for name in loaded[kind]
        for forbidden, why in NEVER[kind].items()
        if name == forbidden or name.startswith(f"{forbidden}.")
    }
    assert not found


@pytest.mark.parametrize("name", sorted(set().union(*NEVER.values()) | ELSEWHERE.keys()))
def test_what_must_not_be_loaded_could_be(name: str) -> None:
    assert find_spec(name), "nothing has that name: renamed?"


def test_an_import_in_a_function_spares_some_start(
    loaded: Mapping[str, frozenset[str]],
) -> None:
    useless = [
        f"{where}: {name}"
        for importer, name, where in in_functions()
        if not any(importer in found and name not in found for found in loaded.values())
    ]
    assert not useless, "these belong at the top of their modules"


def in_functions() -> Iterator[tuple[str, str, str]]:
    """Yield what is imported in a function: by which module, what, and where that stands."""
    root = Path(opsdesk.__file__).parent
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root.parent)
        importer = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        for node in late(ast.parse(path.read_text("utf-8"))):
            for name in imported(node):
                # Of PySide6 not the module is spared, but a class: it is made when first named.
                if not name.startswith("PySide6.") and name not in ELSEWHERE:
                    yield importer, name, f"{place}:{node.lineno}"


def late(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = (ast.walk(one) for one in ast.walk(tree) if isinstance(one, functions))
    nodes = dict.fromkeys(chain.from_iterable(inside))
    return (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    inner = [f"{module}.{alias.name}" for alias in node.names]
    return [name if is_module(name) else module for name in inner]


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
