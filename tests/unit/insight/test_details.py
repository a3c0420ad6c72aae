"""All that is known of a figure, in words."""

from __future__ import annotations

import msgspec
import pytest
from support.readings import NOW, reading

from opsdesk.insight.board import arrange
from opsdesk.insight.details import details
from opsdesk.model.key import key
from opsdesk.model.metric import Metric
from opsdesk.model.reading import Reading, Unit
from opsdesk.model.snapshot import Computed, Snapshot

COVERAGE = Metric(
    id="tests.covered",
    section="Tests",
    title="Covered",
    definition="How much is covered.",
    unit=Unit.PERCENT,
    target=95.0,
    degraded=90.0,
    critical=50.0,
)


def told(one: Reading, *computed: Computed, known: bool = True) -> dict[str, str]:
    snapshot = Snapshot(at=NOW, readings={one.key: one}, computed={one.key: computed})
    board = arrange(snapshot, {COVERAGE.id: COVERAGE} if known else {})
    return {detail.caption: detail.text for detail in details(one, board, NOW)}


@pytest.mark.parametrize(
    ("window", "samples", "coverage", "said"),
    [
        (86_400.0, 1_440, 0.5, "24 h, 1,440 samples, 50 % of it known"),
        (300.0, 1, None, "5 min, 1 sample"),
        (None, None, 0.125, "12.5 % of it known"),
        (None, None, None, None),
    ],
)
def test_what_a_figure_covers(
    window: float | None, samples: int | None, coverage: float | None, said: str | None
) -> None:
    one = msgspec.structs.replace(
        reading(COVERAGE.id, 93.0), window=window, samples=samples, coverage=coverage
    )
    assert told(one).get("Covers") == said


def test_what_it_is_held_against_stands_beside_it() -> None:
    found = told(reading(COVERAGE.id, 93.0))
    assert found["What it is"] == "How much is covered."
    assert found["Target"] == "95 %"
    assert found["Degraded from"] == "90 %"
    assert found["Critical from"] == "50 %"


def test_what_the_catalogue_does_not_know_has_its_figure_its_time_and_its_key() -> None:
    found = told(reading("ours.alone", 93.0), known=False)
    assert set(found) == {"Figure", "Source", "True at", "Key"}
    assert found["Figure"] == "93"


@pytest.mark.parametrize(
    ("agrees", "said"),
    [
        (True, "93 % = 93 / 100"),
        (False, "93 % = 93 / 100 (differs from what is reported)"),
        (None, "93 % = 93 / 100"),
    ],
)
def test_what_was_computed_beside_it_says_how(agrees: bool | None, said: str) -> None:
    computed = Computed(key=key(COVERAGE.id), value=93.0, how="93 / 100", inputs=(), agrees=agrees)
    assert told(reading(COVERAGE.id, 92.0), computed)["Computed here"] == said
    assert told(reading(COVERAGE.id, 92.0), computed, known=False)["Computed here"].startswith("93")
