"""What a server of the metrics API says when it does not give what was asked for."""

from __future__ import annotations

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import Problem
from opsdesk.sources import problems
from opsdesk.sources.http import Answer
from opsdesk.sources.metrics_api.names import Names
from opsdesk.wire import decoding
from opsdesk.wire.decoding import WireError
from opsdesk.wire.health import WireFailure


class Refusals:
    """Makes problems of the answers of one server."""

    def __init__(self, where: str, names: Names) -> None:
        """Prepare. ``where`` is the server's address, ``names`` cleans its words."""
        self._where = where
        self._names = names

    def of(self, answer: Answer, path: str) -> Problem:
        """Return what a status other than success means, with the server's own words."""
        general = problems.of_status(
            answer.status, self.place(path), retry_after=answer.retry_after
        )
        try:
            said = decoding.decode(answer.body, WireFailure).error
        except ValueError:
            return general
        reason = self._names.text(said.what)
        return msgspec.structs.replace(
            general,
            what=tr("{what}: {reason}", what=general.what, reason=reason),
            remedy=self._names.text(said.remedy) or general.remedy,
        )

    def unusable(self, error: WireError, path: str) -> Problem:
        """Return the problem of an answer that is not as the API says."""
        return problems.bad_answer(
            self._names.text(error.what),
            self.place(path),
            tr("Check that the server keeps to the metrics API v1, or update this OpsDesk."),
        )

    def place(self, path: str) -> str:
        """Return the address of a path, for people."""
        return f"{self._where}/{path}"
