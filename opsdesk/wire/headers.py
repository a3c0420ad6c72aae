"""Headers of an answer, as values. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from opsdesk.wire.fields import moment

_LONGEST_ETAG = 200


def sendable_etag(text: str) -> str:
    """Return an etag that can be sent back; '' for what no server would make of a content."""
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_ETAG else ""


def http_date(text: str) -> datetime | None:
    """Return a moment, as :func:`opsdesk.wire.fields.moment` bounds it; None for what is none."""
    try:
        return moment(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def retry_after(text: str) -> float | None:
    """Return the seconds to wait; the header holds seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    then = http_date(text)
    return None if then is None else max(0.0, (then - datetime.now(UTC)).total_seconds())
