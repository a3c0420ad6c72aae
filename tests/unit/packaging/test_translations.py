"""Every message is found, and every translation is whole and fits its message."""

from __future__ import annotations

import ast
import gettext
import io
import string
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "packaging"))

import translations  # noqa: E402 - packaging/ is no package: it would shadow the library

TEXTS = {text for message in translations.gather() for text in message.texts}
LANGUAGES = sorted(path.stem for path in translations.FOLDER.glob("*.po"))
#: what an expression may be that a message is taken from: a value, which is a marked one or data
LOOKED_UP = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BoolOp)


def calls() -> Iterator[tuple[str, str, list[ast.expr]]]:
    """Yield where a function that translates is called, which, and with what as the message."""
    for path in sorted((ROOT / "opsdesk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = translations.called(node)
                if number := translations.CALLS.get(name, 0):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name, node.args[:number]


def places(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return the places for values in a message, with what is asked of each."""
    found = string.Formatter().parse(text)
    return sorted((name, spec, how) for _, name, spec, how in found if name is not None)


def translated(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the forms of each message, and those of its translation."""
    for message in translations.read(language):
        if message.id and translations.is_translated(message):
            yield forms(message.id), forms(message.string)


def forms(texts: object) -> tuple[str, ...]:
    """Return the forms of a message or its translation."""
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def is_looked_up(argument: ast.expr) -> bool:
    """Tell whether a message is taken from somewhere, and not written or put together here."""
    if isinstance(argument, ast.IfExp):
        return is_looked_up(argument.body) and is_looked_up(argument.orelse)
    nothing = isinstance(argument, ast.Constant) and argument.value == ""
    return nothing or isinstance(argument, LOOKED_UP)


def test_messages_are_literals_or_looked_up_never_put_together() -> None:
    wrong = [
        f"{where}: {name}({ast.unparse(argument)})"
        for where, name, arguments in calls()
        for argument in arguments
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
        and not (name == "tr" and is_looked_up(argument))
    ]
    assert wrong == []


def at_import(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that are made as a module is loaded."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
        yield from at_import(node)


def test_nothing_is_translated_before_the_language_is_chosen() -> None:
    """Only the command line is loaded after that; all others mark what they translate later."""
    early = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "opsdesk").rglob("*.py"))
        if path.parent.name != "cli"
        for call in at_import(ast.parse(path.read_text("utf-8")))
        if translations.called(call) in ("tr", "trn")
    ]
    assert early == []


def test_every_literal_is_found() -> None:
    for where, _, arguments in calls():
        for argument in arguments:
            if isinstance(argument, ast.Constant) and argument.value:
                assert argument.value in TEXTS, where


@pytest.mark.parametrize(
    ("file", "texts"),
    [
        ("catalogue/10_system.toml", ["metric", "definition"]),
        ("pages/overview.toml", ["panel", "title"]),
        ("packs/up.toml", ["query", "note"]),
    ],
)
def test_texts_of_data_files_are_found(file: str, texts: list[str]) -> None:
    content = tomllib.loads((ROOT / "resources" / file).read_text("utf-8"))
    entries, field = texts
    wanted = [entry[field] for entry in content[entries] if entry.get(field)]
    assert wanted
    assert set(wanted) <= TEXTS


def test_a_map_of_texts_is_found() -> None:
    content = {"query": [{"state_notes": {"disabled": "not protecting"}, "metric": "m"}]}
    fields = translations.FIELDS["packs"]
    assert list(translations.of_data(content, fields)) == ["not protecting"]


def test_only_whole_calls_are_messages() -> None:
    source = 'tr("a"); language.tr("b" " c"); trn("one", "many", 2); tr(x); tr(f"{x}"); other("d")'
    assert list(translations.of_code(source)) == [("a",), ("b c",), ("one", "many")]


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryLanguage:
    def test_it_has_just_the_messages_that_there_are(self, language: str) -> None:
        known = {message.id for message in translations.read(language) if message.id}
        remedy = "run: python3 packaging/dev.py translate"
        assert known == {message.id for message in translations.template() if message.id}, remedy
        assert not translations.read(language).obsolete, remedy

    def test_nothing_is_missing_or_doubtful(self, language: str) -> None:
        catalog = translations.read(language)
        assert translations.missing(catalog) == []
        assert [message.id for message in catalog if message.id and message.fuzzy] == []

    def test_places_for_values_are_those_of_the_message(self, language: str) -> None:
        for texts, translation in translated(language):
            assert len(translation) == len(texts)
            for form in translation:
                # one of several forms may do without the number: 'the breaker is closed'
                assert places(form) in [places(text) for text in texts], texts

    def test_what_is_read_is_what_was_written(self, language: str) -> None:
        content = (translations.FOLDER / f"{language}.mo").read_bytes()
        compiled = gettext.GNUTranslations(io.BytesIO(content))
        for (one, *rest), translation in translated(language):
            if rest:
                shown = tuple(compiled.ngettext(one, *rest, number) for number in (1, 2))
            else:
                shown = (compiled.gettext(one),)
            assert shown == translation

    def test_spaces_at_the_ends_stay(self, language: str) -> None:
        for (first, *_), (form, *_) in translated(language):
            assert (form != form.strip()) is (first != first.strip()), first

    def test_bringing_it_up_to_date_changes_nothing(self, language: str) -> None:
        again = translations.updated(language, translations.template())
        written = (translations.FOLDER / f"{language}.po").read_bytes()
        assert translations.po(again) == written
