from __future__ import annotations

from msgspec.structs import replace
from support.displays import DESK

from opsdesk.cli.displays import line_of


def test_a_display_is_a_line_that_says_whether_its_size_is_known() -> None:
    told = replace(DESK, diagonal=26.95)
    assert line_of(told) == "DELL U2720Q 7: DP-1, 3840 x 2160 pixels, 26.9 inches"
    unknown = replace(told, identity="DP-1", diagonal=None)
    assert line_of(unknown) == (
        "DP-1: 3840 x 2160 pixels, it does not tell its true size: give --diagonal"
    )
