"""A display as OpsDesk recognises it."""

from __future__ import annotations

from opsdesk.insight.displays import Display

DESK = Display(
    identity="DELL U2720Q 7",
    connector="DP-1",
    monitor="DELL U2720Q 7",
    number=0,
    width=3840,
    height=2160,
    diagonal=26.97,
)
