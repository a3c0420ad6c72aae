"""Transitions on the wire: schema ``opsdesk.events/1``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from opsdesk.catalogue.language import mark
from opsdesk.model.series import Event
from opsdesk.wire import decoding
from opsdesk.wire.decoding import KEEP_TO_IT, refusing
from opsdesk.wire.fields import Seconds, State, WireKey, key_in

SCHEMA = "opsdesk.events/1"


class WireEvent(WireKey, frozen=True, kw_only=True):
    """A moment at which a state became another."""

    at: Seconds
    before: Annotated[State, Meta(description="The state until then.")] = "unknown"
    state: State


class WireEvents(msgspec.Struct, frozen=True, kw_only=True):
    """Transitions after a moment."""

    schema: Annotated[str, Meta(description=f"'{SCHEMA}'.", examples=[SCHEMA])] = SCHEMA
    events: Annotated[
        tuple[WireEvent, ...],
        Meta(description="Ascending in time; of very many, the latest."),
    ]


def to_wire(events: Iterable[Event]) -> WireEvents:
    """Return transitions as they are written."""
    return WireEvents(events=tuple(map(_event_out, events)))


def decode(content: bytes, name: str) -> tuple[Event, ...]:
    """Return transitions, ascending in time; fields that are not known are passed over.

    Args:
        content: JSON.
        name: of the server, for the error.

    Raises:
        WireError: it is no list of transitions.

    """
    with refusing(name, mark("not a list of transitions: {reason}"), KEEP_TO_IT):
        wire = decoding.decode(content, WireEvents)
    return tuple(sorted(map(_event_in, wire.events), key=lambda event: event.at))


def _event_out(event: Event) -> WireEvent:
    return WireEvent(
        metric=event.key.metric,
        labels=dict(event.key.labels),
        at=event.at,
        before=event.before,
        state=event.state,
    )


def _event_in(wire: WireEvent) -> Event:
    return Event(key=key_in(wire), at=wire.at, before=wire.before, state=wire.state)
