from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.wire.headers import http_date, retry_after, sendable_etag

DATES = st.builds(
    "Fri, 31 Dec {:04} 23:59:{:02} {}{:04}".format,
    st.integers(0, 9_999),
    st.integers(0, 60),
    st.sampled_from("+-"),
    st.integers(0, 9_999),
)


def test_a_date_is_a_moment_in_utc() -> None:
    found = http_date("Sun, 01 Mar 2026 15:30:00 +0100")
    assert found == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "Fri, 31 Feb 2026 00:00:00 GMT"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert http_date(text) is None
    assert retry_after(text) is None


@given(st.one_of(DATES, st.text()))
def test_whatever_a_server_says_lies_within_the_years_that_we_reckon_with(text: str) -> None:
    found = http_date(text)
    assert found is None or 1970 <= found.year <= 2200
    assert (retry_after(text) or 0.0) >= 0.0


def test_a_date_beyond_all_years_is_the_last_that_we_know() -> None:
    found = http_date("Fri, 31 Dec 9999 23:59:59 -2300")
    assert found is not None
    assert found.year == 2200


def test_seconds_are_taken_as_they_are() -> None:
    assert retry_after(" 120 ") == 120.0


def test_an_etag_that_cannot_be_sent_back_is_none() -> None:
    assert sendable_etag('"abc"') == '"abc"'
    assert sendable_etag("x" * 201) == sendable_etag("\n") == sendable_etag("\xe4") == ""
