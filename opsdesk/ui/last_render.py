"""How a screen last looked: what is there at once while OpsDesk starts again.

It loads next to nothing, and so is there before what makes the screen.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from opsdesk.runtime.files import sweep, write_own

log = logging.getLogger(__name__)

#: seconds between two pictures that are written
EVERY = 60.0
# A third of a PNG's time, and seen for a second, dimmed: 20 ms of a processor for 1920x1080.
_FORMAT, _SUFFIX, _QUALITY = b"jpeg", ".jpg", 85
_TIME = "at"
#: more than any display makes
_MOST_BYTES = 1 << 26
# Names of breakers and servers are the owner's business.
_FOLDER = 0o700
# Seconds that writing may take at the end.
_PATIENCE = 2.0


def picture_path(folder: Path, wall: str) -> Path:
    """Return the file of a wall's picture; its id may be any text."""
    return folder / f"{quote(wall, safe='')[:200]}{_SUFFIX}"


class LastRender:
    """The picture of one screen, in a file. Its methods are called on the GUI thread.

    Writing has a thread of its own. Qt lets go of Python's lock while it encodes: the window's
    thread goes on meanwhile.
    """

    def __init__(self, path: Path, *, every: float = EVERY) -> None:
        """Prepare; ``every`` is in seconds."""
        self._path, self._every = path, every
        self._due = 0.0
        self._writing: threading.Thread | None = None

    @property
    def is_due(self) -> bool:
        """Whether a picture would be kept now; else none need be taken."""
        is_free = self._writing is None or not self._writing.is_alive()
        return is_free and time.monotonic() >= self._due

    def keep(self, image: QImage, at: datetime) -> None:
        """Keep how the screen looks, as of a time; nothing happens where that is not due yet."""
        if self.is_due:
            self._due = time.monotonic() + self._every
            # Both share the picture; it is copied if it is painted on meanwhile.
            shared = QImage(image)
            self._writing = threading.Thread(
                target=_write, args=(self._path, shared, at), name="opsdesk-picture", daemon=True
            )
            self._writing.start()

    def load(self) -> tuple[QImage, datetime] | None:
        """Return how the screen last looked, and when; None where nothing usable is known."""
        sweep(self._path)
        try:
            with self._path.open("rb") as file:
                return _decoded(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("%s: how it last looked is not known: %s", self._path, error)
            return None

    def close(self) -> None:
        """Wait a moment for what is being written. Idempotent."""
        if self._writing is not None:
            self._writing.join(_PATIENCE)
            self._writing = None


def _write(path: Path, image: QImage, at: datetime) -> None:
    try:
        path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        write_own(path, _encoded(image, at))
    except (OSError, ValueError) as error:
        log.warning("%s: how it looks cannot be kept: %s", path, error)


def _encoded(image: QImage, at: datetime) -> bytes:
    """Return a picture with its time as a file has them.

    Raises:
        ValueError: Qt cannot write it.

    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, _FORMAT)
    writer.setQuality(_QUALITY)
    writer.setText(_TIME, at.isoformat())
    if not writer.write(image):
        raise ValueError(writer.errorString())
    return bytes(buffer.data().data())


def _decoded(content: bytes) -> tuple[QImage, datetime]:
    """Return a picture and its time.

    Raises:
        ValueError: it is no picture, or has no time.

    """
    buffer = QBuffer()
    buffer.setData(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, _FORMAT)
    at = datetime.fromisoformat(reader.text(_TIME))
    image = reader.read()
    if image.isNull() or at.tzinfo is None:
        raise ValueError(reader.errorString())
    return image, at
