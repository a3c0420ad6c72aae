"""Several questions at a time."""

from __future__ import annotations

import asyncio

import pytest

from opsdesk.sources.together import together


async def after(turns: int, answer: int) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    return answer


def test_answers_come_in_the_order_of_the_questions() -> None:
    assert asyncio.run(together(after(9 - number, number) for number in range(9))) == [*range(9)]


def test_nothing_is_asked_of_nobody() -> None:
    assert asyncio.run(together(iter(()))) == []


async def _fails() -> int:
    await asyncio.sleep(0)
    raise ZeroDivisionError


async def _endless(ended: list[str], name: str) -> int:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)  # such as a connection that is given back
        ended.append(name)
    return 0


def test_where_one_fails_the_others_have_ended() -> None:
    ended: list[str] = []

    async def ask() -> None:
        with pytest.raises(ZeroDivisionError):
            await together([_endless(ended, "a"), _fails(), _endless(ended, "b")])
        assert ended == ["a", "b"]

    asyncio.run(ask())


def test_who_no_longer_waits_ends_all_of_it() -> None:
    ended: list[str] = []

    async def ask() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await together([_endless(ended, "a"), _endless(ended, "b")])
        assert ended == ["a", "b"]

    asyncio.run(ask())
