from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from opsdesk.engine.teller import MOST_WAITING, Teller
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

        desktop.show = slow
        teller.tell([notice("a")])
        await tried.wait()
        teller.tell([notice("many", withdraws=("a",))])
        go.set()
        await desktop.tries.get()
        desktop.up = True
        while not desktop.shown:
            await desktop.tries.get()

    assert telling(work, again=0.01) == [("many", "")]


def test_what_is_no_longer_wanted_is_taken_away_and_not_shown() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([notice("a"), notice("b")])
        for _ in range(2):
            await desktop.tries.get()
        desktop.up = False
        teller.tell([notice("c")])
        await desktop.tries.get()
        teller.tell([notice("d")], withdrawn=["a", "c"])
        assert [one.id for one in teller.waiting] == ["d"]
        await desktop.tries.get()

    assert telling(work) == [("b", "")]


def test_what_a_notice_was_to_take_away_goes_though_another_takes_its_place() -> None:
    """A storm takes the place of its first, and grows before it was shown."""

    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([notice(id_) for id_ in "abc"])
        for _ in range(3):
            await desktop.tries.get()
        teller.tell([notice("storm", "2", withdraws=("a", "b"))])
        teller.tell([notice("storm", "3")])
        teller.tell([notice("digest", withdraws=("storm", "c"))])
        (waiting,) = teller.waiting
        assert set(waiting.withdraws) == {"storm", "a", "b", "c"}
        await desktop.tries.get()

    telling(work)


def test_even_where_nobody_wants_to_be_told_of_it_any_more() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([notice("a"), notice("b")])
        for _ in range(2):
            await desktop.tries.get()
        teller.tell([notice("storm", withdraws=("a",))])
        teller.tell([notice("c")], withdrawn=["storm"])
        await desktop.tries.get()

    assert telling(work) == [("b", ""), ("c", "")]


def test_one_that_gives_way_takes_away_what_it_stood_for() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([notice("a")])
        await desktop.tries.get()
        teller.tell([notice("storm", withdraws=("a",))])
        teller.tell(notice(str(number)) for number in range(MOST_WAITING))
        for _ in range(MOST_WAITING):
            await desktop.tries.get()

    shown = dict(telling(work))
    assert "a" not in shown
    assert "storm" not in shown


def test_an_id_that_comes_again_is_shown_and_not_taken_away() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([], withdrawn=["a"])
        teller.tell([notice("a", "again", withdraws=("a",))])
        await desktop.tries.get()

    assert telling(work) == [("a", "again")]


def test_each_that_was_shown_is_done_before_the_next() -> None:
    async def run() -> None:
        desktop, waiting = Desktop(), asyncio.Queue[tuple[str, ...]]()
        desktop.up = True

        async def done() -> None:
            waiting.put_nowait(tuple(one.id for one in teller.waiting))

        teller = Teller(desktop, done=done)
        task = asyncio.create_task(teller.keep_telling())
        teller.tell([notice("a"), notice("b")])
        async with asyncio.timeout(10):
            assert await waiting.get() == ("b",)
            assert await waiting.get() == ()
        task.cancel()
        await asyncio.wait([task])
        await teller.close()

    asyncio.run(run())


def test_where_nothing_shows_notices_none_wait() -> None:
    async def run() -> None:
        teller = Teller(None)
        teller.tell([notice("a")], withdrawn=["b"])
        assert teller.waiting == ()
        await teller.keep_telling()
        await teller.close()

    asyncio.run(run())


def test_a_desktop_that_does_not_let_go_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    class Clinging(Desktop):
        async def close(self) -> None:
            await asyncio.Event().wait()

    with caplog.at_level("INFO"):
        asyncio.run(Teller(Clinging()).close())
    assert "did not close in time" in caplog.text


def test_a_mute_desk_hears_nothing_until_it_is_not_mute_and_then_the_latest_word() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.mute(on=True)
        teller.tell([notice("a", "open"), notice("b", "open")])
        teller.tell([notice("a", "closed")])
        teller.tell([], withdrawn=["b"])
        for _ in range(5):
            await asyncio.sleep(0)  # turns in which it could have told
        assert desktop.tries.empty()
        assert [one.title for one in teller.waiting] == ["closed"]
        teller.mute(on=False)
        assert await desktop.tries.get() == "a"

    assert telling(work) == [("a", "closed")]


def test_a_mute_desk_still_has_taken_away_what_no_longer_holds() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        teller.tell([notice("a"), notice("b")])
        for _ in range(2):
            await desktop.tries.get()
        gone = asyncio.Event()

        async def withdraw(notice_id: str) -> None:
            await Desktop.withdraw(desktop, notice_id)
            gone.set()

        desktop.withdraw = withdraw
        teller.mute(on=True)
        teller.tell([notice("c")], withdrawn=["a"])
        await gone.wait()
        assert desktop.shown == [("b", "")]

    assert telling(work) == [("b", "")]


def test_a_notice_under_way_when_the_desk_turns_mute_is_the_last() -> None:
    async def work(teller: Teller, desktop: Desktop) -> None:
        desktop.up = True
        under_way, go = asyncio.Event(), asyncio.Event()

        async def slow(notice: Notice) -> bool:
            under_way.set()
            await go.wait()
            return await Desktop.show(desktop, notice)

        desktop.show = slow
        teller.tell([notice("a"), notice("b")])
        await under_way.wait()
        teller.mute(on=True)
        go.set()
        assert await desktop.tries.get() == "a"
        for _ in range(5):
            await asyncio.sleep(0)  # turns in which it could have told of the other
        assert desktop.tries.empty()
        assert [one.id for one in teller.waiting] == ["b"]

    assert telling(work) == [("a", "")]
