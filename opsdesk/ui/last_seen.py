"""Shows how a screen last looked, so that nobody takes it for how things are now."""

from __future__ import annotations

import mmap
from datetime import datetime

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.verdict import State
from opsdesk.insight.words import clock_text, date_text
from opsdesk.ui import glyphs
from opsdesk.ui.fonts import BODY_PX
from opsdesk.ui.painted import Painted
from opsdesk.ui.theme import Look
from opsdesk.ui.writing import Type, Writer

# In a window: as high as its footer, and as far from its edge.
_FOOT, _MARGIN = 28.0, 24.0


class Band(msgspec.Struct, frozen=True):
    """Where the words stand: lengths in pixels, and how they are written."""

    height: float
    margin: float
    glyph: float
    style: Type
    #: tokens of the colours of ground and glyph
    ground: str = "stale"
    mark: str = "onfill"
    #: how much of the picture is left beside what is said of it
    dimmed: float = 0.45


class LastSeen(Painted):
    """Shows how a screen last looked, dimmed, and says at its foot that this is not now."""

    def __init__(self, look: Look, image: QImage, words: str, band: Band) -> None:
        super().__init__(look)
        self._image, self._words, self._band = image, words, band
        self.setAccessibleName(words)

    @override
    def draw(self, writer: Writer) -> None:
        painter, box, band = writer.painter, QRectF(self.rect()), self._band
        painter.fillRect(box, self.look.color("bg"))
        painter.setOpacity(band.dimmed)
        painter.drawImage(box, self._image)
        painter.setOpacity(1.0)
        foot = QRectF(box)
        foot.setTop(box.bottom() - band.height)
        painter.fillRect(foot, self.look.color(band.ground))
        side = band.glyph
        glyph = QRectF(foot.left() + band.margin, foot.center().y() - side / 2, side, side)
        inks = self.look.color(band.mark), self.look.color(band.ground)
        glyphs.paint(painter, glyphs.STATE_FILES[State.STALE], glyph, *inks)
        left = glyph.right() + band.style.pixels / 2
        rest = QRectF(left, foot.top(), foot.right() - band.margin - left, foot.height())
        writer.write(rest, self._words, band.style)


def restarting(at: datetime, now: datetime) -> str:
    """Return what is said of a picture of an earlier time."""
    return tr("Restarting. This is how it was at {time}.", time=clock_text(at, now))


def picture_of(widget: QWidget) -> QImage:
    """Return how a widget looks now.

    The picture has memory of its own, which the system has again once nobody needs it. From the
    heap it would be asked for anew each minute, and what is smaller takes its place meanwhile: of
    glibc's heap a wall kept 9 MiB, and now and then 8 MiB more.
    """
    ratio = widget.devicePixelRatioF()
    size = widget.size() * ratio
    memory = memoryview(mmap.mmap(-1, 4 * size.width() * size.height()))
    picture = QImage(
        memory, size.width(), size.height(), 4 * size.width(), QImage.Format.Format_RGB32
    )
    picture.setDevicePixelRatio(ratio)
    widget.render(picture)
    return picture


def last_look(window: QWidget, look: Look, at: datetime) -> QImage:
    """Return a window as it is seen at its next start, until that has been made anew."""
    time = f"{at.astimezone():%H:%M}"
    words = tr("Starting. This is how it was on {date} at {time}.", date=date_text(at), time=time)
    # Seen for two tenths of a second at most starts: it must not flash.
    style = Type(BODY_PX, "text1")
    band = Band(_FOOT, _MARGIN, BODY_PX, style, ground="bg", mark="stale", dimmed=0.7)
    seen = LastSeen(look, picture_of(window), words, band)
    seen.resize(window.size())
    found = picture_of(seen)
    seen.deleteLater()
    return found
