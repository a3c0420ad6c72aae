"""Follows a gateway many times over, and reads whatever it sends.

Usage: ``readers.py URL COUNT``. It prints how many follow as soon as all have got a snapshot.
"""

from __future__ import annotations

import asyncio
import sys
from urllib.parse import urlsplit


async def follow(url: str, first: asyncio.Semaphore) -> None:
    """Read one stream; tell when its first event has come."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    headers = f"Host: {where.netloc}\r\nAccept-Encoding: gzip\r\n\r\n"
    writer.write(f"GET /v1/stream HTTP/1.1\r\n{headers}".encode())
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(_MORE_THAN_A_BEAT)
    first.release()
    while await reader.read(1 << 18):
        pass


async def main(url: str, count: int) -> None:
    """Follow until nothing more comes."""
    first = asyncio.Semaphore(0)
    following = [asyncio.create_task(follow(url, first)) for _ in range(count)]
    for _ in following:
        await first.acquire()
    print(count, flush=True)
    await asyncio.gather(*following)


_MORE_THAN_A_BEAT = 1_000  # bytes

if __name__ == "__main__":
    _, url, count = sys.argv
    asyncio.run(main(url, int(count)))
