"""Finds the line of a TOML file that an error is about. Pure.

It reads what people write: a header a line, a field a line. Of what is written otherwise it finds
the entry or nothing, so that an error names the file alone.
"""

from __future__ import annotations

import re

from opsdesk.catalogue.language import tr

_PATH = re.compile(r"\$\.(?P<name>\w+)(?:\[(?P<index>\d+)\])?(?:\.(?P<field>\w+))?")
_SYNTAX = re.compile(r" \(at line (?P<line>\d+), column \d+\)$| \(at end of document\)$")


def place(name: str, text: str, path: str) -> str:
    """Return a file's name with the line of what msgspec calls ``path``, as far as it is found."""
    return at_line(name, line_of(text, path))


def at_line(name: str, line: int | None) -> str:
    """Return 'mine.toml, line 12'."""
    return name if line is None else tr("{file}, line {line}", file=name, line=line)


def line_of(text: str, path: str) -> int | None:
    """Return the line, from 1, of what msgspec calls ``$.metric[2].unit``; None if not found.

    Of an entry whose field is missing it is the line in which the entry begins.
    """
    found = _PATH.match(path)
    if found is None:
        return None
    name, index, field = found.group("name", "index", "field")
    lines = text.splitlines()
    if index is None and (field is None or _header(lines, name) is None):
        return _first(lines, name, 0, _end(lines, 0, r"\[")) or _header(lines, name)
    begin = _header(lines, name, int(index or 0))
    if begin is None or field is None:
        return begin
    # The entry ends where another begins that is no part of it.
    end = _end(lines, begin, rf"\[(?!\[?\s*{name}\.)")
    return _first(lines, field, begin, end) or _table(lines, name, field, begin, end) or begin


def line_of_syntax(message: str, text: str) -> tuple[str, int]:
    """Return what tomllib says without its place, and the line of that place."""
    found = _SYNTAX.search(message)
    if found is None:
        return message, 1
    line = found.group("line")
    return message[: found.start()], int(line) if line else max(1, len(text.splitlines()))


def _header(lines: list[str], name: str, index: int = 0) -> int | None:
    """Return the line of a table's header, or of that of a list's table."""
    header = re.compile(rf"\s*\[\[?\s*{name}\s*\]")
    found = [number for number, line in enumerate(lines, 1) if header.match(line)]
    return found[index] if index < len(found) else None


def _first(lines: list[str], field: str, begin: int, end: int) -> int | None:
    """Return the line after ``begin`` in which a field is given a value."""
    given = re.compile(rf"""\s*["']?{field}["']?\s*[=.]""")
    return _match(lines, given, begin, end)


def _table(lines: list[str], name: str, field: str, begin: int, end: int) -> int | None:
    return _match(lines, re.compile(rf"\s*\[\[?\s*{name}\.{field}\b"), begin, end)


def _match(lines: list[str], pattern: re.Pattern[str], begin: int, end: int) -> int | None:
    numbered = enumerate(lines[begin:end], begin + 1)
    return next((number for number, line in numbered if pattern.match(line)), None)


def _end(lines: list[str], begin: int, header: str) -> int:
    """Return the line before the next header, or the last one."""
    found = _match(lines, re.compile(rf"\s*{header}"), begin, len(lines))
    return len(lines) if found is None else found - 1
