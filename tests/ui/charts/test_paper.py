"""Charts on paper: vectors, and text that can be found."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support import boards
from support.boards import CATALOGUE
from support.courses import answer, flat, line
from support.needs import need

from opsdesk.app.rendering import Contents, render
from opsdesk.catalogue import pages
from opsdesk.insight.questions import of_pages
from opsdesk.wire.document import Order


def test_a_report_holds_charts_as_vectors_and_their_text(tmp_path: Path) -> None:
    board = boards.normal()
    queries = of_pages(pages.load(CATALOGUE), board)
    frames = tuple(
        answer(query, *(line(k, flat(291.0), query.window, query.step) for k in query.keys))
        for query in queries
    )
    contents = Contents(snapshot=board.snapshot, catalogue=CATALOGUE, now=boards.NOW, frames=frames)
    (report,) = render(Order(format="pdf"), contents)
    assert b"/Subtype /Image" not in report.content
    path = tmp_path / "report.pdf"
    path.write_bytes(report.content)
    command = [need("pdftotext"), "-layout", str(path), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for words in ("24 h ago", "12 h", "now", "p95 +291 ms", "200"):
        assert re.search(words, text), words
