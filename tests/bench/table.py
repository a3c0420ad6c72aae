"""The table that the bench prints: a row is a figure and its budget."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("", "OpsDesk", "reference", "ratio", "budget", "")


@dataclass(frozen=True)
class Row:
    """A line of the table. Without a reference, ``ours`` itself is held against ``budget``."""

    what: str
    ours: float
    budget: float
    unit: str
    reference: float | None = None

    @property
    def figure(self) -> float:
        """What the budget limits: the ratio, or the figure itself."""
        return self.ours if self.reference is None else self.ours / self.reference

    @property
    def is_within(self) -> bool:
        """Whether the budget is kept."""
        return self.figure <= self.budget

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        if self.reference is None:
            reference, ratio, budget = "", "", f"{self.budget:g} {self.unit}"
        else:
            reference, ratio = f"{self.reference:.1f} {self.unit}", f"{self.figure:.2f} x"
            budget = f"{self.budget:g} x"
        verdict = "ok" if self.is_within else "OVER"
        return (self.what, f"{self.ours:.3g} {self.unit}", reference, ratio, budget, verdict)


def say(cells: tuple[str, ...]) -> None:
    """Print a line of the table at once: the next may take a minute."""
    what, ours, reference, ratio, budget, verdict = cells
    line = f"{what:52} {ours:>20} {reference:>12} {ratio:>8} {budget:>16}  {verdict}"
    print(line.rstrip(), flush=True)
