"""How long one refresh waits for a server that answers slowly."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from support.readings import NOW, FakeSource, answering, harvest

from opsdesk.engine import waiting as module
from opsdesk.engine.poll import Outcome, poll
from opsdesk.engine.waiting import Waiting
from opsdesk.model.errors import Problem, ProblemKind
from opsdesk.model.protocols import Harvest

SOURCE = FakeSource("a", answering())


def test_each_answer_gives_more_time() -> None:
    async def run() -> None:
        waiting = Waiting(3_600.0)
        assert waiting.sources == ()
        async with waiting.limit(SOURCE) as limit:
            assert waiting.sources == (SOURCE,)
            before = limit.when()
            await asyncio.sleep(0.001)
            waiting.heard()
            assert limit.when() > before
        assert (waiting.answers, waiting.sources) == (1, ())

    asyncio.run(run())


def test_answers_do_not_put_off_the_end_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 1)

    async def run() -> None:
        waiting = Waiting(3_600.0)
        async with waiting.limit(SOURCE) as limit:
            before = limit.when()
            await asyncio.sleep(0.001)
            waiting.heard()
            assert limit.when() <= before

    asyncio.run(run())


def test_who_does_not_answer_is_given_up_and_what_comes_then_is_too_late() -> None:
    async def silent(_now: datetime) -> Harvest:
        try:
            await asyncio.Event().wait()
        finally:
            waiting.heard()
        return harvest()

    async def run() -> Outcome:
        return await poll(FakeSource("a", silent), 0.01, lambda: NOW, waiting=waiting)

    waiting = Waiting(0.01)
    result = asyncio.run(run()).result
    assert isinstance(result, Problem)
    assert result.kind is ProblemKind.TIMEOUT
    assert waiting.answers == 1
