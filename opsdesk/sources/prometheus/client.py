"""Asks a Prometheus-compatible server: one query, one answer or one SourceError."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import Problem, ProblemKind, SourceError
from opsdesk.sources import problems
from opsdesk.sources.body import Budget
from opsdesk.sources.http import MIB, Answer, HttpClient
from opsdesk.sources.prometheus import answers
from opsdesk.sources.prometheus.answers import BuildInfo, Result

log = logging.getLogger(__name__)

#: the server gives up a little before our read does, and says why
SERVER_TIMEOUT = "10s"
#: sooner for a range: the others of a chart have to be in time
RANGE_TIMEOUT = "8s"
#: greatest answer to a question that has a small answer
_PROBE_CAP = MIB
#: and to any other; parsed, one of this size takes a tenth of a gigabyte
_ANSWER_CAP = 6 * MIB
#: a POST is refused like this by proxies that let only GET pass
_NO_POST = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_TIMEOUT_STATUSES = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_CHECK_PATH = mark(
    "Check that this is Prometheus or a server compatible with it, and its path prefix."
)


class PrometheusClient:
    """The HTTP API of one server."""

    def __init__(self, http: HttpClient, hear: Callable[[Answer], None]) -> None:
        self._http = http
        #: told of every answer: the head holds the server's time
        self._hear = hear
        self._post = True
        #: VictoriaMetrics hides the newest samples unless told not to
        self.metricsql = False

    @property
    def where(self) -> str:
        """The server's address without user, password or query."""
        return self._http.where

    async def build_info(self) -> BuildInfo | None:
        """Ask what the server is; None where it does not say. The first probe: cheap and small.

        Raises:
            SourceError: nothing there answers at all, or not safely.

        """
        try:
            answer = await self._http.fetch("GET", "api/v1/status/buildinfo", cap=_PROBE_CAP)
            self._hear(answer)
        except SourceError as error:
            if error.problem.kind is ProblemKind.BAD_ANSWER:
                return None
            raise
        return answers.parse_build_info(answer.body) if answer.ok else None

    async def instant(
        self, query: str, *, at: float | None = None, budget: Budget | None = None
    ) -> Result:
        """Evaluate a query at the time ``at`` (unix seconds of the server's clock), or now.

        ``budget`` is what the answer shares with others; without one it must be small.

        Raises:
            SourceError: no answer, a refusal, or not what the API promises.

        """
        form = {"query": query, "timeout": SERVER_TIMEOUT}
        if self.metricsql:
            form["nocache"] = "1"
        elif at is not None:
            form["time"] = f"{at:.3f}"
        answer = await self._ask("api/v1/query", form, budget)
        self._hear(answer)
        return self._result(answer)

    async def range(self, query: str, start: int, end: int, step: int, budget: Budget) -> Result:
        """Evaluate a query at ``start`` and every ``step`` seconds up to ``end``, on its clock.

        What VictoriaMetrics keeps of earlier answers may serve: a long range is costly.

        Raises:
            SourceError: no answer, a refusal, or not what the API promises.

        """
        form = {"query": query, "timeout": RANGE_TIMEOUT}
        form |= {"start": str(start), "end": str(end), "step": str(step)}
        return self._result(await self._ask("api/v1/query_range", form, budget))

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.close()

    def _result(self, answer: Answer) -> Result:
        if not answer.ok:
            raise SourceError(_refusal(answer, self._http))
        result = answers.parse_result(answer.body, self._http.where, self._http.clean)
        for info in result.infos:
            log.debug("%s: %s", self._http.where, info)
        return result

    async def _ask(self, path: str, form: Mapping[str, str], budget: Budget | None) -> Answer:
        cap = _PROBE_CAP if budget is None else _ANSWER_CAP
        if self._post:
            answer = await self._http.fetch("POST", path, form=form, cap=cap, budget=budget)
            if answer.status not in _NO_POST:
                return answer
            self._post = False
        pairs = tuple(form.items())
        return await self._http.fetch("GET", path, params=pairs, cap=cap, budget=budget)


def _refusal(answer: Answer, http: HttpClient) -> Problem:
    """Return what a status other than success means here."""
    said = answers.parse_failure(answer.body)
    general = problems.of_status(answer.status, http.where, retry_after=answer.retry_after)
    reason = http.clean(said.error if said else _first_line(answer))[: answers.SAID]
    if said and answer.status in _TIMEOUT_STATUSES and "timeout" in said.error_type:
        kind = ProblemKind.TIMEOUT
        remedy = tr(problems.OVERLOADED)
    elif said and general.kind is ProblemKind.BAD_ANSWER:
        kind = ProblemKind.QUERY
        remedy = tr("The server may be too old or too strict for this query.")
    elif general.kind in (ProblemKind.BAD_ANSWER, ProblemKind.NOT_FOUND):
        kind, remedy = general.kind, tr(_CHECK_PATH)
    elif "org id" in reason:
        kind = general.kind
        remedy = tr("Set the header X-Scope-OrgID to your tenant in the source.")
    else:
        kind, remedy = general.kind, general.remedy
    what = f"{general.what}: {reason}" if reason else general.what
    return msgspec.structs.replace(general, kind=kind, what=what, remedy=remedy)


def _first_line(answer: Answer) -> str:
    """Return the reason in a plain body; a page in HTML has none that helps."""
    if answer.content_type not in ("", "text/plain"):
        return ""
    line = answer.body.decode("utf-8", "replace").strip().partition("\n")[0]
    return "".join(letter for letter in line if letter.isprintable())
