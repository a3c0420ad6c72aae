"""All walls of a process: displays, turns, incidents, keys, and what is asked from elsewhere."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

_TICK_MS = 1_000
# Seconds between two times that the same is asked of the past; so many answers are kept.
_LEAST_WAIT, _MOST_FRAMES = 15.0, 64
