"""The process that renders: a document on standard input, files on standard output.

Reports and pictures are made beside the window, so that it never stalls, and with no display.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QMessageLogContext,
    QSize,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from opsdesk.catalogue import language, pages
from opsdesk.insight.board import arrange
from opsdesk.model.key import Key
from opsdesk.model.page import Page
from opsdesk.model.snapshot import Computed
from opsdesk.ui import fonts
from opsdesk.ui.charts.loading import loading
from opsdesk.ui.dress import dress
from opsdesk.ui.paper import Shown, report
from opsdesk.ui.theme import Look
from opsdesk.ui.window import MainWindow
from opsdesk.wire.document import Document, Order, Rendered, decode
from opsdesk.wire.snapshot import from_wire

# Qt says it of every window that is rendered with no display.
_NOISE = "This plugin does not support propagateSizeHints()"


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if message != _NOISE:
        sys.stderr.write(f"{message}\n")


def main() -> int:
    """Render what standard input holds; return the exit status."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_pass_on)
    try:
        document = decode(sys.stdin.buffer.read())
    except msgspec.DecodeError:
        return 1  # who ordered it has ended while writing: nobody wants it any more
    language.choose(document.order.language)
    # As on a screen of that many pixels: what is not drawn but a picture itself is sharp there.
    os.environ["QT_SCALE_FACTOR"] = f"{document.order.scale:g}"
    application = QApplication.instance() or QApplication(["opsdesk"])
    found = tuple(rendered(document))
    sys.stdout.buffer.write(msgspec.msgpack.encode(found))
    sys.stdout.buffer.flush()
    application.quit()
    return 0


def rendered(document: Document) -> Iterator[Rendered]:
    """Yield the files that were ordered. Needs a QApplication."""
    if document.frames:
        loading().wait()
    catalogue = {metric.id: metric for metric in document.catalogue}
    snapshot = replace(from_wire(document.snapshot), computed=_by_key(document.computed))
    board = arrange(snapshot, catalogue)
    shown = Shown(board, document.now, document.frames)
    found = pages.load(catalogue, Path(document.own) if document.own else None)
    order = document.order
    if order.format == "pdf":
        fonts.use_plain_figures()
        look = _dressed(order.theme, on_paper=True)
        yield Rendered("report.pdf", report(shown, found, look))
        return
    pictures = _slides if order.format == "wall" else _pictures
    yield from pictures(shown, found, order)


def _by_key(computed: Sequence[Computed]) -> dict[Key, tuple[Computed, ...]]:
    found: dict[Key, tuple[Computed, ...]] = {}
    for one in computed:
        found[one.key] = (*found.get(one.key, ()), one)
    return found


def _pictures(shown: Shown, pages: Sequence[Page], order: Order) -> Iterator[Rendered]:
    """Yield each wanted page as it looks in the window, as PNG."""
    window = MainWindow(pages, _dressed(order.theme, on_paper=False))
    window.resize(QSize(order.width, order.height))
    for position, page in enumerate(window.pages):
        if order.page in ("", page.id):
            window.show_page(position)
            window.show()
            _fill(window, shown)
            yield Rendered(f"{page.id}.png", _png(window, order.scale))
    window.close()
    window.deleteLater()


def _slides(shown: Shown, pages: Sequence[Page], order: Order) -> Iterator[Rendered]:
    from opsdesk.ui.wall.pictures import slides

    _dressed(order.wall.theme, on_paper=False)
    for name, view in slides(shown, pages, order):
        yield Rendered(f"{name}.png", _png(view, order.scale))


def _dressed(theme: str, *, on_paper: bool) -> Look:
    look = Look(theme, paper=on_paper)
    application = QApplication.instance()
    if isinstance(application, QApplication):
        dress(application, look)
    return look


def _fill(window: MainWindow, shown: Shown) -> None:
    for _ in range(2):  # the second time with the sizes that the first gave the layouts
        window.show_board(shown.board, shown.now)
        for frame in shown.frames:
            window.show_frame(frame, shown.now)
        QApplication.processEvents()


def _png(window: QWidget, scale: float) -> bytes:
    picture = QPixmap(window.size() * scale)
    picture.setDevicePixelRatio(scale)
    window.render(picture)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):
        raise OSError("the picture could not be encoded")
    return bytes(buffer.data().data())
