"""Writes resources/openapi.yaml anew, the description of the metrics API: ``dev.py openapi``."""

from __future__ import annotations

from pathlib import Path

import yaml

from opsdesk.wire import openapi

TARGET = Path(__file__).resolve().parent.parent / "resources" / "openapi.yaml"
_HEAD = (
    "# Written by: python3 packaging/dev.py openapi. Its source are the types in opsdesk/wire.\n"
)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def written() -> str:
    """Return the file as it should be."""
    document = openapi.document()
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return _HEAD + text


if __name__ == "__main__":
    TARGET.write_text(written(), "utf-8")
