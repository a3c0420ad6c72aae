"""The description of the metrics API, made of the types: OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from opsdesk.wire.catalogue import WireCatalogue
from opsdesk.wire.events import WireEvents
from opsdesk.wire.fields import LATEST
from opsdesk.wire.health import WireFailure, WireHealth
from opsdesk.wire.keys import LONGEST
from opsdesk.wire.query import LONGEST_NAME, MOST_IN_ALL, MOST_KEYS, MOST_POINTS
from opsdesk.wire.series import WireSeries
from opsdesk.wire.snapshot import WireSnapshot
from opsdesk.wire.stream import EVENT, HEARTBEAT, MEDIA_TYPE, SILENCE

#: of the API; its first number is that of its paths
VERSION = "1.0"

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

_ANSWERS = (WireSnapshot, WireSeries, WireEvents, WireCatalogue, WireHealth, WireFailure)
_FAILURES = {
    "400": "The request cannot be answered as it is.",
    "401": "The token is missing or wrong.",
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
        "paths": _paths(),
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
            parameters=[_earlier()],
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
            parameters=[_last_event()],
        ),
        "/v1/series": _get(
            "How figures went. A server that keeps no past answers 404 or 501.",
            _answer("What is known of the range.", WireSeries),
            ("400", "401", "503"),
            parameters=_series_parameters(),
        ),
        "/v1/events": _get(
            "When states became others. May be missing.",
            _answer("Transitions, in their order.", WireEvents),
            ("400", "401"),
            parameters=[_number("since", "Unix time in seconds: only those after it.")],
        ),
        "/v1/catalogue": _get(
            "What the metrics mean. May be missing.",
            _answer("All metrics that the server describes.", WireCatalogue, etag=True)
            | {"304": {"description": "Nothing has changed."}},
            ("401",),
            parameters=[_earlier()],
        ),
        "/v1/health": _get(
            "That this is a metrics API. May be missing.",
            _answer("It is.", WireHealth),
            (),
        )
        | {"security": []},
        "/openapi.json": _get(
            "This description. May be missing.",
            {"200": {"description": "It.", "content": {_JSON: {"schema": {"type": "object"}}}}},
            ("401",),
        ),
    }


def _get(
    summary: str,
    answers: _Object,
    failures: tuple[str, ...],
    parameters: Sequence[_Object] = (),
) -> dict[str, _Object]:
    failed = {status: _failure(status) for status in (*failures, "421")}
    return {
        "get": {
            "summary": summary,
            "parameters": list(parameters),
            "responses": answers | failed,
        }
    }


def _answer(description: str, kind: type, *, etag: bool = False) -> _Object:
    answer: _Object = {
        "description": description,
        "content": {_JSON: {"schema": {"$ref": _part(kind)}}},
    }
    if etag:
        says = "Names the content; send it back as If-None-Match."
        answer["headers"] = {"ETag": {"description": says, "schema": {"type": "string"}}}
    return {"200": answer}


def _failure(status: str) -> _Object:
    return {
        "description": _FAILURES[status],
        "content": {_JSON: {"schema": {"$ref": _part(WireFailure)}}},
    }


def _part(kind: type) -> str:
    return _PARTS.format(name=_public(kind.__name__))


def _earlier() -> _Object:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETag of an earlier answer: where nothing has changed, the answer is 304.",
        "schema": {"type": "string"},
    }


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


def _last_event() -> _Object:
    return {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "Id of an earlier event, or ETag of a snapshot: while that is the newest, "
        "it is not sent again.",
        "schema": {"type": "string"},
    }


def _series_parameters() -> list[_Object]:
    together = f"At most {MOST_POINTS:,} points a line and {MOST_IN_ALL:,} in all."
    key: _Object = {
        "name": "key",
        "in": "query",
        "required": True,
        "description": 'A figure by metric and labels; in the values, \\, " and line ends are '
        "escaped by \\. Given once for each figure.",
        "schema": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": LONGEST},
            "minItems": 1,
            "maxItems": MOST_KEYS,
        },
        "example": ['component.uptime{component="API Gateway"}'],
    }
    return [
        key,
        _number("start", "Unix time in seconds.", required=True),
        _number("end", "Unix time in seconds, not before 'start'.", required=True),
        _number("step", f"Seconds between two points. {together}", required=True, above=0),
        {
            "name": "baseline",
            "in": "query",
            "description": "Name of a baseline whose past is meant: laid over the range, so that "
            "its first point stands at 'start'.",
            "schema": {"type": "string", "maxLength": LONGEST_NAME},
        },
    ]


def _number(
    name: str, description: str, *, required: bool = False, above: float | None = None
) -> _Object:
    least = {"minimum": 0} if above is None else {"exclusiveMinimum": above}
    schema = {"type": "number", **least, "maximum": int(LATEST.timestamp())}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }
