"""The sound, with players of the test's own: what they are given and how they end is real."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path

import pytest
from support.processes import eventually

from opsdesk.catalogue import resources
from opsdesk.notify.sound import Player, SoundError


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the only folder in which programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path, name: str, script: str) -> None:
    file = path / name
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o700)


def test_the_sound_is_a_short_wave_of_little_size() -> None:
    content = resources.read_bytes("sounds/notice.wav")
    with wave.open(io.BytesIO(content)) as sound:
        assert sound.getnframes() / sound.getframerate() < 1.0
    assert len(content) < 50_000


def test_a_player_gets_the_file(path: Path) -> None:
    program(path, "paplay", f'/bin/cat "$1" > {path}/heard')
    assert asyncio.run(Player().play()) == "paplay"
    assert (path / "heard").read_bytes() == resources.read_bytes("sounds/notice.wav")


def test_where_the_first_player_fails_the_next_one_plays(path: Path) -> None:
    (path / "pw-play").write_text("not a program", "utf-8")
    (path / "pw-play").chmod(0o700)
    program(path, "paplay", "exit 1")
    program(path, "aplay", '[ "$1" = --quiet ] && [ -s "$2" ]')
    assert asyncio.run(Player().play()) == "aplay"


def test_why_no_player_can_is_said(path: Path) -> None:
    program(path, "paplay", "echo Connection refused >&2; exit 1")
    with pytest.raises(SoundError, match="paplay: Connection refused"):
        asyncio.run(Player().play())


def test_that_there_is_no_player_is_said_once(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        player = Player()
        for _ in range(3):
            player.begin()
            assert player._playing is not None
            await player._playing
        program(path, "paplay", "exit 0")
        player.begin()
        await player.close()
        await player.close()

    asyncio.run(run())
    (said,) = caplog.messages
    assert said.startswith("No program that plays sounds is here. Install one of: pw-play, paplay,")


def test_it_plays_one_at_a_time_and_stops_when_opsdesk_does(path: Path) -> None:
    program(path, "paplay", f"echo x >> {path}/played; exec /bin/sleep 60")

    async def run() -> None:
        player = Player()
        player.begin()
        player.begin()
        await asyncio.to_thread(eventually, (path / "played").exists, "the sound")
        await player.close()

    asyncio.run(asyncio.wait_for(run(), 10))
    assert (path / "played").read_text("utf-8") == "x\n"
