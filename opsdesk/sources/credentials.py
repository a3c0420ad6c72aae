"""What a source needs to be let in. The caller reads it from the keyring."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import quote

import msgspec
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError

#: from here on characters are printable; below, a line end would start a header of its own
_FIRST_PRINTABLE = 0x20
#: a shorter word stands in ordinary text as well; to hide it there would tell what it is
_SHORTEST_SECRET = 4
HIDDEN = "[hidden]"


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token, or user and password, or headers such as an API key. Shows nothing."""

    token: str = ""
    user: str = ""
    password: str = ""
    headers: Mapping[str, str] = MappingProxyType({})

    @override
    def __repr__(self) -> str:
        """Tell the type and nothing else: a value that is logged by mistake leaks nothing."""
        return "Credentials(***)"

    def as_headers(self) -> dict[str, str]:
        """Return the request headers that carry these credentials.

        Raises:
            ConfigError: a value cannot stand in a header; names the header, not the value.

        """
        found = dict(self.headers)
        if self.token:
            found["Authorization"] = f"Bearer {self.token}"
        elif self.user or self.password:
            found["Authorization"] = f"Basic {self._pair()}"
        check_headers(found)
        return found

    def secrets(self) -> tuple[str, ...]:
        """Return every text that must not be shown, in the forms in which it is sent."""
        pair = (self.password, self._pair()) if self.user or self.password else ()
        return (self.token, *pair, *words(self.headers.values()))

    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


def words(values: Iterable[str]) -> tuple[str, ...]:
    """Return values and their words: what follows 'Bearer' is the secret of such a header."""
    return tuple(text for value in values for text in (value, *value.split()))


def cleaner(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what hides secrets in a text: a server may repeat in an answer what it was sent."""
    known = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
    forms = {form for secret in known for form in _forms(secret)}
    if not forms:
        return str
    # the longest first: one secret may be the beginning of another
    longest_first = sorted(forms, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return lambda text: pattern.sub(HIDDEN, text)


def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret as it is, and as an address and JSON write it."""
    return secret, quote(secret, safe=""), json.dumps(secret)[1:-1]


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that would break the request, without repeating their values.

    Raises:
        ConfigError: a name or value is empty where it may not be, or holds control characters.

    """
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise ConfigError(tr("A header's name may hold letters, digits and hyphens only."))
        if not value.isascii() or any(ord(letter) < _FIRST_PRINTABLE for letter in value):
            raise ConfigError(
                tr(
                    "The value for the header {name} holds a line end or another character that "
                    "cannot be sent. Copy it again, without what surrounds it.",
                    name=name,
                )
            )
