"""Refuses connections that would leave this machine, whichever library makes them."""

from __future__ import annotations

import ipaddress
import sys

#: what the present test tried to reach; conftest.py fails it even where its code hid the error
refused: list[str] = []


class OutsideError(AssertionError):
    """A test tried to leave this machine."""


def guard() -> None:
    """Begin to watch. An audit hook sees sockets of every library and cannot be taken back."""
    sys.addaudithook(_watch)


def is_inside(host: str | bytes | None) -> bool:
    """Tell whether a host is this machine, or a name that can be nowhere (RFC 6761)."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or "localhost"
    if name == "localhost" or name.endswith((".localhost", ".invalid")):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, str | bytes) and not is_inside(host):
        refused.append(str(host))
        raise OutsideError(f"a test tried to reach {host!r}")
