"""Small walls that do what they are told, and their API on a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace
from support.readings import NOW
from support.serving import running

from opsdesk.model.errors import UnknownWallError
from opsdesk.model.wall import Remote, Showing, WallCommand, WallStatus
from opsdesk.serve.wall import wall_server

TOKEN = "s3cret-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SLIDES = ("overview", "reliability", "operations")
WALLS = WallStatus(
    walls=(
        Showing(id="main", lit=True, slide="overview"),
        Showing(id="hall", display="DP-3", slide="overview"),
    ),
    incidents=("breaker-carbon",),
    started_at=NOW,
    restarts=2,
    memory=181.5,
    last_refresh=NOW,
)


class SmallWalls:
    """Walls without a display: they turn, hold and forget incidents."""

    def __init__(self, status: WallStatus = WALLS) -> None:
        self._status = status
        self._turn = threading.Lock()
        #: how often the settings were read
        self.loads = 1

    def status(self) -> WallStatus:
        return self._status

    def tell(self, command: WallCommand, wall: str) -> None:
        if wall and wall not in {one.id for one in self._status.walls}:
            raise UnknownWallError(wall)
        with self._turn:
            if command is WallCommand.RELOAD:
                self.loads += 1
            elif command is WallCommand.ACKNOWLEDGE:
                self._status = replace(self._status, incidents=())
            else:
                walls = tuple(
                    _after(one, command) if wall in ("", one.id) else one
                    for one in self._status.walls
                )
                self._status = replace(self._status, walls=walls)


def _after(wall: Showing, command: WallCommand) -> Showing:
    if command in (WallCommand.HOLD, WallCommand.RELEASE):
        return replace(wall, held=command is WallCommand.HOLD)
    by = 1 if command is WallCommand.NEXT else -1
    return replace(wall, slide=SLIDES[(SLIDES.index(wall.slide) + by) % len(SLIDES)])


@contextmanager
def serving_walls(walls: SmallWalls, *, names: tuple[str, ...] = ()) -> Iterator[str]:
    """Serve walls while the block runs; yield the address, with '/' at its end."""
    remote = Remote(enabled=True, port=0, names=names)
    with running(wall_server(walls, remote, TOKEN)) as url:
        yield url
