"""The sentences that open the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest
from support import phase4
from support.readings import NOW, OFFLINE, breaker, by_key, reading
from support.systems import CATALOGUE, LONG_AGO, SILENT, source, up

from opsdesk.insight.board import Board, arrange
from opsdesk.insight.derive import derive
from opsdesk.insight.findings import findings
from opsdesk.insight.knowing import Headline
from opsdesk.insight.page_headline import RULES, of_page
from opsdesk.insight.risks import risk_text
from opsdesk.insight.verdict import State
from opsdesk.model.key import key
from opsdesk.model.page import HeadlineRule, Page, Panel, PanelKind
from opsdesk.model.reading import BreakerState, Reading
from opsdesk.model.snapshot import Baseline, Incident, Severity, Snapshot, SourceStatus

CLOSED, OPEN = BreakerState.CLOSED, BreakerState.OPEN
PROD = msgspec.structs.replace(source("prod"), title="Production metrics")


def shown(
    readings: Iterable[Reading],
    sources: tuple[SourceStatus, ...] = (source(),),
    baselines: tuple[Baseline, ...] = (),
    incidents: tuple[Incident, ...] = (),
) -> Board:
    """Arrange readings with all that follows from them."""
    everything = by_key(*readings)
    status = {found.id: found for found in sources}
    derived = derive(everything, CATALOGUE, status, NOW, baselines)
    everything |= by_key(*derived.readings)
    return arrange(
        Snapshot(
            at=NOW,
            readings=everything,
            baselines=baselines,
            computed=derived.computed,
            findings=findings(everything, derived.computed, CATALOGUE, baselines),
            incidents=incidents,
            sources=sources,
        ),
        CATALOGUE,
    )


def said(rule: HeadlineRule, *readings: Reading, **more: object) -> Headline:
    return RULES[rule](shown(readings, **more), NOW)


def incident(name: str = "Weather", **changes: object) -> Incident:
    found = Incident(
        id="1",
        subject=key("breaker.state", {"breaker": name}),
        title=f"Breaker open: {name}",
        severity=Severity.CRITICAL,
        state=OPEN,
        opened_at=NOW - timedelta(minutes=22),
    )
    return msgspec.structs.replace(found, **changes)


@pytest.mark.parametrize(
    ("rule", "state", "sentence", "detail"),
    [
        (
            HeadlineRule.PERFORMANCE,
            State.OK,
            "Response time p95 291 ms",
            (
                "The largest share of latency is in AI Services, 35 %. "
                "The slowest common path is /api/reports/generate, 1,243 ms on average."
            ),
        ),
        (
            HeadlineRule.OPERATIONS,
            State.DEGRADED,
            "2 runbooks below 80 % success",
            (
                "142 executions in 7 days, 92.3 % of them successful, 11 handed to a person. "
                "Log volume grows 15 % per week."
            ),
        ),
        (
            HeadlineRule.VALUE,
            State.OK,
            "$28,000 net savings per month, ROI 400 %",
            (
                "Average resolution time went from 45 min to 18 min, "
                "false alerts from 15 % to 3 % and rollbacks from 3 / month to 0 / month."
            ),
        ),
        (
            HeadlineRule.OUTLOOK,
            State.DEGRADED,
            "3 risks need attention",
            (
                "Log volume grows 15 % per week. 2 runbooks below 80 % success. "
                "1 circuit breaker flapping. In 7 places figures contradict one another."
            ),
        ),
        (
            HeadlineRule.SOURCES,
            State.OK,
            "All connected sources are answering",
            "18 of 18 groups of figures have a source.",
        ),
        (
            HeadlineRule.INCIDENTS,
            State.CRITICAL,
            "1 incident open: External API \N{EN DASH} Carbon Data, for 22 min",
            "External API \N{EN DASH} Carbon Data is open, 12 failures, reset pending.",
        ),
        (HeadlineRule.FIGURES, State.OK, "No figure is beyond its threshold", ""),
    ],
)
def test_of_the_dashboard(rule: HeadlineRule, state: State, sentence: str, detail: str) -> None:
    board = shown(
        phase4.figures(NOW),
        (PROD,),
        phase4.baselines(NOW),
        (incident("External API - Carbon Data"),),
    )
    found = RULES[rule](board, NOW)
    assert (found.state, found.sentence, found.detail) == (state, sentence, detail)


class TestWhereNothingIsKnown:
    @pytest.mark.parametrize(
        ("rule", "sentence"),
        [
            (HeadlineRule.PERFORMANCE, "No source gives response times or error rates"),
            (HeadlineRule.OPERATIONS, "No source tells of runbooks or logs"),
            (HeadlineRule.VALUE, "No source tells what it is worth"),
            (HeadlineRule.OUTLOOK, "No source tells of risks"),
            (HeadlineRule.FIGURES, "No figure has a source"),
        ],
    )
    def test_a_page_says_that_it_has_no_source(self, rule: HeadlineRule, sentence: str) -> None:
        found = said(rule)
        assert (found.state, found.sentence) == (State.NO_SOURCE, sentence)

    @pytest.mark.parametrize("rule", [r for r in HeadlineRule if r is not HeadlineRule.SOURCES])
    def test_every_page_says_what_keeps_opsdesk_from_knowing(self, rule: HeadlineRule) -> None:
        figures = (up(), reading("errors.rate", 0.0), reading("cost.net_savings", 1.0))
        paused = msgspec.structs.replace(shown(figures).snapshot, paused=True)
        assert RULES[rule](arrange(paused, CATALOGUE), NOW).state is State.PAUSED
        assert said(rule, sources=()).sentence == "No source is connected"
        waiting = source(answered=None)
        assert said(rule, sources=(waiting,)).sentence == "Connecting to Source A"
        lost = source(answered=LONG_AGO, problem=SILENT)
        old = [msgspec.structs.replace(one, at=LONG_AGO) for one in figures]
        found = said(rule, *old, sources=(lost,))
        assert (found.state, found.sentence) == (State.STALE, "Stale: no data for 46 min")

    @pytest.mark.parametrize(
        ("rule", "metric", "sentence"),
        [
            (HeadlineRule.PERFORMANCE, "errors.rate", "No new response times and error rates"),
            (HeadlineRule.OPERATIONS, "logs.volume", "No new figures of runbooks and logs"),
            (HeadlineRule.VALUE, "cost.net_savings", "No new figures of costs and savings"),
            (HeadlineRule.OUTLOOK, "breaker.flapping", "No new figures of risks"),
        ],
    )
    def test_an_old_figure_is_not_told(
        self, rule: HeadlineRule, metric: str, sentence: str
    ) -> None:
        old = reading(metric, 5.0, at=NOW - timedelta(days=99))
        found = said(rule, up(), old)
        assert (found.state, found.sentence) == (State.STALE, sentence)
        assert "5" not in found.sentence
        assert found.detail.startswith("The last known values are from ")

    def test_the_failure_of_a_source_comes_before_what_is_well(self) -> None:
        failing = source(problem=OFFLINE)
        found = said(
            HeadlineRule.PERFORMANCE, up(), reading("errors.rate", 0.0), sources=(failing,)
        )
        assert (found.sentence, found.actions) == ("Error rate 0.0 %", ("retry",))
        assert found.detail.startswith("Source A: nothing listens there.")


class TestPerformance:
    P95 = reading("latency.quantile", 291.0, quantile="0.95")

    @pytest.mark.parametrize(
        ("rate", "state", "sentence"),
        [
            (0.5, State.OK, "Response time p95 291 ms"),
            (2.0, State.DEGRADED, "Error rate 2 %, response time p95 291 ms"),
            (12.0, State.CRITICAL, "Error rate 12 %, response time p95 291 ms"),
        ],
    )
    def test_errors_come_first_where_they_are_too_many(
        self, rate: float, state: State, sentence: str
    ) -> None:
        found = said(HeadlineRule.PERFORMANCE, up(), self.P95, reading("errors.rate", rate))
        assert (found.state, found.sentence) == (state, sentence)

    def test_of_several_systems_the_slowest_is_told(self) -> None:
        slow = reading("latency.quantile", 900.0, quantile="0.95", system="b")
        found = said(HeadlineRule.PERFORMANCE, self.P95, slow)
        assert found.sentence == "Response time p95 900 ms"


class TestOperations:
    @pytest.mark.parametrize(
        ("window", "sentence"),
        [
            (None, "142 runbook executions"),
            (86_400.0, "142 executions in 24 h"),
            (604_800.0, "142 executions in 7 days"),
        ],
    )
    def test_what_ran_is_told_as_far_as_it_is_known(
        self, window: float | None, sentence: str
    ) -> None:
        ran = msgspec.structs.replace(reading("runbook.executions", 142.0), window=window)
        assert said(HeadlineRule.OPERATIONS, ran).sentence == sentence
        success = reading("runbook.success_rate", 92.3)
        found = said(HeadlineRule.OPERATIONS, ran, success)
        assert (found.sentence, found.detail) == (sentence, "92.3 % successful.")

    def test_without_runbooks_the_logs_are_told(self) -> None:
        found = said(HeadlineRule.OPERATIONS, reading("logs.volume", 20.0))
        assert (found.state, found.sentence) == (State.OK, "Log volume 20 k lines / h")


class TestValue:
    @pytest.mark.parametrize(
        ("net", "state", "sentence"),
        [
            (5.0, State.OK, "$5 net savings per month"),
            (-5.0, State.DEGRADED, "$5 spent per month beyond what is saved"),
        ],
    )
    def test_a_loss_is_no_saving(self, net: float, state: State, sentence: str) -> None:
        found = said(HeadlineRule.VALUE, reading("cost.net_savings", net))
        assert (found.state, found.sentence) == (state, sentence)

    def test_without_money_what_has_changed_is_told(self) -> None:
        figure = reading("quality.rollbacks", 4.0)
        before = Baseline(name="before", readings=by_key(reading("quality.rollbacks", 3.0)))
        found = said(HeadlineRule.VALUE, figure, baselines=(before,))
        assert found.sentence == "Rollbacks went from 3 / month to 4 / month"


class TestOutlook:
    def test_none_of_a_risk_is_no_risk(self) -> None:
        found = said(HeadlineRule.OUTLOOK, reading("breaker.flapping", 0.0))
        assert (found.state, found.sentence) == (State.OK, "No risk is known")

    def test_a_risk_of_another_metric_is_told_by_its_title(self) -> None:
        uptime = reading("component.uptime", 98.1, component="Cache")
        text = risk_text(uptime, CATALOGUE["component.uptime"], NOW)
        assert text == "Component uptime of Cache: 98.1 %"
        assert risk_text(reading("own.risk", 2.0), None, NOW) == "own.risk: 2"


class TestFigures:
    def test_what_is_beyond_its_threshold_is_told_and_breakers_are_not(self) -> None:
        found = said(
            HeadlineRule.FIGURES, up(), reading("errors.rate", 12.0), breaker("Weather", OPEN)
        )
        assert (found.state, found.sentence) == (State.CRITICAL, "The error rate is 12 %")


class TestIncidents:
    def test_none_is_open(self) -> None:
        ended = incident(closed_at=NOW - timedelta(hours=3))
        older = incident(closed_at=NOW - timedelta(days=3))
        found = said(HeadlineRule.INCIDENTS, breaker("Weather", CLOSED), incidents=(ended, older))
        assert (found.state, found.sentence) == (State.OK, "No incident is open")
        assert found.detail == "1 ended in the last 24 h."

    def test_what_was_open_before_opsdesk_looked_is_at_least_so_old(self) -> None:
        found = said(
            HeadlineRule.INCIDENTS,
            breaker("Weather", OPEN),
            incidents=(incident(seen_opening=False, trips=3),),
        )
        assert found.sentence == "1 incident open: Weather, for at least 22 min"
        assert found.detail == "Weather is open. It opened 3 times."

    def test_several_are_named(self) -> None:
        younger = incident("Carbon", opened_at=NOW - timedelta(minutes=2))
        found = said(
            HeadlineRule.INCIDENTS,
            breaker("Weather", OPEN),
            breaker("Carbon", OPEN),
            incidents=(incident(), younger),
        )
        assert found.sentence == "2 incidents open: Weather and Carbon, the first for 22 min"

    def test_the_first_of_several_is_at_least_so_old_where_nobody_saw_it_open(self) -> None:
        younger = incident("Carbon", opened_at=NOW - timedelta(minutes=2))
        unseen = incident(seen_opening=False)
        states = breaker("Weather", OPEN), breaker("Carbon", OPEN)
        found = said(HeadlineRule.INCIDENTS, *states, incidents=(unseen, younger))
        assert found.sentence.endswith("the first for at least 22 min")

    def test_one_that_nobody_watches_any_more_was_open(self) -> None:
        found = said(
            HeadlineRule.INCIDENTS,
            up(),
            breaker("Weather", OPEN, LONG_AGO),
            incidents=(incident(),),
        )
        assert (found.state, found.sentence) == (
            State.STALE,
            "No new data of what was open: Weather",
        )

    def test_what_is_not_watched_may_be_open_unseen(self) -> None:
        found = said(HeadlineRule.INCIDENTS, up(), breaker("Weather", CLOSED, LONG_AGO))
        assert (found.state, found.sentence) == (
            State.DEGRADED,
            "No incident is known to be open",
        )

    def test_one_that_is_no_breaker_has_its_title(self) -> None:
        lost = incident(
            subject=key("source.lost"), title="Source lost: A", severity=Severity.DEGRADED
        )
        found = said(HeadlineRule.INCIDENTS, up(), incidents=(lost,))
        assert (found.state, found.sentence) == (
            State.DEGRADED,
            "1 incident open: Source lost: A, for 22 min",
        )


class TestSources:
    def test_all_answer(self) -> None:
        found = said(HeadlineRule.SOURCES, up(), sources=(source("a"), source("b")))
        assert found.sentence == "All connected sources are answering"
        assert found.detail == "1 of 18 groups of figures has a source."

    @pytest.mark.parametrize(
        ("others", "state", "sentence"),
        [
            ((), State.STALE, "Source A does not answer"),
            ((source("b"),), State.DEGRADED, "1 of 2 sources does not answer: Source A"),
        ],
    )
    def test_one_does_not(
        self, others: tuple[SourceStatus, ...], state: State, sentence: str
    ) -> None:
        found = said(HeadlineRule.SOURCES, sources=(source("a", problem=OFFLINE), *others))
        assert (found.state, found.sentence) == (state, sentence)
        assert found.detail.startswith("Source A: nothing listens there. Check the address.")

    def test_some_answer_in_part(self) -> None:
        partly = msgspec.structs.replace(
            source("a"), partial=("Requests: partial, errors.rate failed: 422.", "Another.")
        )
        found = said(HeadlineRule.SOURCES, up(), sources=(partly, source("b")))
        assert (found.state, found.sentence) == (State.DEGRADED, "Source A answers in part")
        assert found.detail == (
            "Requests: partial, errors.rate failed: 422. 1 of 18 groups of figures has a source."
        )
        assert found.actions == ("retry",)

    def test_one_has_not_answered_yet(self) -> None:
        found = said(HeadlineRule.SOURCES, sources=(source("a"), source("b", answered=None)))
        assert (found.state, found.sentence) == (State.NO_SOURCE, "Connecting to Source B")


def test_a_page_of_figures_speaks_of_its_own_alone() -> None:
    panel = Panel(kind=PanelKind.ROWS, title="Mine", metrics=("errors.rate",))
    page = Page(id="mine", title="Mine", order=99, headline=HeadlineRule.FIGURES, panel=(panel,))
    bad = reading("errors.rate", 50.0)
    down = reading("component.instances_up", 0.0, component="Cart")
    board = shown([bad, down])
    assert "rror rate" in of_page(page, board, NOW).sentence
    assert "Cart" not in of_page(page, board, NOW).sentence
    other = msgspec.structs.replace(
        page, panel=(msgspec.structs.replace(panel, metrics=("logs.volume",)),)
    )
    assert "50" not in of_page(other, board, NOW).sentence


def test_a_page_of_what_it_is_worth_does_not_deny_the_figures_that_it_shows() -> None:
    panel = Panel(kind=PanelKind.FIGURE, title="Depth", metrics=("queue.depth",))
    page = Page(id="mine", title="Mine", order=99, headline=HeadlineRule.VALUE, panel=(panel,))
    unheard = shown((up(),))
    assert of_page(page, unheard, NOW).sentence == "No source tells what it is worth"
    known = shown((up(), reading("queue.depth", 7.0)))
    assert of_page(page, known, NOW).sentence == "No figure is beyond its threshold"
    worth = shown((up(), reading("queue.depth", 7.0), reading("cost.net_savings", 5.0)))
    assert of_page(page, worth, NOW).sentence == "$5 net savings per month"
