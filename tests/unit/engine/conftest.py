"""What tests of the engine share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support.desks import WatchedDesk
from support.engines import Harness

from opsdesk.model.reading import BreakerState


@pytest.fixture
def harness() -> Iterator[Harness]:
    """Return what runs engines, and stops them."""
    with ExitStack() as stack:
        yield Harness(stack)


@pytest.fixture
def desk() -> WatchedDesk:
    """Return a desk at which two breakers are closed."""
    desk = WatchedDesk()
    assert desk.states(A=BreakerState.CLOSED, B=BreakerState.CLOSED) == ()
    return desk
