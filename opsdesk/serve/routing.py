"""What the APIs share: who may ask, how what cannot be answered is told, their description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from http import HTTPStatus
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import HTTPExceptionHandler

from opsdesk.catalogue.language import tr
from opsdesk.serve.answers import Body, answer, failure
from opsdesk.serve.guard import Guard, Listening
from opsdesk.wire import openapi, query

DESCRIPTION_PATH = "/openapi.json"

T = TypeVar("T")


class BadRequestError(Exception):
    """A request cannot be answered as it is; the text says why."""


def routed(
    routes: Sequence[Route],
    listening: Listening,
    failures: dict[type[Exception], HTTPExceptionHandler],
) -> Starlette:
    """Return the application of an API, with its description.

    Args:
        routes: its own.
        listening: where it is, and who may ask.
        failures: how what its routes raise is told.

    """
    app = Starlette(
        routes=[*routes, Route(DESCRIPTION_PATH, _describe)],
        middleware=[Middleware(Guard, listening=listening)],
        exception_handlers={
            BadRequestError: _bad_request,
            HTTPException: _refused,
            Exception: _failed,
            **failures,
        },
    )
    app.router.redirect_slashes = False
    return app


def asked(parse: Callable[[query.Parameters], T], request: Request) -> T:
    """Return what the parameters of a request ask for.

    Raises:
        BadRequestError: they cannot be answered.

    """
    try:
        return parse(request.query_params.multi_items())
    except ValueError as error:
        raise BadRequestError(str(error)) from error


async def _describe(request: Request) -> Response:
    return answer(request, _description())


@cache
def _description() -> Body:
    document = openapi.document()
    return Body(document, msgspec.json.encode(document))


async def _bad_request(_request: Request, error: Exception) -> Response:
    remedy = tr("See the parameters in {path}.", path=DESCRIPTION_PATH)
    return failure(HTTPStatus.BAD_REQUEST, "bad request", str(error), remedy)


async def _refused(request: Request, error: Exception) -> Response:
    """Say what the router refuses: a path or a method that there is not."""
    if not isinstance(error, HTTPException):
        raise error
    kind = HTTPStatus(error.status_code).phrase.lower()
    # Not from request.url: a Host header of no form would have to be parsed.
    path = request.scope["path"]
    what = tr("{method} {path}: {reason}", method=request.method, path=path, reason=kind)
    remedy = tr("See what there is in {path}.", path=DESCRIPTION_PATH)
    return failure(error.status_code, kind, what, remedy, dict(error.headers or {}))


async def _failed(_request: Request, _error: Exception) -> Response:
    return failure(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "server",
        tr("a bug in OpsDesk; its log tells more"),
        tr("Report it with the log."),
    )
