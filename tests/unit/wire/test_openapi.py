from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from opsdesk.catalogue import resources
from opsdesk.wire import openapi

DOCUMENT = openapi.document()
WRITER = Path(__file__).resolve().parents[3] / "packaging" / "openapi.py"


def test_the_file_is_that_of_the_types() -> None:
    spec = importlib.util.spec_from_file_location("writer", WRITER)
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    text = resources.read_bytes("openapi.yaml").decode()
    assert text == writer.written(), "run: python3 packaging/dev.py openapi"
    assert yaml.safe_load(text) == json.loads(json.dumps(DOCUMENT))


def test_every_part_that_is_named_is_there() -> None:
    parts = set(DOCUMENT["components"]["schemas"])
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert named <= parts
    assert not [part for part in parts if part.startswith("Wire")]


def fields() -> Iterator[tuple[str, dict[str, object]]]:
    for part, schema in DOCUMENT["components"]["schemas"].items():
        yield part, schema
        for name, field in schema["properties"].items():
            yield f"{part}.{name}", field


@pytest.mark.parametrize("field", [pytest.param(field, id=name) for name, field in fields()])
def test_everything_is_described(field: dict[str, object]) -> None:
    if set(field) == {"$ref"}:
        return  # described where it is
    assert str(field["description"]).endswith(".")


def test_the_least_that_a_backend_must_give_is_required() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Snapshot"]["required"] == ["schema", "generated_at", "readings"]
    assert schemas["Reading"]["required"] == ["metric", "value", "at"]
    assert schemas["Source"]["required"] == ["id"]
    assert schemas["Metric"]["required"] == ["id", "unit"]
