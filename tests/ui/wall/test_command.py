"""``opsdesk wall`` in a terminal: what is asked once."""

from __future__ import annotations

import io

import pytest
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from opsdesk import cli
from opsdesk.app import desktop, walls
from opsdesk.app.household import DesktopOptions
from opsdesk.model.wall import Wall
from opsdesk.store.profile import places


class Terminal(io.StringIO):
    """Somebody who types."""

    @override
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[Wall | None]:
    """Return the walls of this run, instead of showing them."""
    assert qapp
    found: list[Wall | None] = []

    def record(options: DesktopOptions) -> int:
        found.append(options.wall)
        return 0

    monkeypatch.setattr(desktop, "run_desktop", record)
    return found


def typed(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> Terminal:
    terminal = Terminal(text)
    monkeypatch.setattr("sys.stdin", terminal)
    assert cli.run(["wall", *arguments]) == 0
    return terminal


def test_distance_and_diagonal_are_asked_once(
    monkeypatch: pytest.MonkeyPatch, shown: list[Wall | None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "far\n16ft\n65\n")
    asked = capsys.readouterr()
    assert "Distance from which the wall is read [5 m]" in asked.out
    assert "Diagonal of the display [55 in]" in asked.out
    assert "'5m' or '16ft'" in asked.out + asked.err
    assert walls.kept("default") == (Wall(distance=4.8768, diagonal=65.0),)
    typed(monkeypatch, "", "--dwell", "5")
    assert capsys.readouterr().out == ""
    assert shown == [None, Wall(distance=4.8768, diagonal=65.0, dwell=5.0)]


def test_what_is_usual_needs_no_answer(
    monkeypatch: pytest.MonkeyPatch, shown: list[Wall | None]
) -> None:
    typed(monkeypatch, "\n\n")
    assert walls.kept("default") == (Wall(distance=5.0, diagonal=55.0),)
    assert shown == [None]


@pytest.mark.parametrize("option", [("--distance", "3m"), ("--diagonal", "40")])
def test_who_says_one_of_both_is_not_asked(
    option: tuple[str, str], monkeypatch: pytest.MonkeyPatch, shown: list[Wall | None]
) -> None:
    typed(monkeypatch, "", *option)
    assert not places("default").settings.exists()
    assert len(shown) == 1


def test_who_answers_nothing_opens_no_wall(
    monkeypatch: pytest.MonkeyPatch, shown: list[Wall | None], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert cli.run(["wall"]) == 2
    assert capsys.readouterr().err.endswith("opsdesk: stopped\n")
    assert not places("default").settings.exists()
    assert shown == []


@pytest.mark.parametrize(("answer", "kept"), [("", None), ("27", None), ("28", 28.0)])
def test_who_leaves_it_at_what_the_display_says_trusts_the_display(
    answer: str, kept: float | None, monkeypatch: pytest.MonkeyPatch, shown: list[Wall | None]
) -> None:
    monkeypatch.setattr(walls, "diagonal_of", lambda _name: 26.97)
    typed(monkeypatch, f"\n{answer}\n")
    assert walls.kept("default")[0].diagonal == kept
    assert shown == [None]
