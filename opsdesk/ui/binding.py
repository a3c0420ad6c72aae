"""Loads PySide6 without its look-out for ``from __feature__ import``.

PySide6 reads the source of every module there is, and of every one imported later, to find those
that use its features; OpsDesk uses none. Where there is no source, as in a frozen application, it
takes a module for one that uses none: so it does here. That saves 10 MiB and 50 ms at each start
(measured with 6.11.3 on Python 3.11).
"""

from __future__ import annotations

import inspect
import sys


def load() -> None:
    """Import PySide6; call it before anything else does. Once more does nothing."""
    if "PySide6" in sys.modules:
        return
    getsource = inspect.getsource
    vars(inspect)["getsource"] = _no_source
    try:
        import PySide6.QtCore  # noqa: F401, PLC0415 - under the substitute, not before
    finally:
        vars(inspect)["getsource"] = getsource
    # Private, for there is no other switch: a version without it reads sources, no more.
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and "_mod_uses_pyside" in vars(feature):
        vars(feature)["_mod_uses_pyside"] = _uses_none


def _no_source(_module: object) -> str:
    raise OSError("not looked for")


def _uses_none(_module: object) -> bool:
    return False
