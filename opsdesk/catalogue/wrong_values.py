"""Says what msgspec refuses in a file, in the reader's language, and what is allowed there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from msgspec import ValidationError, inspect

from opsdesk.catalogue.language import mark, tr

_PATH = re.compile(r" - at `(.+)`$")
_STEP = re.compile(r"\.(\w+)|\[")
#: msgspec's words for what TOML calls otherwise; what is no name stays
_TYPES = {
    "str": mark("a text"),
    "int": mark("a whole number"),
    "float": mark("a number"),
    "bool": mark("true or false"),
    "array": mark("a list"),
    "object": mark("a table"),
    "null": mark("nothing"),
}


def said(error: ValidationError, type_: object) -> str:
    """Return what is wrong in a file of ``type_``, with the place in it as msgspec writes it."""
    message = str(error)
    found = _PATH.search(message)
    path = found[1] if found else "$"
    what = message[: found.start()] if found else message
    for pattern, words in _SAYINGS:
        if match := pattern.fullmatch(what):
            what = words(match, lambda: tuple(dict.fromkeys(_at(path, type_))))
            break
    return tr("{what} - at {path}", what=what, path=f"`{path}`") if found else what


_Allowed = Callable[[], tuple[str, ...]]


def _invalid(match: re.Match[str], allowed: _Allowed) -> str:
    if not (words := allowed()):
        return tr("{value} is not allowed", value=match[1])
    return tr("{value} is none of {words}", value=match[1], words=", ".join(map(repr, words)))


def _expected(match: re.Match[str], _allowed: _Allowed) -> str:
    return tr("{wanted} is wanted, not {given}", wanted=_type(match[1]), given=_type(match[2]))


def _beyond(match: re.Match[str], _allowed: _Allowed) -> str:
    return tr("{wanted} {limit} is wanted", wanted=_type(match[1]), limit=match[2])


def _formed(match: re.Match[str], _allowed: _Allowed) -> str:
    return tr("{wanted} of the form {form} is wanted", wanted=_type(match[1]), form=match[2])


def _missing(match: re.Match[str], _allowed: _Allowed) -> str:
    return tr("the field {field} is missing", field=match[1])


def _unknown(match: re.Match[str], allowed: _Allowed) -> str:
    near = get_close_matches(match[1].strip("`"), allowed(), 1)
    text = tr("there is no field {field}", field=match[1])
    return f"{text}; {tr('perhaps {field} is meant', field=f'`{near[0]}`')}" if near else text


_SAYINGS = (
    (re.compile(r"Invalid (?:enum )?value (.+)"), _invalid),
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), _expected),
    (re.compile(r"Expected `([^`]+)` ([<>]=? .+)"), _beyond),
    (re.compile(r"Expected `([^`]+)` matching regex (.+)"), _formed),
    (re.compile(r"Object missing required field (`.+`)"), _missing),
    (re.compile(r"Object contains unknown field (`.+`)"), _unknown),
)


def _type(name: str) -> str:
    return " | ".join(tr(_TYPES[one]) if one in _TYPES else one for one in name.split(" | "))


def _at(path: str, type_: object) -> Iterator[str]:
    """Yield the words that are allowed at a path, or the fields of the table that is there."""
    kinds = [inspect.type_info(type_)]
    for field in (step[1] for step in _STEP.finditer(path)):
        kinds = [inner for kind in kinds for inner in _within(kind, field)]
    for kind in kinds:
        yield from _words(kind)


def _plain(kind: inspect.Type) -> list[inspect.Type]:
    """Return what a type may be, without what is only said of it."""
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [inner for one in kind.types for inner in _plain(one)]
    return [kind]


def _within(kind: inspect.Type, field: str | None) -> Iterator[inspect.Type]:
    """Yield what may be in a field, or where that is None in a list or table of any names."""
    for one in _plain(kind):
        if field is None and isinstance(one, inspect.VarTupleType):
            yield one.item_type
        elif field is None and isinstance(one, inspect.DictType):
            yield one.value_type
        elif isinstance(one, inspect.StructType):
            if field == one.tag_field:
                yield inspect.LiteralType((one.tag,))
            yield from (there.type for there in one.fields if there.encode_name == field)


def _words(kind: inspect.Type) -> Iterator[str]:
    for one in _plain(kind):
        if isinstance(one, inspect.EnumType):
            yield from (str(member.value) for member in one.cls)
        elif isinstance(one, inspect.LiteralType):
            yield from map(str, one.values)
        elif isinstance(one, inspect.StructType):
            yield from (there.encode_name for there in one.fields)
