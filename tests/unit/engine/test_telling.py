from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from opsdesk.engine.telling import MOST_WAITING, Teller
from opsdesk.model.protocols import Notice


def notice(id_: str, title: str = "", withdraws: tuple[str, ...] = ()) -> Notice:
    return Notice(id=id_, title=title, body="", severity=None, withdraws=withdraws)


class Desktop:
    """A desktop that shows nothing until it is up."""

    def __init__(self) -> None:
        self.up = False
        self.shown: list[tuple[str, str]] = []
        self.tries: asyncio.Queue[str] = asyncio.Queue()

    async def resume(self) -> None:
        """Nothing stands from before."""

    async def show(self, notice: Notice) -> bool:
        self.tries.put_nowait(notice.id)
        if self.up:
            self.shown.append((notice.id, notice.title))
        return self.up

    async def withdraw(self, notice_id: str) -> None:
        self.shown = [one for one in self.shown if one[0] != notice_id]

    async def close(self) -> None:
        """Nothing to give back."""


def telling(
    work: Callable[[Teller, Desktop], Awaitable[None]], again: float = 3600.0
) -> list[tuple[str, str]]:
    """Return what was shown while ``work`` was done."""

    async def run() -> list[tuple[str, str]]:
        desktop = Desktop()
        teller = Teller(desktop, again=again)
        task = asyncio.create_task(teller.keep_telling())
        async with asyncio.timeout(10):
            await work(teller, desktop)
        task.cancel()
        await asyncio.wait([task])
        return desktop.shown

    return asyncio.run(run())


def test_what_could_not_be_shown_is_tried_again_by_itself() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        teller.tell([notice("a")])
        for _ in range(2):
            await desktop.tries.get()
        desktop.up = True
        await desktop.tries.get()

    assert telling(work, again=0.01) == [("a", "")]


def test_the_next_notice_brings_the_earlier_ones_each_as_it_is_now() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        teller.tell([notice("a", "open"), notice("b", "open"), notice("c", "open")])
        await desktop.tries.get()
        teller.tell([notice("a", "closed"), notice("many", "c and others", withdraws=("c",))])
        await desktop.tries.get()
        desktop.up = True
        teller.tell([notice("d")])
        for _ in range(4):
            await desktop.tries.get()

    assert sorted(telling(work)) == [
        ("a", "closed"),
        ("b", "open"),
        ("d", ""),
        ("many", "c and others"),
    ]


def test_a_desktop_that_never_shows_anything_has_but_the_latest_waiting() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        teller.tell(notice(str(number)) for number in range(MOST_WAITING + 5))
        await desktop.tries.get()
        desktop.up = True
        teller.tell([notice("last")])
        for _ in range(MOST_WAITING):
            await desktop.tries.get()

    shown = telling(work)
    assert len(shown) == MOST_WAITING
    assert ("last", "") in shown
    assert ("0", "") not in shown


def test_what_another_notice_stands_for_meanwhile_is_not_shown_after_it() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        tried, go = asyncio.Event(), asyncio.Event()

        async def slow(notice: Notice) -> bool:
            tried.set()
            await go.wait()
            return await Desktop.show(desktop, notice)

        desktop.show = slow  # type: ignore[method-assign]
        teller.tell([notice("a")])
        await tried.wait()
        teller.tell([notice("many", withdraws=("a",))])
        go.set()
        await desktop.tries.get()
        desktop.up = True
        while not desktop.shown:
            await desktop.tries.get()

    assert telling(work, again=0.01) == [("many", "")]
