"""Saves what is shown: asks where, writes beside the window, says what goes on, can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt, Signal

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import OpsDeskError
from opsdesk.model.snapshot import Snapshot

if TYPE_CHECKING:
    import subprocess

    from opsdesk.ui.window import MainWindow

# Behind what asks something more before it is done.
_MORE = "\N{HORIZONTAL ELLIPSIS}"

#: is handed a process that the writing waits for
Started = Callable[["subprocess.Popen[bytes]"], None]


def choices() -> dict[str, str]:
    """Return what the screen can be saved as, and what each is called."""
    return {
        "pdf": tr("PDF report") + _MORE,
        "png": tr("PNG picture of this page") + _MORE,
        "csv": tr("CSV table") + _MORE,
        "json": tr("JSON snapshot") + _MORE,
    }


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written where, and for a picture how it is to look."""

    snapshot: Snapshot
    #: csv, json, pdf, png
    kind: str
    path: Path = Path()
    #: id of the page for a picture, the theme's name, and its size in pixels
    page: str = ""
    theme: str = "light"
    width: int = 1440
    height: int = 900
    scale: float = 1.0


class Exporter(QObject):
    """Writes one file at a time, on a thread of its own: a folder may be far away."""

    #: something to be said in passing
    said = Signal(str)
    #: something that must not be overlooked; '' when it no longer holds
    failed = Signal(str)
    #: a file is being written now, or no longer
    began = Signal()
    ended = Signal()
    #: emitted on the writing thread: path, and what kept it from being written or ''
    _written = Signal(str, str)

    def __init__(self, write: Callable[[Wish, Started], None], parent: QObject) -> None:
        super().__init__(parent)
        self._write = write
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_busy = self._is_stopped = False
        self._written.connect(self._done, Qt.ConnectionType.QueuedConnection)

    def ask(self, window: MainWindow, snapshot: Snapshot, kind: str, theme: str) -> None:
        """Ask where a file goes, and write it.

        Args:
            window: its page, for a picture, and what the question stands before.
            snapshot: what is shown.
            kind: csv, json, pdf, png.
            theme: the one of now.

        """
        if not snapshot.readings:
            self.said.emit(tr("There is nothing to save yet: no source has answered."))
            return
        if self._is_busy:
            self.said.emit(tr("Another file is still being written."))
            return
        # PySide6 makes it when it is first named.
        from PySide6.QtWidgets import QFileDialog

        page = window.page.page.id
        name = f"opsdesk-{snapshot.at.astimezone():%Y-%m-%d-%H%M}"
        name = f"{name}-{page}.png" if kind == "png" else f"{name}.{kind}"
        path, _ = QFileDialog.getSaveFileName(
            window, tr("Save what is shown"), str(Path.home() / name), f"{kind.upper()} (*.{kind})"
        )
        if path:
            wish = Wish(
                snapshot=snapshot,
                kind=kind,
                path=Path(path),
                page=page,
                theme=theme,
                width=window.width(),
                height=window.height(),
                scale=window.devicePixelRatioF(),
            )
            self.start(wish)

    def start(self, wish: Wish) -> None:
        """Write a file; :attr:`said` or :attr:`failed` tells the end."""
        self._is_busy, self._is_stopped = True, False
        self.began.emit()
        self.said.emit(tr("Writing {path}", path=wish.path))
        run = partial(self._run, wish)
        threading.Thread(target=run, name="opsdesk-export", daemon=True).start()

    def stop(self) -> None:
        """Give up what is being written; nothing is left behind. Idempotent."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()

    def _run(self, wish: Wish) -> None:
        problem = ""
        try:
            self._write(wish, self._started)
        except (OSError, OpsDeskError) as error:
            problem = str(error)
        with self._lock:
            self._process = None
        self._written.emit(str(wish.path), problem)

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._process = process
            if self._is_stopped:
                process.kill()

    def _done(self, path: str, problem: str) -> None:
        self._is_busy = False
        self.ended.emit()
        if problem and self._is_stopped:
            self.said.emit(tr("{path} was not written: you stopped it.", path=path))
        elif problem:
            words = tr(
                "{path} was not written: {problem} Choose another folder.",
                path=path,
                problem=problem,
            )
            self.failed.emit(words)
        else:
            self.failed.emit("")
            self.said.emit(tr("Saved {path}", path=path))
