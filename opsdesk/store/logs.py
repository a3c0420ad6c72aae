"""The log file: it rotates, and no secret gets into it."""

from __future__ import annotations

import logging
import re
import sys
from itertools import pairwise
from pathlib import Path

from typing_extensions import override

_BYTES, _FILES = 1_000_000, 5
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_HIDDEN = "[hidden]"
# A secret shorter than this would blank out half of the log and guard nothing.
_SHORTEST = 4

_PATTERNS = (
    # user:password@ and token@ in an address
    (re.compile(r"(?<=://)[^/?#\s\"'<>]*@"), f"{_HIDDEN}@"),
    # Authorization headers as text, as a dict or as httpx prints them
    (
        re.compile(
            r"((?:proxy-)?authorization[\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)"
            r"(?:(bearer|basic|digest)\s+)?[^\s\"',)}\]]+",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE), rf"\1 {_HIDDEN}"),
)


class Redactor:
    """Takes secrets out of text: those it is told of, and what looks like one."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def learn(self, secret: str) -> None:
        """Never let this text through again."""
        if len(secret) >= _SHORTEST:
            # The longest first: one may be part of another.
            self._known = tuple(sorted({*self._known, secret}, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """Return a text without secrets."""
        for secret in self._known:
            text = text.replace(secret, _HIDDEN)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


class _CleanFormatter(logging.Formatter):
    """Cleans the finished text: arguments and tracebacks can hold secrets as well."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_FORMAT)
        self._redactor = redactor

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


class _RotatingFile(logging.FileHandler):
    """As that of logging.handlers, which brings sockets, queues and pickle with it: 5 ms, 1 MiB."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self.stream is not None and self.stream.tell() >= _BYTES:
                self._rotate()
        except OSError:
            self.handleError(record)
        super().emit(record)

    def _rotate(self) -> None:
        """Begin a file anew, and keep the last ones: that which ends with .1 is the newest."""
        self.close()  # what is written next opens it
        files = [self.baseFilename, *(f"{self.baseFilename}.{age}" for age in range(1, _FILES))]
        for younger, older in reversed(list(pairwise(files))):
            if Path(younger).exists():
                Path(younger).replace(older)


def to_file(path: Path, redactor: Redactor) -> logging.Handler:
    """Send all logs to a rotating file. Where it cannot be written, to standard error.

    Returns:
        The handler; whoever ends the application removes and closes it.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _RotatingFile(path, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    return _added(handler, redactor)


def to_stderr(redactor: Redactor) -> logging.Handler:
    """Send warnings and worse to standard error, where a service's manager keeps them.

    Returns:
        The handler; whoever ends the application removes and closes it.

    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    return _added(handler, redactor)


def _added(handler: logging.Handler, redactor: Redactor) -> logging.Handler:
    handler.setFormatter(_CleanFormatter(redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "httpcore", "asyncio", "wakepy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return handler


def stop(handler: logging.Handler) -> None:
    """End what :func:`to_file` or :func:`to_stderr` began."""
    logging.getLogger().removeHandler(handler)
    handler.close()
