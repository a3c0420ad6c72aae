"""What a test may leave behind: nothing. Taken stock of before and after each one."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

#: seconds that a thing which is just ending is given; what ends itself takes milliseconds
GRACE = 1.0
_PROC = Path("/proc/self")

Inventory = frozenset[str]

#: timers that ran when they were last looked for: looking takes 20 ms, so that is done but once
#: a test
_timers_before: Inventory = frozenset()


def inventory(*, qt: bool) -> Inventory:
    """Return a name for each thing that is alive now and that a test could have started.

    Args:
        qt: with windows

    """
    return frozenset((*_threads(), *_children(), *_descriptors(), *(_windows() if qt else ())))


def left_since(before: Inventory, *, qt: bool) -> list[str]:
    """Return what is alive now and was not ``before``, after what is ending has had its chance.

    Args:
        before: what :func:`inventory` returned before the test
        qt: with windows and timers

    """
    left = inventory(qt=qt) - before
    if left:
        gc.collect()
        _let_end(before)
        left = inventory(qt=qt) - before
    return sorted(left | (_new_timers() if qt else frozenset()))


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


def _windows() -> Iterator[str]:
    widgets, core = sys.modules["PySide6.QtWidgets"], sys.modules["PySide6.QtCore"]
    shiboken = sys.modules["shiboken6"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    for widget in widgets.QApplication.topLevelWidgets():
        name = type(widget).__name__
        if name != "QTipLabel":  # the one tool tip of the application is Qt's own
            yield f"window {name} {widget.windowTitle()!r} at {shiboken.getCppPointer(widget)[0]:x}"


def _new_timers() -> Inventory:
    global _timers_before  # what was found once is not found again by later tests
    before, _timers_before = _timers_before, frozenset(_timers())
    return _timers_before - before


def _timers() -> Iterator[str]:
    """Yield running timers that Python made; Qt's own are not among its objects."""
    timer, is_valid = sys.modules["PySide6.QtCore"].QTimer, sys.modules["shiboken6"].isValid
    kinds = {timer, *timer.__subclasses__()}
    for thing in gc.get_objects():
        if type(thing) in kinds and is_valid(thing) and thing.isActive():
            yield f"timer {thing.objectName()!r} of {thing.interval()} ms at {id(thing):x}"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # a process or thread that ended meanwhile
        return ""
