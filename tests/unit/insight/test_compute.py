"""Figures that follow from others, and whether they agree with what is reported."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW, by_key, reading
from support.systems import CATALOGUE, LONG_AGO, source

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.insight.compute import computed
from opsdesk.insight.derive import OWN_SOURCE, derive
from opsdesk.insight.words import MINUS
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Compute, Metric, Operation
from opsdesk.model.reading import Origin, Qualifier, Reading, Unit
from opsdesk.model.snapshot import Baseline, Computed

SOURCES = {"a": source()}
TIMES = "\N{MULTIPLICATION SIGN}"


def metric(id_: str, **more: object) -> Metric:
    found = Metric(
        id=id_,
        title=id_.capitalize(),
        section="Test",
        unit=Unit.PERCENT,
        definition="A figure.",
        optional_labels=("system",),
    )
    return msgspec.structs.replace(found, **more)


def catalogue(way: Compute, **units: Unit) -> Catalogue:
    """Return one that computes 'out' from 'a', 'b' and 'c'."""
    inputs = (metric(id_, labels=("item",), unit=units.get(id_, Unit.PERCENT)) for id_ in "abc")
    out = metric("out", compute=way, unit=units.get("out", Unit.PERCENT))
    return {found.id: found for found in (*inputs, out)}


def results(
    way: Compute,
    *readings: Reading,
    before: Mapping[Key, Reading] | None = None,
    **units: Unit,
) -> tuple[Computed, ...]:
    baselines = (Baseline(name="before", readings=before or {}),)
    found = computed(by_key(*readings), baselines, catalogue(way, **units))
    return found.get(key("out"), ())


def one(way: Compute, *readings: Reading, **more: object) -> Computed:
    (found,) = results(way, *readings, **more)
    return found


def way(op: Operation, *of: str, **more: object) -> Compute:
    return msgspec.structs.replace(Compute(op=op, of=of), **more)


def items(id_: str, *values: float) -> list[Reading]:
    return [reading(id_, value, item=str(i)) for i, value in enumerate(values)]


A, B = reading("a", 60.0), reading("b", 25.0)


class TestEveryOperation:
    @pytest.mark.parametrize(
        ("how_to", "value", "how"),
        [
            (way(Operation.SUM, "a", "b"), 85.0, "60 % + 25 %"),
            (way(Operation.MEAN, "a"), 60.0, "the mean of 60 %"),
            (way(Operation.DIFFERENCE, "a", "b"), 35.0, f"60 % {MINUS} 25 %"),
            (way(Operation.RATIO, "a", "b", scale=100), 240.0, "60 % ÷ 25 %"),
            (way(Operation.REST, "a", "b"), 0.583333333333, f"(60 % {MINUS} 25 %) ÷ 60 %"),
            (way(Operation.SAME, "a"), 60.0, "A: 60 %"),
            (way(Operation.CHANGE, "a"), 50.0, f"(60 % {MINUS} 40 %) ÷ 40 %"),
            (
                way(Operation.COUNT_BELOW, "a", limit=80),
                1.0,
                "counting those below 80 % among 60 %",
            ),
        ],
        ids=lambda found: found.op if isinstance(found, Compute) else "",
    )
    def test_gives_a_value_and_says_how(self, how_to: Compute, value: float, how: str) -> None:
        found = one(how_to, A, B, before=by_key(reading("a", 40.0)))
        assert (found.value, found.how, found.agrees) == (value, how, None)
        assert found.inputs == tuple(key(id_) for id_ in how_to.of)

    def test_a_mean_is_of_all_figures(self) -> None:
        found = one(way(Operation.MEAN, "a"), *items("a", 99.2, 98.1, 99.8, 99.9))
        assert found.value == 99.25

    def test_a_weighted_mean_takes_the_weight_of_the_same_thing(self) -> None:
        weights = items("b", 1.0, 3.0)[::-1]
        found = one(way(Operation.WEIGHTED_MEAN, "a", "b"), *items("a", 100.0, 0.0), *weights)
        assert (found.value, found.how) == (
            25.0,
            f"the weighted mean of 1 % {TIMES} 100 %, 3 % {TIMES} 0 %",
        )

    def test_a_long_list_is_counted(self) -> None:
        many = items("a", *range(20))
        assert one(way(Operation.MEAN, "a"), *many).how == "the mean of 20 figures"
        assert one(way(Operation.SUM, "a"), *many).how == "the sum of 20 figures"
        below = way(Operation.COUNT_BELOW, "a", limit=10)
        assert one(below, *many).how == "counting those below 10 % among 20 figures"
        weighted = way(Operation.WEIGHTED_MEAN, "a", "b")
        assert one(weighted, *many, *items("b", *range(20))).how == (
            "the weighted mean of 20 figures"
        )

    def test_an_amount_of_money_is_written_without_its_period(self) -> None:
        dollars = {"a": Unit.USD_PER_MONTH, "b": Unit.USD_PER_MONTH, "out": Unit.USD_PER_MONTH}
        found = one(way(Operation.DIFFERENCE, "a", "b"), A, B, **dollars)
        assert found.how == f"$60 {MINUS} $25"

    def test_binary_fractions_leave_nothing_behind(self) -> None:
        assert one(way(Operation.SUM, "a"), *items("a", 0.1, 0.2)).value == 0.3


class TestWithoutAnInput:
    @pytest.mark.parametrize(
        ("how_to", "readings"),
        [
            (way(Operation.SUM, "a", "b"), [A]),
            (way(Operation.SUM, "a"), [reading("a", None)]),
            (way(Operation.SUM, "a"), [*items("a", 1.0), reading("a", float("nan"), item="x")]),
            (way(Operation.SUM, "a"), items("a", 1e308, 1e308)),
            (way(Operation.SUM, "a"), [msgspec.structs.replace(A, qualifier=Qualifier.LESS)]),
            (way(Operation.DIFFERENCE, "a", "b"), [*items("a", 1.0, 2.0), B]),
            (way(Operation.RATIO, "a", "b"), [A, reading("b", 0.0)]),
            (way(Operation.REST, "a", "b"), [reading("a", 0.0), B]),
            (way(Operation.CHANGE, "a"), [A]),
            (way(Operation.WEIGHTED_MEAN, "a", "b"), [*items("a", 1.0, 2.0), *items("b", 1.0)]),
            (way(Operation.WEIGHTED_MEAN, "a", "b"), [*items("a", 1.0), *items("b", 0.0)]),
            (way(Operation.SAME, "c"), [A]),
            # As a server may describe its metrics.
            (way(Operation.RATIO, "a"), [A]),
            (way(Operation.SAME, "nowhere"), [A]),
            (way(Operation.SAME, "out"), [A]),
        ],
    )
    def test_there_is_no_result(self, how_to: Compute, readings: list[Reading]) -> None:
        assert results(how_to, *readings) == ()

    @pytest.mark.parametrize("earlier", [None, 0.0, "text"])
    def test_no_change_from_what_is_no_number(self, earlier: float | str | None) -> None:
        before = by_key(reading("a", earlier))
        assert results(way(Operation.CHANGE, "a"), A, before=before) == ()

    def test_a_circle_that_a_server_describes_keeps_nothing_else_from_being_computed(self) -> None:
        found = dict(catalogue(way(Operation.SUM, "a")))
        found["x"] = metric("x", compute=way(Operation.SAME, "y"))
        found["y"] = metric("y", compute=way(Operation.SAME, "x"))
        assert list(computed(by_key(A), (), found)) == [key("out")]


class TestWhatIsListed:
    COVERING = way(Operation.MEAN, "a", covers=("b", "c"))

    @pytest.mark.parametrize(("whole", "number"), [(10.0, 1), (12.0, 0), (None, 0)])
    def test_counts_only_where_it_is_everything(self, whole: float | None, number: int) -> None:
        readings = [*items("a", 1.0, 2.0), *items("b", 4.0, 6.0), reading("c", whole)]
        counts = {"b": Unit.COUNT, "c": Unit.COUNT}
        assert len(results(self.COVERING, *readings, **counts)) == number


class TestSystems:
    def test_are_reckoned_apart(self) -> None:
        readings = [
            reading("a", 1.0, item="x", system="one"),
            reading("a", 2.0, item="y", system="one"),
            reading("a", 4.0, item="x", system="two"),
            reading("a", 8.0, item="x"),
        ]
        found = computed(by_key(*readings), (), catalogue(way(Operation.SUM, "a")))
        values = {of.label("system"): result.value for of, (result,) in found.items()}
        assert values == {"one": 3.0, "two": 4.0, "": 8.0}

    def test_a_label_that_must_be_there_is(self) -> None:
        labelled = {
            **catalogue(way(Operation.SUM, "a")),
            "out": metric("out", labels=("item",), compute=way(Operation.SUM, "a")),
        }
        assert computed(by_key(A), (), labelled) == {}
        found = computed(by_key(*items("a", 1.0, 2.0)), (), labelled)
        assert list(found) == [key("out", {"item": "0"}), key("out", {"item": "1"})]


class TestAgreement:
    @pytest.mark.parametrize(
        ("how_to", "reported", "agrees"),
        [
            (way(Operation.DIFFERENCE, "a", "b"), 35.0, True),
            (way(Operation.DIFFERENCE, "a", "b"), 36.0, True),
            (way(Operation.DIFFERENCE, "a", "b"), 36.6, False),
            (way(Operation.DIFFERENCE, "a", "b"), 37.0, False),
            (way(Operation.RATIO, "a", "b", scale=100), 240.0, True),
            (way(Operation.RATIO, "a", "b", scale=100), 260.0, False),
            (way(Operation.CHANGE, "a"), 50.0, True),
            (way(Operation.CHANGE, "a"), 60.0, False),
            (way(Operation.COUNT_BELOW, "a", limit=60.4), 0.0, True),
            (way(Operation.COUNT_BELOW, "a", limit=60.4), 1.0, True),
            (way(Operation.COUNT_BELOW, "a", limit=61), 0.0, False),
        ],
    )
    def test_is_what_rounding_explains(
        self, how_to: Compute, reported: float, *, agrees: bool
    ) -> None:
        readings = (A, B, reading("out", reported))
        before = by_key(reading("a", 40.0))
        found = one(
            how_to, *readings, before=before, out=Unit.COUNT if how_to.limit else Unit.PERCENT
        )
        assert found.agrees is agrees

    def test_a_change_may_be_shown_with_fewer_digits(self) -> None:
        before = by_key(reading("a", 23.0))
        for change in (-65.0, -65.2, -65.217391304347828):
            readings = (reading("a", 8.0), reading("out", change))
            assert one(way(Operation.CHANGE, "a"), *readings, before=before).agrees is True

    @pytest.mark.parametrize(
        ("shown", "agrees"), [(92.3, True), (92.30000000000001, True), (92.1, False), (92.4, False)]
    )
    def test_ninety_two_and_a_quarter_is_shown_as_three_tenths(
        self, shown: float, *, agrees: bool
    ) -> None:
        exact = {"a": Unit.COUNT, "b": Unit.COUNT}
        readings = (reading("a", 400.0), reading("b", 31.0), reading("out", shown))
        found = one(way(Operation.REST, "a", "b", scale=100), *readings, **exact)
        assert (found.value, found.agrees) == (92.25, agrees)

    @pytest.mark.parametrize(
        ("qualifier", "reported", "agrees"),
        [
            (Qualifier.LESS, 61.0, True),
            (Qualifier.LESS, 58.0, False),
            (Qualifier.GREATER, 59.0, True),
            (Qualifier.AT_LEAST, 62.0, False),
            (Qualifier.ABOUT, 5.0, True),
        ],
    )
    def test_a_limit_agrees_with_what_is_within(
        self, qualifier: Qualifier, reported: float, *, agrees: bool
    ) -> None:
        out = msgspec.structs.replace(reading("out", reported), qualifier=qualifier)
        assert one(way(Operation.SAME, "a"), A, out).agrees is agrees

    def test_what_is_reported_without_a_number_is_not_compared(self) -> None:
        assert one(way(Operation.SAME, "a"), A, reading("out", "many")).agrees is None

    def test_a_ratio_agrees_with_anything_where_its_divisor_may_be_zero(self) -> None:
        # 1 is 3 - 2 here, and in truth perhaps 2.5 - 2.5.
        readings = by_key(
            reading("cost.observability", 3.0, item="A"),
            reading("cost.observability", -2.0, item="B"),
            reading("cost.net_savings", 5.0),
            reading("cost.roi", 9e9),
        )
        (found,) = computed(readings, (), CATALOGUE)[key("cost.roi")]
        assert (found.value, found.agrees) == (500.0, True)

    @pytest.mark.parametrize(("op", "agrees"), [(Operation.SUM, None), (Operation.SAME, False)])
    def test_a_list_of_one_source_is_not_held_against_another_source(
        self, op: Operation, *, agrees: bool | None
    ) -> None:
        out = reading("out", 1.0, source="b")
        assert one(way(op, "a"), A, out).agrees is agrees


class TestUnits:
    @pytest.mark.parametrize(
        ("window", "value"), [(604_800.0, 8.0), (86_400.0, 8 / 7), (None, None)]
    )
    def test_so_many_a_week_are_so_many_in_a_window(
        self, window: float | None, value: float | None
    ) -> None:
        out = msgspec.structs.replace(reading("out", 1.0), window=window)
        units = {"a": Unit.COUNT_PER_WEEK, "out": Unit.COUNT}
        found = results(way(Operation.SAME, "a"), reading("a", 8.0), out, **units)
        assert [result.value for result in found] == (
            [] if value is None else [pytest.approx(value)]
        )

    def test_so_many_in_a_window_are_so_many_a_week(self) -> None:
        counted = msgspec.structs.replace(reading("a", 2.0), window=86_400.0)
        units = {"a": Unit.COUNT, "out": Unit.COUNT_PER_WEEK}
        assert one(way(Operation.SAME, "a"), counted, **units).value == 14.0

    def test_other_units_are_not_compared(self) -> None:
        assert results(way(Operation.SAME, "a"), A, a=Unit.MINUTES) == ()


class TestWhatNobodyReports:
    def test_is_derived_from_figure_to_figure_and_as_old_as_the_oldest(self) -> None:
        saved = [
            reading("cost.saving", 12_000.0, item="A"),
            reading("cost.saving", 23_000.0, at=LONG_AGO, item="B"),
        ]
        spent = reading("cost.observability", 7_000.0, item="C")
        found = derive(by_key(*saved, spent), CATALOGUE, SOURCES, NOW).readings
        values = {one_.key.metric: one_.value for one_ in found}
        assert values == {
            "cost.savings_total": 35_000.0,
            "cost.observability_total": 7_000.0,
            "cost.net_savings": 28_000.0,
            "cost.roi": 400.0,
        }
        ages = {one_.key.metric: one_.at for one_ in found}
        assert ages.pop("cost.observability_total") == NOW
        assert set(ages.values()) == {LONG_AGO}
        assert {(r.origin, r.source, r.note) for r in found} == {(Origin.DERIVED, OWN_SOURCE, "")}

    def test_what_is_reported_is_kept_and_reckoned_with(self) -> None:
        readings = by_key(
            reading("cost.saving", 10.0, item="A"),
            reading("cost.savings_total", 50.0),
            reading("cost.observability_total", 10.0),
        )
        found = derive(readings, CATALOGUE, SOURCES, NOW)
        assert {r.key.metric: r.value for r in found.readings} == {
            "cost.net_savings": 40.0,
            "cost.roi": 400.0,
        }
        (total,) = found.computed[key("cost.savings_total")]
        assert (total.value, total.agrees) == (10.0, False)

    def test_a_check_never_stands_for_a_figure(self) -> None:
        found = derive(by_key(reading("oncall.resolution_time", 18.0)), CATALOGUE, SOURCES, NOW)
        assert (found.readings, dict(found.computed)) == ((), {})
        reported = by_key(
            reading("out", 60.0, system="one"),
            *(reading("a", value, system=name) for name, value in (("one", 60.0), ("two", 40.0))),
        )
        known = {"a": metric("a"), "out": metric("out", checks=(way(Operation.SUM, "a"),))}
        checked = computed(reported, (), known)
        assert {of.label("system") for of in checked} == {"one"}, "of the other nothing is reported"


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6),
    st.integers(0, 4),
    st.sampled_from([Operation.SUM, Operation.MEAN]),
)
def test_the_truth_rounded_agrees_with_its_parts_rounded(
    values: list[float], digits: int, op: Operation
) -> None:
    truth = sum(values) / (len(values) if op is Operation.MEAN else 1)
    parts = [round(value, digits) for value in values]
    found = one(way(op, "a"), *items("a", *parts), reading("out", round(truth, digits)))
    assert found.agrees is True
