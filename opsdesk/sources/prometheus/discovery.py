"""Finds out what a server has, in few cheap requests."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.pack import Check, Pack, Query, Variant
from opsdesk.model.snapshot import Family
from opsdesk.sources.prometheus import plan
from opsdesk.sources.prometheus.answers import BuildInfo, Series
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.plan import Terms, Used
from opsdesk.sources.prometheus.readings import number_of

#: how many targets are looked at for the time between two scrapes
_CADENCE_JOBS = 12
#: Prometheus shows no sample older than this, so no figure can be sampled less often
_MAX_INTERVAL = 300.0
_PANEL_TITLES = {
    "components": mark("component health"),
    "breakers": mark("circuit breakers"),
    "http": mark("HTTP response times and errors"),
}
#: what a server says that does not know a query, or that a proxy answers for it
_REFUSALS = frozenset(
    {ProblemKind.QUERY, ProblemKind.BAD_ANSWER, ProblemKind.NOT_FOUND, ProblemKind.SERVER}
)


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a server has."""

    terms: Terms
    used: tuple[Used, ...]
    families: tuple[Family, ...]
    #: series by name, of all that the packs know
    alive: Mapping[str, int]
    #: seconds after which figures are sampled anew; 0 where unknown
    cadence: float = 0.0
    #: jobs that are sampled more seldom, and their seconds
    slow: Mapping[str, float] = MappingProxyType({})
    notes: tuple[str, ...] = ()

    def queries(self) -> Iterator[tuple[Used, int, Query]]:
        """Yield every query that can be asked, with its place in its pack; the first wins."""
        for used in self.used:
            for place, query in enumerate(used.pack.query):
                if self.alive.keys() >= set(query.needs):
                    yield used, place, query


async def discover(client: PrometheusClient, packs: Sequence[Pack]) -> Discovery:
    """Look at a server anew.

    Raises:
        SourceError: it cannot be asked.

    """
    info = await client.build_info()
    client.metricsql = _in_doubt(info) and await _speaks_metricsql(client)
    alive, young = await asyncio.gather(count(client, names(packs)), _is_young(client))
    candidates = tuple(_candidate(pack, alive) for pack in packs)
    there = [found for found in candidates if isinstance(found, Used)]
    carriers = await _carriers(client, there)
    usual = await _intervals(client, carriers)
    cadence = cadence_of(usual, carriers)
    # a window must hold several scrapes of the slowest
    interval = max(usual.values(), default=0.0)
    terms = Terms(interval=interval, metricsql=client.metricsql, young=young)
    reasons = await asyncio.gather(*(_objection(client, found, terms) for found in there))
    objections = {found.pack.id: why for found, why in zip(there, reasons, strict=True)}
    families, used = choose(candidates, objections)
    return Discovery(
        terms=terms,
        used=used,
        families=families,
        alive=alive,
        cadence=cadence,
        slow={job: seconds for job, seconds in usual.items() if seconds > cadence},
        notes=_notes(packs, families),
    )


async def count(client: PrometheusClient, wanted: Iterable[str]) -> dict[str, int]:
    """Return how many series of each name are alive now, in one request.

    Raises:
        SourceError: the server cannot be asked.

    """
    reply = await client.instant(f'count by (__name__) ({{__name__=~"{_any_of(wanted)}"}})')
    return {
        sample.metric.get("__name__", ""): int(number)
        for sample in reply.samples
        if (number := number_of(sample)) is not None
    }


def _any_of(wanted: Iterable[str]) -> str:
    # [.] for the dot: no backslash that would have to be escaped once more
    return "|".join(name.replace(".", "[.]") for name in sorted(wanted))


def names(packs: Iterable[Pack]) -> frozenset[str]:
    """Return every name that the packs ask for."""
    proofs = {variant.metric for pack in packs for variant in pack.variant}
    needs = {name for pack in packs for query in pack.query for name in query.needs}
    return frozenset(proofs | needs)


def choose(
    candidates: Iterable[Used | Pack], objections: Mapping[str, str]
) -> tuple[tuple[Family, ...], tuple[Used, ...]]:
    """Decide which packs are used, and say why for each. ``candidates`` are in precedence."""
    families: list[Family] = []
    used: list[Used] = []
    first: dict[str, Pack] = {}
    for found in candidates:
        if isinstance(found, Pack):
            families.append(_family(found, 0, tr("not on this server")))
            continue
        pack = found.pack
        reason = objections.get(pack.id, "")
        if not reason and pack.exclusive and pack.panel in first:
            # the same requests perhaps, or those of another application: no sum of both is right
            reason = tr("{family} is shown instead", family=tr(first[pack.panel].title))
        if reason:
            families.append(_family(pack, found.series, reason))
            continue
        first.setdefault(pack.panel, pack)
        used.append(found)
        reason = tr("as {metric}", metric=found.variant.metric)
        families.append(_family(pack, found.series, reason, used=True))
    return tuple(families), tuple(used)


def intervals_of(series: Iterable[Series]) -> dict[str, float]:
    """Return the seconds between two samples, job by job: the usual ones of its slowest target."""
    usual: dict[str, float] = {}
    for one in series:
        times = [at for at, _ in one.values]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        if gaps:
            job = one.metric.get("job", "")
            usual[job] = max(usual.get(job, 0.0), min(_middle(gaps), _MAX_INTERVAL))
    return usual


def cadence_of(usual: Mapping[str, float], carriers: Collection[str]) -> float:
    """Return the seconds after which figures are sampled anew; 0: unknown.

    That is the longest of the jobs that carry breakers, requests or probes, or the median job's
    where that is longer. Not the longest of all, for every job has ``up``, and a single slow one
    would let everything count as fresh for many minutes: its figures carry a cadence of their own.
    """
    if not usual:
        return 0.0
    known = [interval for job, interval in usual.items() if job in carriers]
    return max([_middle(usual.values()), *known])


def _middle(values: Iterable[float]) -> float:
    """Return the middle one of some values, of two the lower."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def _family(pack: Pack, series: int, reason: str, *, used: bool = False) -> Family:
    return Family(pack=pack.id, title=pack.title, series=series, used=used, reason=reason)


def _candidate(pack: Pack, alive: Mapping[str, int]) -> Used | Pack:
    variant = next((one for one in pack.variant if one.metric in alive), None)
    return pack if variant is None else Used(pack, variant, alive[variant.metric])


async def _objection(client: PrometheusClient, found: Used, terms: Terms) -> str:
    """Return why a pack that is alive may not be used; '' where nothing speaks against it."""
    failed = await asyncio.gather(
        *(_fails(client, check, found.variant, terms) for check in found.pack.check)
    )
    return next((reason for reason in failed if reason), "")


async def _fails(client: PrometheusClient, check: Check, variant: Variant, terms: Terms) -> str:
    try:
        reply = await client.instant(plan.render_check(check.query, variant, terms))
    except SourceError as error:
        return tr("it could not be checked: {why}", why=error.problem.what)
    return "" if bool(reply.samples) is not check.empty else tr(check.reason)


def _in_doubt(info: BuildInfo | None) -> bool:
    # VictoriaMetrics gives nothing, or a version and nothing else
    return info is None or not info.revision


async def _speaks_metricsql(client: PrometheusClient) -> bool:
    """Ask what only MetricsQL knows."""
    try:
        await client.instant("now()")
    except SourceError as error:
        if error.problem.kind in _REFUSALS:
            return False
        raise
    return True


async def _intervals(client: PrometheusClient, carriers: Collection[str]) -> dict[str, float]:
    """Return the seconds between two scrapes by job; nothing where they cannot be found out.

    Not 600 s / count_over_time(up[10m]): a server that has run for a minute would seem to
    scrape every few minutes. So one target of each job is looked at, sample by sample.
    """
    try:
        reply = await client.instant("topk by (job) (1, count_over_time(up[10m]))")
        first = sorted(reply.samples, key=lambda one: one.metric.get("job", "") not in carriers)
        targets = [sample.metric.get("instance", "") for sample in first[:_CADENCE_JOBS]]
        if not targets:
            return {}
        reply = await client.instant(f'up{{instance=~"{plan.pattern(targets)}"}}[10m]')
    except SourceError as error:
        if error.problem.kind in _REFUSALS:
            return {}
        raise
    return intervals_of(reply.series)


async def _carriers(client: PrometheusClient, used: Iterable[Used]) -> frozenset[str]:
    """Return the jobs that carry more of what is shown than ``up``, which every job has."""
    metrics = sorted({found.variant.metric for found in used} - {"up"})
    if not metrics:
        return frozenset()
    try:
        reply = await client.instant(f'count by (job) ({{__name__=~"{_any_of(metrics)}"}})')
    except SourceError as error:
        if error.problem.kind in _REFUSALS:
            return frozenset()
        raise
    return frozenset(sample.metric.get("job", "") for sample in reply.samples)


async def _is_young(client: PrometheusClient) -> bool:
    """Tell whether there is nothing older than an hour."""
    try:
        reply = await client.instant("count(up offset 1h)")
    except SourceError as error:
        if error.problem.kind in _REFUSALS:
            return False
        raise
    return not reply.samples


def _notes(packs: Sequence[Pack], families: Sequence[Family]) -> tuple[str, ...]:
    """Say what is not there, panel by panel, and what is there and may not be used."""
    used = {family.pack for family in families if family.used}
    notes = [
        tr(
            "not shown: {family}, {number} series; {reason}",
            family=tr(family.title),
            number=family.series,
            reason=family.reason,
        )
        for family in families
        if family.series and not family.used
    ]
    if packs and not used:
        notes.append(tr("This server has nothing that OpsDesk knows"))
    for panel in dict.fromkeys(pack.panel for pack in packs):
        members = [pack for pack in packs if pack.panel == panel]
        if not any(pack.id in used for pack in members):
            looked = ", ".join(pack.variant[0].metric for pack in members)
            title = tr(_PANEL_TITLES.get(panel, panel))
            notes.append(tr("No {what} found; looked for {names}", what=title, names=looked))
    return tuple(notes)
