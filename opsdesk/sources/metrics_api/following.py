"""Follows the stream of a server of the metrics API, whatever it sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from http import HTTPStatus

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import Problem, SourceError
from opsdesk.sources import problems
from opsdesk.sources.http import MIB, Answer, HttpClient
from opsdesk.sources.metrics_api.event_stream import Comment, Event, EventStream, TooLargeError
from opsdesk.sources.metrics_api.refusals import Refusals
from opsdesk.wire.stream import EVENT, MEDIA_TYPE, SILENCE

STREAM = "v1/stream"

#: greatest event; the same as for a snapshot that is asked for
_CAP = 8 * MIB
#: how a server says that it has no stream, and the seconds for which it is believed
_HAS_NONE = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
)
_ASK_AGAIN = 600.0
#: seconds for all that an event takes; the catalogue may have to be asked for
DEADLINE = 20.0
#: seconds at least between two snapshots that are taken, of which the newest is
_GAP = 0.25
#: for each second of work so many of rest: a server may flood us, others must still be heard
_REST = 4.0


class Told:
    """What was told last and not yet passed on: the newest snapshot, or that the server lives."""

    def __init__(self) -> None:
        self._event: Event | None = None
        self._is_news = asyncio.Event()

    def put(self, sign: Event | Comment) -> None:
        """Take what the server has sent."""
        if isinstance(sign, Event) and sign.name == EVENT:
            self._event = sign
        self._is_news.set()

    async def news(self) -> None:
        """Wait for what is told."""
        await self._is_news.wait()
        self._is_news.clear()

    def take(self) -> Event | None:
        """Return the newest snapshot that was not taken; None: there were but signs of life."""
        event, self._event = self._event, None
        return event


async def read(
    http: HttpClient,
    known: str,
    hear: Callable[[Answer], None],
    told: Told,
    refusals: Refusals,
) -> None:
    """Read until there is no more, or no way there; it never ends otherwise.

    Args:
        http: asks the server.
        known: id of the snapshot that we have; '': none.
        hear: takes the head of the answer.
        told: takes what is sent.
        refusals: make problems of what is refused.

    Raises:
        SourceError: refused, lost, silent, too large, or something else than a stream.

    """
    headers = {"Accept": MEDIA_TYPE} | ({"Last-Event-ID": known} if known else {})
    clock = asyncio.get_running_loop().time
    events = EventStream(_CAP)
    try:
        async with (
            asyncio.timeout(SILENCE) as limit,
            http.stream(STREAM, headers=headers, silence=SILENCE) as (answer, pieces),
            aclosing(pieces),
        ):
            _check(answer, refusals)
            hear(answer)
            async for piece in pieces:
                began = time.perf_counter()
                for sign in events.feed(piece):
                    limit.reschedule(clock() + SILENCE)
                    told.put(sign)
                await asyncio.sleep(_REST * (time.perf_counter() - began))
    except TooLargeError:
        raise SourceError(problems.too_large(_CAP, refusals.place(STREAM))) from None
    except TimeoutError as error:
        raise SourceError(problems.of_error(error, refusals.place(STREAM))) from error
    raise SourceError(_ended(refusals))


async def rest(worked: float) -> None:
    """Let others go on after so many seconds of work on a snapshot."""
    await asyncio.sleep(max(_GAP, _REST * worked))


def _check(answer: Answer, refusals: Refusals) -> None:
    if not answer.ok:
        problem = refusals.of(answer, STREAM)
        if answer.status in _HAS_NONE:
            problem = msgspec.structs.replace(problem, retry_after=_ASK_AGAIN)
        raise SourceError(problem)
    if answer.content_type != MEDIA_TYPE:
        what = tr("this is no stream of events")
        raise SourceError(problems.bad_answer(what, refusals.place(STREAM)))


def _ended(refusals: Refusals) -> Problem:
    return problems.bad_answer(tr("the stream has ended"), refusals.place(STREAM))
