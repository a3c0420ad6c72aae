"""The description of the metrics API, made of the types: OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from opsdesk.wire import parameters
from opsdesk.wire.catalogue import WireCatalogue
from opsdesk.wire.events import WireEvents
from opsdesk.wire.health import WireFailure, WireHealth
from opsdesk.wire.series import WireSeries
from opsdesk.wire.snapshot import WireSnapshot
from opsdesk.wire.stream import EVENT, HEARTBEAT, MEDIA_TYPE, SILENCE
from opsdesk.wire.wall import WireTold, WireWalls

#: of the API; its first number is that of its paths
VERSION = "1.1"

_ABOUT = """\
What OpsDesk asks a backend, and what `opsdesk serve` answers. Any backend can implement it.

The least that does: `GET /v1/snapshot` with `schema`, `generated_at` and `readings`, each with
`metric`, `value` and `at`. A reader takes 404 at any other path for 'there is none'.

- Metric ids and all closed-looking words (units, states, origins) are open: a reader keeps what it
  does not know. Unknown fields are passed over. A field that is
  null counts as left out, but for `value`, where null says that there is none now.
- Moments of single figures are ISO 8601 texts. Columns of times, and times in an address, are Unix
  time in seconds. All times are UTC.
- Numbers are JSON numbers: there is no NaN and no infinity; what is not known is null.
- Every answer may be compressed with gzip when the request allows it.
- With a token, every request but /v1/health carries `Authorization: Bearer TOKEN`. A server that is
  reached from its own machine alone may do without.

An OpsDesk whose walls can be controlled from another machine answers the paths below /v1/wall,
/v1/health and /openapi.json, and no others. Nobody else has those; they always want the token.
"""
_STREAM = f"""\
Server-sent events without an end. The newest snapshot comes at once, then each that says something
else. Who reads slowly misses those that were followed by newer ones. When nothing is new, a comment
tells at least every {HEARTBEAT:g} s that the server is there; a reader waits for {SILENCE:g} s.
A server with too many readers answers 503; they ask for snapshots meanwhile.
"""
_JSON = "application/json"
_PARTS = "#/components/schemas/{name}"
_PREFIX = "Wire"

_ANSWERS = (
    *(WireSnapshot, WireSeries, WireEvents, WireCatalogue),
    *(WireWalls, WireTold, WireHealth, WireFailure),
)
_FAILURES = {
    "400": "The request cannot be answered as it is.",
    "401": "The token is missing or wrong.",
    "404": "There is no such wall, or no such command.",
    "421": "The request names a host that this server is not: it may come from a foreign page.",
    "503": "There is no data (yet), or it cannot be had now.",
}

_Object = dict[str, Any]


def document() -> _Object:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpsDesk metrics API",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "http://127.0.0.1:9750", "description": "opsdesk serve"}],
        "paths": _paths() | _wall_paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
    }


def _schemas() -> _Object:
    _, parts = msgspec.json.schema_components(_ANSWERS, ref_template=_PARTS)
    return {_public(name): _renamed(part) for name, part in sorted(parts.items())}


def _public(name: str) -> str:
    return name.removeprefix(_PREFIX)


def _renamed(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema with the names that strangers see."""
    if isinstance(part, dict):
        named = {name: _renamed(value) for name, value in part.items()}
        for field in ("$ref", "title"):
            if isinstance(named.get(field), str):
                named[field] = named[field].replace(_PREFIX, "")
        return named
    return [_renamed(one) for one in part] if isinstance(part, list) else part


def _paths() -> _Object:
    return {
        "/v1/snapshot": _get(
            "Everything known now.",
            _answer("The newest snapshot.", WireSnapshot, etag=True)
            | {"304": {"description": "Nothing but the time of writing has changed."}},
            ("401", "503"),
            parameters=[parameters.earlier()],
        ),
        "/v1/stream": _get(
            "Each snapshot as soon as there is one. May be missing.",
            {
                "200": {
                    "description": _STREAM,
                    "content": {MEDIA_TYPE: {"schema": _event()}},
                }
            },
            ("401", "503"),
            parameters=[parameters.last_event()],
        ),
        "/v1/series": _get(
            "How figures went. A server that keeps no past answers 404 or 501.",
            _answer("What is known of the range.", WireSeries),
            ("400", "401", "503"),
            parameters=parameters.of_series(),
        ),
        "/v1/events": _get(
            "When states became others. May be missing.",
            _answer("Transitions, in their order.", WireEvents),
            ("400", "401"),
            parameters=[parameters.number("since", "Unix time in seconds: only those after it.")],
        ),
        "/v1/catalogue": _get(
            "What the metrics mean. May be missing.",
            _answer("All metrics that the server describes.", WireCatalogue, etag=True)
            | {"304": {"description": "Nothing has changed."}},
            ("401",),
            parameters=[parameters.earlier()],
        ),
        "/v1/health": _get(
            "What this is: a metrics API, or a wall. May be missing.",
            _answer("It.", WireHealth),
            (),
        )
        | {"security": []},
        "/openapi.json": _get(
            "This description. May be missing.",
            {"200": {"description": "It.", "content": {_JSON: {"schema": {"type": "object"}}}}},
            ("401",),
        ),
    }


def _wall_paths() -> _Object:
    """Return what a wall serves, and nobody else."""
    only_there = {
        "servers": [{"url": "http://127.0.0.1:9751", "description": "opsdesk wall"}],
    }
    status = _get(
        "What the walls show. Served by a wall alone.",
        _answer("All walls of this OpsDesk.", WireWalls),
        ("401",),
    )
    command = _operation(
        "post",
        "Ask something of one wall, or of all. Served by a wall alone. A body is not read.",
        _answer("It was taken, and is done at once.", WireTold, status="202"),
        ("400", "401", "404"),
        parameters=parameters.of_command(),
    )
    paths = {"/v1/wall": status, "/v1/wall/{command}": command}
    for path in paths.values():
        for operation in path.values():
            operation["security"] = [{"token": []}]
    return {name: path | only_there for name, path in paths.items()}


def _get(
    summary: str,
    answers: _Object,
    failures: tuple[str, ...],
    parameters: Sequence[_Object] = (),
) -> dict[str, _Object]:
    return _operation("get", summary, answers, failures, parameters)


def _operation(
    method: str,
    summary: str,
    answers: _Object,
    failures: tuple[str, ...],
    parameters: Sequence[_Object],
) -> dict[str, _Object]:
    failed = {status: _failure(status) for status in (*failures, "421")}
    return {
        method: {
            "summary": summary,
            "parameters": list(parameters),
            "responses": answers | failed,
        }
    }


def _answer(description: str, kind: type, *, etag: bool = False, status: str = "200") -> _Object:
    answer: _Object = {
        "description": description,
        "content": {_JSON: {"schema": {"$ref": _part(kind)}}},
    }
    if etag:
        says = "Names the content; send it back as If-None-Match."
        answer["headers"] = {"ETag": {"description": says, "schema": {"type": "string"}}}
    return {status: answer}


def _failure(status: str) -> _Object:
    return {
        "description": _FAILURES[status],
        "content": {_JSON: {"schema": {"$ref": _part(WireFailure)}}},
    }


def _part(kind: type) -> str:
    return _PARTS.format(name=_public(kind.__name__))


def _event() -> _Object:
    """Return the schema of an event's fields, as OpenAPI 3.2 describes server-sent events."""
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "ETag of the snapshot."},
            "event": {"const": EVENT},
            "data": {
                "type": "string",
                "contentMediaType": _JSON,
                "contentSchema": {"$ref": _part(WireSnapshot)},
            },
        },
        "required": ["event", "data"],
    }
