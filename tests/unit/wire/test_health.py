from __future__ import annotations

import json

import msgspec
import pytest
from support.readings import NOW

from opsdesk.wire.decoding import WireError
from opsdesk.wire.health import SCHEMA, WireHealth, decode


def test_what_a_server_says_of_itself_comes_back() -> None:
    health = WireHealth(schema=SCHEMA, title="Production", generated_at=NOW)
    assert decode(msgspec.json.encode(health), "server") == health


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>", "not a metrics API"),
        (b'{"status": "ok"}', "not a metrics API.*schema"),
        (json.dumps({"schema": "opsdesk.health/2"}).encode(), "of another version.*Update"),
        (
            json.dumps({"schema": SCHEMA, "snapshot": "opsdesk.snapshot/2"}).encode(),
            "of another version: opsdesk.snapshot/2",
        ),
        (
            json.dumps({"schema": SCHEMA, "snapshot": "", "wall": "opsdesk.wall/1"}).encode(),
            "a wall, which has no figures",
        ),
    ],
)
def test_another_server_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(WireError, match=f"^server: .*{says}"):
        decode(content, "server")
