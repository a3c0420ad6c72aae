"""Reads the packs: which families of metrics are known, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from string import Template

from opsdesk.catalogue import data
from opsdesk.catalogue.language import tr
from opsdesk.catalogue.places import place
from opsdesk.model.errors import ConfigError
from opsdesk.model.pack import OneHot, Pack, Query, Share

#: what a pack's PromQL may use; see :mod:`opsdesk.model.pack`
VARIABLES = ("base", "by", "rate", "window", "step", "scale", "status")


def load(own: Path | None = None) -> tuple[Pack, ...]:
    """Read every pack, those of lower precedence number first.

    Raises:
        ConfigError: a file is wrong, or an id is used twice.

    """
    found: dict[str, Pack] = {}
    for name, text in data.each("packs", own):
        pack = data.decode(text, Pack, name)
        if pack.id in found:
            raise ConfigError(
                tr(
                    "{where}: pack {id!r} stands twice. Rename one of them.",
                    where=place(name, text, "$.id"),
                    id=pack.id,
                )
            )
        _check(pack, name, text)
        found[pack.id] = pack
    return tuple(sorted(found.values(), key=lambda pack: (pack.precedence, pack.id)))


def expressions(query: Query) -> tuple[str, ...]:
    """Return every PromQL template that a query holds."""
    match query:
        case Share():
            more = (query.of, query.seen)
        case OneHot():
            more = (query.tripped, "")
        case _:
            more = ("", "")
    texts = (query.query, query.query_metricsql, query.at, *more)
    return tuple(text for text in texts if text)


def _check(pack: Pack, name: str, text: str) -> None:
    if not pack.variant or not pack.query:
        raise ConfigError(
            tr("{file}: a pack needs a [[variant]] and a [[query]]. Add them.", file=name)
        )
    for number, check in enumerate(pack.check):
        _check_template(check.query, place(name, text, f"$.check[{number}]"))
    for number, query in enumerate(pack.query):
        where = place(name, text, f"$.query[{number}]")
        for template in expressions(query):
            _check_template(template, where)
        if isinstance(query, Share):
            _check_note(query.note, where)


def _check_note(note: str, where: str) -> None:
    try:
        note.format(part="1", of="2")
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(
            tr(
                "{where}: the note {note!r} may hold {{part}} and {{of}} in braces, nothing else.",
                where=where,
                note=note,
            )
        ) from error


def _check_template(text: str, where: str) -> None:
    known = dict.fromkeys(VARIABLES, "1")
    try:
        Template(text).substitute(known)
    except KeyError as error:
        raise ConfigError(
            tr(
                "{where}: {query!r} uses the unknown variable ${name}. Known are {names}.",
                where=where,
                query=text,
                name=error.args[0],
                names=", ".join("$" + word for word in VARIABLES),
            )
        ) from error
    except ValueError as error:
        raise ConfigError(
            tr(
                "{where}: {query!r} holds a single $. Write $$ for the sign.",
                where=where,
                query=text,
            )
        ) from error
