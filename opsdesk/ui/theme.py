"""Colours as data: a theme file fills the style sheet; no colour stands anywhere else."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication

from opsdesk.catalogue import data, resources
from opsdesk.catalogue.language import mark
from opsdesk.insight.verdict import State

#: what each theme is called
TITLES: Mapping[object, str] = {
    "dark": mark("Dark"),
    "light": mark("Light"),
    "high_contrast": mark("High contrast"),
}


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The colours of a theme, as #RRGGBB. What each is for: LOOK.md section 1 of the design."""

    bg: str
    surface: str
    raised: str
    hair: str
    edge: str
    text1: str
    text2: str
    text3: str
    data: str
    data2: str
    data3: str
    band: str
    accent: str
    degraded: str
    degradedg: str
    critical: str
    stale: str
    onfill: str


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One theme file."""

    title: str
    dark: bool
    #: whether letters would look heavier than they are meant: dark, and not of high contrast
    thickens: bool = False
    tokens: Tokens

    def color(self, token: str) -> QColor:
        """Return a token as a colour for painting."""
        return QColor(getattr(self.tokens, token))


#: the token that a state's words are written in, and the one its glyph is drawn in
STATE_TEXT = {
    State.OK: "text2",
    State.DEGRADED: "degraded",
    State.CRITICAL: "critical",
    State.STALE: "stale",
    State.OFFLINE: "stale",
    State.PAUSED: "accent",
    State.NO_SOURCE: "text3",
}
STATE_GLYPH = {**STATE_TEXT, State.DEGRADED: "degradedg"}


def load(name: str) -> Theme:
    """Read one theme file."""
    path = f"themes/{name}.toml"
    return data.decode(resources.read_text(path), Theme, f"resources/{path}")


class Ground:
    """What letters stand on: for the whole process."""

    #: whether they look heavier there than they are meant
    thickens = False


class Look(QObject):
    """The theme in force. Widgets that paint themselves keep it and repaint when it changes."""

    changed = Signal()

    def __init__(
        self,
        choice: str = "system",
        parent: QObject | None = None,
        *,
        paper: bool = False,
        moves: bool = False,
    ) -> None:
        super().__init__(parent)
        #: on a desktop: what changes whole may fade
        self.moves = moves
        #: for a report: cards are neither filled nor framed, and have a rule below their head
        self.paper = paper
        self.choice = choice
        self.theme = load(self._name())
        Ground.thickens = self.theme.thickens
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def name(self) -> str:
        """Return which theme is in force, such as 'dark'."""
        return self._name()

    def choose(self, choice: str) -> None:
        """Change to 'dark', 'light' or 'high_contrast'; any other word follows the desktop."""
        self.choice = choice
        theme = load(self._name())
        if theme != self.theme:
            self.theme = theme
            Ground.thickens = theme.thickens
            self.changed.emit()

    def color(self, token: str) -> QColor:
        """Return a token of the theme in force as a colour."""
        return self.theme.color(token)

    def _name(self) -> str:
        if self.choice in TITLES:
            return self.choice
        scheme = QGuiApplication.styleHints().colorScheme()
        # NOC walls and most desks of operators are dark: so is what nobody has decided.
        return "light" if scheme is Qt.ColorScheme.Light else "dark"

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self.choose(self.choice)
