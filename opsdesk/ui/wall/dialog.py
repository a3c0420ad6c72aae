"""The dialog 'Wall': which display shows which pages, and from how far they are read."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from opsdesk.catalogue.language import tr
from opsdesk.insight.displays import Display, find
from opsdesk.insight.sight import DIAGONAL, caps
from opsdesk.insight.slides.pages import on_wall
from opsdesk.model.page import Page
from opsdesk.model.wall import DIAGNOSTICS, Wall
from opsdesk.ui.choice import Choice
from opsdesk.ui.parts import label, row, set_text
from opsdesk.ui.theme import TITLES
from opsdesk.ui.wall.page_list import PageList

_WIDTH, _MARGIN = 520, 24
# So many decimals of a length are shown; what is not touched stays as it was.
_DECIMALS = 1


class WallDialog(QDialog):
    """Shows how a wall is to be, and emits the one that its user wants."""

    #: a Wall
    accepted_wall = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        wall: Wall,
        displays: Sequence[Display],
        pages: Sequence[Page],
        *,
        opens: bool = False,
    ) -> None:
        """Ask how a wall is to be.

        Args:
            parent: the window.
            wall: how it is now; its plans stay as they are.
            displays: those that are there now, the window's own first.
            pages: all pages that there are.
            opens: the wall opens afterwards, and is asked about for the first time.

        """
        super().__init__(parent)
        self._wall, self._displays = wall, displays
        self.setWindowTitle(tr("Wall"))
        self.setMinimumWidth(_WIDTH)
        self._make_fields(wall, pages)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setProperty("tone", "critical")
        self._said.hide()
        save = QPushButton(tr("Open the wall") if opens else tr("Save"))
        cancel = QPushButton(tr("Cancel"))
        save.setDefault(True)
        save.clicked.connect(self._check)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 20, _MARGIN, 20)
        layout.setSpacing(14)
        layout.addWidget(label("headline", tr("Wall")))
        if opens:
            layout.addWidget(_about())
        layout.addLayout(self._form())
        layout.addWidget(self._said)
        layout.addLayout(row(None, cancel, save))
        self._show_size()

    def _make_fields(self, wall: Wall, pages: Sequence[Page]) -> None:
        self._display = Choice()
        self._display.addItem(tr("The window's own, else the first"), "")
        for display in self._displays:
            self._display.addItem(_title(display), display.identity)
        # It is named by its connector, or not there now: it stays what it is called.
        if self._display.findData(wall.display) < 0:
            found = find(wall.display, self._displays)
            gone = tr("{display} (not there now)", display=wall.display)
            self._display.addItem(gone if found is None else wall.display, wall.display)
        self._display.setCurrentIndex(self._display.findData(wall.display))
        self._distance, self._diagonal = QDoubleSpinBox(), QDoubleSpinBox()
        self._distance.setRange(0.3, 100)
        self._distance.setDecimals(_DECIMALS)
        self._distance.setSingleStep(0.5)
        self._distance.setSuffix(tr(" m"))
        self._distance.setValue(wall.distance)
        self._diagonal.setRange(3, 1_000)
        self._diagonal.setDecimals(_DECIMALS)
        self._diagonal.setSuffix(tr(" inches"))
        #: what stood there before anybody touched it
        self._prefilled = 0.0
        self._told, self._letters = label("detail"), label("detail")
        known = [(page.id, tr(page.title)) for page in on_wall(pages)]
        self._pages = PageList([*known, (DIAGNOSTICS, tr("Diagnostics"))], wall.pages)
        self._dwell = QSpinBox()
        self._dwell.setRange(3, 86_400)
        self._dwell.setSuffix(tr(" s"))
        self._dwell.setValue(round(wall.dwell))
        for field in (self._distance, self._diagonal, self._dwell):
            field.setMinimumWidth(110)
            field.lineEdit().setTextMargins(6, 0, 0, 0)
        self._theme = Choice()
        for theme, name in TITLES.items():
            self._theme.addItem(tr(name), theme)
        self._theme.setCurrentIndex(self._theme.findData(wall.theme))

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(10)
        form.addRow(tr("Display"), self._display)
        form.addRow(tr("Read from"), row(self._distance, None))
        form.addRow(tr("Diagonal"), row(self._diagonal, self._told, None))
        form.addRow("", self._letters)
        form.addRow(tr("Pages"), self._pages)
        form.addRow(tr("Each for"), row(self._dwell, None))
        form.addRow(tr("Theme"), row(self._theme, None))
        self._display.setAccessibleName(tr("Display"))
        self._distance.setAccessibleName(tr("Distance from which the wall is read"))
        self._diagonal.setAccessibleName(tr("Diagonal of the display"))
        self._pages.name(tr("Pages"))
        self._dwell.setAccessibleName(tr("Seconds a page"))
        self._theme.setAccessibleName(tr("Theme"))
        self._display.currentIndexChanged.connect(self._show_size)
        self._distance.valueChanged.connect(self._show_letters)
        self._diagonal.valueChanged.connect(self._show_letters)
        return form

    @property
    def _shown(self) -> Display | None:
        return find(self._display.currentData(), self._displays)

    def _show_size(self) -> None:
        """Show what the display says of its size, unless somebody knew better."""
        shown = self._shown
        says = None if shown is None else shown.diagonal
        if self._prefilled in (0.0, self._diagonal.value()):
            self._diagonal.setValue(says or DIAGONAL)
            if not self._prefilled and self._wall.diagonal is not None:
                self._diagonal.setValue(self._wall.diagonal)
            self._prefilled = self._diagonal.value()
        told = tr("as the display says") if says else tr("measure it: the display does not tell")
        set_text(self._told, told)
        self._show_letters()

    def _show_letters(self) -> None:
        """Show what both lengths lead to."""
        shown = self._shown
        if shown is None:
            set_text(self._letters, "")
            return
        heights = caps(
            shown.width,
            shown.height,
            diagonal=self._diagonal.value(),
            distance=self._distance.value(),
        )
        words = tr(
            "Capital letters: {primary} and {text} pixels",
            primary=heights.primary,
            text=heights.text,
        )
        set_text(self._letters, words)

    def wall(self) -> Wall:
        """Return what is entered."""
        wall = self._wall
        distance, dwell = self._distance.value(), float(self._dwell.value())
        return replace(
            wall,
            display=self._display.currentData(),
            distance=wall.distance if distance == round(wall.distance, _DECIMALS) else distance,
            diagonal=self._wanted_diagonal(),
            pages=self._pages.pages(),
            dwell=wall.dwell if dwell == round(wall.dwell) else dwell,
            theme=self._theme.currentData(),
        )

    def _wanted_diagonal(self) -> float | None:
        """Return a diagonal; None for what the display says, also where it is another one."""
        given, known = self._diagonal.value(), self._wall.diagonal
        if known is not None and given == round(known, _DECIMALS):
            return known
        shown = self._shown
        says = None if shown is None else shown.diagonal
        return None if says is not None and given == round(says, _DECIMALS) else given

    def _check(self) -> None:
        wanted = self.wall()
        if not wanted.pages:
            self._said.setText(tr("Tick at least one page."))
            self._said.show()
            self._pages.setFocus()
            return
        self.accept()
        self.accepted_wall.emit(wanted)


def _about() -> QLabel:
    words = tr(
        "How large letters must be depends on the display and on where you stand. "
        "It is asked once, and can be changed in the menu."
    )
    about = label("detail", words)
    about.setWordWrap(True)
    about.ensurePolished()
    # A form of fixed heights gives way to lines that are only known once they are broken.
    about.setMinimumHeight(about.heightForWidth(_WIDTH - 2 * _MARGIN))
    return about


def _title(display: Display) -> str:
    pixels = tr("{width} x {height} pixels", width=display.width, height=display.height)
    return f"{display.identity}, {pixels}"
