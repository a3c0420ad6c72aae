from __future__ import annotations

import socket

import httpx
import pytest
from support.serving import Small, serving

from opsdesk.model.errors import ConfigError
from opsdesk.serve import server
from opsdesk.serve.application import metrics_server
from opsdesk.serve.guard import Listening


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])
def test_beyond_this_machine_it_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match=f"^{host}: .*Set a token with --token-file"):
        metrics_server(Small(), Listening(host=host))
    assert metrics_server(Small(), Listening(host=host, token="t"))


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken_too = metrics_server(Small(), Listening(port=port))
        with pytest.raises(ConfigError, match=f"^127.0.0.1, port {port}: .*Take another"):
            taken_too.run(print)


def test_a_host_that_does_not_exist_is_told() -> None:
    nowhere = metrics_server(Small(), Listening(host="x" * 70, port=0, token="t"))
    with pytest.raises(ConfigError, match=r"cannot be served on"):
        nowhere.run(print)


def test_it_serves_on_the_newer_protocol_too() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with serving(Small(), host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert httpx.get(f"{url}v1/health").status_code == httpx.codes.OK


def test_stopped_before_it_runs_it_ends_at_once() -> None:
    stopped = metrics_server(Small(), Listening(port=0))
    stopped.stop()
    stopped.run(lambda _where: None)


def test_a_question_with_all_keys_that_are_allowed_fits() -> None:
    pairs = [("key", f'component.uptime{{component="Component number {n}"}}') for n in range(500)]
    query = httpx.QueryParams([*pairs, ("start", "0"), ("end", "60"), ("step", "60")])
    with serving(Small()) as url:
        answer = httpx.get(f"{url}v1/series?{query}")
    assert answer.status_code == httpx.codes.OK


def test_the_end_of_an_answer_does_not_wait_for_the_client() -> None:
    # asyncio tells the system so (TCP_NODELAY) for a socket that says that it is TCP.
    with server._bound(Listening(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
