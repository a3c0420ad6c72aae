"""What sources know beyond readings, put together."""

from __future__ import annotations

import msgspec
from support.readings import by_key, harvest, reading

from opsdesk.catalogue import metrics
from opsdesk.engine import gathering
from opsdesk.model.key import key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Baseline, Finding

CATALOGUE = metrics.load()
HEALTH = CATALOGUE["health.score"]


def bringing(**more: object) -> Harvest:
    return msgspec.structs.replace(harvest(), **more)


def baseline(name: str, *readings: Reading, period: str = "") -> Baseline:
    return Baseline(name=name, period=period, readings=by_key(*readings))


def test_baselines_of_one_name_are_one_and_the_first_source_counts() -> None:
    first = baseline("before", reading("errors.rate", 1.0))
    second = baseline(
        "before", reading("errors.rate", 2.0), reading("health.score", 80.0), period="in June"
    )
    other = baseline("last week", reading("errors.rate", 3.0))
    found = gathering.baselines([bringing(baselines=(first,)), bringing(baselines=(second, other))])
    assert [(one.name, one.period) for one in found] == [("before", "in June"), ("last week", "")]
    values = {k.metric: one.value for k, one in found[0].readings.items()}
    assert values == {"errors.rate": 1.0, "health.score": 80.0}
    assert found[1] is other


def test_metrics_are_learned_that_we_lack_and_the_first_source_counts() -> None:
    depth = msgspec.structs.replace(HEALTH, id="queue.depth")
    rival = msgspec.structs.replace(depth, title="Another")
    found = gathering.learned(
        [bringing(metrics=(HEALTH, depth)), bringing(metrics=(rival,))], CATALOGUE
    )
    assert dict(found) == {"queue.depth": depth}


def test_a_finding_stands_once_ours_first() -> None:
    keys = (key("a"), key("b"))
    ours = Finding(kind="disagreement", sentence="A und B widersprechen sich.", keys=keys)
    same = Finding(kind="disagreement", sentence="A and B disagree.", keys=keys[::-1])
    risk = Finding(kind="risk", sentence="One worker.")
    again = Finding(kind="advice", sentence="One worker.", keys=keys)
    second = Finding(kind="risk", sentence="Two workers.")
    theirs = bringing(findings=(same, risk, again, second))
    assert gathering.findings([ours], [theirs, theirs]) == (ours, risk, second)
