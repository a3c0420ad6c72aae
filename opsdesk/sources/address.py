"""The address of a source, checked, and in a form that may be shown."""

from __future__ import annotations

import httpx
import msgspec

from opsdesk.model.errors import ConfigError


class Address(msgspec.Struct, frozen=True):
    """A base address: no user, no password, no fragment, no slash at the end."""

    url: str
    #: the query that stood in the address, as pairs
    query: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> str:
        """The address for people: it never held user or password, and shows no query."""
        return self.url

    def join(self, path: str) -> str:
        """Return the address of ``path`` below this one."""
        return f"{self.url}/{path.lstrip('/')}" if path else self.url


def parse(text: str) -> Address:
    """Check an address that a person typed or pasted.

    Raises:
        ConfigError: it is no address, or holds a user or password, which it does not repeat.

    """
    url = _url(text.strip())
    if url.userinfo:
        raise ConfigError(
            f"{shown(url)}: the address holds a user name or password. Take it out of the "
            "address and enter it as the source's credentials, which are kept in the keyring.",
        )
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(
            "The address of a source must begin with http:// or https:// and name a host, "
            "such as http://localhost:9090. Correct it in the settings.",
        )
    return Address(shown(url), tuple(url.params.multi_items()))


def shown(url: httpx.URL) -> str:
    """Return an address without user, password, query and fragment."""
    return f"{origin(url)}{url.path}".rstrip("/")


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port, as far as they are not the default."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    port = "" if url.port is None else f":{url.port}"
    return f"{url.scheme}://{host}{port}"


def _url(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        # from None: the library's message repeats the address, password and all
        raise ConfigError(
            "The address of a source is not a web address. Correct it in the settings; "
            "it looks like http://localhost:9090.",
        ) from None
