"""The outline of a PDF: what a viewer lists beside it, to go to.

Qt writes none. It is appended as an incremental update (ISO 32000-1, 7.5.6): nothing that stands in
the file is changed, but for its catalogue, which names the outline and the language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_CATALOGUE = rb"(?<=\n)%d 0 obj\s*<<(.*?)>>\s*endobj"
_FIRST = 1


class Entry(msgspec.Struct, frozen=True):
    """Where something begins."""

    title: str
    #: counted from 0
    page: int
    #: points above the lower edge of its page
    above: float


def outlined(pdf: bytes, entries: Sequence[Entry], language: str) -> bytes:
    """Return a PDF of Qt's with an outline, its title in the window's, and its language.

    Args:
        pdf: one whose trailer and page tree are plain text, as Qt writes them.
        entries: in the order of the document; with none, it is returned as it is.
        language: of the text, such as 'de'.

    Raises:
        ValueError: it is written in another way.

    """
    if not entries:
        return pdf
    end = pdf.rfind(b"trailer")
    root, size = _number(rb"/Root (\d+) 0 R", pdf[end:]), _number(rb"/Size (\d+)", pdf[end:])
    pages = re.findall(rb"(\d+) 0 R", _found(rb"/Kids\s*\[(.*?)\]", pdf))
    top = size + len(entries)
    objects = {
        root: _found(_CATALOGUE % root, pdf)
        + b"/Outlines %d 0 R\n/PageMode /UseOutlines\n/Lang (%s)\n" % (top, language.encode())
        + b"/ViewerPreferences << /DisplayDocTitle true >>\n",
        top: b"/Type /Outlines /First %d 0 R /Last %d 0 R /Count %d\n"
        % (size, top - _FIRST, len(entries)),
    }
    for number, entry in enumerate(entries, start=size):
        around = b"/Prev %d 0 R " % (number - 1) if number > size else b""
        around += b"/Next %d 0 R " % (number + 1) if number + 1 < top else b""
        title = f"\N{ZERO WIDTH NO-BREAK SPACE}{entry.title}".encode("utf-16-be").hex().encode()
        place = b"[%s 0 R /XYZ 0 %.1f null]" % (pages[entry.page], entry.above)
        objects[number] = b"/Title <%s> /Parent %d 0 R %s/Dest %s\n" % (title, top, around, place)
    return pdf + _update(objects, len(pdf), pdf[end:])


def _update(objects: dict[int, bytes], begin: int, trailer: bytes) -> bytes:
    """Return objects, where each stands, and the trailer that replaces one; ``begin`` in bytes."""
    text, table = bytearray(b"\n"), bytearray(b"xref\n")
    for number, body in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, begin + len(text))
        text += b"%d 0 obj\n<<%s>>\nendobj\n" % (number, body)
    before = _number(rb"startxref\s+(\d+)", trailer)
    kept = _found(rb"<<(.*)>>", re.sub(rb"/Size \d+", b"/Size %d" % (max(objects) + 1), trailer))
    table += b"trailer\n<<%s/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (
        kept,
        before,
        begin + len(text),
    )
    return bytes(text + table)


def _number(pattern: bytes, text: bytes) -> int:
    return int(_found(pattern, text))


def _found(pattern: bytes, text: bytes) -> bytes:
    found = re.search(pattern, text, re.DOTALL)
    if found is None:
        raise ValueError(f"not written as Qt writes a PDF: no {pattern!r}")
    return found[1]
