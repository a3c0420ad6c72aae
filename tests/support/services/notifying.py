"""Updates the same three notifications without end, until it is killed.

Usage: notifying.py MEMORY. It prints a line as soon as the first one is shown.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from functools import partial
from pathlib import Path

from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify.desktop import DesktopNotifier, system_service
from opsdesk.notify.standing import Standing


async def keep_notifying(memory: Path) -> None:
    """Show one after the other."""
    notifier = DesktopNotifier(partial(system_service, print, Standing(memory)))
    await notifier.resume()
    for number in itertools.count():
        # No two say the same: dunst stacks those, and closes all but one.
        name = f"n{number % 3}"
        notice = Notice(id=name, title=name, body="", severity=Severity.CRITICAL)
        await notifier.show(notice)
        if number == 0:
            print("showing", flush=True)


if __name__ == "__main__":
    asyncio.run(keep_notifying(Path(sys.argv[1])))
