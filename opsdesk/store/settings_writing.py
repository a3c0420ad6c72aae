"""Writes settings into the file that people edit too: what they wrote there stays."""

from __future__ import annotations

from pathlib import Path

import msgspec
import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError
from tomlkit.items import AbstractTable, AoT

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Plan, Wall
from opsdesk.runtime.files import write_own
from opsdesk.store.settings import Settings, SourceSettings, why

#: lists of tables: what each holds, and the fields by which it is known again
_LISTS: dict[str, tuple[type[msgspec.Struct], tuple[str, ...]]] = {
    "source": (SourceSettings, ("id",)),
    "wall": (Wall, ("id",)),
    "plan": (Plan, ("from", "to", "days")),
}


def write(path: Path, settings: Settings) -> None:
    """Write the settings down. Comments and fields that OpsDesk does not know stay.

    Raises:
        ConfigError: the file cannot be written, or holds something else now.

    """
    try:
        document = _document(path)
        was = _meaning(document, Settings) if document else {}
        _put(document, msgspec.to_builtins(settings), was)
        write_own(path, tomlkit.dumps(document).encode())
    except (OSError, ParseError, msgspec.ValidationError) as error:
        raise ConfigError(
            tr(
                "{file}: the settings cannot be saved: {why}. Check the file.",
                file=path,
                why=why(error),
            )
        ) from error


def _document(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return tomlkit.document()


def _put(
    table: TOMLDocument | AbstractTable, wanted: dict[str, object], was: dict[str, object]
) -> None:
    """Put into a table of the file what is wanted of it.

    A value that stays is not touched: its comment and its way of writing stay too, and what nobody
    wrote there stays unwritten.
    """
    for name, value in wanted.items():
        earlier = table.get(name)
        if name in was and was[name] == value:
            continue
        if isinstance(value, tuple) and name in _LISTS:
            _put_tables(table, name, value)
        elif isinstance(earlier, AbstractTable) and isinstance(value, dict):
            known = was.get(name)
            _put(earlier, value, known if isinstance(known, dict) else {})
        elif value is None:
            table.pop(name, None)
        else:
            table[name] = value


def _put_tables(
    table: TOMLDocument | AbstractTable, name: str, wanted: tuple[dict[str, object], ...]
) -> None:
    kind, known_by = _LISTS[name]
    earlier = table.get(name)
    tables = earlier.body if isinstance(earlier, AoT) else []
    was = [_meaning(one, kind) for one in tables]

    def identity(fields: dict[str, object]) -> str:
        return repr([fields[field] for field in known_by])

    known = {identity(fields): (one, fields) for one, fields in zip(tables, was, strict=True)}
    array = tomlkit.aot()
    for fields in wanted:
        one, earlier_fields = known.get(identity(fields), (tomlkit.table(), {}))
        _put(one, fields, earlier_fields)
        array.append(one)
    if list(map(id, array.body)) != list(map(id, tables)):
        table.pop(name, None)
        if wanted:
            table[name] = array


def _meaning(table: TOMLDocument | AbstractTable, kind: type[msgspec.Struct]) -> dict[str, object]:
    """Return all fields of a table of the file, also those that are not written there."""
    fields: dict[str, object] = msgspec.to_builtins(msgspec.convert(table.unwrap(), kind))
    return fields
