"""What tests of OpsDesk as a program share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.backend import Backend, backend
from support.serving import Production, serving


@pytest.fixture
def shop() -> Iterator[Backend]:
    """Return a server of somebody else's, running."""
    with backend() as service:
        yield service


@pytest.fixture
def production() -> Production:
    """Return what the server behind a gateway has."""
    return Production()


@pytest.fixture
def upstream(production: Production) -> Iterator[str]:
    """Return the address of that server, running."""
    with serving(production) as url:
        yield url
