from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.key import key
from opsdesk.model.series import Event
from opsdesk.wire.decoding import WireError
from opsdesk.wire.events import decode, to_wire

states = st.sampled_from(["open", "closed", "molten"])
events = st.lists(
    st.builds(
        Event,
        key=st.builds(key, st.text("abc", min_size=1, max_size=3)),
        at=st.floats(0, 7e9),
        before=states,
        state=states,
    ),
    max_size=5,
).map(lambda found: tuple(sorted(found, key=lambda event: event.at)))


@given(events)
def test_transitions_come_back_as_they_went_in(found: tuple[Event, ...]) -> None:
    assert decode(msgspec.json.encode(to_wire(found)), "server") == found


def test_transitions_are_put_in_their_order() -> None:
    sent = [{"metric": "m", "at": at, "state": "open"} for at in (2, 1)]
    found = decode(json.dumps({"events": sent}).encode(), "server")
    assert [(event.at, event.before) for event in found] == [(1.0, "unknown"), (2.0, "unknown")]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"events": [{"metric": "m", "at": -1, "state": "open"}]}']
)
def test_what_cannot_be_read_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(WireError, match=r"^server: not a list of transitions: "):
        decode(content, "server")
