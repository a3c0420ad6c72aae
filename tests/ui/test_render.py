"""The process that renders, as the window and the command line use it."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from support import boards, dashboard
from support.needs import need
from support.readings import reading

from opsdesk.app.rendering import Contents, command, render
from opsdesk.catalogue import metrics, pages
from opsdesk.insight.board import Board
from opsdesk.insight.captions import row_name
from opsdesk.insight.words import EN_DASH, value_text
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


# What a figure is called in the report where that is not the title of its metric.
CALLED = {
    "breaker.flapping": "1 circuit breaker flapping",
    "budget.margin": "by $15,000",
    "logs.volume_growth": "Log volume grows",
    "oncall.resolution_time": "Time to resolve",
    "projection.automation_rate": "Automation rate",
    "projection.cost_savings": "Cost savings",
    "projection.error_rate": "Error rate",
    "projection.mttr": "Mean time to resolve",
}


def test_every_figure_of_the_dashboard_has_its_home_in_the_report(tmp_path: Path) -> None:
    board = dashboard.whole()
    text = " ".join(text_of(pdf(board, tmp_path)).split()).lower()
    assert len(board.snapshot.readings) == 113
    for figure in board.snapshot.readings.values():
        metric = board.metric(figure.key.metric)
        name = CALLED.get(figure.key.metric) or row_name(figure, metric)
        words = (*value_text(figure, metric, boards.NOW).split(": "), name)
        for word in words:  # of a recommendation, what stands before its colon, and what after
            assert word.replace(" - ", f" {EN_DASH} ").lower() in text, (figure.key, word)


def test_a_report_leaves_no_room_for_what_nothing_supplies(tmp_path: Path) -> None:
    text = text_of(pdf(boards.no_source(), tmp_path))
    assert re.search(r"Not in this report +\d+ figures", text)
    assert re.search(r"Runbooks +6 figures +no source", text)
    assert "Page 1 of 1" in text
    assert "Top runbooks" not in text


def test_a_long_table_goes_on_with_its_head_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    text = text_of(pdf(boards.tripped(500), tmp_path))
    sheets = text.split("\f")[:-1]
    going_on = [sheet for sheet in sheets if re.search(r"Circuit breakers +continued", sheet)]
    assert len(going_on) > 1
    assert all(re.search(r"State +Service", sheet) for sheet in going_on)
    assert "and 493 more, all closed" in sheets[0]
    assert "and 400 more, all closed" in going_on[-1]
    assert len(re.findall("CLOSED|OPEN", "".join(sheets[1:]))) > 100


def test_many_incidents_go_on_from_sheet_to_sheet_and_the_rest_is_counted(tmp_path: Path) -> None:
    board = boards.tripped(200)
    (one,) = board.snapshot.incidents
    names = [str(breaker.key.label("breaker")) for breaker in board.breakers]
    many = tuple(
        replace(one, id=name, subject=key("breaker.state", {"breaker": name, "job": "shop"}))
        for name in names[:150]
    )
    storm = boards.arrange(replace(board.snapshot, incidents=many), boards.CATALOGUE)
    text = text_of(pdf(storm, tmp_path))
    assert re.search(r"Open and recent +continued", text)
    assert "Incidents, continued" in text
    assert "and 51 more" in text


def test_what_cannot_go_on_is_rather_small_than_cut_off(tmp_path: Path) -> None:
    items = tuple(reading("cost.saving", 10.0, at=boards.NOW, item=f"item{n}") for n in range(90))
    text = text_of(pdf(dashboard.whole(but={"cost.saving": items}), tmp_path))
    (sheet,) = (sheet for sheet in text.split("\f") if "item0 " in sheet)
    assert "item89 " in sheet
    assert re.search(r"Net savings +.\$6,100", sheet)
    assert "Value" in sheet


def test_a_report_of_what_is_shown_tells_the_age_that_it_has_by_then(tmp_path: Path) -> None:
    board = dashboard.whole()
    late = Contents(
        snapshot=board.snapshot, catalogue=boards.CATALOGUE, now=boards.NOW + timedelta(hours=2)
    )
    (report,) = render(Order(format="pdf"), late)
    path = tmp_path / "late.pdf"
    path.write_bytes(report.content)
    text = text_of(path)
    assert "Stale" in text
    assert re.search(r"Circuit breakers +state unknown .* 2 h old", text)
    assert "measured \N{MIDDLE DOT} 0 s" not in text


def test_pages_of_the_user_s_own_stand_in_the_report_and_stay_on_the_sheet(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    title = "Breakfast and all the other matters of the payment platform, in Europe and beyond"
    own = f"""id = "own"
title = "{title}"
order = 90
headline = "figures"

[[panel]]
kind = "hero"
title = "Large"
metrics = ["cost.net_savings"]
span = 6

[[panel]]
kind = "breaker_table"
title = "Ours"
metrics = ["breaker.state"]
span = 6

[[panel]]
kind = "incident_list"
title = "Told before"
"""
    (folder / "own.toml").write_text(own, encoding="utf-8")
    board = dashboard.whole()
    contents = Contents(
        snapshot=board.snapshot, catalogue=boards.CATALOGUE, now=boards.NOW, own=tmp_path
    )
    (report,) = render(Order(format="pdf"), contents)
    path = tmp_path / "own.pdf"
    path.write_bytes(report.content)
    text = text_of(path)
    assert re.search(rf"{title}\n.*No figure is beyond its threshold", text)
    assert re.search(r"Large +derived", text)
    assert re.search(r"Ours +\d", text)
    assert "Told before" not in text
    assert "Acknowledge" not in text


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
