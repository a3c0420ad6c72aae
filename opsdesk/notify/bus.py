"""One connection to a D-Bus bus.

jeepney writes and reads the messages. It is small, and there already for the keyring: the tray
would feel the 2 MiB of a larger library, for a handful of calls a day.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Literal

import msgspec
from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    Parser,
    new_method_call,
)
from jeepney.auth import BEGIN, AuthenticationError, Authenticator
from jeepney.bus import get_bus

from opsdesk.notify.service import ServiceMissingError

Kind = Literal["session", "system"]

NAME = "org.freedesktop.DBus"
_PATH = "/org/freedesktop/DBus"
_CHUNK = 4096


class Heard(msgspec.Struct, frozen=True):
    """A signal, or the answer to a call."""

    #: unique name of the process that sent it, such as ':1.7'
    sender: str
    interface: str
    member: str
    #: types of the body
    signature: str
    body: tuple[Any, ...]


class Bus:
    """A connection, and the task that reads from it. :func:`connect` makes it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hear: Callable[[Heard], None],
    ) -> None:
        self._reader, self._writer, self._hear = reader, writer, hear
        self._serials = count(1)
        self._waiting: dict[int, asyncio.Future[Heard]] = {}
        self._reading = asyncio.get_running_loop().create_task(self._keep_reading())

    @property
    def connected(self) -> bool:
        """Whether the bus is still there."""
        return not self._reading.done()

    async def call(
        self,
        destination: str,
        path: str,
        name: str,
        signature: str = "",
        *body: Any,  # noqa: ANN401 - whatever the signature says
        gives: str = "",
        starts: bool = True,
    ) -> Heard:
        """Return the answer to a call of ``name``: 'interface.member'.

        A variant is a pair of signature and value. ``gives`` is the signature of the answer, as
        ``signature`` is that of the body. ``starts`` lets the bus start the service.

        Raises:
            ServiceMissingError: the connection broke, or the answer is an error or another one.

        """
        interface, _, member = name.rpartition(".")
        address = DBusAddress(path, bus_name=destination, interface=interface)
        message = new_method_call(address, member, signature, body)
        if not starts:
            message.header.flags |= MessageFlag.no_auto_start
        if not self.connected:
            raise ServiceMissingError("the bus has gone")
        serial = next(self._serials)
        answer: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
        self._waiting[serial] = answer
        try:
            self._writer.write(message.serialise(serial))
            heard = await answer
        finally:
            del self._waiting[serial]
        if heard.signature != gives:
            raise ServiceMissingError(f"{name} answers with '{heard.signature}', not '{gives}'")
        return heard

    async def listen(self, *rules: str) -> None:
        """Have the bus pass signals on that keep to one of these rules."""
        for rule in rules:
            await self.call(NAME, _PATH, f"{NAME}.AddMatch", "s", f"type='signal',{rule}")

    async def identity(self) -> str:
        """Return what tells this bus from any other, and from itself before it was restarted."""
        return str((await self.call(NAME, _PATH, f"{NAME}.GetId", gives="s")).body[0])

    async def owner(self, name: str) -> str:
        """Return the unique name of the process that is a service now; '' where none is."""
        try:
            reply = await self.call(NAME, _PATH, f"{NAME}.GetNameOwner", "s", name, gives="s")
        except ServiceMissingError:
            return ""
        return str(reply.body[0])

    async def lost(self) -> None:
        """Return when the connection has broken."""
        await asyncio.wait([self._reading])
        self._reading.result()

    async def close(self) -> None:
        """Give back the connection, in whatever state it is. Idempotent."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
        if not self._reading.cancelled():
            self._reading.result()  # a bug may have ended it

    async def _keep_reading(self) -> None:
        parser = Parser()
        try:
            with suppress(OSError):
                while data := await self._reader.read(_CHUNK):
                    for message in parser.feed(data):
                        self._take(message)
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ServiceMissingError("the bus has gone"))

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        heard = Heard(
            sender=fields.get(HeaderFields.sender, ""),
            interface=fields.get(HeaderFields.interface, ""),
            member=fields.get(HeaderFields.member, ""),
            signature=fields.get(HeaderFields.signature, ""),
            body=tuple(message.body),
        )
        kind = message.header.message_type
        answer = self._waiting.get(fields.get(HeaderFields.reply_serial, 0))
        if kind is MessageType.signal:
            self._hear(heard)
        elif answer is None or answer.done():
            return  # nobody waits for it any more
        elif kind is MessageType.error:
            answer.set_exception(ServiceMissingError(fields.get(HeaderFields.error_name, "")))
        else:
            answer.set_result(heard)


async def connect(kind: Kind, hear: Callable[[Heard], None]) -> Bus:
    """Return a connection to a bus; ``hear`` takes each signal.

    Raises:
        ServiceMissingError: there is none.

    """
    try:
        reader, writer = await asyncio.open_unix_connection(_address(kind))
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise ServiceMissingError(f"no {kind} bus: {error}") from error
    try:
        await _introduce(reader, writer)
        bus = Bus(reader, writer, hear)
    except BaseException as error:
        writer.close()
        if isinstance(error, OSError | AuthenticationError):
            raise ServiceMissingError(f"no {kind} bus: {error}") from error
        raise
    try:
        await bus.call(NAME, _PATH, f"{NAME}.Hello", gives="s")
    except BaseException:
        await bus.close()
        raise
    return bus


def _address(kind: Kind) -> str:
    """Return the socket of a bus.

    Raises:
        RuntimeError, ValueError, KeyError: it cannot be told from the environment.

    """
    if kind == "session" and "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return f"{os.environ['XDG_RUNTIME_DIR']}/bus"
    return str(get_bus(kind.upper()))


async def _introduce(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say who is calling; raises what becomes of a bus that does not want to know."""
    authenticator = Authenticator()
    for request in authenticator:
        writer.write(request)
        answer = await reader.read(_CHUNK)
        if not answer:
            raise ConnectionError("it hangs up")
        authenticator.feed(answer)
    writer.write(BEGIN)


def is_owner_change(heard: Heard) -> bool:
    """Tell whether the bus itself says that a service has come or gone; others may pretend to."""
    return (heard.sender, heard.interface, heard.member) == (NAME, NAME, "NameOwnerChanged")


def owner_changed(name: str) -> str:
    """Return the rule for the coming and going of a service."""
    return f"sender='{NAME}',member='NameOwnerChanged',arg0='{name}'"
