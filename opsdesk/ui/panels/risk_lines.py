"""How a risk is drawn: its glyph, its sentence and what to know about it, a small picture."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from opsdesk.insight.verdict import State, state_word
from opsdesk.insight.words import unbroken
from opsdesk.model.reading import Reading
from opsdesk.ui.glyphs import Glyph
from opsdesk.ui.panels.painting import ON_PAPER
from opsdesk.ui.panels.risk_pictures import Picture, RiskPicture
from opsdesk.ui.parts import Elided, hairline, held, label, row, set_property, set_text, tip_of
from opsdesk.ui.theme import Look

_TALLEST = 44
_GLYPH = 14
# So far words keep off the rules above and below them.
_OFF, _OFF_ON_PAPER = 9, 5


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence, and what to do or to know about it."""

    sentence: str
    remark: str = ""
    #: what comes of it
    more: str = ""
    #: of figures that disagree, not of a danger
    is_finding: bool = False
    stale: bool = False
    picture: Picture | None = None
    #: sentences that there is no room for
    tip: str = ""
    #: the figure that hover and Enter tell of
    reading: Reading | None = None

    @property
    def said(self) -> str:
        """What the row says, for those who do not see it."""
        parts = (
            self.sentence,
            self.remark,
            self.more,
            state_word(State.STALE) if self.stale else "",
        )
        return ", ".join(part for part in parts if part)


class RiskLine(QWidget):
    """Glyph, sentence and remark; in two lines or three where it is large."""

    def __init__(self, look: Look, *, large: bool) -> None:
        super().__init__()
        self._glyph = Glyph(look, _GLYPH)
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._sentence.setSizePolicy(policy)
        self._remark: QLabel = Elided("comparison", fits=not large)
        self._more: QLabel = Elided("caption")
        if large and look.paper:
            self._remark, self._more = _wrapped("comparison"), _wrapped("caption")
        self._more.setParent(self)  # in one line it has no place, and must not be a window
        self._more.hide()
        self._rule = hairline()
        self._picture = RiskPicture(look)
        self._picture.setParent(self)
        self._picture.hide()
        self._large, self._is_paper = large, look.paper
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        layout.addLayout(self._of_three() if large else self._of_one())
        layout.addStretch(1)
        layout.addWidget(self._rule)
        if not large:
            self.setMaximumHeight(_TALLEST)
            self.setMinimumHeight(round(ON_PAPER) if look.paper else 0)

    def show_risk(self, risk: Risk, *, last: bool) -> None:
        """Show a risk; a rule parts it from one that is not the ``last``."""
        set_text(self._sentence, unbroken(risk.sentence))
        set_property(self._sentence, "role", "title" if self._large else "body")
        set_property(self._sentence, "dim", "true" if risk.stale else "false")
        more = risk.more if self._large else ""
        for words, text in ((self._remark, risk.remark), (self._more, more)):
            set_text(words, text)
            words.setVisible(bool(text))
        if risk.is_finding:
            self._glyph.show_glyph("disagree", "text2")
        else:
            self._glyph.show_state(State.DEGRADED, "text3" if risk.stale else "")
        self._picture.show_picture(risk.picture)
        self._rule.setVisible(not last)
        self.setToolTip(tip_of(risk.tip) if risk.tip else "")

    def _of_one(self) -> QVBoxLayout:
        line = row(self._glyph, self._sentence, self._remark, spacing=10)
        line.setStretch(1, 1)
        line.setContentsMargins(0, 3, 0, 3)  # two lines of text keep off the rules
        return _column(held(line))

    def _of_three(self) -> QVBoxLayout:
        words = _column(self._sentence, self._remark, self._more)
        off = _OFF_ON_PAPER if self._is_paper else _OFF
        words.setContentsMargins(0, off, 0, off)
        marked = _column(self._glyph)
        marked.setContentsMargins(0, off + 2, 0, 0)
        marked.addStretch(1)
        line = row(held(marked), held(words), self._picture, spacing=10)
        line.setStretch(1, 1)
        line.setAlignment(self._picture, Qt.AlignmentFlag.AlignVCenter)
        return _column(held(line))


def _wrapped(role: str) -> QLabel:
    """Return a label that takes as many lines as it needs: nobody can hover over paper."""
    found = label(role)
    found.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    found.setSizePolicy(policy)
    return found


def _column(*widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
