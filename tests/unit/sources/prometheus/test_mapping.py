"""Numbers, shares and histograms from answers, without a server."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opsdesk.catalogue import metrics, packs
from opsdesk.model.key import key
from opsdesk.model.pack import Histogram, Number, Share
from opsdesk.sources.prometheus import mapping, plan
from opsdesk.sources.prometheus.answers import Sample, Series
from opsdesk.sources.prometheus.discovery import cadence_of, intervals_of
from opsdesk.sources.prometheus.mapping import Given, Seen, Spans
from opsdesk.sources.prometheus.plan import Terms
from opsdesk.sources.prometheus.readings import Context, Keyers

CATALOGUE = metrics.load()
CONTEXT = Context(source="s", catalogue=CATALOGUE, keyers=Keyers(CATALOGUE))
PACKS = {pack.id: pack for pack in packs.load()}
LATENCY = next(q for q in PACKS["http_otel"].query if isinstance(q, Histogram))
ERRORS = next(q for q in PACKS["http_otel"].query if isinstance(q, Share))
INSTANCES, UPTIME = (q for q in PACKS["up"].query if isinstance(q, Share))
NUMBER = Number(
    metric="component.uptime", query="x", at="x", labels={"component": "job"}, scale=100.0
)


def sample(value: object, **labels: str) -> Sample:
    return Sample(labels, (1.0, str(value)))


def share(query: Share, parts: list[Sample], wholes: list[Sample], **labels: str) -> mapping.Mapped:
    answers = Given(values=parts, wholes=wholes, times=[sample(9, **labels)], window=300.0)
    return mapping.map_share(query, CONTEXT, answers, Spans())


def test_no_bad_request_among_many_is_zero_percent() -> None:
    (found,) = share(ERRORS, [], [sample(2.5)]).readings
    assert (found.value, found.window) == (0.0, 300.0)


def test_no_traffic_is_unknown_and_no_traffic_data_is_nothing() -> None:
    (found,) = share(ERRORS, [], [sample(0)]).readings
    assert (found.value, found.note) == (None, "no traffic")
    assert share(ERRORS, [], []).readings == ()
    assert share(ERRORS, [], [sample("NaN")]).readings == ()


def test_rounding_gives_no_share_over_the_whole() -> None:
    (found,) = share(ERRORS, [sample(1.0000000001)], [sample(1)]).readings
    assert found.value == 100.0


def test_what_cannot_be_true_is_left_out_and_named() -> None:
    mapped = share(ERRORS, [sample(3)], [sample(1)])
    assert mapped.readings == ()
    assert mapped.notes == ("left out, for it cannot be true: errors.rate = 300",)


def test_instances_are_counted_in_words_where_there_are_several() -> None:
    for part, of, note in ((2, 3, "2 of 3 instances"), (1, 1, "")):
        wholes = [sample(of, job="shop")]
        (found,) = share(INSTANCES, [sample(part, job="shop")], wholes, job="shop").readings
        assert found.value == pytest.approx(100 * part / of)
        assert found.note == note


def test_a_component_that_is_gone_is_said_not_shown() -> None:
    wholes = [sample(10, job="shop"), sample(10, job="old")]
    mapped = share(UPTIME, [sample(10, job="shop")], wholes, job="shop")
    assert [str(reading.key) for reading in mapped.readings] == [
        'component.uptime{component="shop"}'
    ]
    assert 'component.uptime{component="old"}' in mapped.notes[0]
    assert "24 h, but not now" in mapped.notes[0]


def test_series_without_the_label_that_names_them_are_left_out() -> None:
    mapped = share(UPTIME, [], [sample(10, other="x")])
    assert mapped.readings == ()
    assert "1 series" in mapped.notes[0]


@pytest.mark.parametrize(
    ("first", "bins", "seconds", "coverage"),
    [
        (0.0, 289, 86_400.0, 1.0),
        (43_200.0, 145, 43_200.0, 1.0),
        (0.0, 145, 86_400.0, 145 / 289),
        (86_400.0, 1, 300.0, 1.0),
    ],
)
def test_a_young_component_is_measured_against_its_own_age(
    first: float, bins: int, seconds: float, coverage: float
) -> None:
    seen = Seen(
        bins=[sample(bins, job="shop")],
        firsts=[sample(first, job="shop")],
        at=86_400.0,
        step=300.0,
        window=86_400.0,
    )
    spans = mapping.map_spans(UPTIME, CONTEXT, seen, 86_400.0)
    span = spans.known[key("component.uptime", {"component": "shop"})]
    assert (span.seconds, span.coverage) == (seconds, pytest.approx(coverage))


def test_what_is_younger_than_a_step_covers_no_day() -> None:
    seen = Seen(bins=[], firsts=[], at=1000.0, step=15.0, window=86_400.0)
    others = mapping.map_spans(UPTIME, CONTEXT, seen, 1020.0).others
    assert others is not None
    assert (others.seconds, others.coverage) == (35.0, None)


def latencies(*buckets: tuple[str, float]) -> dict[str, object]:
    answers = Given(
        values=[sample(count, le=bound) for bound, count in buckets],
        times=[sample(9)],
        window=300.0,
    )
    mapped = mapping.map_histogram(LATENCY, CONTEXT, answers, 1000.0)
    return {found.key.label("quantile"): found.value for found in mapped.readings}


def test_quantiles_in_milliseconds() -> None:
    found = latencies(("0.1", 5), ("0.2", 10), ("+Inf", 10))
    assert found == {
        "0.5": 100.0,
        "0.75": pytest.approx(150.0),
        "0.95": pytest.approx(190.0),
        "0.99": pytest.approx(198.0),
        "1": 200.0,
    }


def test_a_family_that_tells_of_one_server_alone_says_so_with_each_figure() -> None:
    alone = msgspec.structs.replace(LATENCY, note="only of X")
    given = Given(
        values=[sample(0, le="0.1"), sample(5, le="+Inf")], times=[sample(9)], window=300.0
    )
    notes = [r.note for r in mapping.map_histogram(alone, CONTEXT, given, 1.0).readings]
    assert set(notes) == {"only of X; beyond the last bucket bound"}


def test_a_histogram_at_rest_is_unknown_and_one_without_buckets_says_so() -> None:
    assert set(latencies(("0.1", 0), ("+Inf", 0)).values()) == {None}
    mapped = mapping.map_histogram(LATENCY, CONTEXT, Given(times=[sample(9)], window=300.0), 1000.0)
    assert (mapped.readings, mapped.notes) == ((), ("no buckets, so no quantiles",))


def test_a_number_is_scaled_dated_and_nan_is_no_reading() -> None:
    answers = Given(
        values=[sample("0.5", job="a"), sample("NaN", job="b"), sample("junk", job="c")],
        times=[sample(1000, job="a"), sample(1000, job="b")],
        window=60.0,
    )
    (found,) = mapping.map_number(NUMBER, CONTEXT, answers).readings
    assert (found.value, found.at.timestamp(), found.window) == (50.0, 1000.0, None)


numbers = st.floats().map(repr) | st.sampled_from(["+Inf", "-Inf", "NaN", "", "x", "1e308"])


@given(numbers, numbers, numbers)
@example("1e308", "1e308", "1000")
def test_no_number_breaks_a_mapping(value: str, whole: str, at: str) -> None:
    answers = Given(
        values=[sample(value, job="a", le="1"), sample(value, job="a", le="+Inf")],
        wholes=[sample(whole, job="a")],
        times=[sample(at, job="a")],
        window=300.0,
    )
    for mapped in (
        mapping.map_number(NUMBER, CONTEXT, answers),
        mapping.map_share(UPTIME, CONTEXT, answers, Spans()),
        mapping.map_histogram(LATENCY, CONTEXT, answers, 1000.0),
    ):
        for reading in mapped.readings:
            metric = CATALOGUE[reading.key.metric]
            assert reading.value is None or metric.in_range(float(str(reading.value)))


@given(numbers, numbers)
def test_no_number_breaks_the_coverage(bins: str, first: str) -> None:
    seen = Seen(
        bins=[sample(bins, job="a")],
        firsts=[sample(first, job="a")],
        at=86_400.0,
        step=300.0,
        window=86_400.0,
    )
    for span in mapping.map_spans(UPTIME, CONTEXT, seen, 86_400.0).known.values():
        assert 0 <= (span.coverage or 0) <= 1
        assert 0 < span.seconds <= 86_400.0


def test_times_are_corrected_by_the_servers_error() -> None:
    context = msgspec.structs.replace(CONTEXT, correction=600.0)
    answers = Given(values=[sample(1, job="a")], times=[sample(1000, job="a")], window=60.0)
    (found,) = mapping.map_number(NUMBER, context, answers).readings
    assert found.at.timestamp() == 400.0


def test_the_interval_is_the_longest_of_the_jobs_usual_ones() -> None:
    def series(job: str, *times: float) -> Series:
        return Series({"job": job}, [(at, "1") for at in times])

    assert intervals_of([]) == {}
    assert intervals_of([series("a", 10.0)]) == {}
    found = intervals_of([series("a", 0, 15, 30, 120), series("b", 0, 30, 60)])
    assert found == {"a": 15.0, "b": 30.0}
    assert intervals_of([series("slow", 0, 3600)]) == {"slow": 300.0}


def test_figures_are_as_often_sampled_as_the_jobs_that_carry_them() -> None:
    assert cadence_of({}, {"a"}) == 0.0
    assert cadence_of({"a": 15.0, "slow": 290.0}, {"a"}) == 15.0
    assert cadence_of({"a": 15.0, "slow": 290.0}, ()) == 15.0
    assert cadence_of({"a": 15.0, "slow": 290.0}, {"slow"}) == 290.0
    # what carries only its own figures says nothing of the nodes
    assert cadence_of({"prometheus": 15.0, "node": 60.0, "kube": 60.0}, {"prometheus"}) == 60.0


def test_a_rate_holds_four_scrapes_and_a_minute() -> None:
    variant = PACKS["up"].variant[0]
    for interval, rate in ((1.0, "60s"), (30.0, "120s"), (0.0, "240s")):
        assert plan.render("$rate", NUMBER, variant, Terms(interval=interval)) == rate
    assert plan.render("$window", ERRORS, variant, Terms(interval=120.0)) == "480s"


def test_by_holds_the_names_that_a_scrape_gives_to_clashing_labels() -> None:
    query = msgspec.structs.replace(NUMBER, by=("name",))
    assert plan.render("$by", query, PACKS["up"].variant[0], Terms()) == (
        "name, exported_name, job, exported_job, namespace, exported_namespace"
    )
