"""What the description promises, the served API keeps: schemathesis asks it all sorts of things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from support.readings import failing
from support.serving import Small, serving
from typing_extensions import override

from opsdesk.model.snapshot import Snapshot
from opsdesk.wire import openapi

TOKEN = "s3cret-token"  # noqa: S105 - of a test
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
#: That 'end' is not before 'start', and how many points there may be, no schema can say.
UNTOLD = CHECKS.get_by_names(["positive_data_acceptance"])


class Brief(Small):
    """Has one snapshot and says that there will be no more: streams end, as its askers want."""

    @override
    async def newer(self, seen: Snapshot | None) -> Snapshot:
        if seen is not None:
            raise failing()
        return await super().newer(seen)


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Brief(), token=TOKEN) as url:
        yield url


@SCHEMA.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_api_is_as_described(case: schemathesis.Case, url: str) -> None:
    case.call_and_validate(
        base_url=url.rstrip("/"),
        headers={"Authorization": f"Bearer {TOKEN}"},
        excluded_checks=UNTOLD,
    )
