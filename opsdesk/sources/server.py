"""A server by its address, as a source of the kind that it is.

What reads a kind is loaded once there is a source of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.model.pack import Pack
from opsdesk.model.protocols import Source
from opsdesk.sources.address import Address, metrics_api_base, prometheus_base
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.detection import METRICS_API, PROMETHEUS, DetectedSource
from opsdesk.sources.http import HttpClient


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is, how it lets us in, and what it is."""

    id: str
    title: str
    url: str
    #: 'auto', 'prometheus' or 'opsdesk'
    kind: str
    credentials: Credentials = Credentials()
    #: sent with each request; no secrets
    headers: Mapping[str, str] = MappingProxyType({})
    #: told of each answer by whoever waits for one poll alone
    heard: Callable[[], None] | None = None


def source(server: Server, packs: Sequence[Pack], catalogue: Catalogue) -> Source:
    """Return a source that reads a server.

    Raises:
        ConfigError: the address, a header or the credentials cannot be used.

    """

    def reads_prometheus() -> Source:
        from opsdesk.sources.prometheus import PrometheusSource

        return PrometheusSource(
            id=server.id,
            title=server.title,
            url=server.url,
            packs=packs,
            catalogue=catalogue,
            credentials=server.credentials,
            headers=server.headers,
            heard=server.heard,
        )

    def reads_metrics_api() -> Source:
        from opsdesk.sources.metrics_api import MetricsApiSource

        return MetricsApiSource(
            id=server.id,
            title=server.title,
            url=server.url,
            catalogue=catalogue,
            credentials=server.credentials,
            headers=server.headers,
            heard=server.heard,
        )

    makers = {PROMETHEUS: reads_prometheus, METRICS_API: reads_metrics_api}
    if server.kind in makers:
        return makers[server.kind]()
    http = HttpClient(
        _base(server.url),
        credentials=server.credentials,
        headers=server.headers,
        heard=server.heard,
    )
    return DetectedSource(server.id, server.title, http, makers)


def _base(url: str) -> Address:
    """Return an address without what leads to a page or an endpoint of either kind."""
    base = prometheus_base(url)
    shorter = metrics_api_base(base.url)
    return base if shorter.url == base.url else shorter
