"""What each kind of start loads, and what it does without.

OpsDesk is started as its user starts it and notes which modules each of its threads begins to
import, in that order. What a kind of start must not load is said here, with the reason. And an
import stands in a function only where it spares a start something: what spares none is found, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest
from support.desktop import desktop
from support.starts import Loaded, Starts, report

import opsdesk

#: those on which a window is made, and what is seen before it
WINDOW_THREADS = ("MainThread", "opsdesk-opening")
#: the first of what is loaded once the last look of the window is seen
BEHIND_THE_LOOK = "opsdesk.app.household"


def because(why: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, why)


QT = because("nothing is shown", "PySide6", "shiboken6")
CHARTS = because("no chart is drawn", "pyqtgraph", "numpy")
HTTP = because("nobody is asked anything", "asyncio", "ssl", "httpx", "httpcore")
HTTPX = because("httpx comes without its command line", "rich", "pygments") | because(
    "httpx's connections are asyncio's own", "anyio._backends", "httpcore._backends.trio"
)
SERVER = because("it serves nobody", "opsdesk.serve", "starlette", "uvicorn")
#: what no start loads by itself
WANTED = {
    **HTTPX,
    **because("no secret is read", "keyring"),
    **because("no setting is changed", "tomlkit"),
    **because("it is of other systems", "desktop_notifier", "wakepy"),
    **because("the demo has a process of its own", "opsdesk.demo.world"),
}
#: what no desktop loads that all is well with
SELDOM = {
    **WANTED,
    **SERVER,
    **because("the source is an OpsDesk", "opsdesk.sources.prometheus"),
    **because("nothing is exported", "opsdesk.app.saving", "opsdesk.app.once", "opsdesk.export"),
    **because("nothing is passed on", "opsdesk.notify.command", "opsdesk.notify.webhook"),
    **because("there is no incident", "opsdesk.ui.tray_menu", "opsdesk.ui.tray_number"),
    **because(
        "it is made when somebody wants it",
        *("opsdesk.ui.connect", "opsdesk.ui.details", "opsdesk.ui.notifications"),
        *("opsdesk.ui.popover", "opsdesk.ui.wall.dialog"),
    ),
    **because("3 MiB and 6 ms, for a second start that hardly ever comes", "PySide6.QtNetwork"),
    **because("pyqtgraph would load it", "PySide6.QtTest"),
}
#: what is seen at once waits for none of it
BEHIND = {
    **SELDOM,
    **HTTP,
    **CHARTS,
    **because("the engine's thread remembers", "sqlite3"),
    **because("resources are read as files", "importlib.resources"),
}
ENGINE = because(
    "the engine's thread loads it, beside the first paint",
    *("jeepney", "opsdesk.app.channels", "opsdesk.app.works", "opsdesk.engine.loop"),
    *("opsdesk.engine.running", "opsdesk.sources.http"),
)
NO_PAGES = because("there is no page", "opsdesk.ui.page", "opsdesk.ui.panels", "opsdesk.ui.charts")
NEVER: Mapping[str, Mapping[str, str]] = {
    "--help": {
        **WANTED,
        **QT,
        **CHARTS,
        **HTTP,
        **SERVER,
        **because("nothing is remembered", "sqlite3"),
        **because("no data file is read", "tomllib"),
        **because("nothing is done", "opsdesk.app", "opsdesk.engine"),
    },
    "snapshot --format csv": {
        **WANTED,
        **QT,
        **CHARTS,
        **SERVER,
        **because("nothing is remembered", "sqlite3"),
        **because("nobody is told of anything", "opsdesk.notify"),
        **because("the demo is an OpsDesk", "opsdesk.sources.prometheus"),
    },
    "render": {
        **WANTED,
        **HTTP,
        **SERVER,
        **because("nothing is remembered", "sqlite3", "opsdesk.store"),
        **because("what it renders is given", "opsdesk.engine.running", "opsdesk.sources.http"),
        **because("a report is no desktop", "opsdesk.ui.desktop", "opsdesk.ui.tray"),
        **because("a report shows no wall", "opsdesk.ui.wall"),
    },
    "serve": {
        **WANTED,
        **QT,
        **CHARTS,
        **because("nothing is exported", "opsdesk.export"),
        **because("nobody is told of anything", "opsdesk.notify"),
        **because("the source is a Prometheus", "opsdesk.sources.metrics_api"),
    },
    "in the tray": {
        **SELDOM,
        **CHARTS,
        **NO_PAGES,
        **because("a plain start is read without it: 8 ms, 0.8 MiB", "click"),
        **because("the marks are pictures: 1.2 MiB", "PySide6.QtSvg"),
        **because("no chart asks", "opsdesk.insight.forecast", "opsdesk.insight.usual"),
        **because("there is no page", "opsdesk.insight.page_headline"),
        **because("style sheet and fonts take 10 MiB", "opsdesk.ui.fonts", "opsdesk.ui.glyphs"),
        **because(
            "there is no window",
            *("opsdesk.ui.frame", "opsdesk.ui.last_render", "opsdesk.ui.opening"),
            "opsdesk.ui.window",
        ),
        **because("no wall is shown", "opsdesk.ui.wall.walls"),
    },
    "until the last look of the window is seen": {
        **BEHIND,
        **because("a plain start is read without it", "click"),
        **because("settings and data are read behind it", "tomllib", "opsdesk.catalogue.metrics"),
        **because("it is a picture", "PySide6.QtSvg", "opsdesk.ui.theme", "opsdesk.insight.board"),
        **because("it needs no engine", "opsdesk.engine"),
        **because("it is loaded behind the picture", "opsdesk.ui.desktop", "opsdesk.ui.window"),
    },
    "on the window's thread": {
        **BEHIND,
        **ENGINE,
        **because("a plain start is read without it", "click"),
        **because("the engine tells", "opsdesk.notify"),
        **because("no wall is shown", "opsdesk.ui.wall.walls"),
    },
    "wall": {
        **SELDOM,
        **CHARTS,
        **NO_PAGES,
        **because("a wall tells nobody", "opsdesk.notify.freedesktop"),
        **because("there is no tray", "opsdesk.ui.tray"),
    },
    "on the wall's thread": {**BEHIND, **ENGINE},
    "wall --set-code": {**QT, **CHARTS, **SERVER, **because("nobody is asked anything", "httpx")},
}
#: in functions, though no start here does without them
ELSEWHERE = {
    **because("other systems have no D-Bus", "opsdesk.notify.awake_session"),
    **because("other systems have no D-Bus", "opsdesk.notify.presence"),
    **because("Wayland alone has no X server", "opsdesk.notify.awake_x"),
}


@pytest.fixture(scope="module")
def loaded() -> Mapping[str, frozenset[str]]:
    """Return what each kind of start has loaded."""
    with desktop(notifications=False) as here:
        starts = Starts(here)
        output = here.folder / "snapshot.csv"
        starts.lived("shop")  # the window is left, and so has a last look
        window, wall = starts.lived("shop"), starts.lived("hung", "wall", in_tray=False)
        found = {
            "--help": starts.ended("--help"),
            "snapshot --format csv": starts.ended(
                "snapshot", "--demo", "--format", "csv", "--output", str(output)
            ),
            "render": starts.ended("render", said=report()),
            "serve": starts.served(),
            "in the tray": starts.lived("calm", "--hidden"),
            "until the last look of the window is seen": before(BEHIND_THE_LOOK, window),
            "on the window's thread": shown_by(window),
            "wall": wall,
            "on the wall's thread": shown_by(wall),
            "wall --set-code": starts.ended("wall", "--set-code", said=b"4711\n"),
        }
        assert output.exists()
    assert "opsdesk.ui.opening" in dict(window), "there was no last look to be seen"
    return {kind: frozenset(dict(rows)) for kind, rows in found.items()}


def shown_by(rows: Loaded) -> Loaded:
    return tuple((name, thread) for name, thread in rows if thread in WINDOW_THREADS)


def before(marker: str, rows: Loaded) -> Loaded:
    return rows[: [name for name, _ in rows].index(marker)]


@pytest.mark.parametrize("kind", NEVER)
def test_a_start_loads_nothing_that_it_does_without(
    kind: str, loaded: Mapping[str, frozenset[str]]
) -> None:
    found = {
        name: why
        for name, why in NEVER[kind].items()
        if any(one == name or one.startswith(f"{name}.") for one in loaded[kind])
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
