from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.readings import NOW, failing

from opsdesk.insight.slides.past import LEAST_WAIT, MOST_FRAMES, Past
from opsdesk.model.key import Key
from opsdesk.model.series import SeriesFrame, SeriesQuery


def query(name: str, step: float = 10.0) -> SeriesQuery:
    return SeriesQuery(keys=(Key(name),), window=3600.0, step=step)


def answer(asked: SeriesQuery) -> SeriesFrame:
    end = NOW.timestamp()
    return SeriesFrame(query=asked, start=end - asked.window, end=end)


def test_the_same_is_asked_again_after_a_step_but_not_at_once() -> None:
    past, quick, slow = Past(), query("quick"), query("slow", step=100.0)
    assert past.due([quick, slow, quick], 0.0) == (quick, slow)
    assert past.due([quick, slow], LEAST_WAIT - 0.1) == ()
    assert past.due([quick, slow], LEAST_WAIT) == (quick,)
    assert past.due([slow], 99.0) == ()
    assert past.due([slow], 100.0) == (slow,)


def test_what_nobody_here_has_asked_is_not_taken() -> None:
    past = Past()
    assert not past.take(answer(query("of the window")))
    assert past.frames == {}


def test_a_late_answer_is_taken() -> None:
    past, asked = Past(), query("a")
    past.due([asked], 0.0)
    past.due([query("b")], 1000.0)
    assert past.take(answer(asked))
    assert list(past.frames) == [asked]


@pytest.mark.parametrize("many", [MOST_FRAMES, 3 * MOST_FRAMES])
def test_what_is_seen_stays_and_of_the_rest_so_much(many: int) -> None:
    past, held = Past(), query("held", step=100_000.0)
    for number in range(many + 1):
        turned = query(str(number))
        for asked in past.due([held, turned], number * 20.0):
            assert past.take(answer(asked))
    assert held in past.frames
    assert len(past.frames) <= MOST_FRAMES + 2
    assert query(str(many)) in past.frames


def test_what_was_forgotten_is_asked_at_once_when_it_is_seen_again() -> None:
    past, first = Past(), query("first", step=100.0)
    for number in range(MOST_FRAMES + 2):
        asked = first if not number else query(str(number), step=200.0)
        past.due([asked], number / 100)
        past.take(answer(asked))
    assert first not in past.frames
    assert past.due([first], 1.0) == (first,)


class TestAfterAFailure:
    FAILED = failing().problem

    def asked(self, step: float = 360.0) -> tuple[Past, SeriesQuery]:
        past, asked = Past(), query("a", step=step)
        past.due([asked], 0.0, answering=False)
        past.take(replace(answer(asked), problem=self.FAILED))
        return past, asked

    def test_it_is_asked_at_once_when_all_sources_answer_again(self) -> None:
        past, asked = self.asked()
        assert past.due([asked], 1.0, answering=False) == ()
        assert past.due([asked], 2.0) == (asked,)
        assert past.due([asked], 3.0) == ()

    def test_it_is_asked_again_soon_whatever_sources_do(self) -> None:
        past, asked = self.asked()
        assert past.due([asked], LEAST_WAIT - 0.1, answering=False) == ()
        assert past.due([asked], LEAST_WAIT, answering=False) == (asked,)

    def test_once_it_is_answered_its_step_counts_again(self) -> None:
        past, asked = self.asked()
        assert past.due([asked], 2.0) == (asked,)
        past.take(answer(asked))
        past.due([asked], 3.0, answering=False)
        assert past.due([asked], 361.0) == ()
        assert past.due([asked], 362.0) == (asked,)
