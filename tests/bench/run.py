"""Prints the budgets of the design as ratios, all measured in one run on this machine.

``python3 packaging/dev.py bench``; ``--check`` exits with 1 when a budget is exceeded. Memory,
starts and processor time are measured from outside, alike for OpsDesk and for the references in
``references/``; what happens inside on the window's thread, by ``programs/inside.py``. Each group
of rows is a module beside this one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from bench import idle, memory, notice, refresh, soak, start, stored, stream, table, wall
from bench.stage import Stage, stage
from bench.table import Row
from support.processes import end_by_signals

GROUPS: dict[str, Callable[[Stage], Iterator[Row]]] = {
    "memory": memory.rows,
    "start": start.rows,
    "refresh": refresh.rows,
    "notice": notice.rows,
    "stream": stream.rows,
    "idle": idle.rows,
    "stored": stored.rows,
    "wall": wall.rows,
    "soak": soak.rows,
}


def main() -> int:
    """Measure everything; return 1 when asked to check and a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when over budget")
    parser.add_argument(
        "group", nargs="*", choices=[*GROUPS, []], help="these groups of rows alone"
    )
    options = parser.parse_args()
    end_by_signals()
    rows: list[Row] = []
    with ExitStack() as parts:
        # Programs that are installed have their bytecode; the first run of each writes it here.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        cache = TemporaryDirectory(prefix="opsdesk-bytecode-", ignore_cleanup_errors=True)
        os.environ["PYTHONPYCACHEPREFIX"] = parts.enter_context(cache)
        here = parts.enter_context(stage())
        table.say(table.COLUMNS)
        for name, group in GROUPS.items():
            for row in group(here) if name in (options.group or GROUPS) else ():
                rows.append(row)
                table.say(row.cells())
    over = [row for row in rows if not row.is_within]
    print(f"{len(rows) - len(over)} of {len(rows)} within budget")
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
