"""What a panel wants to know of the past. Pure: equal boards ask equal questions, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from math import ceil
from typing import NamedTuple

from opsdesk.insight.board import Board
from opsdesk.insight.derive import BREAKER_STATE
from opsdesk.model.key import Key
from opsdesk.model.page import Page, Panel, PanelKind
from opsdesk.model.reading import BreakerState, Origin, Reading
from opsdesk.model.series import SeriesQuery
from opsdesk.model.snapshot import Incident

#: as many points are drawn as can be told apart on a chart of a card's width
POINTS = 240
#: so many breakers have their strips drawn
STRIPS = 50
_STRIP_STEP, _STRIP_POINTS = 60.0, 1_440
# Seconds between two times that a chart asks for the same, at least.
_LEAST_WAIT = 5.0
#: seconds ahead for which figures are forecast
HORIZON = 30 * 86_400.0

_STRIPS = (
    PanelKind.BREAKER_CELLS,
    PanelKind.BREAKER_TABLE,
    PanelKind.TIMELINE,
    PanelKind.RISKS,
)
#: seconds before and after an incident that are looked at
AROUND = 1_800.0
#: seconds before its opening that tell how figures usually move, and from then on in which they
#: may have moved
USUAL, MOVING = 10_800.0, 3_600.0
# So many figures are looked at, a point a minute; what runs is asked for anew after so long.
_FIGURES, _MINUTE, _ANEW = 120, 60.0, 300.0
_OVER_TIME = (Origin.MEASURED, Origin.DERIVED, Origin.OBSERVED)

# What the metrics of breakers begin with.
_BREAKERS = BREAKER_STATE.partition(".")[0] + "."
# These show of each metric what carries their labels; the first all of its metrics.
_OF_FIGURES = (PanelKind.FIGURES, PanelKind.HERO, PanelKind.FIGURE)


class Asked(NamedTuple):
    """When a question was asked, in Unix time, and in which states its breakers were then."""

    at: float
    states: tuple[BreakerState, ...]


def asked_of(query: SeriesQuery, board: Board, at: float) -> Asked:
    """Return what is to be known of a question that is asked."""
    found = (board.breaker_of.get(key) for key in query.keys)
    return Asked(at, tuple(breaker.state for breaker in found if breaker is not None))


def could_show_more(query: SeriesQuery, before: Asked | None, now: Asked) -> bool:
    """Tell whether a chart that asked before could show more: half a point, or another state.

    States are known more finely than they are drawn. A board tells the present one alone: what was
    open between two answers would be seen until it closes, and then no more.
    """
    if before is None:
        return True
    waited = now.at - before.at
    if waited < max(_LEAST_WAIT, query.step / 2):
        return False
    return waited >= query.window / POINTS / 2 or now.states != before.states


def of_pages(pages: Iterable[Page], board: Board) -> tuple[SeriesQuery, ...]:
    """Return what all panels of some pages want to know, each question once."""
    panels = (panel for page in pages for panel in page.panel)
    return tuple(dict.fromkeys(query for panel in panels for query in of_panel(panel, board)))


def of_panel(panel: Panel, board: Board) -> tuple[SeriesQuery, ...]:
    """Return what a panel wants to know; nothing where it draws no past."""
    if not panel.window:
        return ()
    if panel.kind in _STRIPS:
        step = panel.step or max(_STRIP_STEP, panel.window / _STRIP_POINTS)
        keys = tuple(sorted(_lately_changed(board), key=str))
        return (SeriesQuery(keys=keys, window=panel.window, step=step),) if keys else ()
    if panel.kind is PanelKind.FORECAST:
        return _ahead(panel, panel.metrics[1:2] or panel.beside[:1], board)
    if panel.kind is PanelKind.RECORD:
        return _ahead(panel, panel.metrics, board)
    return _of_lines(panel, board)


def _lately_changed(board: Board) -> list[Key]:
    """Return the breakers whose strips are drawn: those of incidents first, then the worst."""
    subjects = {incident.subject for incident in board.snapshot.incidents}
    keys = board.breaker_of.keys()
    first = [key for key in keys if key in subjects] if subjects else []
    return [*dict.fromkeys((*first, *islice(keys, STRIPS)))][:STRIPS]


def _of_lines(panel: Panel, board: Board) -> tuple[SeriesQuery, ...]:
    keys = _keys(panel.metrics if panel.kind is PanelKind.FIGURES else panel.metrics[:1], board)
    if panel.kind in _OF_FIGURES:
        keys = [key for key in keys if carries(key, panel)]
    lines = _asked(panel, keys)
    return (*lines, *_asked(panel, keys, panel.baseline)) if panel.baseline else lines


def _ahead(panel: Panel, metrics: Sequence[str], board: Board) -> tuple[SeriesQuery, ...]:
    """Return a question for each figure, for each is forecast on its own."""
    return tuple(
        SeriesQuery(keys=(key,), window=panel.window, step=_step(panel), horizon=HORIZON)
        for key in _keys(metrics, board)
    )


def _asked(panel: Panel, keys: Sequence[Key], baseline: str = "") -> tuple[SeriesQuery, ...]:
    if not keys:
        return ()
    query = SeriesQuery(
        keys=tuple(keys),
        window=panel.window,
        step=_step(panel),
        baseline=baseline,
        usual=panel.usual and not baseline,
    )
    return (query,)


def _keys(metrics: Sequence[str], board: Board) -> list[Key]:
    found = (reading.key for metric in metrics for reading in board.by_metric.get(metric, ()))
    return sorted(found, key=str)


def _step(panel: Panel) -> float:
    return panel.step or panel.window / POINTS


def carries(key: Key, panel: Panel) -> bool:
    """Tell whether no label of a key is another than a panel asks for."""
    return all(key.label(name) in ("", value) for name, value in panel.labels.items())


def of_incident(incident: Incident, board: Board) -> tuple[SeriesQuery, ...]:
    """Return what is to be known around an incident: how its subject went, and all figures then.

    The subject from half an hour before it opened to half an hour after it ended; the figures from
    three hours before to an hour after its opening.
    """
    opened, now = incident.opened_at.timestamp(), board.snapshot.at.timestamp()
    start, end = opened - AROUND, now
    if incident.closed_at is not None:
        end = incident.closed_at.timestamp() + AROUND
    course = _between((incident.subject,), start, end, now, POINTS * 2)
    figures = _figures(incident, board)
    if not figures:
        return (course,)
    return course, _between(figures, opened - USUAL, min(end, opened + MOVING), now, POINTS)


def _between(
    keys: tuple[Key, ...], start: float, end: float, now: float, points: int
) -> SeriesQuery:
    """Ask for a range; one that reaches up to now stays the same question for a while."""
    passed = end < now
    window = end - start if passed else ceil((now - start) / _ANEW) * _ANEW
    step = max(_MINUTE / 2 if len(keys) == 1 else _MINUTE, window / points)
    return SeriesQuery(keys=keys, window=window, step=step, until=end if passed else 0.0)


def _figures(incident: Incident, board: Board) -> tuple[Key, ...]:
    """Return the figures that may move: of the same thing first, breakers of other things not."""
    own = set(incident.subject.labels)

    def is_wanted(reading: Reading) -> bool:
        key = reading.key
        others = key.metric.startswith(_BREAKERS) and key.labels != incident.subject.labels
        return (
            reading.number is not None
            and reading.origin in _OVER_TIME
            and key != incident.subject
            and not others
        )

    found = [reading.key for reading in board.snapshot.readings.values() if is_wanted(reading)]
    found.sort(key=lambda key: (own.isdisjoint(key.labels), str(key)))
    return tuple(found[:_FIGURES])
