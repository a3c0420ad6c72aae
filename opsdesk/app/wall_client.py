"""Asks a wall of another machine something, once."""

from __future__ import annotations

import asyncio

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.engine.loop import EngineLoop
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.model.wall import WallCommand, WallStatus
from opsdesk.sources import problems
from opsdesk.sources.address import metrics_api_base
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import MIB, Answer, HttpClient, Method, Pairs
from opsdesk.sources.metrics_api.names import Names
from opsdesk.sources.metrics_api.refusals import Refusals
from opsdesk.wire import wall as wire
from opsdesk.wire.decoding import WireError

#: seconds for everything, whatever the server does
PATIENCE = 10.0
_PATH = "v1/wall"


class WallClient:
    """One OpsDesk whose walls are controlled.

    All of it raises SourceError: it cannot be reached, is no wall, or refuses.
    """

    def __init__(self, url: str, credentials: Credentials) -> None:
        """Prepare.

        Raises:
            ConfigError: the address or the token cannot be used.

        """
        self._base = metrics_api_base(url)
        self._credentials = credentials

    def status(self) -> WallStatus:
        """Return how its walls are."""
        return wire.from_wire(self._answered(wire.WireWalls, "GET", _PATH))

    def tell(self, command: WallCommand, wall: str) -> None:
        """Ask something of one of its walls, or of all with ''."""
        wanted = (("wall", wall),) if wall else ()
        self._answered(wire.WireTold, "POST", f"{_PATH}/{command}", wanted)

    def _answered(
        self, kind: type[wire.Said], method: Method, path: str, wanted: Pairs = ()
    ) -> wire.Said:
        # Asked once: a page must not turn twice because an answer was lost.
        http = HttpClient(self._base, credentials=self._credentials, repeats=False)
        with asyncio.Runner(loop_factory=EngineLoop) as runner:
            answer = runner.run(self._fetched(http, method, path, wanted))
        names = Names(http.clean)
        refusals = Refusals(http.where, names)
        if not answer.ok:
            raise SourceError(_with_remedy(refusals.of(answer, path)))
        try:
            return wire.decode(answer.body, kind, path)
        except WireError as error:
            what, remedy = names.text(error.what), tr("Check that it is the address of a wall.")
            raise SourceError(problems.bad_answer(what, refusals.place(path), remedy)) from error

    async def _fetched(self, http: HttpClient, method: Method, path: str, wanted: Pairs) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                return await http.fetch(method, path, params=wanted, cap=MIB)
        except TimeoutError as error:
            raise SourceError(problems.of_error(error, http.where)) from error
        finally:
            await http.close()


def _with_remedy(problem: Problem) -> Problem:
    """Return a problem with what its reader can do, who has a command line and no header."""
    if problem.kind is not ProblemKind.CREDENTIALS:
        return problem
    remedy = tr("Name the file of its token with --token-file, or set OPSDESK_TOKEN.")
    return msgspec.structs.replace(problem, remedy=remedy)
