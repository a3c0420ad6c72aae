"""The table of breakers: its header with an axis, and how a row is drawn."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.verdict import State
from opsdesk.insight.words import interval_text
from opsdesk.ui import glyphs, strip
from opsdesk.ui.painted import Painting, kept
from opsdesk.ui.panels.breaker_columns import (
    COLUMNS,
    COURSE,
    FAILURES,
    FLAPPING,
    FROM,
    LAST_RESET,
    SERVICE,
    STATE,
)
from opsdesk.ui.panels.breaker_model import BreakerModel, Index
from opsdesk.ui.theme import STATE_TEXT, Look
from opsdesk.ui.writing import BODY, BOLD, CAPTION, CENTER, LEFT, QUIET, RIGHT, Type, Writer

ROW_HEIGHT, MOST_HIGH, HEADER_HEIGHT = 44, 48, 31
#: on paper nobody has to hit a row
PAPER_ROW_HEIGHT, PAPER_HEADER_HEIGHT = 28, 27
#: so far a row reaches beyond its text, so that focus is drawn around it; on paper it does not
OVERHANG = 12
_GAP = 12
_STRIP_HEIGHT, _LEAST_STRIP, _NO_HALF = 18, 120, 180
# What flaps has a glyph before its number, so large.
_MARK = 15
# Names get what the longest of so many needs, and no more than this share of the width.
_NAMES_SHARE, _LEAST_NAME, _LOOKED_AT = 0.36, 190, 50
# A report cannot be made wider.
_NAMES_SHARE_ON_PAPER = 0.5
# Where there is less room, what tells breakers apart stands in their names alone.
_ROOM_FOR_ALL, _NARROW = 1_100, 800

_WORD = Type(12, "text2", QFont.Weight.Medium)
_FLAPS = Type(12, "degraded", QFont.Weight.Medium)
_SORTED = Type(12, "text1", QFont.Weight.Medium)
_DIM = Type(13, "text2")
_UP, _DOWN = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"


class BreakerView(QTableView):
    """Rows are chosen by mouse and arrow keys; the header sorts by mouse, and by Space."""

    def __init__(self, model: BreakerModel, look: Look) -> None:
        super().__init__()
        self._model, self._look = model, look
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, look, self))
        self.setHorizontalHeader(_Header(model.courses.window, look, self))
        self.setAccessibleName(tr("Circuit breakers"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if look.paper:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(STATE, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        height = PAPER_ROW_HEIGHT if look.paper else ROW_HEIGHT
        self.verticalHeader().setMinimumSectionSize(PAPER_ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(height)
        for position, column in enumerate(COLUMNS):
            self.setColumnWidth(position, column.width)
        header = self.horizontalHeader()
        header.setSectionResizeMode(COURSE, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(30)
        self.setMinimumHeight(0 if look.paper else HEADER_HEIGHT + 3 * ROW_HEIGHT)
        look.changed.connect(self.viewport().update)

    def fit(self) -> None:
        """Give the names a share of the width; the strips take what the others leave.

        Rows are as high as they should be where there is room for all of them.
        """
        if not self._look.paper:
            high = self.viewport().height() // max(1, self.model().rowCount())
            self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, min(MOST_HIGH, high)))
        room = self.viewport().width()
        share = _NAMES_SHARE_ON_PAPER if self._look.paper else _NAMES_SHARE
        most = max(_LEAST_NAME, round(room * share))
        wanted = min(most, max(_LEAST_NAME, self._longest_name() + 2 * _GAP))
        self.setColumnHidden(FROM, self.isColumnHidden(FROM) or room < _ROOM_FOR_ALL)
        others = 0
        for position, column in enumerate(COLUMNS):
            if position not in (SERVICE, COURSE) and not self.isColumnHidden(position):
                narrow = room < _NARROW and column.narrow
                self.setColumnWidth(position, column.narrow if narrow else column.width)
                others += self.columnWidth(position)
        self.setColumnWidth(SERVICE, max(_LEAST_NAME, min(wanted, room - others - _LEAST_STRIP)))

    def _longest_name(self) -> int:
        """Return the pixels of the longest of the first names: one looks at these."""
        return round(max(map(BOLD.width, self._model.names(_LOOKED_AT)), default=0.0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _Header(QHeaderView):
    """Titles over a rule; over the strips the time that they cover."""

    def __init__(self, window: float, look: Look, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._window, self._look = window, look
        self._at = STATE
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setFixedHeight(PAPER_HEADER_HEIGHT if look.paper else HEADER_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Sort by column"))
        look.changed.connect(self.viewport().update)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._go(step)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            again = self.sortIndicatorSection() == self._at
            up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
            down = again and up
            order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            self.setSortIndicator(self._at, order)
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        seen = [position for position in range(self.count()) if not self.isSectionHidden(position)]
        place = seen.index(self._at) + step if self._at in seen else 0
        self._at = seen[max(0, min(len(seen) - 1, place))]
        self.viewport().update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        with Painting(painter, QRectF(rect), self._look) as writer, kept(painter):
            self._paint_section(writer, rect, logicalIndex)

    def _paint_section(self, writer: Writer, rect: QRect, section: int) -> None:
        painter, box = writer.painter, QRectF(rect)
        rule = _rule(box, section, self._look)
        painter.fillRect(rule, self._look.color("edge"))
        box = _inner(box.adjusted(0, 0, 0, -2), section, self._look)
        if section == COURSE:
            self._paint_axis(writer, box)
        else:
            self._paint_title(writer, box, section)
        if self.hasFocus() and section == self._at:
            painter.setPen(self._look.color("accent"))
            painter.drawRect(QRectF(rect).adjusted(1, 1, -2, -3))
            painter.drawRect(QRectF(rect).adjusted(2, 2, -3, -4))

    def _paint_title(self, writer: Writer, box: QRectF, section: int) -> None:
        title = tr(COLUMNS[section].title)
        sorts = section == self.sortIndicatorSection()
        up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        # Worst first is how it always begins: an arrow there would say nothing.
        if sorts and not (section == STATE and up):
            title = f"{title} {_UP if up else _DOWN}"
        side = RIGHT if COLUMNS[section].right else LEFT
        writer.write(box, title, _SORTED if sorts and section != STATE else CAPTION, side)

    def _paint_axis(self, writer: Writer, box: QRectF) -> None:
        whole, half = interval_text(self._window), interval_text(self._window / 2)
        ago, now = tr("{interval} ago", interval=whole), tr("now")
        if box.width() > _NO_HALF:
            writer.write(box, half, CAPTION, CENTER)
        if box.width() < CAPTION.width(ago) + CAPTION.width(now) + _GAP:
            writer.write(box, whole, CAPTION)
            return
        writer.write(box, ago, CAPTION)
        writer.write(box, now, CAPTION, RIGHT)


class _Delegate(QStyledItemDelegate):
    """Draws a row: the state as a chip, the course as a strip, a line below."""

    def __init__(self, model: BreakerModel, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._look = model, look

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        focused = bool(option.state & QStyle.StateFlag.State_Selected)
        with Painting(painter, rect, self._look) as writer, kept(painter):
            self._paint_framed(writer, rect, index, focused=focused)

    def _paint_framed(self, writer: Writer, rect: QRectF, index: Index, *, focused: bool) -> None:
        painter = writer.painter
        if focused:
            painter.fillRect(rect, self._look.color("raised"))
        self._paint_cell(writer, rect, index)
        if focused:
            accent = self._look.color("accent")
            for y in (rect.top(), rect.bottom() - 2):
                painter.fillRect(QRectF(rect.left(), y, rect.width(), 2), accent)
        else:
            line = _rule(rect, index.column(), self._look)
            painter.fillRect(line, self._look.color("hair"))

    def _paint_cell(self, writer: Writer, rect: QRectF, index: Index) -> None:
        state, text = self._model.state(index.row()), str(index.data() or "")
        right = COLUMNS[index.column()].right
        box = _inner(rect, index.column(), self._look)
        if index.column() == STATE:
            self._paint_state(writer.painter, box, state, text)
        elif index.column() == COURSE:
            drawn = self._model.strip(index.row())
            if drawn is not None:
                height = (rect.height() - _STRIP_HEIGHT) / 2
                inner = box.adjusted(0, height, 0, -height)
                strip.paint(writer.painter, inner, drawn, self._look)
        elif index.column() == FLAPPING:
            quiet = state is State.STALE or self._model.is_quiet(index.row(), FLAPPING)
            self._paint_flapping(writer, box, text, quiet=quiet)
        else:
            style = self._style(index, state)
            if index.column() == SERVICE:
                writer.name(box, text, style)
                return
            writer.write(box, text, style, RIGHT if right else LEFT)

    def _paint_state(self, painter: QPainter, rect: QRectF, state: State, word: str) -> None:
        look, middle = self._look, rect.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = state is State.OK
        weight = QFont.Weight.Medium if quiet else QFont.Weight.DemiBold
        stale, filled = state is State.STALE, state is State.CRITICAL
        ink = "onfill" if filled else "text3" if stale else STATE_TEXT[state]
        style = Type(12, ink, weight)
        left, paper = rect.left(), look.color("critical" if filled else "surface")
        if filled:
            chip = QRectF(left, middle - 11, 34 + style.width(word), 22)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(paper)
            painter.drawRoundedRect(chip, 3, 3)
            left += 6
        glyph = QRectF(left, middle - 7, 14, 14)
        glyphs.paint(painter, glyphs.STATE_FILES[state], glyph, look.color(ink), paper)
        box = QRectF(left + 20, rect.top(), rect.right() - left - 20, rect.height())
        Writer(painter, look).write(box, word, style)

    def _paint_flapping(self, writer: Writer, rect: QRectF, text: str, *, quiet: bool) -> None:
        """Write how much a breaker flaps; what does has the glyph of it as well."""
        if not text:
            return
        if not quiet:
            ink, paper = self._look.color("degradedg"), self._look.color("surface")
            left = rect.right() - _FLAPS.width(text) - _MARK - 5
            glyph = QRectF(left, rect.center().y() - _MARK / 2, _MARK, _MARK)
            glyphs.paint(writer.painter, "flapping", glyph, ink, paper)
        writer.write(rect, text, QUIET if quiet else _FLAPS, RIGHT)

    def _style(self, index: Index, state: State) -> Type:
        """Return how a text is written: zero and nothing quietly, what is wrong in bold."""
        if state is State.STALE:
            return _DIM if index.column() == SERVICE else QUIET
        if self._model.is_quiet(index.row(), index.column()):
            return QUIET
        wrong = index.column() == SERVICE and state in (State.CRITICAL, State.DEGRADED)
        return BOLD if wrong or index.column() == FAILURES else BODY


def _inner(rect: QRectF, column: int, look: Look) -> QRectF:
    """Return where a cell writes: the first and the last keep off the edge."""
    edge = 0 if look.paper else OVERHANG
    left = edge if column == STATE else _GAP if COLUMNS[column].right else 0
    right = edge if column == LAST_RESET else 0 if COLUMNS[column].right else _GAP
    return rect.adjusted(left, 0, -right, 0)


def _rule(rect: QRectF, column: int, look: Look) -> QRectF:
    """Return the line below a cell, which ends where the text of the card does."""
    edge = 0 if look.paper else OVERHANG
    left = edge if column == STATE else 0
    right = edge if column == LAST_RESET else 0
    return QRectF(rect.left() + left, rect.bottom() - 1, rect.width() - left - right, 1)
