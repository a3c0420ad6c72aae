"""Runs an engine over and over and kills it with SIGKILL at any moment; nothing else may stop it.

``killed_engines.py FOLDER ROUNDS SEED``: each round is a child that goes on where the last one
was killed, with nothing but the ledger's file. It writes down what a person saw: ``told`` (a notice
that was shown), ``seen`` (a snapshot: which incidents run, which are acknowledged), and what a
channel was handed: ``passed``. The last round is left alone until it has nothing more to tell, and
ends by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from opsdesk.catalogue import metrics
from opsdesk.engine.commands import Acknowledge
from opsdesk.engine.loop import EngineLoop
from opsdesk.engine.running import Running
from opsdesk.engine.setting import Setting
from opsdesk.model.desk import Policy
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest, Notice
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.notify.forwarding import ChannelForwarder
from opsdesk.store import ledger

CATALOGUE = metrics.load()
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
#: so much passes between two rounds: what opens in one is no storm with what opens in the next
BETWEEN = timedelta(minutes=6)
REFRESH = 0.004  # seconds
A_MOMENT = 0.03  # seconds
#: seconds that a channel takes, twice for each notice
HANDING_OVER = 0.0005
#: seconds that an engine may take to come to something
PATIENCE = 2.0
#: seconds that the last round runs without anything to tell
SETTLED = 0.5


class Diary:
    """What a person saw, a line each. The last line of who was killed may be half of one."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(self._file, b"\n")

    def write(self, **line: object) -> None:
        """Write a line."""
        os.write(self._file, json.dumps(line).encode() + b"\n")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the whole lines of a diary."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            yield json.loads(line)


class World:
    """Which breakers are open: a file that outlives the engines. Each opens once in its life."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "world.json"
        self.states: dict[str, bool] = {"b0": False}

    def save(self) -> None:
        """Let the engines see it."""
        self._path.write_text(json.dumps(self.states))

    @staticmethod
    def load(folder: Path) -> dict[str, bool]:
        """Return it as the engine sees it."""
        states: dict[str, bool] = json.loads((folder / "world.json").read_text())
        return states


class Source:
    """Tells the world's states."""

    id = title = "world"
    kind, where = "fake", "nowhere"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def poll(self, now: datetime) -> Harvest:
        """Return every breaker."""
        states = World.load(self._folder).items()
        return Harvest(readings=tuple(_reading(name, now, is_open=o) for name, o in states))

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Have no past."""
        del wanted
        return SeriesData()

    async def rediscover(self) -> None:
        """Have nothing to look for."""

    async def close(self) -> None:
        """Hold nothing."""


def _reading(name: str, at: datetime, *, is_open: bool) -> Reading:
    state = BreakerState.OPEN if is_open else BreakerState.CLOSED
    return Reading(key=key("breaker.state", {"breaker": name}), value=state, at=at, source="world")


class Person:
    """Is shown notices and snapshots, and acknowledges what they please."""

    def __init__(self, diary: Diary, chance: random.Random, number: int) -> None:
        self.running: Running | None = None
        self.last_told = time.monotonic()
        self._diary, self._chance, self._number = diary, chance, number

    async def resume(self) -> None:
        """Nothing stands."""

    async def show(self, notice: Notice) -> bool:
        """Write down that it was shown."""
        self._diary.write(
            round=self._number,
            told=notice.id,
            title=notice.title,
            body=notice.body,
            incidents=notice.incidents,
        )
        self.last_told = time.monotonic()
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Nothing stands."""
        del notice_id

    async def close(self) -> None:
        """Nothing is held."""

    def look(self, snapshot: Snapshot) -> None:
        """Write down what is seen; now and then, take care of something."""
        running = [incident.id for incident in snapshot.incidents if incident.runs]
        taken = [i for i in running if snapshot.desk.of(i).acknowledged_at is not None]
        self._diary.write(
            round=self._number,
            seen=running,
            acknowledged=taken,
        )
        left = [incident for incident in running if incident not in taken]
        if left and self.running is not None and self._chance.random() < 0.2:
            self.running.obey(Acknowledge((self._chance.choice(left),)))


class Hook:
    """A channel that takes its time: before it has taken a notice, and before it says so."""

    name, is_wanted = "webhook", True

    def __init__(self, diary: Diary, person: Person, number: int) -> None:
        self._diary, self._person, self._number = diary, person, number

    async def send(self, document: bytes) -> str:
        """Write down what was handed over."""
        await asyncio.sleep(HANDING_OVER)
        said = json.loads(document)
        self._diary.write(
            round=self._number,
            passed=said["id"],
            title=said["title"],
            body=said["body"],
            incidents=said["incidents"],
        )
        self._person.last_told = time.monotonic()
        await asyncio.sleep(HANDING_OVER)
        return "taken"

    async def close(self) -> None:
        """Hold nothing."""


def live(folder: Path, number: int, seed: int, *, last: bool) -> None:
    """Be one engine, until killed; the last one ends when all is told."""
    begin, at = time.monotonic(), BEGIN + number * BETWEEN
    diary = Diary(folder / "diary")
    person = Person(diary, random.Random(f"{seed} {number}"), number)
    place = folder / "ledger.json"

    def clock() -> datetime:
        return at + timedelta(seconds=time.monotonic() - begin)

    setting = Setting(
        sources=(Source(folder),),
        catalogue=CATALOGUE,
        interval=REFRESH,
        publish=person.look,
        notifier=person,
        forwarders=(ChannelForwarder(Hook(diary, person, number), clock=clock),),
        policy=Policy(reminder=0),
        ledger=ledger.load(place, clock()),
        keep_ledger=lambda kept: ledger.save(kept, place),
        clock=clock,
    )

    async def run() -> None:
        person.running = Running(setting)
        task = asyncio.create_task(person.running.run())
        while not last or time.monotonic() - person.last_told < SETTLED:
            done, _ = await asyncio.wait([task], timeout=SETTLED / 5)
            if done:
                break
        task.cancel()
        await asyncio.wait([task])

    with asyncio.Runner(loop_factory=EngineLoop) as runner:
        runner.run(run())


def change(world: World, diary: Path, chance: random.Random) -> None:
    """Open or close a breaker whose present state has been seen; what nobody saw never was."""
    seen = [line["seen"] for line in read(diary) if "seen" in line]
    known = {id_ for running in seen for id_ in running}
    newest = f"b{len(world.states) - 1}"
    is_known = newest == "b0" or any(f'"{newest}"' in id_ for id_ in known)
    if is_known and chance.random() < 0.6:
        world.states[f"b{len(world.states)}"] = True
    for name in world.states:
        runs = bool(seen) and any(f'"{name}"' in id_ for id_ in seen[-1])
        if runs and chance.random() < 0.3:
            world.states[name] = False
    world.save()


def wait(diary: Path, chance: random.Random) -> None:
    """Let an engine live: a moment, or until a person has seen a few things and a moment more.

    The latter makes up for a machine that is busy: a life in which nothing happens tries nothing.
    """
    until = time.monotonic() + PATIENCE
    grown = diary.stat().st_size + chance.choice((0, 300, 600, 1_200))
    while diary.stat().st_size < grown and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(chance.uniform(0.0, A_MOMENT))


def main() -> None:
    """Start, kill, start again."""
    folder, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance, world = random.Random(seed), World(folder)
    world.save()
    (folder / "diary").touch()
    for number in range(rounds + 1):
        last = number == rounds
        if number:
            change(world, folder / "diary", chance)
        child = os.fork()
        if not child:
            try:
                live(folder, number, seed, last=last)
            finally:
                os._exit(0)
        if not last:
            wait(folder / "diary", chance)
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
