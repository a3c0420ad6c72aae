"""Server-sent events out of bytes as they come. Pure, and bounded.

After https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation,
but for three things: data stays bytes, for JSON checks them itself; an id is that of its event
alone, for it names a content; ``retry`` is passed over, for when to connect anew is our business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What the server told."""

    name: str
    data: bytes
    #: '': it has none of its own
    id: str = ""


class Comment(msgspec.Struct, frozen=True):
    """A sign of life."""


class TooLargeError(ValueError):
    """A line or an event is longer than was agreed."""


class EventStream:
    """Takes bytes, however they are cut, and yields what is complete."""

    def __init__(self, longest: int) -> None:
        """Begin. ``longest``: bytes of one event, the line under way included."""
        self._longest = longest
        self._begun = False
        #: a line whose end has not come, in the pieces in which it comes
        self._line = bytearray()
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._name = self._id = ""

    def feed(self, chunk: bytes) -> Iterator[Event | Comment]:
        """Yield the events and comments that end in ``chunk``.

        Raises:
            TooLargeError: there is more than was agreed; nothing can be fed after it.

        """
        if self._after_cr and chunk:
            # its other half, where the two of one line end were cut apart
            chunk, self._after_cr = chunk.removeprefix(b"\n"), False
        begin = 0
        for end in _LINE_END.finditer(chunk):
            self._take(chunk[begin : end.start()])
            begin = end.end()
            self._after_cr = end.group() == b"\r" and begin == len(chunk)
            yield from self._ended()
        self._take(chunk[begin:])

    def _take(self, piece: bytes) -> None:
        if self._size + len(self._line) + len(piece) > self._longest:
            raise TooLargeError
        self._line += piece

    def _ended(self) -> Iterator[Event | Comment]:
        line = bytes(self._line)
        self._line.clear()
        if not self._begun:
            line, self._begun = line.removeprefix(_MARK), True
        if not line:
            yield from self._dispatched()
        elif line.startswith(b":"):
            yield Comment()
        else:
            self._field(line)

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")

    def _dispatched(self) -> Iterator[Event]:
        name, id_, data = self._name or "message", self._id, self._data
        self._name, self._id, self._data, self._size = "", "", [], 0
        # An event without data is none.
        if data:
            yield Event(name=name, data=b"\n".join(data), id=id_)
