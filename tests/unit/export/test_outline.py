"""The outline of a PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from support.needs import need

from opsdesk.export.outline import Entry, outlined

# As Qt writes one: two pages, and nothing on them.
_OBJECTS = (
    b"<<\n/Title (Two pages)\n>>",
    b"<<\n/Type /Catalog\n/Pages 3 0 R\n>>",
    b"<<\n/Type /Pages\n/Kids \n[\n4 0 R\n5 0 R\n]\n/Count 2\n/MediaBox [0 0 595 842]\n>>",
    b"<<\n/Type /Page\n/Parent 3 0 R\n>>",
    b"<<\n/Type /Page\n/Parent 3 0 R\n>>",
)
ENTRIES = (Entry("Störungen", 0, 800.0), Entry("Sources", 1, 421.25))


def written() -> bytes:
    text, table = b"%PDF-1.4\n", b"xref\n0 6\n0000000000 65535 f \n"
    for number, body in enumerate(_OBJECTS, start=1):
        table += b"%010d 00000 n \n" % len(text)
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    end = b"trailer\n<<\n/Size 6\n/Info 1 0 R\n/Root 2 0 R\n>>\nstartxref\n%d\n%%%%EOF\n" % len(
        text
    )
    return text + table + end


def test_a_viewer_lists_what_begins_where(tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(outlined(written(), ENTRIES, "de"))
    command = [need("pdftohtml"), "-xml", "-i", "-stdout", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""  # poppler finds no fault
    found = re.findall(r'<item page="(\d)">(.*?)</item>', done.stdout)
    assert found == [("1", "Störungen"), ("2", "Sources")]


def test_it_says_its_language_and_shows_its_title() -> None:
    pdf = outlined(written(), ENTRIES, "de")
    assert pdf.startswith(written())
    assert b"/Lang (de)" in pdf[len(written()) :]
    assert b"/DisplayDocTitle true" in pdf
    assert b"[5 0 R /XYZ 0 421.2 null]" in pdf


def test_with_nothing_to_list_it_stays_as_it_is() -> None:
    assert outlined(written(), (), "de") == written()


def test_what_qt_would_not_have_written_is_refused() -> None:
    with pytest.raises(ValueError, match="Kids"):
        outlined(written().replace(b"/Kids", b"/Sons"), ENTRIES, "de")
