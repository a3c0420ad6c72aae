"""What a test may leave behind: nothing. Taken stock of before and after each one."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

#: seconds that a thing which is just ending is given; what ends itself takes milliseconds
GRACE = 1.0
_PROC = Path("/proc/self")

Inventory = frozenset[str]


def inventory() -> Inventory:
    """Return a name for each thing that is alive now and that a test could have started."""
    return frozenset((*_threads(), *_children(), *_descriptors(), *_qt()))


def left_since(before: Inventory) -> list[str]:
    """Return what is alive now and was not ``before``, after what is ending has had its chance."""
    left = inventory() - before
    if left:
        gc.collect()
        _let_end(before)
        left = inventory() - before
    return sorted(left)


def _let_end(before: Inventory) -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and _named(thread) not in before:
            thread.join(GRACE)


def _threads() -> Iterator[str]:
    return (_named(thread) for thread in threading.enumerate())


def _named(thread: threading.Thread) -> str:
    return f"thread {thread.name} ({thread.ident})"


def _children() -> Iterator[str]:
    """Yield the child processes, those that ended and were not waited for as well."""
    for task in _PROC.glob("task/*/children"):
        for pid in _read(task).split():
            yield f"process {pid} {_read(Path('/proc', pid, 'comm')).strip()}"


def _descriptors() -> Iterator[str]:
    """Yield open files, pipes and sockets. What the kernel made for Qt's own loop is not ours."""
    folder = _PROC / "fd"
    for descriptor in folder.iterdir() if folder.exists() else ():
        try:
            target = str(descriptor.readlink())
        except OSError:  # the one that listed them
            continue
        if not target.startswith(("anon_inode:", "/dev/", "/proc/", "/memfd:")):
            yield f"open {target} ({descriptor.name})"


def _qt() -> Iterator[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    yield from _windows(widgets)
    yield from _timers(core)


def _windows(widgets: ModuleType) -> Iterator[str]:
    shiboken = sys.modules["shiboken6"]
    for widget in widgets.QApplication.topLevelWidgets():
        name = type(widget).__name__
        if name != "QTipLabel":  # the one tool tip of the application is Qt's own
            yield f"window {name} {widget.windowTitle()!r} at {shiboken.getCppPointer(widget)[0]:x}"


def _timers(core: ModuleType) -> Iterator[str]:
    """Yield running timers that Python made; Qt's own are not among its objects."""
    shiboken = sys.modules["shiboken6"]
    for thing in gc.get_objects():
        if issubclass(type(thing), core.QTimer) and shiboken.isValid(thing) and thing.isActive():
            yield f"timer {thing.objectName()!r} of {thing.interval()} ms at {id(thing):x}"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # a process or thread that ended meanwhile
        return ""
