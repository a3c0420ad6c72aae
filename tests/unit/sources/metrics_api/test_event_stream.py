"""Server-sent events, cut anywhere: what the specification says, and no more than was agreed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.sources.metrics_api.event_stream import Comment, Event, EventStream, TooLargeError

LONGEST = 1_000


def fed(*chunks: bytes) -> list[Event | Comment]:
    events = EventStream(LONGEST)
    return [sign for chunk in chunks for sign in events.feed(chunk)]


def cut(content: bytes, places: list[int]) -> list[bytes]:
    """Cut a content in pieces, some of them empty."""
    inside = sorted(min(place, len(content)) for place in places)
    bounds = zip([0, *inside], [*inside, len(content)], strict=True)
    return [content[begin:end] for begin, end in bounds]


CUTS = st.lists(st.integers(0, 400), max_size=20)
#: no line end, no NUL; a name is not empty, for then it would be another
TEXT = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=20)
EVENTS = st.lists(
    st.tuples(TEXT.filter(bool), TEXT, st.lists(TEXT, min_size=1, max_size=4), TEXT), max_size=6
)


def written(events: list[tuple[str, str, list[str], str]], end: str) -> bytes:
    """Write events with a comment and a field that nobody knows before each."""
    lines = []
    for name, id_, data, comment in events:
        lines += [f":{comment}", f"unknown: {comment}", "retry: 10", f"id: {id_}"]
        lines += [f"event: {name}", *(f"data: {line}" for line in data), ""]
    return end.join([*lines, ""]).encode()


@given(EVENTS, st.sampled_from(["\n", "\r", "\r\n"]), st.booleans(), CUTS)
def test_what_was_written_is_read_however_it_is_cut(
    events: list[tuple[str, str, list[str], str]], end: str, marked: bool, places: list[int]
) -> None:
    content = (b"\xef\xbb\xbf" if marked else b"") + written(events, end)
    expected: list[Event | Comment] = []
    for name, id_, data, _ in events:
        expected += [Comment(), Event(name=name, data="\n".join(data).encode(), id=id_)]
    assert fed(*cut(content, places)) == expected


@given(
    st.lists(
        st.one_of(
            st.sampled_from([b"\r", b"\n", b":", b" ", b"data", b"data:", b"id:", b"\xef\xbb\xbf"]),
            st.binary(max_size=8),
        ),
        max_size=40,
    ).map(b"".join),
    CUTS,
    st.integers(0, 60),
)
def test_where_garbage_is_cut_changes_nothing(
    content: bytes, places: list[int], longest: int
) -> None:
    whole = bounded(longest, content)
    assert bounded(longest, *cut(content, places)) == whole
    assert bounded(longest, *(content[i : i + 1] for i in range(len(content)))) == whole


def bounded(longest: int, *chunks: bytes) -> list[Event | Comment | None]:
    """Return what is read until there is too much, which is a None at the end."""
    found: list[Event | Comment | None] = []
    events = EventStream(longest)
    try:
        for chunk in chunks:
            found.extend(events.feed(chunk))
    except TooLargeError:
        found.append(None)
    return found


@pytest.mark.parametrize(
    ("content", "events"),
    [
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [Event(name="message", data=b"YHOO\n+2\n10")]),
        (
            (
                b": test stream\n\ndata: first event\nid: 1\n\n"
                b"data:second event\nid\n\ndata:  third\n\n"
            ),
            [
                Comment(),
                Event(name="message", data=b"first event", id="1"),
                Event(name="message", data=b"second event"),
                Event(name="message", data=b" third"),
            ],
        ),
        (
            b"data\n\ndata\ndata\n\ndata:",
            [Event(name="message", data=b""), Event(name="message", data=b"\n")],
        ),
        (b"data:test\n\ndata: test\n\n", [Event(name="message", data=b"test")] * 2),
    ],
)
def test_the_examples_of_the_specification(content: bytes, events: list[Event | Comment]) -> None:
    assert fed(content) == events


def test_a_name_and_an_id_are_those_of_one_event() -> None:
    content = b"id: 1\nevent: a\ndata: x\n\ndata: y\n\nid: 2\0\ndata: z\n\n"
    assert fed(content) == [
        Event(name="a", data=b"x", id="1"),
        Event(name="message", data=b"y"),
        Event(name="message", data=b"z"),
    ]


def test_an_event_without_data_is_none_and_its_name_is_forgotten() -> None:
    assert fed(b"event: a\n\ndata: x\n\n") == [Event(name="message", data=b"x")]


@pytest.mark.parametrize("kind", [b"data: ", b": ", b"x", b"data: a\n"])
def test_what_never_ends_is_given_up(kind: bytes) -> None:
    assert bounded(LONGEST, *[kind] * (LONGEST + 1)) == [None]


def test_an_event_of_the_greatest_length_is_taken() -> None:
    (event,) = fed(b"data:" + b"x" * (LONGEST - 5) + b"\n\n")
    assert isinstance(event, Event)
    assert len(event.data) == LONGEST - 5
