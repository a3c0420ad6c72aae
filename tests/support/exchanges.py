"""One HTTP exchange, as sources make them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Literal, TypedDict, Unpack

import pytest

from opsdesk.model.errors import Problem, SourceError
from opsdesk.sources import address, http
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.http import Answer, HttpClient


class Options(TypedDict, total=False):
    """How one asks."""

    method: Literal["GET", "POST"]
    form: dict[str, str]
    cap: int
    credentials: Credentials
    tls: Callable[[], ssl.SSLContext]


async def exchange(url: str, options: Options) -> Answer:
    """Ask once."""
    client = HttpClient(
        address.parse(url), credentials=options.get("credentials"), tls=options.get("tls")
    )
    try:
        return await client.fetch(
            options.get("method", "GET"),
            "x",
            form=options.get("form"),
            cap=options.get("cap", http.CAP),
        )
    finally:
        await client.close()


def fetch(url: str, **options: Unpack[Options]) -> Answer:
    """Return what is answered."""
    return asyncio.run(exchange(url, options))


def failure(url: str, **options: Unpack[Options]) -> Problem:
    """Return what goes wrong."""
    with pytest.raises(SourceError) as caught:
        fetch(url, **options)
    return caught.value.problem
