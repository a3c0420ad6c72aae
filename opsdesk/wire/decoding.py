"""JSON of others, decoded: strict where nothing can be guessed, lenient where it can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from opsdesk.catalogue.language import mark, tr
from opsdesk.model.errors import ConfigError

T = TypeVar("T")

#: what to do about a server that does not
KEEP_TO_IT = mark("Check that the server keeps to version 1 of the metrics API.")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: fields in which null says something: no value
_MAY_BE_NULL = frozenset({"value"})


class WireError(ConfigError):
    """What was received is not what it should be."""

    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(f"{name}: {what}. {remedy}")
        #: without name and remedy
        self.what = what


@contextmanager
def refusing(name: str, what: str, remedy: str) -> Iterator[None]:
    """Raise WireError where what ``name`` has sent cannot be read.

    ``what`` is a marked message with a place for the ``reason``, and so is ``remedy``, without.
    """
    try:
        yield
    except ValueError as error:
        raise WireError(name, tr(what, reason=error), tr(remedy)) from error


def decode(content: bytes, kind: type[T]) -> T:
    """Return ``content`` as ``kind``; null in a field is as good as no field.

    Raises:
        ValueError: it cannot be read, and why; where in it, as in '$.readings[3].at'.

    """
    try:
        return _decode(content.removeprefix(_BYTE_ORDER_MARK), kind)
    except RecursionError:
        raise ValueError(tr("it is nested too deeply")) from None


def _decode(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError:
        # Many a backend writes null for what it does not have. It costs those alone a second pass.
        return msgspec.convert(_without_nulls(msgspec.json.decode(content)), kind)


def _without_nulls(found: object) -> object:
    if isinstance(found, dict):
        kept = ((n, v) for n, v in found.items() if v is not None or n in _MAY_BE_NULL)
        return {name: _without_nulls(value) for name, value in kept}
    if isinstance(found, list):
        return [_without_nulls(one) for one in found]
    return found
