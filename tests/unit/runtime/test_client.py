from __future__ import annotations

import subprocess
import sys

LOADS = """
import importlib.util, sys
from opsdesk.runtime.client import httpx
assert importlib.util.find_spec("rich"), "without it nothing is shown"
assert "httpx._client" in sys.modules
assert not {"rich", "pygments"} & set(sys.modules)
"""


def test_the_command_line_of_httpx_is_not_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
