"""What the process that renders is fed with: a snapshot, how its figures went, and an order.

It stays on this machine and within one version of OpsDesk, so it is MessagePack, not a contract.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from opsdesk.model.metric import Metric
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Computed
from opsdesk.model.wall import Wall
from opsdesk.wire.snapshot import WireSnapshot


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be rendered, and how it is to look."""

    #: 'pdf', 'png', or 'wall' for its slides as pictures
    format: str
    #: id of the page for 'png'; '' for all of them
    page: str = ""
    theme: str = "light"
    #: pixels
    width: int = 1440
    height: int = 900
    #: device pixels a pixel
    scale: float = 1.0
    language: str = "system"
    #: whose slides, for 'wall': their pages, distance and diagonal
    wall: Wall = Wall()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All that the process that renders needs to know."""

    order: Order
    snapshot: WireSnapshot
    #: the whole catalogue, in its order
    catalogue: tuple[Metric, ...]
    frames: tuple[SeriesFrame, ...] = ()
    #: what OpsDesk computed, and how
    computed: tuple[Computed, ...] = ()
    #: the moment as of which it is rendered
    now: datetime
    #: folder of the user's own pages; '' for none
    own: str = ""


class Rendered(msgspec.Struct, frozen=True):
    """One file: a name such as 'overview.png', and its bytes."""

    name: str
    content: bytes


def encode(document: Document) -> bytes:
    """Return a document for the process that renders."""
    return msgspec.msgpack.encode(document)


def decode(content: bytes) -> Document:
    """Return the document that :func:`encode` wrote."""
    return msgspec.msgpack.decode(content, type=Document)
