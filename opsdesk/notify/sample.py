"""The notice that a test sends."""

from __future__ import annotations

from opsdesk.catalogue.language import tr
from opsdesk.model.protocols import Notice


def sample() -> Notice:
    """Return a notice that says it is a test, and goes away by itself."""
    return Notice(
        id="test",
        title=tr("A test of OpsDesk"),
        body=tr("When something breaks, you are told in this way."),
        severity=None,
    )
