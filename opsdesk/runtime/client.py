"""httpx, by which everything here speaks HTTP, without its command line.

Where Rich and Pygments are installed, as for developers and on some distributions, ``import httpx``
loads them with it: 34 ms and 7 MiB for what nobody runs here. It does without where they are not.
"""

from __future__ import annotations

import sys

# As if they were not installed:
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - after that

__all__ = ["httpx"]
