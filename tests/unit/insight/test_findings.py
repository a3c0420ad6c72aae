"""Where figures contradict one another: what is found, and that nothing is made up."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import phase4
from support.readings import NOW, reading
from support.systems import CATALOGUE, LONG_AGO, source

from opsdesk.insight.claims import contradicted
from opsdesk.insight.derive import derive
from opsdesk.insight.findings import ACCOUNT, DISAGREEMENT, findings
from opsdesk.model.key import Key, key
from opsdesk.model.reading import Origin, Qualifier, Reading, Value
from opsdesk.model.snapshot import Baseline, Finding

SOURCES = {"a": source(), "prod": source("prod")}


SENTENCES = """\
Health score: reported as 98.5 %, but the mean of 99.2 %, 98.1 %, 99.8 %, 99.9 % gives 99.25 %.
Success rate: reported as 92.3 %, but the weighted mean of 45 \N{MULTIPLICATION SIGN} 95 %, \
28 \N{MULTIPLICATION SIGN} 89 %, 21 \N{MULTIPLICATION SIGN} 90 %, \
18 \N{MULTIPLICATION SIGN} 100 %, 30 \N{MULTIPLICATION SIGN} 100 % gives 94.8 %.
Human escalations: reported as 11, but as 8 / week under “Escalations per week”.
/api/reports/generate takes 1,243 ms on average, but the slowest of all requests took 1,243 ms.
Runbooks are said to save $4,800 / week, about $20,800 / month; no item of the \
$35,000 / month in “Total savings” is as large.
Runbooks below 80 % success: reported as 2, but counting those below 80 % among \
95 %, 89 %, 90 %, 100 %, 100 % gives 0.
“100 % observability coverage” is more than the figures say: Runbooks 85 % and Error tracking 98 %.\
"""


def found(readings: Iterable[Reading], baselines: tuple[Baseline, ...] = ()) -> tuple[Finding, ...]:
    """Return the findings as a refresh would."""
    by_key = {one.key: one for one in readings}
    derived = derive(by_key, CATALOGUE, SOURCES, NOW, baselines)
    everything = by_key | {one.key: one for one in derived.readings}
    return findings(everything, derived.computed, CATALOGUE, baselines)


def dashboard(**changes: Value) -> list[Finding]:
    """Return the findings of the dashboard, with figures without labels changed."""
    new = {key(name.replace("__", ".")): value for name, value in changes.items()}
    readings = [
        msgspec.structs.replace(one, value=new.get(one.key, one.value))
        for one in phase4.figures(NOW)
    ]
    return list(found(readings, phase4.baselines(NOW)))


def before(metric: str, value: float) -> tuple[Baseline, ...]:
    earlier = reading(metric, value)
    return (Baseline(name="before", readings={earlier.key: earlier}),)


class TestTheDashboard:
    def test_all_rows_are_read(self) -> None:
        assert len(phase4.rows()) == len(phase4.figures(NOW, derived=True)) == 113

    @pytest.mark.parametrize("derived", [False, True])
    def test_disagrees_with_itself_in_seven_places(self, *, derived: bool) -> None:
        told = found(phase4.figures(NOW, derived=derived), phase4.baselines(NOW))
        slow = {"path": "/api/reports/generate", "hops": "Database > PDF Service"}
        assert [(one.kind, one.keys[0]) for one in told] == [
            (DISAGREEMENT, key("health.score")),
            (DISAGREEMENT, key("runbook.success_rate")),
            (DISAGREEMENT, key("runbook.escalations")),
            (DISAGREEMENT, key("trace.path_mean", slow)),
            (ACCOUNT, key("cost.savings_total")),
            (DISAGREEMENT, key("runbook.low_success")),
            (DISAGREEMENT, key("achievement", {"rank": "3"})),
        ]

    def test_the_notes_of_the_file_name_the_same(self) -> None:
        noted = {row["metric"] for row in phase4.rows() if "finding" in row["note"]}
        assert {one.keys[0].metric for one in dashboard()} == noted

    def test_each_says_both_figures(self) -> None:
        sentences = "\n".join(one.sentence for one in dashboard())
        assert sentences == SENTENCES

    @pytest.mark.parametrize(
        ("changes", "gone"),
        [
            ({"health__score": 99.3}, "health.score"),
            ({"runbook__escalations": 8.0}, "runbook.escalations"),
            ({"runbook__low_success": 0.0}, "runbook.low_success"),
            ({"runbook__savings": 1200.0}, "cost.savings_total"),
            ({"runbook__success_rate": 94.8}, None),
            # The listed runbooks are not all: nothing follows from them.
            ({"runbook__executions": 200.0}, "runbook.low_success"),
        ],
    )
    def test_what_agrees_is_not_found(self, changes: dict[str, Value], gone: str | None) -> None:
        assert gone not in {one.keys[0].metric for one in dashboard(**changes)}

    def test_a_rate_that_fits_the_parts_no_longer_fits_the_executions(self) -> None:
        (told,) = [
            one for one in dashboard(runbook__success_rate=94.8) if "Success" in one.sentence[:8]
        ]
        assert "(142 − 11) ÷ 142 gives 92.3 %" in told.sentence


class TestChanges:
    @pytest.mark.parametrize(
        ("value", "earlier", "change", "agrees"),
        [
            (8.0, 23.0, -65.0, True),
            (8.0, 23.0, -66.0, True),  # 8.4 of 23.4 is a third more than 8.5 of 22.5 is
            (8.0, 23.0, -70.0, False),
            (18.0, 45.0, -60.0, True),
            (18.0, 45.0, 60.0, False),
            (3.0, 0.0, 50.0, True),
        ],
    )
    def test_what_is_reported_is_held_against_the_figures(
        self, value: float, earlier: float, change: float, *, agrees: bool
    ) -> None:
        now = msgspec.structs.replace(reading("oncall.escalations", value), change=change)
        told = found([now], before("oncall.escalations", earlier))
        assert (told == ()) == agrees

    def test_says_from_what_to_what(self) -> None:
        now = msgspec.structs.replace(reading("oncall.escalations", 8.0), change=-70.0)
        (told,) = found([now], before("oncall.escalations", 23.0))
        assert told.sentence == (
            "Escalations per week: a change of −70 % is reported, "
            "but from 23 / week to 8 / week it is −65 %."
        )


class TestMeans:
    @pytest.mark.parametrize(
        ("mean", "maximum", "changes", "number"),
        [
            (1243.0, 1243.0, {}, 1),
            (1244.0, 1243.0, {}, 1),
            (1242.0, 1243.0, {}, 0),
            (1243.0, 1243.0, {"samples": 1}, 0),
            (1243.0, 1243.0, {"window": 60.0}, 0),
            (1243.0, 1243.0, {"qualifier": Qualifier.LESS}, 0),
            (None, 1243.0, {}, 0),
        ],
    )
    def test_are_below_the_slowest_request(
        self, mean: float | None, maximum: float, changes: dict[str, object], number: int
    ) -> None:
        path = msgspec.structs.replace(reading("trace.path_mean", mean, path="/"), **changes)
        assert len(found([path, reading("latency.quantile", maximum, quantile="1")])) == number

    def test_of_another_system_say_nothing(self) -> None:
        path = reading("trace.path_mean", 9.0, path="/", system="x")
        assert found([path, reading("latency.quantile", 5.0, quantile="1")]) == ()
        (told,) = found([path, reading("latency.quantile", 5.0, quantile="1", system="x")])
        assert told.keys[0] == path.key


class TestClaims:
    @pytest.mark.parametrize(
        ("text", "value", "number"),
        [
            ("87 % incident auto-resolution", 87.0, 0),
            ("87 % incident auto-resolution", 88.0, 0),
            ("87 % incident auto-resolution", 86.5, 0),
            ("87 % incident auto-resolution", 86.0, 1),
            ("incident auto-resolution is good", 5.0, 0),
            ("87 incident auto-resolution", 5.0, 0),
            ("87 % incident auto-resolution", None, 0),
            (87.0, 5.0, 0),
        ],
    )
    def test_are_held_against_their_metric(self, text: Value, value: Value, number: int) -> None:
        claim = reading("achievement", text, rank="1")
        assert len(found([claim, reading("incidents.auto_resolved", value)])) == number

    @pytest.mark.parametrize(
        ("text", "metric", "value", "number"),
        [
            ("28k USD / month net savings", "cost.net_savings", 27_500.0, 0),
            ("28k USD / month net savings", "cost.net_savings", 27_000.0, 1),
            ("1.2M USD net savings", "cost.net_savings", 1_150_000.0, 0),
            ("1,200 USD a year net savings", "cost.net_savings", 100.0, 0),
            ("No net savings", "cost.net_savings", -5.0, 1),
            ("60 % reduction in MTTR", "incidents.mttr_change", -60.0, 0),
            ("60 % reduction in MTTR", "incidents.mttr_change", -70.0, 0),
            ("60 % reduction in MTTR", "incidents.mttr_change", -50.0, 1),
            ("Zero security incidents", "incidents.auto_resolved", 0.0, 0),
        ],
    )
    def test_say_how_much_of_what_in_which_time(
        self, text: str, metric: str, value: float, number: int
    ) -> None:
        claim = reading("achievement", text, rank="1")
        assert len(found([claim, reading(metric, value)])) == number

    def test_of_a_metric_of_no_direction_are_held_against_either_side(self) -> None:
        volume = msgspec.structs.replace(CATALOGUE["logs.volume"], claimed_as=("thousand lines",))
        for value, number in ((20.0, 0), (25.0, 1), (15.0, 1)):
            readings = [reading("logs.volume", value)]
            assert len(contradicted("20 thousand lines", volume, readings)) == number

    def test_old_figures_do_not_speak_against_a_new_text(self) -> None:
        claim = reading("achievement", "87 % incident auto-resolution", rank="1")
        figure = reading("incidents.auto_resolved", 5.0, at=LONG_AGO)
        stale = {figure.key}
        readings = {one.key: one for one in (claim, figure)}
        told = findings(readings, {}, CATALOGUE, (), lambda one: one.key in stale)
        assert told == ()


def test_figures_of_different_times_are_not_held_against_each_other() -> None:
    parts = [reading("component.uptime", 50.0, component=name) for name in "AB"]
    assert len(found([reading("health.score", 98.5), *parts])) == 1
    assert found([reading("health.score", 98.5, at=LONG_AGO), *parts]) == ()


def test_what_another_opsdesk_computed_in_its_own_way_is_not_doubted() -> None:
    parts = [reading("component.uptime", 50.0, component=name) for name in "AB"]
    own = msgspec.structs.replace(reading("health.score", 98.5), origin=Origin.DERIVED)
    assert found([own, *parts]) == ()


def test_a_saving_that_no_item_holds_is_another_account_only_where_all_is_known() -> None:
    items = [reading("cost.saving", 5.0, item="A"), reading("cost.savings_total", 5.0)]
    (told,) = found([reading("runbook.savings", 2.0), *items])
    assert told.kind == ACCOUNT
    vague = msgspec.structs.replace(reading("runbook.savings", 2.0), qualifier=Qualifier.ABOUT)
    assert found([vague, *items]) == ()


def test_a_part_list_of_another_source_is_not_held_against_a_total() -> None:
    whole = reading("cost.savings_total", 10.0)
    item = reading("cost.saving", 5.0, item="A")
    assert len(found([whole, item])) == 1
    assert found([whole, reading("cost.saving", 5.0, source="prod", item="A")]) == ()


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """How things are in truth."""

    savings: list[int]
    costs: list[int]
    #: how often each runbook ran, and how often well
    runs: list[tuple[int, int]]
    uptimes: list[float]
    earlier: float
    later: float


amounts = st.lists(st.integers(1, 10_000), min_size=1, max_size=6)
truths = st.builds(
    Truth,
    savings=amounts,
    costs=amounts,
    runs=st.lists(
        st.integers(1, 50).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        min_size=1,
        max_size=6,
    ),
    uptimes=st.lists(st.floats(0, 100), min_size=1, max_size=6),
    earlier=st.floats(1, 1000),
    later=st.floats(0, 1000),
)


def figures_of(truth: Truth) -> list[tuple[str, float, dict[str, str]]]:
    """Return the figures that a source would have, not yet rounded."""
    saved, spent = sum(truth.savings), sum(truth.costs)
    net = saved - spent
    executions, good = (sum(numbers) for numbers in zip(*truth.runs, strict=True))
    rates = [100 * good / runs for runs, good in truth.runs]
    return [
        *(("cost.saving", s, {"item": str(i)}) for i, s in enumerate(truth.savings)),
        *(("cost.observability", c, {"item": str(i)}) for i, c in enumerate(truth.costs)),
        *(("component.uptime", u, {"component": str(i)}) for i, u in enumerate(truth.uptimes)),
        *(("runbook.runs", n, {"runbook": str(i)}) for i, (n, _) in enumerate(truth.runs)),
        *(("runbook.run_success_rate", r, {"runbook": str(i)}) for i, r in enumerate(rates)),
        ("cost.savings_total", saved, {}),
        ("cost.observability_total", spent, {}),
        ("cost.net_savings", net, {}),
        ("cost.roi", 100 * net / spent, {}),
        ("health.score", sum(truth.uptimes) / len(truth.uptimes), {}),
        ("runbook.executions", executions, {}),
        ("runbook.escalations", executions - good, {}),
        ("oncall.escalations", executions - good, {}),
        ("runbook.success_rate", 100 * good / executions, {}),
        ("runbook.low_success", sum(rate < 80 for rate in rates), {}),
        ("oncall.resolution_time", truth.later, {}),
        ("quality.mttr", truth.later, {}),
        ("incidents.mttr_change", 100 * (truth.later - truth.earlier) / truth.earlier, {}),
        ("runbook.savings", max(truth.savings) / 5, {}),
    ]


@given(truths, st.integers(0, 3))
def test_consistent_figures_never_yield_a_finding(truth: Truth, digits: int) -> None:
    week = 7 * 86_400.0
    shown = [
        msgspec.structs.replace(reading(name, float(round(value, digits)), **labels), window=week)
        for name, value, labels in figures_of(truth)
    ]
    was = {
        key(name): reading(name, float(round(truth.earlier, digits)))
        for name in ("oncall.resolution_time", "quality.mttr")
    }
    assert found(shown, (Baseline(name="before", readings=was),)) == ()


@given(st.lists(st.sampled_from(phase4.figures(NOW)), unique_by=lambda one: one.key))
def test_findings_rest_on_figures_that_are_there(readings: list[Reading]) -> None:
    baselines = phase4.baselines(NOW)
    by_key = {one.key: one for one in readings}
    derived = derive(by_key, CATALOGUE, SOURCES, NOW, baselines)
    there: set[Key] = {*by_key, *(one.key for one in derived.readings)}
    for told in found(readings, baselines):
        assert set(told.keys) <= there
        assert told.sentence.endswith(".")
