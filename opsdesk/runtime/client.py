"""httpx, by which everything here speaks HTTP: without its command line, on asyncio alone.

Where Rich and Pygments are installed, as for developers and on some distributions, ``import httpx``
loads them with it: 34 ms and 7 MiB for what nobody runs here. It does without where they are not.
Under it, httpcore has a ``network_backend`` for each pool; httpx hands none on, for proxies least
of all, so the one that it would choose by itself is replaced, and its locks with it. And what a
server says beyond its answer would be taken for the answer to the next question: a connection on
which something is left is not used again.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from types import SimpleNamespace

# As if they were not installed:
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - after that
from httpcore import _synchronization  # noqa: E402 - after that
from httpcore._async.http11 import AsyncHTTP11Connection  # noqa: E402 - after that
from httpcore._backends import anyio as _chosen  # noqa: E402 - after that

from opsdesk.runtime.network import Network  # noqa: E402 - after that

__all__ = ["httpx"]

_chosen.AnyIOBackend = Network  # type: ignore[assignment, misc]
_synchronization.anyio = SimpleNamespace(  # type: ignore[assignment, attr-defined]
    Lock=asyncio.Lock,
    Event=asyncio.Event,
    # asyncio cancels what waits once, not whatever waits next: cleaning up needs no shield
    CancelScope=lambda *, shield: nullcontext(shield),
    # for a place in the pool; whoever asks has a deadline of its own around it
    fail_after=nullcontext,
)


def _has_ended(connection: AsyncHTTP11Connection) -> bool:
    left, _ = connection._h11_state.trailing_data  # noqa: SLF001 - no other way leads there
    return (connection.is_idle() and bool(left)) or _has_expired(connection)


_has_expired = AsyncHTTP11Connection.has_expired
AsyncHTTP11Connection.has_expired = _has_ended  # type: ignore[assignment, method-assign]
