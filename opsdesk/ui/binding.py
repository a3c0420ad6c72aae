"""Loads PySide6, and what draws charts, without what they do at each start for others.

PySide6 reads the source of every module there is, and of every one imported later, to find those
that say ``from __feature__ import``; OpsDesk uses none of its features. Where there is no source,
as in a frozen application, it takes a module for one that uses none: so it does here, and then
Python imports as it does without PySide6. That saves 10 MiB and 50 ms.

And it compiles what words its error messages, with the signatures of functions in them, and what
writes its ``.pyi`` files. Here each of those modules is compiled when something of it is first
asked for. That saves 20 ms. Both were measured with 6.11.3 on Python 3.11.

PySide6 makes a class when its name is first looked up, and pyqtgraph looks up every name there is,
to copy it. Here its copies pass on what they are asked for. That saves 65 ms and 8 MiB (0.14.0).

``import pyqtgraph`` imports all that there is of it. Here its package stands empty, but for what
its curves ask of it, and they alone are imported. That saves 33 ms and 8 MiB.

numpy starts a thread for each processor but one, to multiply matrices. It has none to multiply
here, and each such thread first waits for some without rest: 36 ms of its processor.
"""

from __future__ import annotations

import builtins
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

# Modules in an archive that PySide6 carries within itself, by the names it compiles them under.
_PUT_OFF = frozenset(
    f"shibokensupport/signature/{name}.py"
    for name in (
        "errorhandler",
        "layout",
        "lib/enum_sig",
        "lib/pyi_generator",
        "lib/tool",
        "parser",
    )
)

# Modules of PySide6 that pyqtgraph copies.
_COPIED = ("QtCore", "QtGui", "QtWidgets")
# One that it would load without need: 2 ms and 0.4 MiB.
_SPARED = "PySide6.QtTest"

# How many threads numpy's OpenBLAS may have where nothing else is said.
_THREADS = ("OPENBLAS_DEFAULT_NUM_THREADS", "1")

_compile = builtins.compile
#: of modules that nobody has asked for yet, by the names of their files
_sources: dict[str, str | bytes] = {}


def load() -> None:
    """Import PySide6; call it before anything else does. Once more does nothing."""
    if "PySide6" in sys.modules:
        return
    os.environ.setdefault(*_THREADS)  # while there is no other thread, which might be reading it
    with (
        _replaced(inspect, "getsource", _no_source),
        _replaced(builtins, "compile", _compile_or_put_off),
    ):
        import_module("PySide6.QtCore")
    # Where PySide6 keeps the import that it has put its own before: it looks out no more.
    if "__orig_import__" in vars(builtins):
        builtins.__import__ = vars(builtins)["__orig_import__"]


def load_pyqtgraph() -> None:
    """Import pyqtgraph's curves; call it before anything else does. Once more does nothing."""
    if "pyqtgraph" in sys.modules:
        return
    with ExitStack() as substitutes:
        for name in _COPIED:
            original, copy = import_module(f"PySide6.{name}"), ModuleType(f"pyqtgraph.Qt.{name}")
            vars(copy)["__getattr__"] = partial(getattr, original)  # PEP 562
            sys.modules[copy.__name__] = copy
            substitutes.enter_context(_replaced(original, "__dir__", list))  # names none
        if _SPARED not in sys.modules:
            # As if it were not installed:
            sys.modules[_SPARED] = None  # type: ignore[assignment]
            substitutes.callback(sys.modules.pop, _SPARED)
        spec = find_spec("pyqtgraph")
        if spec is None:
            raise ModuleNotFoundError("pyqtgraph")
        package = module_from_spec(spec)  # not executed
        vars(package)["getConfigOption"] = {}.get  # of what can be set all is off
        sys.modules[spec.name] = package
        import_module("pyqtgraph.graphicsItems.PlotCurveItem")


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


def _compile_or_put_off(source: Any, filename: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as compile
    if filename in _PUT_OFF:
        _sources[filename] = source
        source = f"from {__name__} import at_first_use\nat_first_use({filename!r}, globals())"
    return _compile(source, filename, *rest, **more)


def at_first_use(filename: str, names: dict[str, Any]) -> None:
    """Fill the names of a module once one of them is asked for (PEP 562)."""

    def fill(name: str) -> object:
        if not name.startswith("__") and filename in _sources:
            del names["__getattr__"]
            code = _compile(_sources.pop(filename), filename, "exec", dont_inherit=True)
            exec(code, names)  # noqa: S102 - PySide6's own
        if name in names:
            return names[name]
        raise AttributeError(f"{names['__name__']} has no {name}")

    found: Callable[[str], object] = fill
    names["__getattr__"] = found
