from __future__ import annotations

import httpx
import pytest
from support.serving import Small, serving

from opsdesk.serve.guard import is_local, is_ours, own_names

TOKEN = "s3cret-token"
PATHS = ("/v1/snapshot", "/v1/series", "/v1/events", "/v1/catalogue", "/openapi.json", "/other")


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"],
)
def test_without_the_token_nothing_is_told_but_what_it_is(header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    with serving(Small(), token=TOKEN) as url, httpx.Client(base_url=url, headers=headers) as desk:
        for path in PATHS:
            answer = desk.get(path)
            assert (answer.status_code, answer.json()["error"]["kind"]) == (401, "credentials")
            assert answer.headers["www-authenticate"] == "Bearer"
        assert desk.get("/v1/health").status_code == httpx.codes.OK


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
def test_with_the_token_it_is_told(header: str) -> None:
    with serving(Small(), token=TOKEN) as url:
        answer = httpx.get(f"{url}v1/snapshot", headers={"Authorization": header})
    assert answer.status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("[::1]:9750", 200),
        ("desk.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.0.2.7", 421),
    ],
)
def test_a_request_must_name_this_server(host: str, status: int) -> None:
    with serving(Small(), names=("Desk.example",)) as url:
        for path in ("v1/snapshot", "v1/health"):
            assert httpx.get(f"{url}{path}", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("bound", "host", "expected"),
    [
        ("127.0.0.1", "localhost.:1", True),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("192.0.2.7", "192.0.2.7:9750", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("0.0.0.0", "192.0.2.8", True),
        ("0.0.0.0", "evil.example", False),
        ("::", "[2001:db8::1]:80", True),
        ("desk.example", "desk.example", True),
    ],
)
def test_names_and_addresses_that_are_ours(bound: str, host: str, expected: bool) -> None:
    assert is_ours(host, own_names(bound, ())) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("LocalHost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("desk.example", False),
    ],
)
def test_what_is_reached_from_this_machine_alone(host: str, expected: bool) -> None:
    assert is_local(host) is expected
