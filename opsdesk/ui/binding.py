"""Loads PySide6 without two things that it does at each start for others.

It reads the source of every module there is, and of every one imported later, to find those that
say ``from __feature__ import``; OpsDesk uses none of its features. Where there is no source, as in
a frozen application, it takes a module for one that uses none: so it does here. That saves 10 MiB
and 50 ms.

And it compiles and runs what writes its ``.pyi`` files. That stays empty here, which saves 9 ms.
Both were measured with 6.11.3 on Python 3.11.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# The end of the name under which PySide6 compiles the writer of its .pyi files.
_WRITER = "/pyi_generator.py"

_compile = builtins.compile


def load() -> None:
    """Import PySide6; call it before anything else does. Once more does nothing."""
    if "PySide6" in sys.modules:
        return
    with (
        _replaced(inspect, "getsource", _no_source),
        _replaced(builtins, "compile", _all_but_writer),
    ):
        import PySide6.QtCore  # noqa: F401, PLC0415 - under the substitutes, not before
    # Private, for there is no other switch: a version without it reads sources, no more.
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and "_mod_uses_pyside" in vars(feature):
        vars(feature)["_mod_uses_pyside"] = _uses_none


@contextmanager
def _replaced(module: ModuleType, name: str, substitute: object) -> Iterator[None]:
    original = vars(module)[name]
    vars(module)[name] = substitute
    try:
        yield
    finally:
        vars(module)[name] = original


def _no_source(_module: object) -> str:
    raise OSError("not looked for")


def _all_but_writer(source: Any, filename: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - compile's own
    is_writer = str(filename).endswith(_WRITER)
    return _compile(b"" if is_writer else source, filename, *rest, **more)


def _uses_none(_module: object) -> bool:
    return False
