"""Panels of sentences on a wall."""

from __future__ import annotations

from opsdesk.catalogue.language import tr
from opsdesk.insight.captions import absence
from opsdesk.insight.phrases import capital
from opsdesk.insight.risks import disagreeing, is_risk, risk_text
from opsdesk.insight.slides.blocks import Block, Line, Words
from opsdesk.insight.slides.panels import Seen, metric_of, readings_of, title_of
from opsdesk.insight.slides.rows import nothing
from opsdesk.insight.verdict import State
from opsdesk.insight.words import value_text
from opsdesk.model.page import Panel


def risks(panel: Panel, seen: Seen) -> Block:
    """Return what needs attention; that nothing does is said too."""
    board = seen.board
    found = [r for metric in panel.metrics for r in board.by_metric.get(metric, ())]
    fresh = [reading for reading in found if not seen.is_stale(reading)]
    said = [
        Line(name=risk_text(r, board.metric(r.key.metric), seen.now), state=State.DEGRADED)
        for r in fresh
        if is_risk(r)
    ]
    if board.snapshot.findings:
        said.append(Line(name=disagreeing(len(board.snapshot.findings))))
    if not said and fresh:
        said.append(Line(name=capital(tr("no risk is known")), state=State.OK))
    elif not said:
        said.append(Line(name=capital(absence(board)), state=State.NO_SOURCE))
    return Words(title=title_of(panel, seen), sentences=tuple(said))


def texts(panel: Panel, seen: Seen) -> Block:
    """Return each key of the first metric as a sentence."""
    metric = metric_of(panel, seen)
    said = [
        Line(name=value_text(reading, metric, seen.now), stale=seen.is_stale(reading))
        for reading in readings_of(panel, seen)
    ]
    return Words(title=title_of(panel, seen), sentences=tuple(said) or (nothing(seen),))
