"""When Python looks for garbage."""

from __future__ import annotations

import gc
import weakref

import pytest

from opsdesk.runtime import garbage


class Circle:
    """Refers to itself: nothing but a look for garbage lets it go."""

    def __init__(self) -> None:
        self.itself = self


def dropped() -> weakref.ref[Circle]:
    return weakref.ref(Circle())


def test_it_is_looked_for_again_among_what_is_made_from_then_on() -> None:
    garbage.put_off()
    before = dropped()
    garbage.look_from_now_on()
    after = dropped()
    gc.collect()
    assert before() is not None, "what was there stays"
    assert after() is None
    garbage.clear_away()
    assert before() is None


@pytest.mark.parametrize("is_looked", [True, False])
def test_meanwhile_it_is_not_and_afterwards_as_before(*, is_looked: bool) -> None:
    if not is_looked:
        garbage.put_off()
    with garbage.put_off_meanwhile():
        assert not gc.isenabled()
    assert gc.isenabled() is is_looked
