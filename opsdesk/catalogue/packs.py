"""Reads the packs: which families of metrics are known, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from string import Template

from opsdesk.catalogue import data
from opsdesk.model.errors import ConfigError
from opsdesk.model.pack import Histogram, LastEvent, OneHot, Pack, Query, Share

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
            raise ConfigError(f"{name}: pack {pack.id!r} stands twice. Rename one of them.")
        _check(pack, name)
        found[pack.id] = pack
    return tuple(sorted(found.values(), key=lambda pack: (pack.precedence, pack.id)))


def expressions(query: Query) -> tuple[str, ...]:
    """Return every PromQL template that a query holds."""
    match query:
        case Share():
            more = (query.of, query.seen)
        case OneHot():
            more = (query.tripped, "")
        case Histogram() | LastEvent() | _:
            more = ("", "")
    texts = (query.query, query.query_metricsql, query.at, *more)
    return tuple(text for text in texts if text)


def _check(pack: Pack, name: str) -> None:
    if not pack.variant or not pack.query:
        raise ConfigError(f"{name}: a pack needs a [[variant]] and a [[query]]. Add them.")
    texts = [check.query for check in pack.check]
    for query in pack.query:
        texts += expressions(query)
        if isinstance(query, Share):
            _check_note(query.note, name)
    for text in texts:
        _check_template(text, name)


def _check_note(note: str, name: str) -> None:
    try:
        note.format(part="1", of="2")
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(
            f"{name}: the note {note!r} may hold {{part}} and {{of}} in braces, nothing else."
        ) from error


def _check_template(text: str, name: str) -> None:
    known = dict.fromkeys(VARIABLES, "1")
    try:
        Template(text).substitute(known)
    except KeyError as error:
        raise ConfigError(
            f"{name}: {text!r} uses the unknown variable ${error.args[0]}. "
            f"Known are {', '.join('$' + word for word in VARIABLES)}.",
        ) from error
    except ValueError as error:
        raise ConfigError(f"{name}: {text!r} holds a single $. Write $$ for the sign.") from error
