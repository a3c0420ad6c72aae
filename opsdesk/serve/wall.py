"""Control of walls from another machine: a small API of its own, which always wants a token.

Also on loopback: any page in a browser of this machine can send it a request.
"""

from __future__ import annotations

import logging
from functools import partial
from http import HTTPMethod, HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import ConfigError, UnknownWallError
from opsdesk.model.protocols import WallControl
from opsdesk.model.wall import Remote, WallCommand
from opsdesk.serve.answers import Body, answer, failure
from opsdesk.serve.guard import OPEN_PATH, Listening
from opsdesk.serve.routing import asked, routed
from opsdesk.serve.server import Bounds, Server
from opsdesk.wire import health as wire_health
from opsdesk.wire import query
from opsdesk.wire import wall as wire_wall
from opsdesk.wire.health import WireHealth

log = logging.getLogger(__name__)

PATH = "/v1/wall"
#: it stands in the process that draws, which must not want for descriptors or memory
_BOUNDS = Bounds(connections=32, head=16 * 1024)


def wall_server(control: WallControl, remote: Remote, token: str) -> Server:
    """Return a server that controls walls.

    Raises:
        ConfigError: there is no token.

    """
    if not token:
        raise ConfigError(
            tr(
                "The wall is to be controlled from other machines, but has no token that lets "
                "them. Set one with: opsdesk wall --set-token"
            )
        )
    listening = Listening(
        host=remote.host,
        port=remote.port,
        token=token,
        names=remote.names,
        naming=mark("Ask it by its address, or add the name to 'names' in [wall_remote]."),
        moving=mark("Correct 'host' and 'port' in [wall_remote] of the settings."),
    )
    return Server(application(control, listening), listening, bounds=_BOUNDS)


def application(control: WallControl, listening: Listening) -> Starlette:
    """Return the application."""
    api = _Api(control)
    routes = [Route(PATH, api.status), Route(OPEN_PATH, api.health)]
    routes += [
        Route(f"{PATH}/{command}", partial(api.take, command), methods=[HTTPMethod.POST])
        for command in WallCommand
    ]
    return routed(routes, listening, {UnknownWallError: _unknown_wall})


class _Api:
    """The answers. A request's body is never read: a command has none."""

    def __init__(self, control: WallControl) -> None:
        self._control = control

    async def status(self, request: Request) -> Response:
        return answer(request, Body(wire_wall.to_wire(self._control.status())))

    async def take(self, command: WallCommand, request: Request) -> Response:
        wall = asked(query.parse_wall, request)
        self._control.tell(command, wall)
        who = request.client.host if request.client else ""
        log.info("%s, asked by %s: wall %r", command, who, wall or "all")
        return answer(request, Body(wire_wall.told(command, wall)), HTTPStatus.ACCEPTED)

    async def health(self, request: Request) -> Response:
        health = WireHealth(
            schema=wire_health.SCHEMA,
            snapshot="",
            wall=wire_wall.SCHEMA,
            generated_at=self._control.status().last_refresh,
        )
        return answer(request, Body(health))


async def _unknown_wall(_request: Request, error: Exception) -> Response:
    return failure(
        HTTPStatus.NOT_FOUND,
        "not found",
        tr("there is no wall {wall}", wall=repr(str(error))),
        tr("See which there are: GET {path}.", path=PATH),
    )
