"""What in a profile's file OpsDesk does not know: a slip, or what a newer version left. Pure.

It stays where it is and has no effect; whoever mistyped it must hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from opsdesk.catalogue import language
from opsdesk.catalogue.language import tr, trn
from opsdesk.catalogue.places import place
from opsdesk.model.wall import ThemeName

_Kind = type[msgspec.Struct]
_Found = tuple[str, str, tuple[str, ...]]

_THEMES = ("system", *get_args(ThemeName))
#: so many are named, of what a newer version left there may be more
_NAMED = 3


def told(
    name: str, text: str, table: Mapping[str, object], kind: _Kind, kinds: Mapping[str, _Kind]
) -> str:
    """Return a warning of what is not known in a file, '' for nothing.

    Args:
        name: of the file.
        text: its content, for the lines.
        table: what it says, all of which ``kind`` accepts.
        kind: what stands in it.
        kinds: what is in a table, or in each of a list, by its key. Of any other table every key is
            welcome.

    """
    found = [
        _key(place(name, text, path), key, known)
        for path, key, known in _unknown("$", table, kind, kinds)
    ]
    for key, words in {"theme": _THEMES, "language": language.choices()}.items():
        wanted = table.get(key, words[0])
        if wanted not in words and (key, wanted) != ("language", language.PSEUDO):
            found.insert(0, _word(place(name, text, f"$.{key}"), wanted, words))
    if more := len(found[_NAMED:]):
        found[_NAMED:] = [trn("{number} more is not known.", "{number} more are not known.", more)]
    return " ".join(found)


def _unknown(
    path: str, table: Mapping[str, object], kind: _Kind, kinds: Mapping[str, _Kind]
) -> Iterator[_Found]:
    """Yield path and name of each key that is not known, with those that are known there."""
    known = kind.__struct_encode_fields__
    for key, value in table.items():
        if key not in known:
            yield f"{path}.{key}", key, known
        elif key in kinds:
            for number, one in enumerate(value if isinstance(value, list) else [value]):
                # What is deeper is found within the entry of which it is a part.
                there = f"$.{key}[{number}]" if path == "$" else path
                if isinstance(one, dict):
                    yield from _unknown(there, one, kinds[key], kinds)


def _word(where: str, word: object, known: tuple[str, ...]) -> str:
    return tr(
        "{where}: {value} is none of {words}; it has no effect.",
        where=where,
        value=repr(word),
        words=", ".join(map(repr, known)),
    )


def _key(where: str, key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    said = tr("{where}: there is no setting {key}; it has no effect.", where=where, key=repr(key))
    near = get_close_matches(key, known, 1)
    return f"{said} {tr('Perhaps {key} is meant.', key=repr(near[0]))}" if near else said
