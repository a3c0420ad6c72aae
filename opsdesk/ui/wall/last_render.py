"""How a wall last looked: what is on its display at once while OpsDesk starts again."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QImage, QImageReader, QImageWriter
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.blocks.drawing import paint_glyph
from opsdesk.ui.wall.type import Sizes
from opsdesk.ui.writing import Writer
from opsdesk.wire.files import sweep, write_whole

log = logging.getLogger(__name__)

#: seconds between two pictures that are written
EVERY = 60.0
# A third of a PNG's time, and seen for a second, dimmed: 20 ms of a processor for 1920x1080.
_FORMAT, _SUFFIX, _QUALITY = b"jpeg", ".jpg", 85
_TIME = "at"
#: more than any display makes
_MOST_BYTES = 1 << 26
# Names of breakers and servers are the owner's business.
_OWNER_ONLY, _FOLDER = 0o600, 0o700
# Seconds that writing may take at the end.
_PATIENCE = 2.0
#: how much of the picture is left beside what is said of it
_DIMMED = 0.45


def picture_path(folder: Path, wall: str) -> Path:
    """Return the file of a wall's picture; its id may be any text."""
    return folder / f"{quote(wall, safe='')[:200]}{_SUFFIX}"


class LastRender:
    """The picture of one wall, in a file. Its methods are called on the GUI thread.

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
        """Keep how the wall looks, as of a time; nothing happens where that is not due yet."""
        if self.is_due:
            self._due = time.monotonic() + self._every
            # Both share the picture; it is copied if it is painted on meanwhile.
            shared = QImage(image)
            self._writing = threading.Thread(
                target=_write, args=(self._path, shared, at), name="opsdesk-picture", daemon=True
            )
            self._writing.start()

    def load(self) -> tuple[QImage, datetime] | None:
        """Return how the wall last looked, and when; None where nothing usable is known."""
        sweep(self._path)
        try:
            with self._path.open("rb") as file:
                return _decoded(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("%s: how the wall last looked is not known: %s", self._path, error)
            return None

    def close(self) -> None:
        """Wait a moment for what is being written. Idempotent."""
        if self._writing is not None:
            self._writing.join(_PATIENCE)
            self._writing = None


class LastSeen(Painted):
    """Shows how a wall last looked, dimmed, and says at its foot that this is not now."""

    def __init__(self, look: Look, image: QImage, words: str, size: Sizes) -> None:
        super().__init__(look)
        self._image, self._words, self._size = image, words, size
        self.setAccessibleName(words)

    @override
    def draw(self, writer: Writer) -> None:
        painter, box, size = writer.painter, QRectF(self.rect()), self._size
        painter.fillRect(box, self.look.color("bg"))
        painter.setOpacity(_DIMMED)
        painter.drawImage(box, self._image)
        painter.setOpacity(1.0)
        band = QRectF(box)
        band.setTop(box.bottom() - size.edge)
        painter.fillRect(band, self.look.color("stale"))
        side = max(float(size.glyph), size.text)
        glyph = QRectF(band.left() + size.margin, band.center().y() - side / 2, side, side)
        paint_glyph(writer, glyph, State.STALE, "onfill", "stale")
        left = glyph.right() + size.text / 2
        rest = QRectF(left, band.top(), band.right() - size.margin - left, band.height())
        writer.write(rest, self._words, size.strong("onfill"))


def restarting(at: datetime, now: datetime) -> str:
    """Return what is said of a picture of an earlier time."""
    return tr("Restarting. This is how it was at {time}.", time=clock_text(at, now))


def _write(path: Path, image: QImage, at: datetime) -> None:
    try:
        path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        write_whole(path, _encoded(image, at), _OWNER_ONLY)
    except (OSError, ValueError) as error:
        log.warning("%s: how the wall looks cannot be kept: %s", path, error)


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
