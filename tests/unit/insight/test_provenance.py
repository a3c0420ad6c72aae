from __future__ import annotations

import msgspec
from support import boards, dashboard
from support.boards import NOW
from support.readings import reading

from opsdesk.insight.provenance import (
    Absence,
    Provenance,
    absent,
    provenance,
    shown_on,
    source_text,
)
from opsdesk.insight.verdict import State
from opsdesk.model.page import HeadlineRule, Page, Panel, PanelKind, Place
from opsdesk.model.reading import Origin

PAGES = (
    Page(
        id="first",
        title="First",
        order=1,
        headline=HeadlineRule.SYSTEM,
        panel=(
            Panel(kind=PanelKind.ROWS, title="A", metrics=("errors.rate", "logs.volume")),
            Panel(kind=PanelKind.BREAKER_CELLS, title="B"),
        ),
    ),
    Page(
        id="second",
        title="Second",
        order=2,
        headline=HeadlineRule.SYSTEM,
        panel=(
            Panel(
                kind=PanelKind.FIGURE,
                title="C",
                metrics=("latency.quantile",),
                beside=("errors.rate",),
                places=(Place.WINDOW,),
            ),
        ),
    ),
)


def of(found: tuple[Provenance, ...], section: str) -> Provenance:
    return next(row for row in found if row.section == section)


def test_a_metric_is_on_the_pages_whose_panels_name_it() -> None:
    shown = shown_on(PAGES)
    assert shown.on("errors.rate") == ("First", "Second")
    assert shown.on("breaker.last_reset") == ("First",)
    assert shown.on("cost.roi") == ()
    assert shown_on(PAGES, Place.REPORT).on("errors.rate") == ("First",)


def test_a_section_tells_kind_source_and_oldest() -> None:
    board = dashboard.whole()
    found = of(provenance(board, shown_on(PAGES), NOW), "Error rates")
    assert (found.state, found.origins, found.sources) == (
        State.OK,
        (Origin.MEASURED,),
        ("Production metrics",),
    )
    assert found.oldest is not None
    assert found.oldest.key.metric == "errors.rate"
    assert found.pages == ("First", "Second")


def test_every_section_stands_once() -> None:
    board = dashboard.whole()
    sections = [row.section for row in provenance(board, shown_on(PAGES), NOW)]
    assert sorted(sections) == sorted({metric.section for metric in board.catalogue.values()})


def test_problems_stand_first_and_what_has_no_source_last() -> None:
    found = provenance(boards.stale(), shown_on(PAGES), NOW)
    states = [row.state for row in found]
    first_fresh = states.index(State.NO_SOURCE)
    assert set(states[:first_fresh]) == {State.STALE}
    assert set(states[first_fresh:]) == {State.NO_SOURCE}
    stale = of(found, "Circuit breakers")
    assert stale.stale == stale.number > 0


def test_what_is_shown_and_not_supplied_is_missing() -> None:
    board = boards.normal()
    shown = shown_on(PAGES)
    assert absent(board, shown) == (Absence("Log volume", ("First",)),)
    logs = of(provenance(board, shown, NOW), "Logs")
    assert (logs.state, len(logs.missing), logs.oldest) == (State.NO_SOURCE, 1, None)
    assert absent(dashboard.whole(), shown) == ()


def test_what_is_expected_though_nobody_says_how_it_is_now_is_missing() -> None:
    alone = Panel(
        kind=PanelKind.FORECAST, title="Automation rate", metrics=("projection.automation_rate",)
    )
    both = Panel(
        kind=PanelKind.FORECAST, title="Errors", metrics=("projection.error_rate", "errors.rate")
    )
    page = msgspec.structs.replace(PAGES[0], panel=(alone, both))
    found = absent(dashboard.whole(), shown_on((page,)))
    assert found == (Absence("Automation rate, current", ("First",)),)
    nowhere = msgspec.structs.replace(page, places=(Place.WALL,))
    assert absent(dashboard.whole(), shown_on((nowhere,))) == ()
    # Without the expectation, that is what is missing.
    assert len(absent(boards.normal(), shown_on((page,)))) == 2


def test_what_is_counted_and_not_named_is_missing() -> None:
    panel = Panel(kind=PanelKind.RISKS, title="Risks", metrics=("runbook.low_success",))
    shown = shown_on((msgspec.structs.replace(PAGES[0], panel=(panel,)),))
    found = absent(dashboard.whole(), shown)
    assert found == (Absence("Runbooks below 80 % success: names", ("First",)),)
    named = tuple(
        reading("runbook.run_success_rate", rate, at=NOW, runbook=name)
        for name, rate in (("A", 70.0), ("B", 79.0))
    )
    board = dashboard.whole(but={"runbook.run_success_rate": named})
    assert absent(board, shown) == ()
    # A page that does not show the number misses no names.
    assert absent(dashboard.whole(), shown_on(PAGES)) == ()


def test_in_short_a_section_of_which_nothing_is_supplied_stands_for_its_figures() -> None:
    costs = ("cost.savings_total", "cost.net_savings", "cost.roi")
    panel = Panel(kind=PanelKind.ROWS, title="A", metrics=("logs.volume", "errors.rate", *costs))
    shown = shown_on((msgspec.structs.replace(PAGES[0], panel=(panel,)),))
    found = absent(boards.normal(), shown, in_short=True)
    assert found == (
        Absence("Log volume", ("First",)),
        Absence("Cost impact", ("First",), 3),
    )
    # Where a part of it is there, the others are named.
    board = boards.board_of([reading("cost.roi", 400.0), reading("errors.rate", 0.1)])
    names = [one.name for one in absent(board, shown, in_short=True)]
    assert names == ["Log volume", "Total savings", "Net savings"]


def test_what_opsdesk_computes_is_said_to_be() -> None:
    found = of(provenance(boards.normal(), shown_on(PAGES), NOW), "System health")
    assert (found.sources, source_text(found.sources)) == (
        ("", "Production metrics"),
        "Production metrics",
    )
    assert (source_text(("",)), source_text(())) == ("computed here", "")
