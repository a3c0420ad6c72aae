"""A short sound, where the desktop's notification service plays none."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys

from opsdesk.catalogue import resources
from opsdesk.catalogue.language import tr
from opsdesk.notify import program
from opsdesk.runtime.threads import in_thread

log = logging.getLogger(__name__)

_SOUND = "sounds/notice.wav"
#: seconds; the sound itself takes one
_PATIENCE = 5.0
# The desktop's own sound server first; each takes the file as its last argument.
_PLAYERS = (
    ("pw-play",),
    ("paplay",),
    ("canberra-gtk-play", "--file"),
    ("aplay", "--quiet"),
    ("afplay",),
)


class SoundError(Exception):
    """No sound can be played, in words."""


class Player:
    """Plays the sound beside everything else, one at a time."""

    def __init__(self) -> None:
        self._playing: asyncio.Task[None] | None = None
        self._is_mute = False

    def begin(self) -> None:
        """Begin to play, unless it is playing. Why it cannot is logged once."""
        if self._playing is None or self._playing.done():
            self._playing = asyncio.get_running_loop().create_task(self._play())

    async def _play(self) -> None:
        try:
            await self.play()
        except SoundError as error:
            if not self._is_mute:
                log.warning("%s", error)
            self._is_mute = True
        else:
            self._is_mute = False

    async def play(self) -> str:
        """Play to the end and return the name of the program that did.

        Raises:
            SoundError: none can, and why.

        """
        if sys.platform == "win32":
            await in_thread(_play_on_windows, "opsdesk-sound")
            return "Windows"
        reason = ""
        with resources.file(_SOUND) as file:
            for name, *options in _PLAYERS:
                path = shutil.which(name)
                if path is None:
                    continue
                try:
                    ended = await program.run((path, *options, str(file)), b"", _PATIENCE)
                except OSError as error:
                    reason = reason or f"{name}: {error.strerror}"
                    continue
                if ended.status == 0:
                    return name
                reason = reason or f"{name}: {ended.words or ended.status}"
        raise SoundError(
            tr("The sound cannot be played: {why}.", why=reason)
            if reason
            else tr(
                "No program that plays sounds is here. Install one of: {programs}.",
                programs=", ".join(name for name, *_ in _PLAYERS[:-1]),
            )
        )

    async def close(self) -> None:
        """Stop playing. Idempotent."""
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.cancel()
            await asyncio.wait([playing])


def _play_on_windows() -> None:
    if sys.platform == "win32":  # for mypy, which knows the module there alone
        import winsound

        winsound.PlaySound(resources.read_bytes(_SOUND), winsound.SND_MEMORY)
