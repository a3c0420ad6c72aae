"""The ways on which people are told of what is wrong, and how each is tried out.

Loaded on the engine's thread, for it brings HTTP and TLS with it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from opsdesk.engine.loop import EngineLoop
from opsdesk.model.desk import Policy
from opsdesk.model.protocols import Forwarder, Presence
from opsdesk.notify import forwarding
from opsdesk.notify.desktop import DesktopNotifier, system_service
from opsdesk.notify.forwarding import Channel, ChannelForwarder, LateChannel, OnTrouble
from opsdesk.notify.service import OnAction
from opsdesk.notify.standing import Standing
from opsdesk.runtime.threads import in_thread
from opsdesk.store.logs import Redactor
from opsdesk.store.secrets import WEBHOOK, Secrets


class Channels:
    """Makes the ways of one profile. What is chosen is asked for at each notice: it may change."""

    def __init__(self, policy: Callable[[], Policy], secrets: Secrets, redactor: Redactor) -> None:
        self._policy = policy
        self._secrets = secrets
        self._redactor = redactor

    def desktop(self, on_action: OnAction, memory: Path | None = None) -> DesktopNotifier:
        """Return the way to this desktop's notifications, which stand over a restart."""
        connect = partial(system_service, on_action, Standing(memory))
        return DesktopNotifier(connect, sound=lambda: self._policy().sound)

    def forwarders(self, on_trouble: OnTrouble) -> tuple[Forwarder, ...]:
        """Return the ways to a program and to an address; they rest where none is chosen."""
        channels = (
            LateChannel("command", lambda: self._policy().command, self._command),
            LateChannel("webhook", lambda: self._policy().webhook, self._webhook),
        )
        return tuple(ChannelForwarder(channel, on_trouble) for channel in channels)

    def presence(self) -> Presence | None:
        """Return what knows whether anybody is at this desk; None where nothing does."""
        if sys.platform != "linux":
            return None
        from opsdesk.notify.presence import DesktopPresence

        return DesktopPresence()

    def _command(self) -> Channel:
        from opsdesk.notify.command import CommandChannel

        return CommandChannel(lambda: self._policy().command)

    def _webhook(self, given: str = "") -> Channel:
        from opsdesk.notify.webhook import WebhookChannel

        async def token() -> str:
            found = given or await in_thread(self._kept_token, "opsdesk-secrets")
            self._redactor.learn(found)
            return found

        return WebhookChannel(lambda: self._policy().webhook, token)

    def _kept_token(self) -> str:
        return self._secrets.get(WEBHOOK) or ""

    def test(self, name: str, token: str = "") -> str:
        """Try one out and return a sentence of what happened; blocks, in bounded time.

        Args:
            name: 'desktop', 'sound', 'command' or 'webhook'.
            token: of the webhook; '' for the one that is kept.

        """
        with asyncio.Runner(loop_factory=EngineLoop) as runner:
            return runner.run(self._test(name, token))

    async def _test(self, name: str, token: str) -> str:
        match name:
            case "command":
                return await forwarding.test(self._command())
            case "webhook":
                return await forwarding.test(self._webhook(token))
            case "sound":
                return await self.desktop(_nothing).test_sound()
        return await self.desktop(_nothing).test()


def _nothing(*_of: object) -> None:
    """Do nothing: there is nothing to act on at a test."""
