"""Secrets in a real keyring: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.desktop import session_bus
from support.needs import need
from support.processes import eventually, running

SECRET = "correct horse battery staple"

#: what OpsDesk does with a secret, each step in a process of its own
KEEP = "secrets.set('billing', sys.stdin.read())"
FETCH = "print(secrets.get('billing') or '', end='')"
FORGET = "secrets.delete('billing')"
PROGRAM = """
import sys
from pathlib import Path
from opsdesk.store.secrets import Secrets
secrets = Secrets('test', Path(sys.argv[1]))
"""


class Owner:
    """The person whose keyring it is."""

    def __init__(self, env: Mapping[str, str], folder: Path) -> None:
        self._env = env
        self.folder = folder

    def does(self, step: str, given: str = "") -> str:
        """Let OpsDesk's store do one thing; return what it printed."""
        command = [sys.executable, "-c", PROGRAM + step, str(self.folder)]
        done = subprocess.run(
            command, env=self._env, input=given, capture_output=True, text=True, check=True
        )
        return done.stdout


@pytest.fixture
def owner() -> Iterator[Owner]:
    """Return somebody who has just logged in, with the keyring unlocked."""
    with TemporaryDirectory(prefix="opsdesk-keyring-") as name, session_bus(Path(name)) as address:
        env = {
            **os.environ,
            "HOME": name,
            "XDG_DATA_HOME": f"{name}/data",
            "XDG_RUNTIME_DIR": name,
            "DBUS_SESSION_BUS_ADDRESS": address,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }
        # the password with which its owner logs in comes by standard input
        logging_in = ["bash", "-c", 'exec "$@" <<< password', "bash", need("gnome-keyring-daemon")]
        daemon = [*logging_in, "--unlock", "--foreground", "--components=secrets"]
        asking = [need("dbus-send"), "--print-reply", "--dest=org.freedesktop.secrets"]
        where = ["/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Peer.Ping"]
        with running(daemon, env=env):
            eventually(
                lambda: (
                    subprocess.run(
                        [*asking, *where], env=env, capture_output=True, check=False
                    ).returncode
                    == 0
                ),
                "the keyring",
            )
            yield Owner(env, Path(name, "files"))


def test_a_secret_is_in_the_keyring_and_in_no_file(owner: Owner) -> None:
    assert owner.does(FETCH) == ""
    owner.does(KEEP, SECRET)
    assert owner.does(FETCH) == SECRET
    assert not owner.folder.exists()
    owner.does(FORGET)
    assert owner.does(FETCH) == ""
