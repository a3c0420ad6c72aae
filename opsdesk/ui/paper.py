"""The report: every page on A4, light, with vector charts and text that can be selected.

The panels are those of the window, laid out in two columns. Lengths are in the window's pixels; a
sheet is so many of them wide that body text of 13 px comes out at 9 pt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate

import msgspec
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, Qt
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from opsdesk import __version__
from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr
from opsdesk.export.outline import Entry, outlined
from opsdesk.insight.board import Board
from opsdesk.insight.page_headline import of_page
from opsdesk.model.page import Page, Panel, PanelKind, Place
from opsdesk.model.series import SeriesFrame
from opsdesk.ui import letterhead
from opsdesk.ui.panels.base import PanelView
from opsdesk.ui.panels.kinds import view_of
from opsdesk.ui.sheets import Block, sheets_of
from opsdesk.ui.theme import Look

_DOTS_PER_INCH = 1200
_A4_INCHES = (210 / 25.4, 297 / 25.4)
# 13 px are 9 pt: 104 px an inch.
_PER_INCH = 13 / 9 * 72
WIDTH, HEIGHT = _A4_INCHES[0] * _PER_INCH, _A4_INCHES[1] * _PER_INCH
_MARGIN, _TOP, _BOTTOM, _GUTTER = 56.0, 46.0, 56.0, 39.0
_CONTENT = WIDTH - 2 * _MARGIN
_COLUMN = (_CONTENT - _GUTTER) / 2
#: height of a sheet between its margins
ROOM = HEIGHT - _TOP - _BOTTOM
# A panel that is higher than that leaves no room for the heading above it.
_HIGHEST = ROOM - 60.0
# A panel of so many columns of twelve, or more, takes the whole width.
_ACROSS = 8
# So do these kinds, however narrow they are in the window.
_WIDE = (
    PanelKind.BREAKER_TABLE,
    PanelKind.PROVENANCE,
    PanelKind.TIMELINE,
    PanelKind.WATERFALL,
)
# Without a source there is nothing to be said of these.
_OF_SOURCES = (PanelKind.INCIDENTS, PanelKind.PROVENANCE, PanelKind.SOURCES)
# These are about their first metric; the others only tell more of it.
_OF_ITS_FIRST = (PanelKind.PATHS, PanelKind.RUNBOOKS, PanelKind.SCALE)
# A table of so many rows may go on on the next sheet; each part has at least so many.
_LONG, _LEAST_ROWS = 10, 3

#: what tells a panel from those that show something else
What = tuple[PanelKind, tuple[str, ...], tuple[tuple[str, str], ...]]


class Shown(msgspec.Struct, frozen=True):
    """What is rendered: a board as it is to be seen at a moment, and how its figures went."""

    board: Board
    now: datetime
    frames: Sequence[SeriesFrame] = ()


def report(shown: Shown, pages: Sequence[Page], look: Look) -> bytes:
    """Return the report as PDF. Needs a QApplication in the look's style, and ``look.paper``."""
    sheets = sheets_of(_blocks(shown, pages, look), ROOM)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(tr("Operations status report"))
    writer.setCreator(f"OpsDesk {__version__}")
    painter = QPainter(writer)
    scale = _DOTS_PER_INCH / _PER_INCH
    painter.scale(scale, scale)
    painter.translate(_MARGIN, _TOP)
    source, part = letterhead.provenance(shown.board, shown.now), ""
    for number, sheet in enumerate(sheets, start=1):
        if number > 1:
            writer.newPage()
        if part and not sheet[0].block.title:
            letterhead.paint_running_head(painter, look, _CONTENT, part)
        for placed in sheet:
            part = placed.block.title or part
            painter.save()
            painter.translate(placed.column * (_COLUMN + _GUTTER), placed.top)
            placed.block.paint(painter)
            painter.restore()
        page = tr("Page {number} of {all}", number=number, all=len(sheets))
        letterhead.paint_foot(painter, look, (_CONTENT, ROOM), source, page)
    painter.end()
    entries = [
        Entry(placed.block.title, number, (HEIGHT - _TOP - placed.top) * 72 / _PER_INCH)
        for number, sheet in enumerate(sheets)
        for placed in sheet
        if placed.block.title
    ]
    return outlined(bytes(buffer.data().data()), entries, language.chosen())


def _blocks(shown: Shown, pages: Sequence[Page], look: Look) -> Iterator[Block]:
    paint = partial(letterhead.paint_title, look=look, width=_CONTENT, at=shown.board.snapshot.at)
    name = tr("Operations status report")
    yield Block(height=letterhead.TITLE, gap=14.0, paint=paint, title=name, keeps_with_next=True)
    told: set[What] = set()
    first = True
    for page in pages:
        blocks = list(_panels(page, shown, look, told))
        if not blocks:
            continue
        headline = of_page(page, shown.board, shown.now)
        if first:
            paint = partial(letterhead.paint_state, look=look, width=_CONTENT, headline=headline)
            yield Block(height=letterhead.state_height(_CONTENT, headline), paint=paint)
        else:
            name = tr(page.title)
            paint = partial(
                letterhead.paint_heading, look=look, width=_CONTENT, title=name, headline=headline
            )
            height = letterhead.heading_height(_CONTENT, name, headline)
            yield Block(height=height, gap=12.0, paint=paint, title=name, keeps_with_next=True)
        first = False
        yield from blocks


def _panels(page: Page, shown: Shown, look: Look, told: set[What]) -> Iterator[Block]:
    """Yield a page's panels; what one before them has told in full is not told again.

    Nor does one take room of which nothing is known: what that is, is listed.
    """
    if Place.REPORT not in page.places:
        return
    new = [
        panel
        for panel in map(_to_be_read, page.panel)
        if Place.REPORT in panel.places
        and _what(panel) not in told
        and _is_known(panel, shown.board)
    ]
    for panel, across in _widths(new):
        sheet = _Panel(panel, shown, look, across=across)
        if not sheet.view.left_out:
            told.add(_what(panel))
        yield sheet.block()


def _to_be_read(panel: Panel) -> Panel:
    """Return a panel as it is where nobody can touch it."""
    if panel.kind is not PanelKind.INCIDENT_LIST:
        return panel
    return msgspec.structs.replace(panel, kind=PanelKind.INCIDENTS, metrics=())


def _is_known(panel: Panel, board: Board) -> bool:
    """Tell whether any figure is there that it is about; one that names none is about all."""
    if panel.kind in _OF_SOURCES and not board.sources:
        return False
    about = panel.metrics[:1] if panel.kind in _OF_ITS_FIRST else panel.metrics
    return not about or any(board.by_metric.get(metric) for metric in about)


def _what(panel: Panel) -> What:
    return panel.kind, panel.metrics, tuple(sorted(panel.labels.items()))


def _widths(panels: Sequence[Panel]) -> Iterator[tuple[Panel, bool]]:
    """Yield which panels take the whole width: wide ones, and those that stand alone."""
    wide = [_is_wide(panel) for panel in panels]
    for position, panel in enumerate(panels):
        before = position == 0 or wide[position - 1]
        after = position + 1 == len(panels) or wide[position + 1]
        yield panel, wide[position] or (before and after)


def _is_wide(panel: Panel) -> bool:
    whole_list = panel.kind is PanelKind.INCIDENTS and not panel.metrics
    return panel.span >= _ACROSS or panel.kind in _WIDE or whole_list


class _Panel:
    """A panel, or some of its rows, on one sheet."""

    def __init__(
        self, panel: Panel, shown: Shown, look: Look, *, across: bool, part: slice | None = None
    ) -> None:
        self._shown, self._look = shown, look
        self.view = view = view_of(panel, look)
        self._across = across
        view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        view.setUpdatesEnabled(False)  # it is painted once, on paper
        if part is not None:
            view.part = part
        self._fill()
        if not across and view.minimumSizeHint().width() > _COLUMN:
            self._across = True  # what it says has no room in one column
            self._fill()

    def block(self) -> Block:
        """Return it as a block."""
        view = self.view
        rows, height = view.paper_rows(), float(view.height())
        tears = len(rows) >= _LONG
        # What goes on on no other sheet is rather small than cut off.
        scale = 1.0 if tears else min(1.0, _HIGHEST / height)
        return Block(
            height=height * scale,
            paint=partial(_paint, view=view, scale=scale),
            across=self._across,
            least=self._frame + sum(rows[:_LEAST_ROWS]),
            tear=self._tear if tears else None,
        )

    def _fill(self) -> None:
        view, board, now = self.view, self._shown.board, self._shown.now
        width = _CONTENT if self._across else _COLUMN
        view.resize(round(width), view.height())
        view.show()
        for _ in range(2):  # the second time with the sizes that the first gave the layouts
            view.show_board(board, now)
            for frame in self._shown.frames:
                if frame.query in view.queries(board):
                    view.show_frame(frame, board, now)
            view.show_age(now)
            view.resize(round(width), round(view.paper_height(width)))
            QApplication.processEvents()

    @property
    def _frame(self) -> float:
        """The height of all but its rows: it stands on each sheet."""
        return self.view.height() - sum(self.view.paper_rows())

    def _tear(self, height: float) -> tuple[Block, Block] | None:
        """Return what has room, and the rest, neither of them too few rows."""
        rows, whole = self.view.paper_rows(), self.view.part
        room = height - self._frame
        fitting = sum(end <= room for end in accumulate(rows))
        fitting = min(fitting, len(rows) - _LEAST_ROWS)
        if fitting < _LEAST_ROWS:
            return None
        stop = whole.start + fitting
        begin, rest = slice(whole.start, stop), slice(stop, whole.stop)
        return self._with(begin).block(), self._with(rest).block()

    def _with(self, part: slice) -> _Panel:
        panel, across = self.view.panel, self._across
        return _Panel(panel, self._shown, self._look, across=across, part=part)


def _paint(painter: QPainter, view: PanelView, scale: float) -> None:
    painter.scale(scale, scale)
    view.setUpdatesEnabled(True)
    view.render(painter, QPoint(0, 0))
