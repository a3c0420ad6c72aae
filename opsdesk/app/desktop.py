"""OpsDesk on a desktop: what the window's thread needs and no more, so that it is there soon."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING

from opsdesk.app.household import DesktopOptions, Household
from opsdesk.store import logs
from opsdesk.store.profile import places

if TYPE_CHECKING:
    from opsdesk.ui.parts_wanted import Parts


def run_desktop(options: DesktopOptions) -> int:
    """Open OpsDesk on the desktop and return its exit status when it has been quit.

    Raises:
        ConfigError: a data file, the profile's name or the address cannot be used.

    """
    # The one place from which Qt is reached: everything else runs without it.
    from opsdesk.ui import binding  # noqa: PLC0415 - see above

    binding.load()
    from opsdesk.ui import application  # noqa: PLC0415 - see above

    where, redactor = places(options.profile), logs.Redactor()
    with ExitStack() as ending:
        handlers: list[logging.Handler] = []

        def make_parts() -> Parts:
            # Not before it is known that no other OpsDesk runs: log and settings would be its own.
            if not handlers:
                handlers.append(logs.to_file(where.log, redactor))
                ending.callback(logs.stop, handlers[0])
            return Household(options, where, redactor).parts()

        return application.run(where.lock, options.arguments, make_parts)
