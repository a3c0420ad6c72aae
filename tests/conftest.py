"""The house rules of all tests: nothing of the user's is touched, nothing is left behind.

Each test gets folders, a desktop bus and a keyring of nobody's; a connection that would leave this
machine fails it; so does a thread, process, open file, window or timer that outlives it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is first imported

import hypothesis
import pytest
from support import leaks, network

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

network.guard()


@pytest.fixture(autouse=True)
def _nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point everything that programs find by environment to a folder that goes away."""
    # short, because a socket's path may have 107 bytes and tmp_path carries the test's name
    with TemporaryDirectory(prefix="opsdesk-") as name:
        home = Path(name)
        for variable in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR", "STATE_HOME"):
            folder = home / variable.lower()
            folder.mkdir(mode=0o700)
            monkeypatch.setenv(f"XDG_{variable}", str(folder))
        for variable in ("HOME", "TMPDIR"):  # Qt puts the socket of a single instance in TMPDIR
            monkeypatch.setenv(variable, name)
        for bus in ("SESSION", "SYSTEM"):
            monkeypatch.setenv(f"DBUS_{bus}_BUS_ADDRESS", f"unix:path={name}/no-bus")
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(variable, raising=False)
        yield


@pytest.fixture(autouse=True)
def _garbage_is_looked_for() -> Iterator[None]:
    """Look for it in each test as Python does: a command puts it off until its desktop stands."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()


@pytest.fixture(autouse=True)
def _nothing_left_behind(
    _nothing_of_the_users: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    qt = "qapp" in request.fixturenames
    before = leaks.inventory(qt=qt)
    yield
    left = leaks.left_since(before, qt=qt)
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    network.refused.clear()
    yield
    if network.refused:
        pytest.fail("tried to reach " + ", ".join(network.refused), pytrace=False)
