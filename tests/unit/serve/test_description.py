"""What the description promises, the served API keeps: schemathesis asks it all sorts of things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from support.readings import failing
from support.serving import Small, serving
from support.walls import TOKEN, SmallWalls, serving_walls
from typing_extensions import override

from opsdesk.model.snapshot import Snapshot
from opsdesk.wire import openapi

SCHEMA = schemathesis.openapi.from_dict(openapi.document())
OF_A_WALL = r"^/v1/(wall|health)|^/openapi"
OF_METRICS = r"^/(?!v1/wall)"
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
def wall_url() -> Iterator[str]:
    with serving_walls(SmallWalls()) as url:
        yield url


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Brief(), token=TOKEN) as url:
        yield url


ALIKE = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SCHEMA.include(path_regex=OF_METRICS).parametrize()
@ALIKE
def test_the_api_is_as_described(case: schemathesis.Case, url: str) -> None:
    validate(case, url)


@SCHEMA.include(path_regex=OF_A_WALL).parametrize()
@ALIKE
def test_that_of_a_wall_is_as_described(case: schemathesis.Case, wall_url: str) -> None:
    validate(case, wall_url)


def validate(case: schemathesis.Case, url: str) -> None:
    case.call_and_validate(
        base_url=url.rstrip("/"),
        headers={"Authorization": f"Bearer {TOKEN}"},
        excluded_checks=UNTOLD,
    )
