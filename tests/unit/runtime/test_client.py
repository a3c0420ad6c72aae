from __future__ import annotations

import subprocess
import sys

from support.http_server import answer, serving

LOADS = """
import asyncio, importlib.util, sys
from opsdesk.runtime.client import httpx

async def ask():
    async with httpx.AsyncClient(timeout=1) as client:
        return await client.get(sys.argv[1])

assert importlib.util.find_spec("rich"), "without it nothing is shown"
assert asyncio.run(ask()).text == "hello"
found = {"rich", "pygments", "anyio._backends._asyncio", "trio"} & set(sys.modules)
assert not found, found
"""


def test_httpx_is_used_without_its_command_line_and_without_anyio() -> None:
    with serving(answer("hello")) as server:
        done = subprocess.run(
            [sys.executable, "-c", LOADS, server.url], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
