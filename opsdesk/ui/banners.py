"""What must not be overlooked, and for how long; what shows it is made with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsdesk.ui.banner import Banner

#: reasons of banners that come with a button: the engine is to be started again; what happened
#: while nobody was told is to be put away
ENGINE, DIGEST = "engine", "digest"


class Banners:
    """What must not be overlooked, by its reason; also for a window that is opened later."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._bar: Banner | None = None

    def show_in(self, bar: Banner | None) -> None:
        """Show them in a window from now on; None: in none, until there is one."""
        self._bar = bar
        if bar is not None:
            bar.read.connect(self.read)
        self._show()

    def tell(self, reason: str, text: str) -> None:
        """Say until it is withdrawn or read; '' withdraws it."""
        if text:
            self.texts[reason] = text
        elif self.texts.pop(reason, None) is None:
            return
        self._show()

    def correct(self, reason: str, text: str) -> None:
        """Say it in other words; what has been read stays away."""
        if reason in self.texts and self.texts[reason] != text:
            self.tell(reason, text)

    def withdraw(self, reason: str) -> None:
        """Say no longer what does not hold any more."""
        self.tell(reason, "")

    def read(self) -> None:
        """Forget what has been read; that updates have stopped stays true."""
        self.texts = {r: text for r, text in self.texts.items() if r == ENGINE}
        self._show()

    def _show(self) -> None:
        if self._bar is not None:
            dead, away = ENGINE in self.texts, DIGEST in self.texts
            texts = list(self.texts.values())
            self._bar.show_texts(texts, offers_restart=dead, offers_read=away)
