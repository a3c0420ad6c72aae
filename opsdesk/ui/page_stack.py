"""The pages of a window. Each is made when it is first opened: the window is there the sooner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from opsdesk.model.series import SeriesQuery
from opsdesk.ui.page import PageView
from opsdesk.ui.turns import Turns


class PageStack(QStackedWidget):
    """Shows one page at a time, at once or in turns of the event loop."""

    #: a tuple of SeriesQuery: what the charts of a page want to know
    series_wanted = Signal(object)
    #: the open page is shown in the place of another, or of itself: that one, or None for the first
    placed = Signal(object)

    def __init__(self, make: Callable[[int], PageView], fill: Callable[[], None]) -> None:
        """Prepare; ``make`` makes the page of a position, ``fill`` shows the news on it."""
        super().__init__()
        self._make, self._fill = make, fill
        self._views: dict[int, PageView] = {}
        self._position = 0
        #: what is yet to be done to open a page
        self._turns = Turns(self)
        #: what it wanted to know meanwhile
        self._asked: tuple[SeriesQuery, ...] = ()

    @property
    def position(self) -> int:
        """Which page is open, from 0."""
        return self._position

    @property
    def is_opening(self) -> bool:
        """Whether a page is being opened in turns."""
        return self._turns.are_left

    @property
    def has_page(self) -> bool:
        """Whether a page has been made."""
        return bool(self._views)

    @property
    def page(self) -> PageView:
        """The page that is open."""
        if self._position not in self._views:
            self.open_at_once(self._position)
        return self._views[self._position]

    def open_at_once(self, position: int) -> None:
        """Open a page; it is made, filled and placed when this returns."""
        self.end_turns(but=position)
        self._begin(position)
        # Before it has a place: until then nothing is styled or laid out, which is cheaper.
        self._fill()
        self._place()

    def open_in_turns(self, position: int) -> None:
        """Open a page: it is made, if it is new, filled, placed and painted in turns of the loop.

        Each takes up to 30 ms; together they would hold up the window. Who opens another one
        meanwhile ends that.
        """
        self.end_turns()
        self._begin(position)
        self._turns.add(self._fill, self._place_unpainted, self._paint, self._ask)

    def end_turns(self, *, but: int | None = None) -> None:
        """Open no page any more in turns; one without a place yet ends, unless it is the named."""
        self._turns.end()
        self._ask()
        for position, view in list(self._views.items()):
            if position != but and self.indexOf(view) < 0:
                del self._views[position]
                view.discard()

    def _begin(self, position: int) -> None:
        self._position = position
        if position not in self._views:
            view = self._views[position] = self._make(position)
            view.series_wanted.connect(self._ask_after)

    def _place(self) -> None:
        view, before = self.page, self.currentWidget()
        view.setUpdatesEnabled(True)
        if self.indexOf(view) < 0:
            self.addWidget(view)
        self.setCurrentWidget(view)
        self.placed.emit(before)

    def _place_unpainted(self) -> None:
        self._place()
        self.page.setUpdatesEnabled(False)

    def _paint(self) -> None:
        self.page.setUpdatesEnabled(True)

    def _ask(self) -> None:
        """Ask what a page wanted to know while it opened: answers make work, and can wait."""
        asked, self._asked = self._asked, ()
        if asked:
            self.series_wanted.emit(asked)

    def _ask_after(self, queries: tuple[SeriesQuery, ...]) -> None:
        self._asked += queries
        if not self.is_opening:
            self._ask()
