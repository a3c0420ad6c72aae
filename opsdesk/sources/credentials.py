"""What a source needs to be let in. The caller reads it from the keyring."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from typing_extensions import override

from opsdesk.model.errors import ConfigError

#: from here on characters are printable; below, a line end would start a header of its own
_FIRST_PRINTABLE = 0x20


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
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
            found["Authorization"] = f"Basic {pair}"
        check_headers(found)
        return found


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that would break the request, without repeating their values.

    Raises:
        ConfigError: a name or value is empty where it may not be, or holds control characters.

    """
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise ConfigError("A header's name may hold letters, digits and hyphens only.")
        if not value.isascii() or any(ord(letter) < _FIRST_PRINTABLE for letter in value):
            raise ConfigError(
                f"The value for the header {name} holds a line end or another character that "
                "cannot be sent. Copy it again, without what surrounds it.",
            )
