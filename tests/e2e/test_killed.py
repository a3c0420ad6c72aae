"""An engine that is killed at any moment, again and again: SIGKILL, as when power fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

KILLED = Path(__file__).parents[1] / "support" / "services" / "killed_engines.py"
KILLS = 500
OPENED = re.compile(r"(Breaker|\d+ breakers) (already )?open")
BREAKER = re.compile(r'breaker="(\w+)"')


def breaker_of(incident: str) -> str:
    return BREAKER.findall(incident)[0]


def entries(diary: Path) -> list[dict[str, Any]]:
    """Return what a person saw; who was killed may have left half a line."""
    found = []
    for line in diary.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


@pytest.mark.timeout(300)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_500_times_nothing_is_lost_or_missed_and_hardly_anything_repeated(tmp_path: Path) -> None:
    command = [sys.executable, KILLED, str(tmp_path), str(KILLS), "1"]
    subprocess.run(command, check=True, timeout=240)
    diary = entries(tmp_path / "diary")
    told = [line for line in diary if "told" in line]
    seen = [(set(line["seen"]), set(line["acknowledged"])) for line in diary if "seen" in line]

    acknowledged: set[str] = set()
    for running, taken in seen:
        assert acknowledged & running <= taken
        acknowledged |= taken
    assert len(acknowledged) > KILLS / 50  # or nothing was tried

    opened = set(json.loads((tmp_path / "world.json").read_text())) - {"b0"}
    assert len(opened) > KILLS / 10
    ids = {id_ for running, _ in seen for id_ in running}
    assert Counter(map(breaker_of, ids)) == Counter(opened)  # one incident each
    spoken_of = {breaker_of(id_) for line in told for id_ in line["incidents"]}
    # Who takes care of what they see in the window need not be told.
    assert opened - spoken_of <= set(map(breaker_of, acknowledged))

    passed = [line for line in diary if "passed" in line]
    # Whatever was seen or said here: who is elsewhere hears all of it.
    alarms = [line for line in passed if OPENED.match(line["title"])]
    assert opened == {breaker_of(id_) for line in alarms for id_ in line["incidents"]}

    assert most_repeated("told", told) <= 1  # at most one for each kill
    assert most_repeated("passed", passed) <= 1


def most_repeated(kind: str, lines: list[dict[str, Any]]) -> int:
    """Return how many at most of one round had been there before."""
    before: set[tuple[str, str, str]] = set()
    repeated: Counter[int] = Counter()
    for line in lines:
        notice = (line[kind], line["title"], line["body"])
        repeated[line["round"]] += notice in before
        before.add(notice)
    return max(repeated.values())
