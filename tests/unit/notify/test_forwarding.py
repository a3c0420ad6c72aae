"""A channel that is made when something is first passed on."""

from __future__ import annotations

import asyncio

import pytest
from support.http_server import answer, serving

from opsdesk.notify.forwarding import Channel, LateChannel
from opsdesk.notify.webhook import WebhookChannel


async def no_token() -> str:
    return ""


def test_it_is_made_at_its_first_notice_and_once() -> None:
    with serving(answer("", 204)) as server:
        made: list[Channel] = []
        target = [""]

        def make() -> Channel:
            made.append(WebhookChannel(lambda: target[0], no_token))
            return made[-1]

        late = LateChannel("webhook", lambda: target[0], make)

        async def story() -> None:
            assert not late.is_wanted
            await late.close()
            assert made == []
            target[0] = server.url
            assert late.is_wanted
            await late.send(b"{}")
            await late.send(b"{}")
            await late.close()

        asyncio.run(story())
    assert len(made) == 1
    assert [request.method for request in server.requests] == ["POST", "POST"]


@pytest.mark.parametrize("target", ["", "  "])
def test_nothing_is_wanted_where_nothing_is_said(target: str) -> None:
    assert not LateChannel("command", lambda: target, pytest.fail).is_wanted
