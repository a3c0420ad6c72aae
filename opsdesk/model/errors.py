"""The error tree.

::

    OpsDeskError
    ├── ConfigError       a data or settings file is wrong: file, place, remedy
    ├── SourceError       a source gave nothing usable; carries a Problem
    └── UnknownWallError  a wall was told something that there is not
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
from typing_extensions import override


class ProblemKind(StrEnum):
    """What sort of failure; decides how soon to try again and which remedy to show."""

    OFFLINE = "offline"  # this machine's own link is down
    UNREACHABLE = "unreachable"  # nothing listens, name unknown, connection broken
    TIMEOUT = "timeout"
    CREDENTIALS = "credentials"  # 401, 403, a login page
    CERTIFICATE = "certificate"
    NOT_FOUND = "not found"  # 404: wrong address or path
    RATE_LIMITED = "rate limited"  # 429
    SERVER = "server"  # 5xx
    BAD_ANSWER = "bad answer"  # not what the protocol promises
    TOO_LARGE = "too large"
    REDIRECT = "redirect"
    QUERY = "query"  # the server refused a query


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A failure as a value: what happened, where, and what to do next. Never holds a secret."""

    kind: ProblemKind
    what: str
    where: str
    remedy: str
    #: seconds that the server asked us to wait
    retry_after: float | None = None

    @override
    def __str__(self) -> str:
        """One line for a terminal, a log or a headline's detail."""
        return f"{self.where}: {self.what}. {self.remedy}"


class OpsDeskError(Exception):
    """Base of every error that OpsDesk raises on purpose."""


class ConfigError(OpsDeskError):
    """A file of settings or data cannot be used."""


class SourceError(OpsDeskError):
    """A source gave nothing usable this time."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class UnknownWallError(OpsDeskError):
    """A wall was told something that there is not; its text is the id."""
