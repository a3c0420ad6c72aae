"""The source of kind ``prometheus``: asks, and puts together what came back."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.errors import SourceError
from opsdesk.model.pack import Pack
from opsdesk.model.protocols import Harvest
from opsdesk.model.series import SeriesData, SeriesRange
from opsdesk.sources.address import prometheus_base
from opsdesk.sources.clock import WRONG, ServerClock
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import HttpClient, Pairs
from opsdesk.sources.prometheus import discovery, questions, search
from opsdesk.sources.prometheus.asker import Asker
from opsdesk.sources.prometheus.client import PrometheusClient
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.harvest import gathered
from opsdesk.sources.prometheus.memory import Memory
from opsdesk.sources.prometheus.plan import Ask
from opsdesk.sources.prometheus.questions import Presence, Question
from opsdesk.sources.prometheus.readings import Context, Keyers
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
#: closer looks in one poll
_ZOOMS = 8


class PrometheusSource:
    """A Prometheus-compatible server, read through packs.

    ``headers`` and ``params`` go with every request: tenants, extra labels, gateway keys that
    are no secret. Secrets belong into ``credentials``. ``heard`` is told of each answer by whoever
    wants one poll alone: it lasts as long as there are some.

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
        heard: Callable[[], None] | None = None,
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
            HttpClient(
                base,
                credentials=credentials,
                headers=headers,
                params=params,
                tls=tls,
                heard=self._answered,
            ),
            self._clock.hear,
        )
        self._prober = Prober(self._client)
        self._past = Past(self._client)
        self._heard = heard
        self._until = 0.0
        self._asker: Asker | None = None
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
        if time.monotonic() - self._found_at < (self._pause if lacks else DISCOVERY_SECONDS):
            return found
        try:
            found = await self._discover_now()
        except SourceError as error:
            if error.problem.kind not in search.OF_ONE_NAME:
                raise
            # the figures themselves may well be had: what is known of the server serves on
            found = msgspec.structs.replace(found, partial=(str(error.problem),))
            self._found, self._found_at = found, time.monotonic()
        self._pause = min(2 * self._pause, DISCOVERY_SECONDS) if lacks else _DISCOVERY_PAUSE
        return found

    async def _discover_now(self) -> Discovery:
        found = await discovery.discover(self._prober, self._packs)
        self._found, self._found_at = found, time.monotonic()
        self._presence = questions.NOTHING_SEEN
        for family in found.families:
            log.info(
                "%s: %s: %s, %d series", self._where, family.title, family.reason, family.series
            )
        return found

    async def _collect(self, found: Discovery) -> Harvest:
        asked = self._questions(found)
        asker = self._asker = self._new_asker()
        newcomers, _ = await asyncio.gather(self._newcomers(found), self._ask(asker, asked))
        if newcomers:
            # such as a breaker that publishes nothing until it first trips: show it now
            found = await self._discover_now()
            asked = self._questions(found)
            asker = self._asker = self._new_asker()
            await self._ask(asker, asked)
        await self._learn(asker, asked)
        self._late = asker.late
        try:
            got, quiet = gathered(found, asked, asker, self._context(), self._presence)
        except SourceError:
            # once it answers again, what could not be found out with all the rest can be
            self._pause = _DISCOVERY_PAUSE
            raise
        packs = (used.pack.id for used in found.used)
        self._silent = {id_: self._silent.get(id_, 0) + 1 if id_ in quiet else 0 for id_ in packs}
        note = self._clock.note
        return msgspec.structs.replace(got, notes=(note, *got.notes)) if note else got

    def _new_asker(self) -> Asker:
        return Asker(self._client, self._until, self._late)

    def _answered(self) -> None:
        """Give a server that answers more time, where no later poll goes on with it."""
        if self._heard is not None:
            self._until = asyncio.get_running_loop().time() + _PATIENCE
            if self._asker is not None:
                self._asker.extend(self._until)
            self._heard()

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
