"""What a panel wants to know of the past. Pure: equal boards ask equal questions, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from opsdesk.insight.board import Board
from opsdesk.model.key import Key
from opsdesk.model.page import Page, Panel, PanelKind
from opsdesk.model.series import SeriesQuery

#: as many points are drawn as can be told apart on a chart of a card's width
POINTS = 240
#: so many breakers have their strips drawn
STRIPS = 50
_STRIP_STEP, _STRIP_POINTS = 60.0, 1_440
#: seconds ahead for which figures are forecast
HORIZON = 30 * 86_400.0

_STRIPS = (
    PanelKind.BREAKER_CELLS,
    PanelKind.BREAKER_TABLE,
    PanelKind.TIMELINE,
    PanelKind.RISKS,
)
_OF_ONE_FIGURE = (PanelKind.HERO, PanelKind.FIGURE)


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
    keys = _keys(panel.metrics[:1], board)
    if panel.kind in _OF_ONE_FIGURE:
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
