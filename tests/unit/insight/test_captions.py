"""What stands beside figures."""

from __future__ import annotations

import msgspec
import pytest
from support.readings import reading

from opsdesk.insight.captions import scope_of
from opsdesk.model.reading import Reading

DAY = 86_400.0
AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"


def uptime(window: float | None, coverage: float | None = None, name: str = "a") -> Reading:
    one = reading("component.uptime", 100.0, component=name)
    return msgspec.structs.replace(one, window=window, coverage=coverage)


@pytest.mark.parametrize(
    ("scope", "of", "expected"),
    [
        ("uptime, {window}", [uptime(DAY)], "uptime, last 24 h"),
        ("uptime, {window}", [uptime(15.0, 1.0)], "uptime, last 15 s"),
        ("uptime, {window}", [uptime(15.0), uptime(DAY)], "uptime, last 15 s to 24 h"),
        ("{window}", [uptime(DAY, 0.999), uptime(DAY)], "last 24 h"),
        ("{window}", [uptime(DAY, 0.508), uptime(DAY, 1.0)], f"last 24 h, {AT_LEAST} 50 % known"),
        ("uptime, {window}", [uptime(None), uptime(DAY)], "uptime"),
        ("uptime, {window}", [], "uptime"),
        ("{window}", [], ""),
        ("mean, {of} all", [uptime(DAY)], "mean, {of} all"),
        ("", [uptime(DAY), uptime(DAY)], "last 24 h"),
        ("", [uptime(DAY), uptime(15.0)], ""),
        ("", [uptime(None)], ""),
        ("", [], ""),
    ],
)
def test_a_scope_says_what_the_figures_cover(scope: str, of: list[Reading], expected: str) -> None:
    assert scope_of(scope, of) == expected
