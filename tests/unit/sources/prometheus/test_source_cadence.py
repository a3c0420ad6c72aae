"""How often a Prometheus scrapes, and what that says of the age of its figures."""

from __future__ import annotations

import json

import pytest
from support.http_server import serving, vector
from support.small_prometheus import poll, scripted, shop, shop_with_cadence

from opsdesk.insight.words import utc_now
from opsdesk.model.key import key
from opsdesk.model.reading import Reading
from opsdesk.sources.prometheus.readings import paced


def test_the_cadence_is_that_of_the_scrapes() -> None:
    with serving(scripted(shop_with_cadence(shop))) as server:
        assert poll(server.url).cadence == 15.0


@pytest.mark.parametrize(
    ("carriers", "cadence"),
    [
        (("shop",), 30.0),
        (("backup",), 290.0),
        ((), 30.0),
        (("pushed",), 30.0),
    ],
)
def test_one_slow_job_does_not_make_everything_count_as_fresh(
    carriers: tuple[str, ...], cadence: float
) -> None:
    jobs = {"shop": 15.0, "mail": 30.0, "backup": 290.0}

    def several(query: str) -> str | None:
        if query.startswith("count by (job)"):
            return vector(*(({"job": job}, 1) for job in carriers))
        if query.startswith("topk"):
            return vector(*(({"instance": job, "job": job}, 3) for job in jobs))
        if query.startswith("up{"):
            result = [
                {"metric": {"job": job}, "values": [[at * gap, "1"] for at in range(3)]}
                for job, gap in jobs.items()
            ]
            data = {"resultType": "matrix", "result": result}
            return json.dumps({"status": "success", "data": data})
        return shop(query)

    with serving(scripted(several)) as server:
        assert poll(server.url).cadence == cadence
        queries = [request.form.get("query", "") for request in server.requests]
    # windows hold four scrapes of the slowest all the same
    assert any("86400s:300s" in query for query in queries)


def test_the_figures_of_a_slow_job_carry_their_own_cadence() -> None:
    def figure(metric: str, labels: dict[str, str]) -> Reading:
        return Reading(key=key(metric, labels), value=100.0, at=utc_now(), source="prod")

    seldom = figure("component.instances_up", {"component": "certs"})
    breaker = figure("breaker.failures", {"breaker": "a", "job": "certs"})
    often = figure("component.instances_up", {"component": "api"})
    found = paced([seldom, breaker, often], {"certs": 290.0})
    assert [reading.cadence for reading in found] == [290.0, 290.0, 0.0]
    assert paced([often], {}) == (often,)
