"""Addresses: refused with an example, shown without what is secret."""

from __future__ import annotations

import pytest

from opsdesk.model.errors import ConfigError
from opsdesk.sources import address


@pytest.mark.parametrize("text", ["http://ann:s3cret@host:9090", "https://ann:s3cret@host/x?y=1"])
def test_an_address_with_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="keyring") as caught:
        address.parse(text)
    assert "s3cret" not in str(caught.value)
    assert "ann" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "localhost:9090", "ftp://host", "http://", "http://[::1"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="http://"):
        address.parse(text)


def test_where_shows_neither_query_nor_fragment() -> None:
    given = address.parse("https://Host:8443/a/b/?token=abc#frag")
    assert given.where == "https://host:8443/a/b"
    assert given.query == (("token", "abc"),)
