"""What a server calls things, made fit to be shown: bounded, printable, without our secrets."""

from __future__ import annotations

from collections.abc import Callable

from opsdesk.model.key import Key, key

#: characters of a metric's id, of a label's name or value, and of a sentence
_LONGEST_ID = 200
_LONGEST_LABEL = 300
_LONGEST_TEXT = 1_000
_MOST_LABELS = 16
#: how many keys are remembered; more than any server has at one time
_MOST_KEYS = 60_000


class Names:
    """Cleans names and texts. Remembers keys: those of a poll are mostly those of the last."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        """Prepare; ``clean`` hides what must not be shown."""
        self._clean = clean
        self._known: dict[Key, Key | None] = {}

    def key(self, given: Key) -> Key | None:
        """Return a key that may be shown; None for one that names nothing, or too much."""
        try:
            return self._known[given]
        except KeyError:
            return self._learn(given)

    def _learn(self, given: Key) -> Key | None:
        if len(self._known) >= _MOST_KEYS:
            self._known.clear()
        metric = self.id(given.metric)
        found = None
        if metric and len(given.labels) <= _MOST_LABELS:
            labels = {
                self.text(name, _LONGEST_LABEL): self.text(value, _LONGEST_LABEL)
                for name, value in given.labels
            }
            found = key(metric, labels)
        self._known[given] = found
        return found

    def id(self, text: str) -> str:
        """Return an id of a metric or an incident."""
        return self.text(text, _LONGEST_ID)

    def text(self, text: str, longest: int = _LONGEST_TEXT) -> str:
        """Return a text in one line, cut at ``longest`` characters."""
        if not text:
            return text
        shown = self._clean(text)  # before it is cut: half a secret would not be found
        if not shown.isprintable():
            shown = "".join(letter if letter.isprintable() else " " for letter in shown)
        shown = shown.strip()
        return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
