from __future__ import annotations

import asyncio

from support.readings import NOW, by_key, reading

from opsdesk.engine.keeping import KEEP_EVERY, Keeper
from opsdesk.model.snapshot import Snapshot

KNOWN = Snapshot(at=NOW, readings=by_key(reading("errors.rate", 0.5)))


def test_it_is_time_once_a_minute() -> None:
    keeper = Keeper(print)
    assert keeper.take(KNOWN, 0.0)
    assert not keeper.take(KNOWN, KEEP_EVERY - 1)
    assert keeper.take(KNOWN, KEEP_EVERY)


def test_what_stands_on_the_disk_is_not_written_again() -> None:
    kept: list[Snapshot] = []

    async def run() -> None:
        keeper = Keeper(kept.append)
        keeper.take(KNOWN, 0.0)
        await asyncio.gather(keeper.write(), keeper.write())
        await keeper.close()

    asyncio.run(run())
    assert kept == [KNOWN]


def test_where_nothing_is_kept_it_is_never_time() -> None:
    keeper = Keeper(None)
    assert not keeper.take(KNOWN, 0.0)
    asyncio.run(keeper.close())
