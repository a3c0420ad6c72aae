"""``opsdesk serve`` as its user starts it: a process, a port, another OpsDesk that asks it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import platformdirs
import pytest
from support.processes import eventually
from support.serving import CARBON, UPTIME, Production

from opsdesk.cli.status import Exit
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Snapshot
from opsdesk.wire import events, health, series, snapshot

OPSDESK = (sys.executable, "-m", "opsdesk")
ENDING = 10.0  # seconds that a process may take to end; a loaded machine is slow
TOKEN = "s3cret-token"


@contextmanager
def served(
    *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``opsdesk serve`` while the block runs; yield its process and its address."""
    process = subprocess.Popen(
        (*OPSDESK, "serve", "--port", "0", *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | (env or {}),
    )
    with process:
        try:
            assert process.stdout is not None
            words, _, where = process.stdout.readline().strip().partition(" ")
            assert words == "serving"
            yield process, where
        finally:
            if process.poll() is None:
                process.kill()


def fetched(where: str) -> Snapshot:
    """Return the first snapshot with readings."""

    def probe() -> Snapshot | None:
        answer = httpx.get(f"{where}v1/snapshot")
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return None
        found = snapshot.from_wire(snapshot.decode(answer.raise_for_status().content, where))
        return found if found.readings else None

    return eventually(probe, "the gateway to have readings")


def test_what_a_gateway_sees_others_see(upstream: str) -> None:
    with served("--url", upstream) as (_, where):
        found = fetched(where)
        now = time.time()
        parameters = [("key", str(UPTIME)), ("start", now - 600), ("end", now), ("step", 60)]
        past = httpx.get(f"{where}v1/series", params=parameters)
    assert found.readings[CARBON].value is BreakerState.CLOSED
    assert found.readings[UPTIME].value == 99.2
    assert [line.key for line in series.decode(past.content, where).lines] == [UPTIME]


def test_a_breaker_that_trips_is_an_event_and_an_incident(
    upstream: str, production: Production
) -> None:
    with served("--url", upstream, "--interval", "1") as (_, where):
        fetched(where)
        production.move(BreakerState.OPEN)

        def tripped() -> list[str]:
            content = httpx.get(f"{where}v1/events").content
            return [event.state for event in events.decode(content, where)]

        assert eventually(tripped, "the trip to be told") == ["open"]
        assert [incident.subject for incident in fetched(where).incidents] == [CARBON]


def profile(url: str) -> None:
    """Write a profile with one source."""
    folder = platformdirs.user_config_path("opsdesk", appauthor=False) / "profiles"
    folder.mkdir(parents=True)
    text = f'[[source]]\nid = "up"\ntitle = "Upstream"\nkind = "opsdesk"\nurl = "{url}"\n'
    (folder / "wall.toml").write_text(text)


def test_a_profile_is_served_and_its_incidents_outlive_the_gateway(
    upstream: str, production: Production
) -> None:
    production.move(BreakerState.OPEN)
    profile(upstream)
    ids = []
    for _ in range(2):
        with served("--profile", "wall") as (process, where):
            assert health.decode(httpx.get(f"{where}v1/health").content, where).title == "wall"
            (incident,) = fetched(where).incidents
            ids.append(incident.id)
            process.terminate()
            assert process.wait(ENDING) == Exit.DONE
    assert ids[0] == ids[1]


def test_another_opsdesk_reads_the_demo(tmp_path: Path) -> None:
    output = tmp_path / "demo.json"
    with served("--demo", "--seed", "3", env={"OPSDESK_TOKEN": TOKEN}) as (_, where):
        assert httpx.get(f"{where}v1/snapshot").status_code == httpx.codes.UNAUTHORIZED
        subprocess.run(
            (*OPSDESK, "snapshot", "--url", where, "--format", "json", "--output", str(output)),
            check=True,
            env=os.environ | {"OPSDESK_TOKEN": TOKEN},
        )
    assert len(json.loads(output.read_bytes())["readings"]) > 100


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(number: signal.Signals) -> None:
    with served("--demo") as (process, _):
        process.send_signal(number)
        assert process.wait(ENDING) == Exit.DONE


def test_a_token_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    with served("--demo", "--token-file", str(file)) as (_, where):
        allowed = httpx.get(f"{where}v1/snapshot", headers={"Authorization": f"Bearer {TOKEN}"})
    assert allowed.status_code == httpx.codes.OK


def test_it_ends_with_the_process_that_started_it() -> None:
    with served("--demo", "--until-stdin-closes") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(ENDING) == Exit.DONE


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "the profile 'default' has no sources"),
        (("--demo", "--host", "0.0.0.0"), "Set a token with --token-file or OPSDESK_TOKEN"),
        (("--demo", "--url", "http://127.0.0.1:9"), "exclude each other"),
        (("--profile", "a/b"), "not a name for a profile"),
    ],
)
def test_what_cannot_be_served_is_one_line(options: tuple[str, ...], says: str) -> None:
    done = subprocess.run(
        (*OPSDESK, "serve", *options), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (Exit.WRONG_USE, "")
    (line,) = done.stderr.splitlines()
    assert says in line
