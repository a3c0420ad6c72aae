"""Asks a server what it has: all at once that can be, each question until it is answered."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.pack import Pack
from opsdesk.sources.prometheus.answers import BuildInfo, Result
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.readings import number_of
from opsdesk.sources.together import together

#: seconds for which answers are kept for a search that a deadline has cut short
_KEPT = 600.0
#: what a server says that does not know a query, or that a proxy answers for it
_REFUSALS = frozenset(
    {ProblemKind.QUERY, ProblemKind.BAD_ANSWER, ProblemKind.NOT_FOUND, ProblemKind.SERVER}
)
#: what may be the fault of one name among many that are asked for together
OF_ONE_NAME = frozenset({ProblemKind.QUERY, ProblemKind.BAD_ANSWER, ProblemKind.TIMEOUT})


class Prober:
    """The questions of one search, and their answers: on a slow server a later try goes on."""

    def __init__(self, client: PrometheusClient) -> None:
        self.client = client
        self._began = 0.0
        self._answers: dict[str, Result] = {}
        self._info: list[BuildInfo | None] = []

    def begin(self) -> None:
        """Begin a search, or go on with one that was not done lately."""
        if time.monotonic() - self._began > _KEPT:
            self.done()
            self._began = time.monotonic()

    def done(self) -> None:
        """Forget the answers: the next search is to look anew."""
        self._began = 0.0
        self._answers.clear()
        self._info.clear()

    async def build_info(self) -> BuildInfo | None:
        """Ask what the server is; see :meth:`PrometheusClient.build_info`."""
        if not self._info:
            self._info.append(await self.client.build_info())
        return self._info[0]

    async def instant(self, query: str) -> Result:
        """Ask what has a small answer; see :meth:`PrometheusClient.instant`."""
        if query not in self._answers:
            self._answers[query] = await self.client.instant(query)
        return self._answers[query]


class Search:
    """What is found out of a server. Of what fails, all the rest is found out nevertheless."""

    def __init__(self, prober: Prober, packs: Sequence[Pack]) -> None:
        self.prober = prober
        self._packs = packs
        #: series by name, of all that the packs know
        self.alive: dict[str, int] = {}
        #: whether there is nothing older than an hour
        self.young = False
        #: jobs that carry more of what is shown than ``up``, which every job has
        self.carriers: frozenset[str] = frozenset()
        #: instance of one target of each job, and its job
        self.targets: list[tuple[str, str]] = []
        #: by pack, why nothing is known of it
        self.unknown: dict[str, str] = {}
        #: what else failed, in words
        self.failed: list[str] = []

    async def look(self) -> None:
        """Ask what can be asked without knowing anything.

        Raises:
            SourceError: the server cannot be asked.

        """
        await together(
            (
                self._find_dialect(),
                self._count(),
                self._find_age(),
                self._find_carriers(),
                self._find_targets(),
            )
        )

    async def ask(self, query: str) -> Result | None:
        """Return an answer; None where it failed. A server may not know the query: so be it."""
        try:
            return await self.prober.instant(query)
        except SourceError as error:
            if error.problem.kind not in _REFUSALS:
                self.failed.append(str(error.problem))
            return None

    async def _find_dialect(self) -> None:
        client = self.prober.client
        info = await self.prober.build_info()
        # VictoriaMetrics gives nothing, or a version and nothing else; this MetricsQL alone knows
        in_doubt = info is None or not info.revision
        client.metricsql = in_doubt and await self.ask("now()") is not None

    async def _count(self) -> None:
        try:
            self.alive = await count(self.prober, names(self._packs))
        except SourceError as error:
            if error.problem.kind not in OF_ONE_NAME:
                raise
            # which is it? what fails for one family is not to hide the others
            await together(self._count_of(pack) for pack in self._packs)
            if len(self.unknown) == len(self._packs):
                raise

    async def _count_of(self, pack: Pack) -> None:
        try:
            self.alive |= await count(self.prober, names((pack,)))
        except SourceError as error:
            why = f"{error.problem.what}. {error.problem.remedy}"
            self.unknown[pack.id] = tr("it could not be looked for: {why}", why=why)

    async def _find_age(self) -> None:
        reply = await self.ask("count(up offset 1h)")
        self.young = reply is not None and not reply.samples

    async def _find_carriers(self) -> None:
        proofs = {variant.metric for pack in self._packs for variant in pack.variant} - {"up"}
        if proofs:
            reply = await self.ask(f'count by (job) ({{__name__=~"{_any_of(proofs)}"}})')
            samples = () if reply is None else reply.samples
            self.carriers = frozenset(sample.metric.get("job", "") for sample in samples)

    async def _find_targets(self) -> None:
        reply = await self.ask("topk by (job) (1, count_over_time(up[10m]))")
        for sample in () if reply is None else reply.samples:
            self.targets.append((sample.metric.get("instance", ""), sample.metric.get("job", "")))


async def count(asked: Prober | PrometheusClient, wanted: Iterable[str]) -> dict[str, int]:
    """Return how many series of each name are alive now, in one request.

    Raises:
        SourceError: the server cannot be asked.

    """
    reply = await asked.instant(f'count by (__name__) ({{__name__=~"{_any_of(wanted)}"}})')
    return {
        sample.metric.get("__name__", ""): int(number)
        for sample in reply.samples
        if (number := number_of(sample)) is not None
    }


def names(packs: Iterable[Pack]) -> frozenset[str]:
    """Return every name that the packs ask for."""
    proofs = {variant.metric for pack in packs for variant in pack.variant}
    needs = {name for pack in packs for query in pack.query for name in query.needs}
    return frozenset(proofs | needs)


def _any_of(wanted: Iterable[str]) -> str:
    # [.] for the dot: no backslash that would have to be escaped once more
    return "|".join(name.replace(".", "[.]") for name in sorted(wanted))
