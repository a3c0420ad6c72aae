"""The demo as its user starts it: a process that serves it, the real client that polls it."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from support.processes import eventually, first_line, running

from opsdesk.app.demo import DemoSource
from opsdesk.catalogue import metrics, pages
from opsdesk.engine.loop import EngineLoop
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import SourceError
from opsdesk.model.key import key
from opsdesk.model.page import Place
from opsdesk.model.protocols import Harvest
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.runtime.threads import in_thread

OPSDESK = (sys.executable, "-m", "opsdesk")
FIGURES = Path(__file__).parents[1] / "data" / "phase4-figures.csv"
WINDOWS = {"1w": "7d"}
AGO = {"2h ago": 7_200, "45m ago": 2_700, "4h ago": 14_400, "1h ago": 3_600, "30m ago": 1_800}
HEALTH = key("health.score")
CARBON = key("breaker.state", {"breaker": "External API - Carbon Data"})

T = TypeVar("T")

# Polls the demo once, tells the process that serves it, and then does nothing more.
PARENT = """\
import asyncio, os, signal
from pathlib import Path
from opsdesk.app.demo import demo_source
from opsdesk.insight.words import utc_now
asyncio.run(demo_source().poll(utc_now()))
children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
other = [Path(p).read_text().split() for p in Path("/proc/self/task").glob("*/children")]
print(" ".join(sorted({*children, *(pid for pids in other for pid in pids)})), flush=True)
signal.pause()
"""


def run(work: Callable[[DemoSource], Awaitable[T]], seed: int = 1) -> T:
    """Do something with a demo, on a loop like the engine's, and close it."""

    async def all_of_it() -> T:
        source = DemoSource(seed, 1.0)
        try:
            return await work(source)
        finally:
            await source.close()

    with asyncio.Runner(loop_factory=EngineLoop) as runner:
        return runner.run(all_of_it())


def pid_of(source: DemoSource) -> int:
    assert source._child is not None
    assert source._child._process is not None
    return source._child._process.pid


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_is_followed_once_it_runs() -> None:
    async def work(source: DemoSource) -> list[Harvest | None]:
        told: list[Harvest | None] = []
        heard = asyncio.Event()

        def tell(harvest: Harvest | None) -> None:
            told.append(harvest)
            heard.set()

        await source.follow(utc_now(), tell)  # nothing runs yet: it ends at once
        await source.poll(utc_now())
        following = asyncio.create_task(source.follow(utc_now(), tell))
        await heard.wait()
        following.cancel()
        await asyncio.wait([following])
        return told

    assert run(work)


def written(kind: str, tmp_path: Path) -> str:
    out = tmp_path / f"out.{kind}"
    command = (*OPSDESK, "snapshot", "--demo", "--format", kind, "--output", str(out))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return out.read_text("utf-8")


def labels_of(row: dict[str, str]) -> frozenset[str]:
    return frozenset(part.rstrip('"') for part in row["labels"].split('",'))


def test_the_dashboard_row_by_row_through_the_real_path(tmp_path: Path) -> None:
    lines = list(csv.DictReader(written("csv", tmp_path).splitlines()))
    found = {(row["metric"], labels_of(row)): row for row in lines}
    with FIGURES.open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    assert len(found) == len(wanted) == 113
    # In the same order, that two files can be read side by side.
    assert list(found) == [(row["metric"], labels_of(row)) for row in wanted]
    for row in wanted:
        ours = found[row["metric"], labels_of(row)]
        assert ours["section"] == row["section"]
        assert (ours["unit"], ours["qualifier"]) == (row["unit"], row["qualifier"])
        assert ours["origin"] == row["origin"]
        assert ours["window"] == WINDOWS.get(row["window"], row["window"])
        assert ours["freshness"] == "live"
        if row["unit"] == "time":
            assert ours["note"] == ("" if row["value"] in AGO else row["value"])
            assert bool(ours["value"]) is (row["value"] in AGO)
        else:
            assert same(ours["value"], row["value"]), row
        if row["change_percent"]:
            assert round(float(ours["change_percent"])) == float(row["change_percent"])
        before = row["baseline"].removeprefix("before Phase 4: ").partition(" ")[0]
        assert ours["baseline"] == ("before Phase 4" if before else "")
        assert same(ours["baseline_value"], before)


def same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def test_what_contradicts_itself_in_the_dashboard_is_found(tmp_path: Path) -> None:
    document = json.loads(written("json", tmp_path))
    assert len(document["findings"]) == 7
    assert [i["closed_at"] for i in document["incidents"]].count(None) == 1
    (source,) = document["sources"]
    assert (source["id"], source["kind"], source["title"]) == ("demo", "demo", "Demo production")


def test_it_tells_its_past() -> None:
    async def past(source: DemoSource) -> tuple[SeriesData, SeriesData]:
        end = utc_now().timestamp()
        wanted = SeriesRange(keys=(HEALTH, CARBON), start=end - 86_400, end=end, step=3_600)
        before = await source.series(wanted)
        await source.poll(utc_now())
        return before, await source.series(wanted)

    before, data = run(past)
    assert before == SeriesData()
    assert [line.key for line in data.lines] == [HEALTH]
    assert [strip.key for strip in data.strips] == [CARBON]


def test_a_process_that_died_is_started_anew() -> None:
    async def killed(source: DemoSource) -> tuple[int, int]:
        await source.poll(utc_now())
        first = pid_of(source)
        os.kill(first, signal.SIGKILL)
        child = source._child
        assert child is not None
        assert child._process is not None
        child._process.wait(10)
        assert len((await source.poll(utc_now())).readings) == 108
        return first, pid_of(source)

    first, second = run(killed)
    assert first != second
    assert not is_running(second)


def test_who_closes_it_while_it_starts_leaves_nothing_behind() -> None:
    async def hurried(source: DemoSource) -> int:
        polling = asyncio.create_task(source.poll(utc_now()))
        await in_thread(
            lambda: eventually(lambda: source._child and source._child._process, "the process"),
            "waiting",
        )
        pid = pid_of(source)
        polling.cancel()
        await asyncio.wait([polling])
        await source.close()
        return pid

    assert not is_running(run(hurried))


def test_what_keeps_it_from_starting_is_said() -> None:
    async def refused(source: DemoSource) -> str:
        with pytest.raises(SourceError) as caught:
            await source.poll(utc_now())
        return caught.value.problem.what

    assert "--seed" in run(refused, seed=-1)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_ends_with_its_parent_even_if_that_is_killed() -> None:
    with running((sys.executable, "-c", PARENT)) as parent:
        (child,) = map(int, first_line(parent).split())
        assert is_running(child)
        parent.kill()
        eventually(lambda: not is_running(child), "the demo's process to end")


def test_a_report_of_it(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    rendered("--format", "pdf", "--output", str(out))
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_report_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    command = (*OPSDESK, "snapshot", "--demo", "--format", "pdf", "--output", str(out))
    # In a group of its own, to which a terminal would send Ctrl+C. It is heard there, also where
    # these tests run behind a shell that has what it runs ignore that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0) as process:
        signal.signal(signal.SIGINT, before)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        found = eventually(lambda: list(filter(renders, children.read_text().split())), "it")
        os.kill(int(found[0]), signal.SIGSTOP)  # where this test is slow, it would be done
        os.killpg(process.pid, signal.SIGINT)
        os.kill(int(found[0]), signal.SIGCONT)
        _, said = process.communicate(timeout=20)
    assert said.strip() == "opsdesk: stopped"
    assert list(tmp_path.iterdir()) == []


def renders(pid: str) -> bool:
    return b"render" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def test_a_picture_of_a_page_in_a_theme_and_size(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    look = ("--page", "overview", "--theme", "light", "--size", "1024x700", "--scale", "1.5")
    rendered("--format", "png", *look, "--output", str(out))
    content = out.read_bytes()
    assert content.startswith(b"\x89PNG")
    # IHDR: width and height follow the first chunk's length and name.
    assert struct.unpack(">II", content[16:24]) == (1536, 1050)


def test_pictures_of_all_pages(tmp_path: Path) -> None:
    rendered("--format", "png", "--output", str(tmp_path))
    catalogue = metrics.load()
    shown = [page.id for page in pages.load(catalogue) if Place.WINDOW in page.places]
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == sorted(shown)


def rendered(*arguments: str) -> None:
    command = (*OPSDESK, "snapshot", "--demo", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
