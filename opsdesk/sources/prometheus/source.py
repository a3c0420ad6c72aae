"""The source of kind ``prometheus``: asks, and puts together what came back."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import Problem, SourceError
from opsdesk.model.key import Key
from opsdesk.model.pack import Pack
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.sources.address import prometheus_base
from opsdesk.sources.clock import WRONG, ServerClock
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import HttpClient, Pairs
from opsdesk.sources.prometheus import discovery, questions, search
from opsdesk.sources.prometheus.asker import Asker
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.memory import Memory
from opsdesk.sources.prometheus.plan import Ask
from opsdesk.sources.prometheus.questions import Presence, Question
from opsdesk.sources.prometheus.readings import Context, Keyers, paced
from opsdesk.sources.prometheus.search import Prober
from opsdesk.sources.prometheus.series import Past

log = logging.getLogger(__name__)

#: seconds for which a discovery holds
DISCOVERY_SECONDS = 600.0
#: one that leaves something to be found out comes after so many, then always after twice as many
_DISCOVERY_PAUSE = 5.0
#: polls without a reading after which a pack in use asks for a new discovery
_SILENT_POLLS = 2
#: seconds for which coverage holds; that of a young server grows visibly
_SLOW_SECONDS = 600.0
_SLOW_SECONDS_YOUNG = 60.0
#: seconds of a poll after which it does with what was answered: less than its deadline
_PATIENCE = 17.0
#: Prometheus shows the last sample of a series for five minutes, unless it knows that there will be
#: no more; less what two clocks may differ, and what a refresh takes
_LOOKBACK = 240.0
#: closer looks in one poll
_ZOOMS = 8


class PrometheusSource:
    """A Prometheus-compatible server, read through packs.

    ``headers`` and ``params`` go with every request: tenants, extra labels, gateway keys that
    are no secret. Secrets belong into ``credentials``.

    Raises:
        ConfigError: the address, a header or the credentials cannot be used.

    """

    def __init__(
        self,
        id: str,
        title: str,
        url: str,
        packs: Sequence[Pack],
        catalogue: Catalogue,
        *,
        credentials: Credentials | None = None,
        headers: Mapping[str, str] | None = None,
        params: Pairs = (),
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._id = id
        self._title = title
        self._packs = tuple(packs)
        self._catalogue = catalogue
        base = prometheus_base(url)
        self._where = base.where
        self._keyers = Keyers(catalogue)
        self._clock = ServerClock()
        self._client = PrometheusClient(
            HttpClient(base, credentials=credentials, headers=headers, params=params, tls=tls),
            self._clock.hear,
        )
        self._prober = Prober(self._client)
        self._past = Past(self._client)
        self._until = 0.0
        self._forget()

    @property
    def id(self) -> str:
        """Short name, unique in the profile."""
        return self._id

    @property
    def title(self) -> str:
        """Name for people."""
        return self._title

    @property
    def kind(self) -> str:
        """What kind of source this is."""
        return "prometheus"

    @property
    def where(self) -> str:
        """Address without user, password or query."""
        return self._where

    async def poll(self, now: datetime) -> Harvest:
        """Fetch everything once.

        Raises:
            SourceError: nothing could be had.

        """
        self._clock.start(now)
        self._until = asyncio.get_running_loop().time() + _PATIENCE
        found = await self._discover()
        ahead = self._clock.ahead
        harvest = await self._collect(found)
        if abs(self._clock.ahead - ahead) > WRONG:
            # the server's clock has been set: what was asked for the wrong moment is asked again
            harvest = await self._collect(found)
        return harvest

    async def series(self, wanted: SeriesRange) -> SeriesData:
        """Return how figures went, asked of the server: what the packs in use know of its past.

        Baselines it has none; before the first poll has found out what there is, it has nothing.

        Raises:
            SourceError: nothing could be had.

        """
        if self._found is None or wanted.baseline:
            return SeriesData()
        return await self._past.read(self._found, self._context(), wanted)

    async def rediscover(self) -> None:
        """Forget what was learnt of the server, so that the next poll looks anew."""
        self._forget()

    async def close(self) -> None:
        """Give back connections. Idempotent."""
        await self._client.close()

    def _forget(self) -> None:
        self._prober.done()
        self._found: Discovery | None = None
        self._found_at = 0.0
        self._pause = _DISCOVERY_PAUSE
        self._memories: dict[tuple[str, int], Memory] = {}
        self._presence = questions.NOTHING_SEEN
        self._presence_at = 0.0
        self._silent: dict[str, int] = {}
        self._late: set[str] = set()

    async def _discover(self) -> Discovery:
        found = self._found
        if found is None:
            return await self._discover_now()
        lacks = found.is_lacking or any(polls >= _SILENT_POLLS for polls in self._silent.values())
        pause = self._pause if lacks else DISCOVERY_SECONDS
        if time.monotonic() - self._found_at < pause:
            self._pause = self._pause if lacks else _DISCOVERY_PAUSE
            return found
        self._pause = min(2 * pause, DISCOVERY_SECONDS)
        return await self._discover_now()

    async def _discover_now(self) -> Discovery:
        found = await discovery.discover(self._prober, self._packs)
        self._found, self._found_at = found, time.monotonic()
        self._silent = {used.pack.id: self._silent.get(used.pack.id, 0) for used in found.used}
        self._presence = questions.NOTHING_SEEN
        for family in found.families:
            log.info(
                "%s: %s: %s, %d series", self._where, family.title, family.reason, family.series
            )
        return found

    async def _collect(self, found: Discovery) -> Harvest:
        asked = self._questions(found)
        asker = self._asker()
        newcomers, _ = await asyncio.gather(self._newcomers(found), self._ask(asker, asked))
        if newcomers:
            # such as a breaker that publishes nothing until it first trips: show it now
            found = await self._discover_now()
            asked = self._questions(found)
            asker = self._asker()
            await self._ask(asker, asked)
        await self._learn(asker, asked)
        self._late = asker.late
        return self._harvest(found, asked, asker)

    def _asker(self) -> Asker:
        return Asker(self._client, self._until, self._late)

    async def _newcomers(self, found: Discovery) -> bool:
        """Tell whether something known has come up since the discovery."""
        if not found.absent:
            return False
        try:
            return bool(await search.count(self._client, found.absent))
        except SourceError:
            # the queries beside this one tell what is wrong
            return False

    def _questions(self, found: Discovery) -> tuple[Question, ...]:
        now, past = self._clock.now, self._memories
        return tuple(
            questions.question(
                used,
                query,
                found.terms,
                now,
                past.setdefault((used.pack.id, i), Memory()),
            )
            for used, i, query in found.queries()
        )

    async def _ask(self, asker: Asker, asked: Sequence[Question]) -> None:
        """Ask all questions at once, and when it is time, for coverage."""
        limit = _SLOW_SECONDS_YOUNG if any(one.terms.young for one in asked) else _SLOW_SECONDS
        due = not self._presence.answers or time.monotonic() - self._presence_at > limit
        slow = [one for one in asked if one.presence] if due else []
        texts = {text: Ask(text, one.now) for one in slow for text in one.presence or ()}
        await asker.ask([*(ask for one in asked for ask in one.asks()), *texts.values()])
        if texts:
            self._presence = Presence(
                slow[0].now,
                {text: asker.got(ask) for text, ask in texts.items() if asker.has(ask)},
            )
            self._presence_at = time.monotonic()

    async def _learn(self, asker: Asker, asked: Sequence[Question]) -> None:
        """Remember what was looked back for; look closer where events fall together."""
        context = self._context()
        for one in asked:
            first = not one.memory.complete
            questions.learn(one, context, asker.answers)
            ties = one.memory.ties()[-_ZOOMS:] if first else ()
            closer = [near for at in ties if (near := questions.zoom(one, at)) is not None]
            await asker.ask([ask for _, ask in closer])
            for look, ask in closer:
                questions.refine(one, context, asker.got(ask), look)

    def _context(self) -> Context:
        return Context(
            source=self._id,
            catalogue=self._catalogue,
            keyers=self._keyers,
            correction=self._clock.correction,
        )

    def _harvest(self, found: Discovery, asked: Sequence[Question], asker: Asker) -> Harvest:
        failed = [asker.failures(one.essential()) for one in asked]
        if failed and all(failed):
            raise SourceError(failed[0][0])
        context = self._context()
        readings: dict[Key, Reading] = {}
        notes, partial = [self._clock.note, *found.notes], [*found.partial]
        # what a server warns of, such as a store that is gone, may be why something is lacking
        unanswered = found.unanswered | {
            one.query.metric
            for one, why in zip(asked, failed, strict=True)
            if why or asker.warnings(one.asks())
        }
        for used in found.used:
            before = len(readings)
            for one in asked:
                if one.used is not used:
                    continue
                partial += [_partial(one, problem) for problem in asker.failures(one.asks())]
                notes += [f"{tr(used.pack.title)}: {text}" for text in asker.warnings(one.asks())]
                if not asker.failures(one.essential()):
                    mapped = questions.map_question(one, context, asker.answers, self._presence)
                    notes += [f"{tr(used.pack.title)}: {note}" for note in mapped.notes]
                    for reading in mapped.readings:
                        readings.setdefault(reading.key, reading)
            quiet = len(readings) == before
            self._silent[used.pack.id] = self._silent.get(used.pack.id, 0) + 1 if quiet else 0
        return Harvest(
            readings=paced(readings.values(), found.slow),
            cadence=found.cadence,
            lookback=_LOOKBACK,
            unanswered=unanswered,
            families=found.families,
            notes=tuple(dict.fromkeys(note for note in notes if note)),
            partial=tuple(dict.fromkeys(partial)),
        )


def _partial(asked: Question, problem: Problem) -> str:
    return tr(
        "{family}: partial, {metric} failed: {what}. {remedy}",
        family=tr(asked.used.pack.title),
        metric=asked.query.metric,
        what=problem.what,
        remedy=problem.remedy,
    )
