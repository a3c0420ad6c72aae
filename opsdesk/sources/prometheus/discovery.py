"""Decides what of a server is shown, and what its figures are asked by."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import SourceError
from opsdesk.model.pack import Check, Pack, Query
from opsdesk.model.snapshot import Family
from opsdesk.sources.prometheus import plan
from opsdesk.sources.prometheus.answers import Series
from opsdesk.sources.prometheus.plan import Terms, Used
from opsdesk.sources.prometheus.search import Prober, Search, names
from opsdesk.sources.together import together

#: how many targets are looked at for the time between two scrapes
_CADENCE_JOBS = 12
#: Prometheus shows no sample older than this, so no figure can be sampled less often
_MAX_INTERVAL = 300.0
_PANEL_TITLES = {
    "components": mark("component health"),
    "breakers": mark("circuit breakers"),
    "http": mark("HTTP response times and errors"),
}


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a server has."""

    terms: Terms
    used: tuple[Used, ...]
    families: tuple[Family, ...]
    #: series by name, of all that the packs know
    alive: Mapping[str, int]
    #: names that were looked for and are not there; of those that could not be nothing is known
    absent: frozenset[str] = frozenset()
    #: metrics of families of which nothing is known
    unanswered: frozenset[str] = frozenset()
    #: seconds after which figures are sampled anew; 0 where unknown
    cadence: float = 0.0
    #: jobs that are sampled more seldom, and their seconds
    slow: Mapping[str, float] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    #: what could not be found out, a sentence each
    partial: tuple[str, ...] = ()

    @property
    def is_lacking(self) -> bool:
        """Whether another look soon may find out more.

        Before the second scrape the interval is not known, and all windows are guesses.
        """
        return bool(self.partial) or ("up" in self.alive and not self.terms.interval)

    def queries(self) -> Iterator[tuple[Used, int, Query]]:
        """Yield every query that can be asked, with its place in its pack; the first wins."""
        for used in self.used:
            for place, query in enumerate(used.pack.query):
                if self.alive.keys() >= set(query.needs):
                    yield used, place, query


async def discover(prober: Prober, packs: Sequence[Pack]) -> Discovery:
    """Look at a server anew, or go on where a deadline has cut that short.

    What fails of it alone is left out and said, as in a poll.

    Raises:
        SourceError: it cannot be asked.

    """
    prober.begin()
    search = Search(prober, packs)
    await search.look()
    usual = await _intervals(search)
    cadence = cadence_of(usual, search.carriers)
    # a window must hold several scrapes of the slowest
    interval = max(usual.values(), default=0.0)
    terms = Terms(interval=interval, metricsql=prober.client.metricsql, young=search.young)
    candidates = tuple(_candidate(pack, search.alive) for pack in packs)
    there = [found for found in candidates if isinstance(found, Used)]
    reasons = await together(_objection(search, found, terms) for found in there)
    objections = {found.pack.id: why for found, why in zip(there, reasons, strict=True) if why}
    families, used = choose(candidates, objections | search.unknown)
    known = [pack for pack in packs if pack.id not in search.unknown]
    unknown = [pack for pack in packs if pack.id in search.unknown]
    prober.done()
    return Discovery(
        terms=terms,
        used=used,
        families=families,
        alive=search.alive,
        absent=names(known) - search.alive.keys(),
        unanswered=frozenset(query.metric for pack in unknown for query in pack.query),
        cadence=cadence,
        slow={job: seconds for job, seconds in usual.items() if seconds > cadence},
        notes=_notes(packs, families, search.unknown.keys()),
        partial=(
            *(
                tr("{source}: {problem}", source=tr(family.title), problem=family.reason)
                for family in families
                if family.pack in search.unknown
            ),
            *search.failed,
        ),
    )


def choose(
    candidates: Iterable[Used | Pack], objections: Mapping[str, str]
) -> tuple[tuple[Family, ...], tuple[Used, ...]]:
    """Decide which packs are used, and say why for each. ``candidates`` are in precedence."""
    families: list[Family] = []
    used: list[Used] = []
    first: dict[str, Pack] = {}
    for found in candidates:
        if isinstance(found, Pack):
            reason = objections.get(found.id) or tr("not on this server")
            families.append(_family(found, 0, reason))
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


async def _objection(search: Search, found: Used, terms: Terms) -> str:
    """Return why a pack that is alive may not be used; '' where nothing speaks against it."""
    failed = await together(_fails(search, found, check, terms) for check in found.pack.check)
    return next((reason for reason in failed if reason), "")


async def _fails(search: Search, found: Used, check: Check, terms: Terms) -> str:
    try:
        reply = await search.prober.instant(plan.render_check(check.query, found.variant, terms))
    except SourceError as error:
        reason = tr("it could not be checked: {why}", why=error.problem.what)
        search.unknown[found.pack.id] = reason
        return reason
    return "" if bool(reply.samples) is not check.empty else tr(check.reason)


async def _intervals(search: Search) -> dict[str, float]:
    """Return the seconds between two scrapes by job; nothing where they cannot be found out.

    Not 600 s / count_over_time(up[10m]): a server that has run for a minute would seem to
    scrape every few minutes. So one target of each job is looked at, sample by sample.
    """
    first = sorted(search.targets, key=lambda one: one[1] not in search.carriers)
    instances = [instance for instance, _ in first[:_CADENCE_JOBS]]
    if not instances:
        return {}
    reply = await search.ask(f'up{{instance=~"{plan.pattern(instances)}"}}[10m]')
    return {} if reply is None else intervals_of(reply.series)


def _notes(
    packs: Sequence[Pack], families: Sequence[Family], unknown: Collection[str]
) -> tuple[str, ...]:
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
        if family.series and not family.used and family.pack not in unknown
    ]
    if packs and not used and not unknown:
        notes.append(tr("This server has nothing that OpsDesk knows"))
    for panel in dict.fromkeys(pack.panel for pack in packs):
        members = [pack for pack in packs if pack.panel == panel]
        if not any(pack.id in used or pack.id in unknown for pack in members):
            looked = ", ".join(pack.variant[0].metric for pack in members)
            title = tr(_PANEL_TITLES.get(panel, panel))
            notes.append(tr("No {what} found; looked for {names}", what=title, names=looked))
    return tuple(notes)
