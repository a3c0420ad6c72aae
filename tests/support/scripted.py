"""A D-Bus service whose answers a test writes, on a bus of its own: desktops that are not here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

#: signature and values
Answer = tuple[str, list[Any]]
#: by member; one that depends on its arguments is made of them
Answers = Mapping[str, Answer | Callable[[list[Any]], Answer]]


class Scripted:
    """A running service. It answers by member, and keeps what it was asked."""

    def __init__(self, bus: MessageBus, answers: Answers) -> None:
        self._bus = bus
        self.answers = dict(answers)
        self.calls: list[tuple[str, list[Any]]] = []
        #: unique name of whoever called last
        self.caller: str | None = None
        #: the member whose call ends it
        self.dies_of = ""
        bus.add_message_handler(self._answer)

    def asked(self, member: str) -> list[list[Any]]:
        """Return the arguments of each call of a member."""
        return [body for name, body in self.calls if name == member]

    async def emit(
        self,
        path: str,
        interface: str,
        member: str,
        signature: str,
        *body: object,
        to: str | None = None,
    ) -> None:
        """Send a signal to all who listen, or to one alone; it has left when this returns."""
        await self._bus.send(
            Message(
                message_type=MessageType.SIGNAL,
                destination=to,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        self.caller = message.sender
        self.calls.append((str(message.member), message.body))
        if message.member == self.dies_of:
            self._bus.disconnect()
            return None
        if message.member not in self.answers:
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "")
        answer = self.answers[message.member]
        signature, body = answer(message.body) if callable(answer) else answer
        return Message.new_method_return(message, signature, body)


@asynccontextmanager
async def scripted(address: str, names: list[str], answers: Answers) -> AsyncIterator[Scripted]:
    """Run a service under these names while the block runs."""
    bus = await MessageBus(bus_address=address).connect()
    service = Scripted(bus, answers)
    for name in names:
        await bus.request_name(name)
    try:
        yield service
    finally:
        if bus.connected:
            bus.disconnect()
        await bus.wait_for_disconnect()
