"""A body is read up to its cap, whatever a server sends."""

from __future__ import annotations

import asyncio
import gzip
import os
from pathlib import Path

import pytest
from support.exchanges import failure, fetch
from support.http_server import Connection, Request, answer, head, serving

from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.sources import address, http
from opsdesk.sources.body import Budget
from opsdesk.sources.http import HttpClient


def test_200_mb_are_not_read() -> None:
    def endless(_request: Request, connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": str(200 << 20)}))
        while connection.send(bytes(1 << 16)):
            pass

    with serving(endless) as server:
        problem = failure(server.url, cap=http.CAP)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert "16 MiB" in problem.what


def test_a_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    with serving(answer(bomb, Content_Encoding="gzip")) as server:
        before = resident()
        problem = failure(server.url, cap=1 << 20)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert resident() - before < 16 << 20


def test_a_body_of_exactly_the_cap_is_read() -> None:
    for encoding, body in (("identity", bytes(1000)), ("gzip", gzip.compress(bytes(1000)))):
        with serving(answer(body, Content_Encoding=encoding)) as server:
            assert fetch(server.url, cap=1000).body == bytes(1000)
            assert failure(server.url, cap=999).kind is ProblemKind.TOO_LARGE


def test_answers_may_share_a_budget_and_one_that_is_not_kept_gives_its_part_back() -> None:
    async def share(url: str) -> int:
        client = HttpClient(address.parse(url))
        budget = Budget(2500)
        for _ in range(2):
            await client.fetch("GET", "x", budget=budget)
        for _ in range(2):
            with pytest.raises(SourceError, match="of one refresh are larger than 2 KiB together"):
                await client.fetch("GET", "x", budget=budget)
        with pytest.raises(SourceError, match="answer is larger than 0 KiB"):
            await client.fetch("GET", "x", budget=budget, cap=100)
        await client.close()
        return budget.left

    for encoding, body in (("identity", bytes(1000)), ("gzip", gzip.compress(bytes(1000)))):
        with serving(answer(body, Content_Encoding=encoding)) as server:
            assert asyncio.run(share(server.url)) == 500
            assert len(server.requests) == 5


def test_the_body_of_an_error_is_cut_not_refused() -> None:
    with serving(answer(bytes(1 << 20), 500)) as server:
        got = fetch(server.url)
    assert len(got.body) == http.ERROR_CAP


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
