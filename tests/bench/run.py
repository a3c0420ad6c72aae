"""Prints the budgets of the design as ratios, all measured in one run on this machine.

``python3 packaging/dev.py bench``; ``--check`` exits with 1 when a budget is exceeded. Memory,
starts and processor time are measured from outside, alike for OpsDesk and for the references in
``references/``; what happens inside on the window's thread, by ``inside.py``.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import measure
import msgspec
import stored
import streamed
from measure import MIB, Command
from support import breakers
from support.breakers import BreakerService
from support.desktop import Desktop, desktop
from support.processes import end, eventually, first_line, running
from support.prometheus import Prometheus, Target, node_exporter, prometheus
from support.screen import Box

from opsdesk.store import settings
from opsdesk.store.settings import SourceSettings

HERE = Path(__file__).parent
PYTHON = sys.executable
MANY = 2_000  # breakers
FOLLOWERS = 100  # desks that one gateway feeds
TRIPS = 1  # after the first; with more of them a breaker flaps, and is no longer told of
#: seconds for which a running OpsDesk is watched: half of it for stalls
WATCHED = 40.0
IDLE_WATCHED = 30.0
#: where nothing but a wall's ground is seen, and that ground: blue, green, red
EDGE, GROUND = Box(2, 450, 4, 4), b"\x1b\x18\x15"


@dataclass(frozen=True)
class Row:
    """A line of the table. Without a reference, ``ours`` itself is held against ``budget``."""

    what: str
    ours: float
    budget: float
    unit: str
    reference: float | None = None

    @property
    def figure(self) -> float:
        """What the budget limits: the ratio, or the figure itself."""
        return self.ours if self.reference is None else self.ours / self.reference

    @property
    def is_within(self) -> bool:
        """Whether the budget is kept."""
        return self.figure <= self.budget

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        if self.reference is None:
            reference, ratio, budget = "", "", f"{self.budget:g} {self.unit}"
        else:
            reference, ratio = f"{self.reference:.1f} {self.unit}", f"{self.figure:.2f} x"
            budget = f"{self.budget:g} x"
        verdict = "ok" if self.is_within else "OVER"
        return (self.what, f"{self.ours:.3g} {self.unit}", reference, ratio, budget, verdict)


@dataclass(frozen=True)
class Stage:
    """What everything is measured on: a desktop, a small production and a large one."""

    desktop: Desktop
    small: Prometheus
    large: Prometheus
    #: a service that the small server scrapes every second
    billing: BreakerService

    def opsdesk(self, server: Prometheus, *more: str, profile: str) -> Command:
        """Return the command that opens OpsDesk on a server."""
        return [PYTHON, "-m", "opsdesk", *self.arguments(server, *more, profile=profile)]

    def arguments(self, server: Prometheus, *more: str, profile: str) -> list[str]:
        """Return OpsDesk's arguments; each profile starts with nothing known."""
        return ["--url", server.url, "--profile", profile, *more]

    def reference(self, name: str) -> Command:
        """Return the command that opens a reference, which asks the small server once."""
        url = f"{self.small.url}/api/v1/query?query=up"
        return [PYTHON, HERE / "references" / f"{name}.py", url]


def resident_rows(stage: Stage) -> Iterator[Row]:
    """Measure memory in the tray and with the window open."""

    def rss(command: Command, is_up: Callable[[int], object]) -> float:
        # The first run compiles its modules, and keeps memory that an installed program never has.
        return [measure.resident(stage.desktop.env, command, is_up) for _ in range(2)][-1]

    tray = partial(_has_icon, stage.desktop)
    # As a log-in starts it: what is asked stands in the profile, and is asked once, as by the
    # reference, until the memory is taken.
    hidden = [
        PYTHON,
        "-m",
        "opsdesk",
        "--profile",
        _profile(stage, "bench-hidden", stage.small.url, interval=60),
        "--hidden",
    ]
    # The demo has a past for every chart; its own process is not counted.
    opened = [PYTHON, "-m", "opsdesk", "--interval", "5", "--profile", "bench-open", "demo"]
    yield Row(
        "resident in the tray, window never opened",
        rss(hidden, tray) / MIB,
        1.15,
        "MiB",
        rss(stage.reference("tray"), tray) / MIB,
    )
    windows = stage.desktop.windows
    yield Row(
        "window open, a day on every chart",
        rss(opened, windows) / MIB,
        1.35,
        "MiB",
        rss(stage.reference("plot"), windows) / MIB,
    )


def start_rows(stage: Stage) -> Iterator[Row]:
    """Measure the start: to what is known, seen as it last looked, and to what lives.

    The design has no budget for a window that nobody has closed yet, and so has no last look.
    """
    paint = partial(measure.first_paint, stage.desktop)
    name = _profile_with_a_past(stage)
    known = [PYTHON, "-m", "opsdesk", "--profile", name]
    seen = Path(stage.desktop.env["XDG_STATE_HOME"], "opsdesk", f"{name}@window.jpg")
    picture = seen.read_bytes()

    def first() -> float:
        seen.write_bytes(picture)
        return paint(known) * 1000

    def without() -> float:
        seen.unlink()
        return paint(known) * 1000

    ours, window, reference = measure.medians(
        first, without, lambda: paint(stage.reference("window")) * 1000
    )
    yield Row("start to first paint, last known snapshot", ours, 1.5, "ms", reference)
    yield Row("start to first paint, last look not known", window, 2.5, "ms", reference)
    seen.write_bytes(picture)
    start = _watch_inside(stage, ["--profile", name])
    yield Row("worst stall, start with its last look", start.worst_stall * 1000, 50, "ms")
    serve = [PYTHON, "-m", "opsdesk", "serve", "--demo", "--port", "0"]
    with running(serve, env=stage.desktop.env) as server:
        name = _profile(stage, "bench-charts", first_line(server).removeprefix("serving "))
        live = [PYTHON, HERE / "charts.py", "--profile", name]

        def charts() -> float:
            # With nothing known: what is asked before the first poll may be answered with nothing.
            for kept in (f"{name}.json", f"{name}@window.jpg"):
                seen.with_name(kept).unlink(missing_ok=True)
            return measure.first_words(stage.desktop, live) * 1000

        ours, reference = measure.medians(
            charts,
            lambda: paint(stage.reference("plot")) * 1000,
        )
    yield Row("start to all charts of the first page drawn", ours, 1.25, "ms", reference)


def _profile_with_a_past(stage: Stage) -> str:
    """Return the name of a profile with a source, whose window has been open and was closed."""
    name = _profile(stage, "bench-start", stage.small.url, interval=60)
    known = Path(stage.desktop.env["XDG_STATE_HOME"], "opsdesk", f"{name}.json")
    with running([PYTHON, "-m", "opsdesk", "--profile", name], env=stage.desktop.env) as process:
        eventually(known.exists, "the last known snapshot to be kept")
        end(process)
    return name


def _profile(stage: Stage, name: str, url: str, interval: float = 5) -> str:
    """Return the name of a profile that asks a server each so many seconds."""
    file = Path(stage.desktop.env["XDG_CONFIG_HOME"], "opsdesk", "profiles", f"{name}.toml")
    source = SourceSettings(id="small", title="Small", url=url, kind="auto")
    settings.save(file, settings.Settings(sources=(source,), interval=interval))
    return name


def refresh_rows(stage: Stage) -> Iterator[Row]:
    """Measure refreshes: on the window's thread, in all, and against the server's own time."""
    demo = _watch_inside(stage, ["demo", "--interval", "1"])
    many = _watch_inside(
        stage, stage.arguments(stage.large, "--interval", "1", profile="bench-many")
    )
    yield Row("one refresh, window's thread, demo", _median_ms(demo.refreshes), 8, "ms")
    yield Row(f"one refresh, window's thread, {MANY}", _median_ms(many.refreshes), 16, "ms")
    yield Row("worst stall, demo", demo.worst_stall * 1000, 50, "ms")
    yield Row(f"worst stall, {MANY} breakers", many.worst_stall * 1000, 50, "ms")
    yield Row(
        f"a refresh from Prometheus, {MANY}, to its slowest query",
        _median_ms(many.polls),
        1.3,
        "ms",
        _median_ms(many.slowest),
    )
    yield Row(f"one refresh, all CPU, {MANY}", _median_ms(many.cpu), 70, "ms")


def notice_rows(stage: Stage) -> Iterator[Row]:
    """Measure from the moment at which Prometheus knows of a trip until the daemon is told."""
    command = stage.opsdesk(stage.small, "--hidden", "--interval", "1", profile="bench-notice")
    with running(command, env=stage.desktop.env):
        eventually(stage.desktop.tray_icons, "the tray icon")
        time.sleep(measure.SETTLE)
        (took,) = measure.medians(lambda: _trip_to_notice(stage), runs=TRIPS)
    yield Row("breaker trip to notification, refresh of 1 s", took, 1.5, "s")


def stream_rows(stage: Stage) -> Iterator[Row]:
    """Measure a gateway and those who follow it: how soon they know, and what a hundred cost."""
    with streamed.gateway(stage.small.url, stage.desktop.env) as (_, url):
        options = ["--url", url, "--hidden", "--interval", "60", "--profile", "bench-stream"]
        with running([PYTHON, "-m", "opsdesk", *options], env=stage.desktop.env):
            eventually(stage.desktop.tray_icons, "the tray icon")
            time.sleep(measure.SETTLE)
            (took,) = measure.medians(lambda: _snapshot_to_notice(stage, url), runs=TRIPS)
    yield Row("gateway snapshot to notification, streamed", took, 1, "s")
    with streamed.gateway(stage.large.url, stage.desktop.env) as (pid, url):
        cpu = partial(streamed.cpu_of_a_refresh, pid, url)
        many, one = measure.medians(lambda: cpu(FOLLOWERS), lambda: cpu(1), runs=2)
    what = f"one refresh of a gateway, {MANY}, {FOLLOWERS} desks to one"
    yield Row(what, many * 1000, 1.5, "ms", one * 1000)


def _snapshot_to_notice(stage: Stage, gateway: str) -> float:
    before = _told(stage)
    stage.billing.trip()
    took = streamed.snapshot_to(lambda: _told(stage) > before, gateway)
    stage.billing.heal()
    eventually(lambda: _told(stage) > before + 1, "its end")
    return took


def _trip_to_notice(stage: Stage) -> float:
    state = 'circuit_breaker_state{circuit_name="billing",state="%s"} == 1'
    before = _told(stage)
    stage.billing.trip()
    stage.small.wait_for(state % "open")
    begin = time.perf_counter()
    eventually(lambda: _told(stage) > before, "the notification")
    took = time.perf_counter() - begin
    stage.billing.heal()
    stage.small.wait_for(state % "closed")
    eventually(lambda: _told(stage) > before + 1, "its end")
    return took


def _told(stage: Stage) -> int:
    return sum(event.event == "notify" for event in stage.desktop.notifications())


def idle_rows(stage: Stage) -> Iterator[Row]:
    """Measure what OpsDesk uses while nothing changes."""
    for what, more in (("window open", ()), ("in the tray", ("--hidden",))):
        command = stage.opsdesk(stage.small, *more, "--interval", "60", profile="bench-idle")
        used = _cpu_per_second(stage, command, IDLE_WATCHED) * 100
        yield Row(f"idle at a 60 s refresh, {what}", used, 0.2, "% of a core")


def stored_rows(stage: Stage) -> Iterator[Row]:
    """Measure what is kept and what is written."""
    del stage  # neither needs a desktop
    size, slowest = stored.history()
    yield Row("history of a year, 100 series, one a minute", size / MIB, 250, "MiB")
    yield Row("any range of a chart out of it", slowest * 1000, 50, "ms")
    (took,) = measure.medians(stored.report)
    yield Row("PDF of all pages", took, 1, "s")


def soak_rows(stage: Stage) -> Iterator[Row]:
    """Measure what is held after many refreshes more than before: by the window, by a wall."""
    for screen in ("window", "wall"):
        file = stage.desktop.folder / "soak.json"
        command = [PYTHON, HERE / "soak.py", file, screen]
        with running(command, env=stage.desktop.env) as process:
            process.wait()
        grown = msgspec.json.decode(file.read_bytes(), type=dict[str, int])
        yield Row(f"20,000 refreshes, {screen}: memory", grown["memory"] / MIB, 1, "MiB")
        yield Row(f"20,000 refreshes, {screen}: threads", grown["threads"], 0, "more")
        yield Row(f"20,000 refreshes, {screen}: descriptors", grown["descriptors"], 0, "more")


def wall_rows(stage: Stage) -> Iterator[Row]:
    """Measure a wall on which nothing changes, and for how long its display is dark after a kill.

    The design gives no budget for the second: a second is what nobody takes for an outage.
    """
    wall = ["wall", "--dwell", "3600", "--diagonal", "55in", "--interval", "60"]
    shown = [PYTHON, "-m", "opsdesk", *wall, "--url", stage.small.url, "--profile", "bench-wall"]
    used = _cpu_per_second(stage, shown, IDLE_WATCHED) * 100
    yield Row("idle: a wall on which nothing changes", used, 0.2, "% of a core")
    (dark,) = measure.medians(lambda: _dark(stage.desktop, [*shown, "--keep-running"]), runs=3)
    yield Row("a wall that is killed: dark for", dark, 1, "s")


def _dark(here: Desktop, command: Command) -> float:
    """Return for how many seconds a display shows no wall after the wall was killed."""
    with running(command, env=here.env) as keeper:
        children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children")
        wall = eventually(lambda: children.read_text("ascii").split(), "the wall")[0]
        eventually(lambda: here.windows(int(wall)), "its window")
        lit = eventually(lambda: _lit(here), "what it shows")
        os.kill(int(wall), signal.SIGKILL)
        eventually(lambda: here.picture(EDGE).colours() != lit, "the wall to be gone")
        begin = time.perf_counter()
        while here.picture(EDGE).colours() != lit:
            time.sleep(0.002)
        return time.perf_counter() - begin


def _lit(here: Desktop) -> set[bytes]:
    """Return the ground of a wall, once it is seen at the display's edge."""
    found = here.picture(EDGE).colours()
    return found if found == {GROUND} else set()


class Inside(msgspec.Struct):
    """What ``inside.py`` writes, in seconds."""

    refreshes: list[float]
    cpu: list[float]
    worst_stall: float
    polls: list[float]
    slowest: list[float]


def _watch_inside(stage: Stage, arguments: list[str]) -> Inside:
    file = stage.desktop.folder / "inside.json"
    with running([PYTHON, HERE / "inside.py", file, *arguments], env=stage.desktop.env) as process:
        eventually(lambda: stage.desktop.windows(process.pid), "the window")
        time.sleep(WATCHED)
        end(process)
    return msgspec.json.decode(file.read_bytes(), type=Inside)


def _cpu_per_second(stage: Stage, command: Command, seconds: float) -> float:
    """Return the processor time that a program uses in a second, once it has come to rest."""
    with running(command, env=stage.desktop.env) as process:
        time.sleep(measure.SETTLE)
        before, begin = measure.cpu(process.pid), time.monotonic()
        time.sleep(seconds)
        return (measure.cpu(process.pid) - before) / (time.monotonic() - begin)


def _median_ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000 if seconds else float("nan")


def _has_icon(here: Desktop, pid: int) -> bool:
    del pid  # there is one application at a time
    return bool(here.tray_icons())


def _set_stage(parts: ExitStack) -> Stage:
    enter = parts.enter_context
    billing, inventory = enter(breakers.fluxgate()), enter(breakers.opossum())
    for service in (billing, inventory):
        service.trip()
        service.heal()
    shops = [Target("billing", billing.address), Target("inventory", inventory.address)]
    small = enter(prometheus([enter(node_exporter()), *shops]))
    exporter = enter(running([PYTHON, HERE / "exporter.py", str(MANY)]))
    large = enter(prometheus([Target("many", first_line(exporter))]))
    small.wait_for("circuit_breaker_state")
    large.wait_for("circuit_breaker_state")
    return Stage(enter(desktop()), small, large, billing)


def _print(row: Row) -> None:
    what, ours, reference, ratio, budget, verdict = row.cells()
    print(f"{what:52} {ours:>20} {reference:>12} {ratio:>8} {budget:>16}  {verdict}", flush=True)


def main() -> int:
    """Measure everything; return 1 when asked to check and a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when over budget")
    groups: dict[str, Callable[[Stage], Iterator[Row]]] = {
        "memory": resident_rows,
        "start": start_rows,
        "refresh": refresh_rows,
        "notice": notice_rows,
        "stream": stream_rows,
        "idle": idle_rows,
        "stored": stored_rows,
        "wall": wall_rows,
        "soak": soak_rows,
    }
    parser.add_argument(
        "group", nargs="*", choices=[*groups, []], help="these groups of rows alone"
    )
    options = parser.parse_args()
    rows: list[Row] = []
    with ExitStack() as parts:
        # Programs that are installed have their bytecode; the first run of each writes it here.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        cache = TemporaryDirectory(prefix="opsdesk-bytecode-", ignore_cleanup_errors=True)
        os.environ["PYTHONPYCACHEPREFIX"] = parts.enter_context(cache)
        stage = _set_stage(parts)
        print(f"{'':52} {'OpsDesk':>20} {'reference':>12} {'ratio':>8} {'budget':>16}")
        for name, group in groups.items():
            for row in group(stage) if name in (options.group or groups) else ():
                rows.append(row)
                _print(row)
    over = [row for row in rows if not row.is_within]
    print(f"{len(rows) - len(over)} of {len(rows)} within budget")
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
