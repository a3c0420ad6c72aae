from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify import standing as module
from opsdesk.notify.standing import Standing


def notice(id_: str) -> Notice:
    return Notice(id=id_, title=id_, body="", severity=None)


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from("abc"))))
def test_a_notice_stands_once_and_a_number_is_that_of_one_notice(
    shown: list[tuple[int, str]],
) -> None:
    standing = Standing()
    for number, id_ in shown:
        standing.put(number, notice(id_))
        assert standing.number(id_) == number
    ids = [one.id for one in standing.notices]
    assert len(ids) == len(set(ids))


def test_what_stands_is_bounded_and_the_oldest_give_way() -> None:
    standing = Standing()
    for number in range(1, 1_000):
        standing.put(number, notice(f"n{number}"))
    assert len(standing.notices) == 200
    assert standing.notice(799) is None
    assert standing.number("n999") == 999


def test_what_was_kept_is_known_at_the_same_service_and_at_no_other(tmp_path: Path) -> None:
    path = tmp_path / "memory"

    async def run() -> None:
        before = Standing(path)
        await before.load()
        before.belong_to("bus :1.7")
        before.put(3, notice("a"))
        await before.keep()
        after, elsewhere = Standing(path), Standing(path)
        for standing in (after, elsewhere):
            await standing.load()
        after.belong_to("bus :1.7")
        elsewhere.belong_to("bus :1.8")
        assert (after.number("a"), elsewhere.number("a")) == (3, 0)

    asyncio.run(run())


def test_what_an_earlier_version_kept_stands_and_words_of_a_later_one_are_passed_over(
    tmp_path: Path,
) -> None:
    path = tmp_path / "memory"
    earlier = {
        "id": "carbon",
        "title": "Breaker open",
        "body": "",
        "severity": "critical",
        "page": "incidents",
        "incidents": ["carbon@10:00"],
        "actions": ["show", "acknowledge"],
        "runbook": "https://runbooks.example/carbon",
        "alarming": True,
        "opened_at": "2026-03-01T10:00:00Z",
        "ended_at": None,
        "withdraws": [],
    }
    later = {"id": "b", "title": "t", "severity": "dire", "actions": ["teleport"], "size": 9}
    path.write_text(json.dumps({"service": "bus :1.7", "notices": {"3": earlier, "4": later}}))
    standing = Standing(path)
    asyncio.run(standing.load())
    assert standing.notice(3) == Notice(
        id="carbon",
        title="Breaker open",
        body="",
        severity=Severity.CRITICAL,
        page="incidents",
        incidents=("carbon@10:00",),
        actions=(NoticeAction.SHOW, NoticeAction.ACKNOWLEDGE),
        runbook="https://runbooks.example/carbon",
        alarming=True,
        opened_at=datetime(2026, 3, 1, 10, tzinfo=UTC),
    )
    assert standing.notice(4) == Notice(
        id="b", title="t", body="", severity=Severity.CRITICAL, actions=()
    )


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "memory"

    async def run() -> None:
        standing = Standing(path)
        await standing.keep()
        assert not path.exists()
        standing.put(1, notice("a"))
        await standing.keep()
        path.unlink()
        await standing.keep()
        assert not path.exists()
        standing.drop(1)
        standing.drop(1)
        await standing.keep()
        assert path.exists()

    asyncio.run(run())


def test_a_disk_that_does_not_answer_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(module, "_PATIENCE", 0.02)
    monkeypatch.setattr(module, "write_own", lambda *_: answers.wait(10))

    async def run() -> None:
        standing = Standing(tmp_path / "memory")
        standing.put(1, notice("a"))
        await standing.keep()
        answers.set()
        await standing.keep()

    asyncio.run(run())
    assert caplog.text.count("the disk is slow") == 1
