from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

from support.readings import NOW

from opsdesk.model.snapshot import Snapshot
from opsdesk.serve.newest import Newest

PATIENCE = 10.0


def at(minute: int) -> Snapshot:
    return Snapshot(at=NOW + timedelta(minutes=minute), readings={})


def test_what_is_there_is_had_at_once() -> None:
    newest = Newest(at(0))
    assert asyncio.run(newest.after(None)) == at(0)
    assert newest.get() == at(0)
    assert Newest().get() is None


def test_who_waits_on_several_loops_is_woken_from_another_thread() -> None:
    newest, first = Newest(), at(0)
    begun = threading.Barrier(3)
    found: list[Snapshot] = []

    async def wait() -> None:
        async with asyncio.timeout(PATIENCE):
            waiting = asyncio.create_task(newest.after(None))
            await asyncio.sleep(0)
            begun.wait(PATIENCE)
            found.append(await waiting)

    threads = [threading.Thread(target=lambda: asyncio.run(wait())) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(PATIENCE)
    newest.put(first)
    for thread in threads:
        thread.join(PATIENCE)
    assert [snapshot is first for snapshot in found] == [True, True]


def test_the_same_once_more_is_no_news_and_who_was_late_gets_the_last() -> None:
    async def run() -> Snapshot:
        first = at(0)
        newest = Newest(first)
        waiting = asyncio.create_task(newest.after(first))
        await asyncio.sleep(0)
        newest.put(first)
        await asyncio.sleep(0)
        newest.put(at(1))
        newest.put(at(2))
        return await waiting

    assert asyncio.run(run()) == at(2)


def test_who_gives_up_leaves_nothing_behind() -> None:
    newest = Newest()

    async def run() -> None:
        waiting = asyncio.create_task(newest.after(None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])

    asyncio.run(run())
    assert not newest._waiting
    newest.put(at(0))


def test_who_gives_up_in_the_moment_of_its_coming_does_no_harm() -> None:
    newest = Newest()

    async def run() -> None:
        waiting = asyncio.create_task(newest.after(None))
        await asyncio.sleep(0)
        newest.put(at(0))
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()

    asyncio.run(run())


def test_a_loop_that_has_gone_does_no_harm() -> None:
    newest = Newest()
    waiting = newest.after(None)

    async def begin() -> None:
        waiting.send(None)

    asyncio.run(begin())
    newest.put(at(0))
    waiting.close()
    assert newest.get() == at(0)
