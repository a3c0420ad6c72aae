"""JSON of others, decoded: strict where nothing can be guessed, lenient where it can."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError

T = TypeVar("T")

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: fields in which null says something: no value
_MAY_BE_NULL = frozenset({"value"})


class WireError(ConfigError):
    """What was received is not what it should be."""

    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(f"{name}: {what}. {remedy}")
        #: without name and remedy
        self.what = what


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
