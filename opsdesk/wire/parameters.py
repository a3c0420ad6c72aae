"""The parameters of the API's requests, as its description has them."""

from __future__ import annotations

from typing import Any

from opsdesk.model.wall import WallCommand
from opsdesk.wire.fields import LATEST
from opsdesk.wire.keys import LONGEST
from opsdesk.wire.query import LONGEST_NAME, MOST_IN_ALL, MOST_KEYS, MOST_POINTS

_Object = dict[str, Any]


def earlier() -> _Object:
    """Return the header that names the content which the client has."""
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETag of an earlier answer: where nothing has changed, the answer is 304.",
        "schema": {"type": "string"},
    }


def last_event() -> _Object:
    """Return the header that names the last event which the client has."""
    return {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "Id of an earlier event, or ETag of a snapshot: while that is the newest, "
        "it is not sent again.",
        "schema": {"type": "string"},
    }


def of_series() -> list[_Object]:
    """Return what a question for series is made of."""
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
        number("start", "Unix time in seconds.", required=True),
        number("end", "Unix time in seconds, not before 'start'.", required=True),
        number("step", f"Seconds between two points. {together}", required=True, above=0),
        {
            "name": "baseline",
            "in": "query",
            "description": "Name of a baseline whose past is meant: laid over the range, so that "
            "its first point stands at 'start'.",
            "schema": {"type": "string", "maxLength": LONGEST_NAME},
        },
    ]


def of_command() -> list[_Object]:
    """Return what a command to a wall is made of."""
    return [
        {
            "name": "command",
            "in": "path",
            "required": True,
            "description": "'acknowledge' is for the incidents that have taken over, 'reload' "
            "reads the settings anew.",
            "schema": {"enum": [command.value for command in WallCommand]},
        },
        {
            "name": "wall",
            "in": "query",
            "description": "Id of one wall; without it, or empty: all of them.",
            "schema": {"type": "string"},
        },
    ]


def number(
    name: str, description: str, *, required: bool = False, above: float | None = None
) -> _Object:
    """Return one that is a number: from 0 on, or above ``above``."""
    least = {"minimum": 0} if above is None else {"exclusiveMinimum": above}
    schema = {"type": "number", **least, "maximum": int(LATEST.timestamp())}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }
