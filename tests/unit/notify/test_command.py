"""Notices to real programs."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

import pytest
from support.processes import eventually
from typing_extensions import override

from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify import forwarding
from opsdesk.notify.command import CommandChannel
from opsdesk.notify.forwarding import MOST_WAITING, ChannelForwarder

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def notice(id_: str = "carbon") -> Notice:
    return Notice(id=id_, title="Breaker open: Carbon Data", body="b", severity=Severity.CRITICAL)


def tell(line: str, *notices: Notice, patience: float = 10.0) -> list[tuple[str, str]]:
    """Have a program told of notices, until it has been told of all; return its troubles."""
    troubles: list[tuple[str, str]] = []

    async def run() -> None:
        channel = CommandChannel(lambda: line, patience=patience)
        forwarder = ChannelForwarder(
            channel, lambda *what: troubles.append(what), clock=lambda: NOW
        )
        forwarder.tell(notices)
        async with passing_on(forwarder) as passed:
            await passed.wait()

    asyncio.run(asyncio.wait_for(run(), 20))
    return troubles


@asynccontextmanager
async def passing_on(forwarder: ChannelForwarder) -> AsyncIterator[asyncio.Event]:
    """Have notices passed on; yield what is set once all have been. At the end, close it."""
    passed = asyncio.Event()

    async def done() -> None:
        if not forwarder.waiting:
            passed.set()

    task = asyncio.create_task(forwarder.keep_passing_on(done))
    try:
        yield passed
    finally:
        task.cancel()
        await asyncio.wait([task])
        await forwarder.close()


def names(forwarder: ChannelForwarder) -> list[str]:
    """Return the ids of what waits."""
    return [json.loads(document)["id"] for document in forwarder.waiting]


def script(path: Path, text: str) -> str:
    """Return the command that runs a program of Python's."""
    file = path / "a script.py"
    file.write_text(text, "utf-8")
    return f"{quote(sys.executable)} {quote(str(file))}"


def test_a_program_is_given_each_notice_as_json_in_order(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    program = script(
        tmp_path,
        "import sys\nwith open(sys.argv[1], 'a') as file: file.write(sys.stdin.read())\n",
    )
    assert tell(f"{program} {heard}", notice("a"), notice("b"), notice("c")) == []
    lines = [json.loads(line) for line in heard.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "c"]
    assert lines[0]["schema"] == "opsdesk.notice/1"
    assert lines[0]["at"] == NOW.timestamp()


def test_no_shell_sees_the_command(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    program = script(tmp_path, "import sys\nopen(sys.argv[1], 'w').write(repr(sys.argv[2:]))\n")
    assert tell(f"{program} {heard} '$HOME' ';' 'touch x' > y", notice()) == []
    assert heard.read_text("utf-8") == "['$HOME', ';', 'touch x', '>', 'y']"


@pytest.mark.parametrize(
    "own", ["OPSDESK_SECRET_WEBHOOK", "OPSDESK_TOKEN", "OPENBLAS_DEFAULT_NUM_THREADS"]
)
def test_the_environment_holds_nothing_of_our_own(
    own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(own, "hunter2")
    heard = tmp_path / "heard"
    program = script(tmp_path, "import os,sys\nopen(sys.argv[1], 'w').write(str(os.environ))\n")
    assert tell(f"{program} {heard}", notice()) == []
    assert "hunter2" not in heard.read_text("utf-8")
    assert "PATH" in heard.read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        # The system's own words may be in any language: its C library remembers one.
        ("/no/such/program", "program cannot be run: ENOENT."),
        ("/tmp", "tmp cannot be run: EACCES."),  # noqa: S108 - a folder
        ("echo 'unbalanced", "The command cannot be read: No closing quotation."),
        ("sh -c 'echo no route to host >&2; exit 3'", "sh ended with status 3: no route to host"),
        ("sh -c 'exit 3'", "sh ended with status 3: it said nothing"),
    ],
)
def test_a_failure_is_said_in_words(
    line: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("ENOENT", "EACCES"):
        words = words.replace(name, os.strerror(getattr(errno, name)))
    assert tell(line, notice("a"), notice("b")) == [("command", words)]
    assert caplog.messages == [f"command: {words}"] * 2


def test_a_program_that_does_not_end_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    line = f"sh -c 'trap \"\" TERM; sleep 60 & echo $! > {tmp_path}/child; sleep 60'"
    ((_, words),) = tell(line, notice(), patience=0.5)
    assert words == "sh did not end within 500 ms and was stopped."
    child = (tmp_path / "child").read_text("utf-8").strip()
    eventually(lambda: not Path("/proc", child, "cwd").exists(), "the child to end")


def test_what_a_program_says_without_end_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    tell("sh -c 'yes >&2'", notice(), patience=0.3)
    assert "was stopped" in caplog.text
    tell("sh -c 'head -c 1000000 /dev/zero | tr \\0 x >&2; exit 1'", notice())
    assert len(caplog.messages[-1]) < 2_000


def test_once_it_works_again_the_trouble_is_over(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    line = f"sh -c 'if [ -e {gate} ]; then exit 0; else touch {gate}; exit 1; fi'"
    troubles = tell(line, notice("a"), notice("b"))
    assert [words for _, words in troubles] == ["sh ended with status 1: it said nothing", ""]


def test_a_slow_program_holds_nothing_up_and_the_oldest_give_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    begun = tmp_path / "begun"

    async def run() -> None:
        forwarder = ChannelForwarder(CommandChannel(lambda: f"sh -c 'touch {begun}; sleep 60'"))
        forwarder.tell([notice("first")])
        async with passing_on(forwarder):
            await asyncio.to_thread(eventually, begun.exists, "the program to begin")
            for number in range(MOST_WAITING + 2):
                forwarder.tell([notice(f"n{number}")])
            first, *waiting = names(forwarder)
            assert first == "first"  # it may yet arrive
            assert len(waiting) == MOST_WAITING
            assert waiting[0] == "n2"

    asyncio.run(asyncio.wait_for(run(), 10))
    assert caplog.text.count("too slow") == 2
    assert f"{1 + MOST_WAITING} notices were not passed on yet" in caplog.text


def test_what_was_not_passed_on_is_taken_up_by_the_next_as_it_was_told(tmp_path: Path) -> None:
    heard, begun = tmp_path / "heard", tmp_path / "begun"

    async def ended() -> tuple[str, ...]:
        channel = CommandChannel(lambda: f"sh -c 'touch {begun}; sleep 60'")
        forwarder = ChannelForwarder(channel, clock=lambda: NOW)
        forwarder.tell([notice("a"), notice("b")])
        async with passing_on(forwarder):
            await asyncio.to_thread(eventually, begun.exists, "the program to begin")
        return forwarder.waiting

    async def next_(left: tuple[str, ...]) -> None:
        later = NOW + timedelta(hours=1)
        forwarder = ChannelForwarder(CommandChannel(lambda: f"tee -a {heard}"), clock=lambda: later)
        forwarder.resume(left)
        forwarder.tell([notice("c")])
        async with passing_on(forwarder) as passed:
            await passed.wait()
        assert forwarder.waiting == ()

    left = asyncio.run(asyncio.wait_for(ended(), 10))
    asyncio.run(asyncio.wait_for(next_(left), 10))
    told = [json.loads(line) for line in heard.read_text("utf-8").splitlines()]
    hour = timedelta(hours=1).total_seconds()
    assert [(one["id"], one["at"] - NOW.timestamp()) for one in told] == [
        ("a", 0.0),
        ("b", 0.0),
        ("c", hour),
    ]


def test_what_was_passed_on_is_done_before_the_next_is_sent(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    order: list[object] = []

    class Noted(CommandChannel):
        @override
        async def send(self, document: bytes) -> str:
            order.append(json.loads(document)["id"])
            return await super().send(document)

    async def run() -> None:
        forwarder = ChannelForwarder(Noted(lambda: f"tee -a {heard}"))
        forwarder.tell([notice("a"), notice("b")])
        all_ = asyncio.Event()

        async def done() -> None:
            for _ in range(10):
                await asyncio.sleep(0)  # the next would begin in these turns of the loop
            order.append((len(heard.read_text("utf-8").splitlines()), names(forwarder)))
            if not forwarder.waiting:
                all_.set()

        task = asyncio.create_task(forwarder.keep_passing_on(done))
        await all_.wait()
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(asyncio.wait_for(run(), 10))
    assert order == ["a", (1, ["b"]), "b", (2, [])]


def test_without_a_command_nothing_waits() -> None:
    forwarder = ChannelForwarder(CommandChannel(lambda: "  "))
    forwarder.resume(["{}"])
    forwarder.tell([notice()])
    assert forwarder.waiting == ()


def test_a_trouble_is_over_when_the_command_is_taken_away() -> None:
    troubles: list[str] = []
    line = ["false"]

    async def run() -> None:
        forwarder = ChannelForwarder(
            CommandChannel(lambda: line[0]), lambda _, words: troubles.append(words)
        )
        forwarder.tell([notice()])
        async with passing_on(forwarder) as passed:
            await passed.wait()
            line[0] = ""
            forwarder.tell(())

    asyncio.run(run())
    assert troubles == ["false ended with status 1: it said nothing", ""]


def test_a_test_says_what_happened() -> None:
    assert asyncio.run(forwarding.test(CommandChannel(lambda: "cat"))).startswith("cat ran in ")
    said = asyncio.run(forwarding.test(CommandChannel(lambda: "")))
    assert said == "There is no command."


def test_a_bug_in_a_channel_is_raised() -> None:
    class Broken(CommandChannel):
        async def send(self, document: bytes) -> str:
            raise ZeroDivisionError(document)

    async def run() -> None:
        forwarder = ChannelForwarder(Broken(lambda: "x"))
        forwarder.tell([notice()])
        async with passing_on(forwarder):
            with pytest.raises(ZeroDivisionError):
                await forwarder.keep_passing_on(lambda: asyncio.sleep(0))

    asyncio.run(run())
