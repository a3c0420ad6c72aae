"""The answers of the Prometheus HTTP API as types, and their parsing. Pure: bytes in, values out.

Fields that are not named here are ignored: every server adds its own.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import Problem, SourceError
from opsdesk.sources import problems

#: characters that are shown of what a server says; cut after it was cleaned, for what is left of
#: a secret that was cut through would not be recognised
SAID = 200


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One series of an instant vector: labels, and time and value.

    The value is text, for JSON has no NaN. A native histogram has ``histogram`` in its place.
    """

    metric: dict[str, str] = {}
    value: tuple[float, str] | None = None


class Series(msgspec.Struct, frozen=True):
    """One series of a matrix."""

    metric: dict[str, str] = {}
    values: list[tuple[float, str]] = []


class _Vector(msgspec.Struct, frozen=True, tag_field="resultType", tag="vector"):
    result: list[Sample]


class _Matrix(msgspec.Struct, frozen=True, tag_field="resultType", tag="matrix"):
    result: list[Series]


class _Scalar(msgspec.Struct, frozen=True, tag_field="resultType", tag="scalar"):
    result: tuple[float, str]


class _Text(msgspec.Struct, frozen=True, tag_field="resultType", tag="string"):
    result: tuple[float, str]


class _Envelope(msgspec.Struct, frozen=True, rename="camel"):
    status: str
    data: _Vector | _Matrix | _Scalar | _Text | None = None
    error: str = ""
    error_type: str = ""
    warnings: list[str] | None = None
    infos: list[str] | None = None
    is_partial: bool = False


class Failure(msgspec.Struct, frozen=True, rename="camel"):
    """What the API says where it refuses. ``error_type`` is free text."""

    status: str
    error: str = ""
    error_type: str = ""


class BuildInfo(msgspec.Struct, frozen=True):
    """What the server says of itself; all empty where it does not."""

    version: str = ""
    revision: str = ""
    application: str = ""


class _BuildInfoEnvelope(msgspec.Struct, frozen=True):
    status: str
    data: BuildInfo = BuildInfo()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one query."""

    samples: list[Sample] = []
    series: list[Series] = []
    #: what the user should know: 'partial data'
    warnings: tuple[str, ...] = ()
    #: what the server's author should know
    infos: tuple[str, ...] = ()


_envelope = msgspec.json.Decoder(_Envelope)
_failure = msgspec.json.Decoder(Failure)
_build_info = msgspec.json.Decoder(_BuildInfoEnvelope)
# The last of them for what is nested without end.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def parse_result(body: bytes, where: str, clean: Callable[[str], str] = str) -> Result:
    """Read the answer to an instant query. ``clean`` goes over all that the server says in words.

    Raises:
        SourceError: it is not what the API promises.

    """
    try:
        envelope = _envelope.decode(body)
    except _UNREADABLE as error:
        raise SourceError(_not_prometheus(body, error, where, clean)) from None
    if envelope.status != "success" or envelope.data is None:
        what = clean(envelope.error)[:SAID] or tr("an answer without data")
        raise SourceError(problems.bad_answer(tr("the server reports: {what}", what=what), where))
    warnings = tuple(clean(text)[:SAID] for text in envelope.warnings or ())
    if envelope.is_partial:
        warnings = (*warnings, tr("the server marks the answer as partial"))
    return Result(
        samples=_samples(envelope.data),
        series=envelope.data.result if isinstance(envelope.data, _Matrix) else [],
        warnings=warnings,
        infos=tuple(clean(text) for text in envelope.infos or ()),
    )


def parse_failure(body: bytes) -> Failure | None:
    """Read why the API refused; None where the body is not the API's."""
    try:
        return _failure.decode(body)
    except _UNREADABLE:
        return None


def parse_build_info(body: bytes) -> BuildInfo | None:
    """Read what the server says of itself; None where the body is not the API's."""
    try:
        return _build_info.decode(body).data
    except _UNREADABLE:
        return None


def _samples(data: _Vector | _Matrix | _Scalar | _Text) -> list[Sample]:
    match data:
        case _Vector():
            return [sample for sample in data.result if sample.value is not None]
        case _Scalar():
            return [Sample({}, data.result)]
        case _:
            return []


def _not_prometheus(
    body: bytes, error: Exception, where: str, clean: Callable[[str], str]
) -> Problem:
    if not body.strip():
        what = tr("an empty answer")
    elif isinstance(error, msgspec.ValidationError):
        detail = clean(str(error))[:SAID]
        what = tr("JSON, but not as Prometheus answers ({detail})", detail=detail)
    elif body.lstrip()[:1] == b"{":
        what = tr("JSON that is broken or cut off")
    else:
        what = tr("not JSON")
    return problems.bad_answer(
        tr("this does not answer as a Prometheus server: {what}", what=what),
        where,
        tr("Check the address and its path: it must be that of Prometheus or a compatible server."),
    )
