"""The body of an answer, read up to a cap: of unpacked bytes, for one answer and for several."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator

from typing_extensions import override

from opsdesk.runtime.client import httpx

#: bytes that :func:`pieces` yields at a time
PIECE = 64 * 1024
# 32: take gzip and zlib heads alike
_ANY_HEAD = zlib.MAX_WBITS | 32


class Budget:
    """How many unpacked bytes several answers may have together."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.left = size


async def read(
    response: httpx.Response, cap: int, budget: Budget | None = None
) -> tuple[bytes, bool]:
    """Return the unpacked body, at most ``cap`` bytes, and whether that was all of it.

    What is read is taken from ``budget``, and no more is read than is left of it. httpx would
    unpack without a bound: 100 KB of gzip can hold 100 MB.
    """
    kind = _Unpacker if _is_packed(response) else _Plain
    unpack = kind(cap, budget or Budget(cap))
    async for chunk in response.aiter_raw():
        if not unpack.take(chunk):
            return unpack.body(), False
    unpack.finish()
    return unpack.body(), True


async def pieces(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Yield the unpacked body as it comes, at most :data:`PIECE` bytes of it at a time."""
    unpacker = zlib.decompressobj(_ANY_HEAD) if _is_packed(response) else None
    async for chunk in response.aiter_raw():
        if unpacker is None:
            yield chunk
            continue
        piece = unpacker.decompress(chunk, PIECE)
        while piece:
            yield piece
            piece = unpacker.decompress(unpacker.unconsumed_tail, PIECE)


def _is_packed(response: httpx.Response) -> bool:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    return encoding not in ("", "identity")


class _Plain:
    """Collects a body up to a cap."""

    def __init__(self, cap: int, budget: Budget) -> None:
        self._cap = cap
        self._budget = budget
        self._body = bytearray()

    @property
    def room(self) -> int:
        """How many bytes may still come; those of other answers count, for they come meanwhile."""
        return min(self._cap - len(self._body), self._budget.left)

    def take(self, chunk: bytes) -> bool:
        """Add a chunk; False when there is more than the cap and the budget allow."""
        part = chunk[: self.room]
        self._body += part
        self._budget.left -= len(part)
        return len(part) == len(chunk)

    def finish(self) -> None:
        """Check that the body is whole."""

    def body(self) -> bytes:
        """Return what was collected."""
        return bytes(self._body)


class _Unpacker(_Plain):
    """Collects a gzip or zlib body up to a cap of unpacked bytes."""

    def __init__(self, cap: int, budget: Budget) -> None:
        super().__init__(cap, budget)
        self._zlib = zlib.decompressobj(_ANY_HEAD)

    @override
    def take(self, chunk: bytes) -> bool:
        """Unpack a chunk; False when there is more than the cap and the budget allow."""
        return super().take(self._zlib.decompress(chunk, self.room + 1))

    @override
    def finish(self) -> None:
        """Check that the stream has come to its end.

        Raises:
            zlib.error: it has not.

        """
        if not self._zlib.eof:
            raise zlib.error("incomplete stream")
