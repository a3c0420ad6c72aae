"""The process that renders, as the window and the command line use it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from support import boards
from support.needs import need

from opsdesk.app.rendering import Contents, command, render
from opsdesk.catalogue import metrics, pages
from opsdesk.insight.board import Board
from opsdesk.insight.words import EN_DASH
from opsdesk.model.errors import ConfigError
from opsdesk.model.key import key
from opsdesk.model.page import Place
from opsdesk.model.wall import Plan, Wall
from opsdesk.ui.theme import Look
from opsdesk.wire.document import Order

PAGES = pages.load(metrics.load())


def contents(board: Board) -> Contents:
    return Contents(snapshot=board.snapshot, catalogue=boards.CATALOGUE, now=boards.NOW)


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_every_page_is_rendered(theme: str) -> None:
    order = Order(format="png", theme=theme, width=1100, height=800, scale=2)
    pictures = render(order, contents(boards.tripped()))
    shown = [page.id for page in PAGES if Place.WINDOW in page.places]
    assert [picture.name for picture in pictures] == [f"{page}.png" for page in shown]
    for picture in pictures:
        image = QImage.fromData(picture.content)
        assert (image.width(), image.height()) == (2200, 1600)
        colors = {QColor(image.pixel(x, y)).name() for x in range(0, 2200, 25) for y in (60, 900)}
        assert len(colors) > 2, f"{picture.name} is empty"


def test_one_page_alone() -> None:
    (picture,) = render(Order(format="png", page="reliability"), contents(boards.normal()))
    assert picture.name == "reliability.png"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_slide_of_a_wall_with_what_would_take_it_over(theme: str) -> None:
    night = Plan(start="22:00", end="06:00", pages=("value", "overview"))
    wall = Wall(pages=("reliability", "gone", "overview", "diagnostics"), plan=(night,))
    order = Order(
        format="wall", wall=replace(wall, theme=theme), width=1280, height=720, language="en"
    )
    found = render(order, contents(boards.tripped()))
    assert [picture.name for picture in found] == [
        "01_reliability.png",
        "02_overview.png",
        "03_value.png",
        "04_diagnostics.png",
        "05_incident.png",
        "06_as_if_stale.png",
        "07_as_if_offline.png",
        "08_as_if_no_source.png",
    ]
    ground = QColor(Look(theme).color("bg"))
    for picture in found:
        image = QImage.fromData(picture.content)
        assert (image.width(), image.height()) == (1280, 720)
        assert image.pixelColor(2, 700) == ground
    pictures = [picture.content for picture in found]
    assert len(set(pictures)) == len(pictures)


def test_several_incidents_share_a_slide_before_each_has_its_own() -> None:
    board = boards.tripped()
    (first,) = board.snapshot.incidents
    second = replace(first, id="2", subject=key("breaker.state", {"breaker": "Database - Primary"}))
    both = boards.arrange(replace(board.snapshot, incidents=(first, second)), boards.CATALOGUE)
    order = Order(format="wall", wall=Wall(pages=("overview",)), width=640, height=360)
    names = [picture.name for picture in render(order, contents(both))]
    assert names[2:5] == ["03_incidents.png", "04_incident_1.png", "05_incident_2.png"]


def test_what_does_not_hold_now_is_shown_as_if_it_did() -> None:
    order = Order(format="wall", wall=Wall(pages=("overview",)), width=640, height=360)
    calm = [picture.name for picture in render(order, contents(boards.normal()))]
    assert calm[2:] == [
        "03_as_if_incident.png",
        "04_as_if_stale.png",
        "05_as_if_offline.png",
        "06_as_if_no_source.png",
    ]
    old = [picture.name for picture in render(order, contents(boards.stale()))]
    assert not any("as_if_stale" in name for name in old)


def pdf(board: Board, folder: Path) -> Path:
    (report,) = render(Order(format="pdf"), contents(board))
    path = folder / "report.pdf"
    path.write_bytes(report.content)
    return path


def text_of(path: Path) -> str:
    words = [need("pdftotext"), "-layout", str(path), "-"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def test_the_text_of_a_report_can_be_copied_with_its_figures(tmp_path: Path) -> None:
    text = text_of(pdf(boards.tripped(), tmp_path))
    assert "Operations status report" in text
    assert re.search(r"Degraded: 1 of 7 circuit breakers is open", text)
    assert f"External API {EN_DASH} Carbon Data" in text
    assert re.search(r"API Gateway +.*99\.2 %", text)
    assert re.search(r"Page 1 of \d", text)
    assert boards.NOW.astimezone().isoformat(sep=" ", timespec="minutes") in text


def test_a_report_is_in_the_reader_s_language(tmp_path: Path) -> None:
    (report,) = render(Order(format="pdf", language="de"), contents(boards.tripped()))
    path = tmp_path / "bericht.pdf"
    path.write_bytes(report.content)
    text = text_of(path)
    assert "Operations status report" not in text
    assert "Circuit Breaker" in text
    assert re.search(r"API Gateway +.*99,2 %", text)
    assert re.search(r"Seite 1 von \d", text)


def test_a_report_holds_no_picture_for_all_of_it_is_vectors(tmp_path: Path) -> None:
    content = pdf(boards.tripped(), tmp_path).read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Subtype /Image" not in content


def test_a_stale_report_says_so(tmp_path: Path) -> None:
    text = text_of(pdf(boards.stale(), tmp_path))
    assert "Nothing in this report was stale" not in text
    assert re.search(r"\d+ figures were stale", text)


def test_a_process_that_is_ended_is_an_error() -> None:
    with pytest.raises(ConfigError, match="stopped"):
        render(Order(format="pdf"), contents(boards.normal()), subprocess.Popen.kill)


def test_who_gives_up_while_ordering_is_told_nothing() -> None:
    done = subprocess.run(command(), input=b"\x8a", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
