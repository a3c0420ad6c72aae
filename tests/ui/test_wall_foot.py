"""What stands at the foot of every slide."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from support.readings import NOW
from support.systems import board, source, up

from opsdesk.ui.wall.hanging import foot


def test_the_age_of_the_data_is_said() -> None:
    assert foot(board(up()), NOW + timedelta(seconds=4)) == "Updated 4 s ago"


def test_nobody_takes_a_simulation_for_ones_own_production() -> None:
    shown = board(up(), sources=(replace(source(), kind="demo"),))
    assert foot(shown, NOW + timedelta(seconds=4)) == "Demo. Updated 4 s ago"
