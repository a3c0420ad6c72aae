"""Gathers every message of OpsDesk, brings the translations up to date, and compiles them.

    python3 packaging/dev.py translate        every language that there is
    python3 packaging/dev.py translate fr     begin another one

A message is the literal in a call of ``tr``, ``trn`` or ``mark``, or a text of a data file. What
people edit is ``resources/translations/<language>.po``; OpsDesk reads the ``.mo`` beside it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"

#: the functions whose literals are messages, and how many of their arguments are one
CALLS = {"tr": 1, "mark": 1, "trn": 2}
#: the folders below resources/ whose files hold messages, and in which fields
FIELDS: Mapping[str, frozenset[str]] = {
    "catalogue": frozenset({"title", "section", "definition", "formula"}),
    "demo": frozenset({"value", "note", "before"}),
    "pages": frozenset({"title", "scope", "names"}),
    "packs": frozenset({"title", "reason", "note", "idle", "state_notes"}),
    "themes": frozenset({"title"}),
}
# Lines of a header that say nothing, or change though no message does.
_IDLE = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Language-Team'
    rb"|Report-Msgid-Bugs-To|Project-Id-Version):.*\n"
)
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """A message and the file that it stands in."""

    #: one text, or two: of one, and of many
    texts: tuple[str, ...]
    file: str


def gather() -> Iterator[Message]:
    """Yield every message of code and data files, file by file."""
    for path in sorted((ROOT / "opsdesk").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        yield from (Message(texts, file) for texts in of_code(path.read_text("utf-8")))
    for folder, fields in FIELDS.items():
        for path in sorted((ROOT / "resources" / folder).glob("*.toml")):
            file = path.relative_to(ROOT).as_posix()
            content = tomllib.loads(path.read_text("utf-8"))
            yield from (Message((text,), file) for text in of_data(content, fields))


def of_code(source: str) -> Iterator[tuple[str, ...]]:
    """Yield the literals of calls that translate, in their order."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        number = CALLS.get(called(call), 0)
        texts = [arg.value for arg in call.args[:number] if isinstance(arg, ast.Constant)]
        if number and len(texts) == number and all(texts):
            yield tuple(str(text) for text in texts)


def called(call: ast.Call) -> str:
    """Return the name of the function that is called, without its module."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def of_data(content: Any, fields: frozenset[str], name: str = "") -> Iterator[str]:  # noqa: ANN401 - TOML
    """Yield the texts of a data file that stand in one of ``fields``, at any depth."""
    if isinstance(content, str):
        if name in fields and content:
            yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from of_data(value, fields, name if name in fields else key)
    elif isinstance(content, list):
        for value in content:
            yield from of_data(value, fields, name)


def template() -> Catalog:
    """Return all messages, not translated."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for message in gather():
        texts = message.texts
        found.add(texts if len(texts) > 1 else texts[0], locations=[(message.file, 0)])
    return found


def read(language: str) -> Catalog:
    """Return a language's translations; none where it begins."""
    path = FOLDER / f"{language}.po"
    content = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(content), locale=language, domain="opsdesk")


def updated(language: str, messages: Catalog) -> Catalog:
    """Return a language's translations of just these messages: new ones empty, old ones gone."""
    found = read(language)
    # A guess is worse than English.
    found.update(messages, no_fuzzy_matching=True)
    found.obsolete.clear()
    found.fuzzy = False
    found.header_comment = (
        f"# OpsDesk in {found.locale.english_name if found.locale else language}."
    )
    found.creation_date = found.revision_date = _NO_DATE
    return found


def po(catalog: Catalog) -> bytes:
    """Return the file that people edit. It changes with the messages alone."""
    written = io.BytesIO()
    write_po(written, catalog, width=100, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not _IDLE.match(line))


def mo(catalog: Catalog) -> bytes:
    """Return the file that OpsDesk reads."""
    known = Catalog(locale=catalog.locale, fuzzy=False, header_comment="")
    known.creation_date = known.revision_date = _NO_DATE
    for message in catalog:
        # What has no translation stays English; an empty one would show nothing.
        if message.id and is_translated(message):
            known[message.id] = message
    written = io.BytesIO()
    write_mo(written, known)
    return written.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """Return the messages that have no translation, each with the files that it stands in."""
    return [
        f"{message.id!r} ({', '.join(dict.fromkeys(file for file, _ in message.locations))})"
        for message in catalog
        if message.id and not is_translated(message)
    ]


def is_translated(message: BabelMessage) -> bool:
    """Tell whether a message has a translation, in each of its forms."""
    forms = (message.string,) if isinstance(message.string, str) else message.string or ()
    return bool(forms) and all(forms)


def main(languages: Sequence[str]) -> int:
    """Bring these languages, or all that there are, up to date; say what they lack."""
    messages = template()
    for language in languages or sorted(path.stem for path in FOLDER.glob("*.po")):
        catalog = updated(language, messages)
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{language}.po").write_bytes(po(catalog))
        (FOLDER / f"{language}.mo").write_bytes(mo(catalog))
        lacking = missing(catalog)
        print(f"{language}: {len(catalog)} messages, {len(lacking)} not translated")
        for line in lacking:
            print(f"  {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
