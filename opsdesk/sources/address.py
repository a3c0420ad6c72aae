"""The address of a source, checked, and in a form that may be shown.

With the standard library alone: an address is checked before anything that speaks HTTP is loaded.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError

# White space and control characters are no part of an address, and splitting drops some of them.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f]")
# What people paste: pages and endpoints below the base address of an API.
_BELOW_PROMETHEUS = re.compile(
    r"/(?:graph|query|targets|alerts|rules|status|config|flags|metrics|vmui|classic/\w+"
    r"|-/healthy|-/ready|api/v1(?:/.*)?)/?$",
)
_BELOW_METRICS_API = re.compile(r"/(?:v1(?:/.*)?|openapi\.json)/?$")


class Address(msgspec.Struct, frozen=True):
    """A base address: no user, no password, no fragment, no slash at the end."""

    url: str
    #: the query that stood in the address, as pairs
    query: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> str:
        """The address for people: it never held user or password, and shows no query."""
        return self.url

    @property
    def host(self) -> str:
        """Host, port and path, for a name: the address without its scheme."""
        return self.url.partition("://")[2]

    def join(self, path: str) -> str:
        """Return the address of ``path`` below this one."""
        return f"{self.url}/{path.lstrip('/')}" if path else self.url


def parse(text: str) -> Address:
    """Check an address that a person typed or pasted.

    Raises:
        ConfigError: it is no address, or holds a user or password, which it does not repeat.

    """
    parts = _split(text.strip())
    if "@" in parts.netloc:
        raise ConfigError(
            tr(
                "{address}: the address holds a user name or password. Take it out of the "
                "address and enter it as the source's credentials, which are kept in the keyring.",
                address=_shown(parts),
            )
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            tr(
                "The address of a source must begin with http:// or https:// and name a host, "
                "such as http://localhost:9090."
            )
        )
    return Address(_shown(parts), tuple(parse_qsl(parts.query, keep_blank_values=True)))


def prometheus_base(text: str) -> Address:
    """Check an address, and cut off what leads to a page or endpoint of Prometheus.

    Raises:
        ConfigError: see :func:`parse`.

    """
    return _without(text, _BELOW_PROMETHEUS)


def metrics_api_base(text: str) -> Address:
    """Check an address, and cut off an endpoint of the metrics API.

    Raises:
        ConfigError: see :func:`parse`.

    """
    return _without(text, _BELOW_METRICS_API)


def _without(text: str, below: re.Pattern[str]) -> Address:
    given = parse(text)
    base = below.sub("", given.url)
    # the query of a page belongs to the page; that of a bare address is for every request
    return Address(base, given.query if base == given.url else ())


def origin(text: str) -> str:
    """Return scheme, host and port of an address, the port only where it is not the default."""
    return _origin(_split(text))


def _shown(parts: SplitResult) -> str:
    """Return an address without user, password, query and fragment."""
    return f"{_origin(parts)}{parts.path}".rstrip("/")


def _origin(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises where it is no number, or too large
    except ValueError:
        parts = None
    if parts is None or _FORBIDDEN.search(text):
        # from None: the library's message repeats the address, password and all
        raise ConfigError(
            tr("The address of a source is not a web address. Write it like http://localhost:9090.")
        ) from None
    return parts
