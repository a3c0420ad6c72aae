"""One connection to a D-Bus bus, and the few calls that OpsDesk makes over it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from dbus_fast import (
    AuthError,
    BusType,
    DBusError,
    InvalidAddressError,
    Message,
    MessageFlag,
    MessageType,
)
from dbus_fast.aio import MessageBus

from opsdesk.notify.service import ServiceMissingError

NAME = "org.freedesktop.DBus"
_PATH = "/org/freedesktop/DBus"
_LOST = (OSError, EOFError, AuthError, InvalidAddressError, DBusError)


async def connect(kind: BusType) -> MessageBus:
    """Return a connection to the session bus or the system bus.

    Raises:
        ServiceMissingError: there is none.

    """
    try:
        return await MessageBus(bus_type=kind).connect()
    except _LOST as error:
        raise ServiceMissingError(f"no {kind.name.lower()} bus: {error}") from error


async def disconnect(bus: MessageBus) -> None:
    """Give back a connection, in whatever state it is."""
    if bus.connected:
        bus.disconnect()
        # The socket is closed by the loop, a turn later.
        with suppress(*_LOST):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def lost(bus: MessageBus) -> None:
    """Return when a connection has broken."""
    with suppress(*_LOST):
        # Whoever stops waiting must not take the connection's own future along.
        await asyncio.shield(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]


async def call(bus: MessageBus, message: Message) -> Message:
    """Return the reply to a call.

    Raises:
        ServiceMissingError: the connection broke, or the reply is an error.

    """
    try:
        reply = await bus.call(message)
    except _LOST as error:
        raise ServiceMissingError(str(error)) from error
    if reply.message_type is MessageType.ERROR:
        raise ServiceMissingError(str(reply.error_name))
    return reply


async def listen(bus: MessageBus, *rules: str) -> None:
    """Have the bus pass signals on that keep to one of these rules."""
    for rule in rules:
        await call(bus, _to_bus("AddMatch", "s", [f"type='signal',{rule}"]))


def owner_changed(name: str) -> str:
    """Return the rule for the coming and going of a service."""
    return f"sender='{NAME}',member='NameOwnerChanged',arg0='{name}'"


async def identity(bus: MessageBus) -> str:
    """Return what tells this bus from any other, and from itself before it was started anew."""
    return str((await call(bus, _to_bus("GetId"))).body[0])


def _to_bus(member: str, signature: str = "", body: list[Any] | None = None) -> Message:
    return Message(
        destination=NAME,
        path=_PATH,
        interface=NAME,
        member=member,
        signature=signature,
        body=body or [],
    )


def ask(destination: str, path: str, call_: str, *texts: str) -> Message:
    """Return a call with texts as its arguments, which starts no service: 'interface.member'."""
    interface, _, member = call_.rpartition(".")
    return Message(
        destination=destination,
        path=path,
        interface=interface,
        member=member,
        flags=MessageFlag.NO_AUTOSTART,
        signature="s" * len(texts),
        body=list(texts),
    )
