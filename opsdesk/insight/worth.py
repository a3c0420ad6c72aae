"""The sentence that opens the page of what it is worth: money, and what has become better."""

from __future__ import annotations

from datetime import datetime

from opsdesk.catalogue.language import tr
from opsdesk.insight.board import Board
from opsdesk.insight.formula import Term
from opsdesk.insight.formula import text_of as amount_of
from opsdesk.insight.knowing import Headline
from opsdesk.insight.phrases import sentences
from opsdesk.insight.telling import fresh, greatest, nothing, text_of, told
from opsdesk.insight.verdict import State
from opsdesk.insight.words import inside, listing, metric_title
from opsdesk.model.reading import Reading

#: what is told of the time before, in this order, as far as it is known
_BEFORE_AND_AFTER = (
    "oncall.resolution_time",
    "oncall.false_alerts",
    "quality.rollbacks",
    "oncall.escalations",
    "quality.deploy_failures",
    "quality.bug_rate",
)
_TOLD = 3


def value(board: Board, now: datetime) -> Headline:
    """Say what it is worth."""
    return told(board, now, _value)


def _value(board: Board, now: datetime) -> Headline:
    net = greatest(fresh(board, "cost.net_savings", now))
    changed = _before_and_after(board, now)
    if net is not None:
        return _worth(net, board, now, changed)
    if changed:
        return Headline(state=State.OK, sentence=changed)
    return nothing(
        board,
        ("cost.net_savings", *_BEFORE_AND_AFTER),
        now,
        none=tr("No source tells what it is worth"),
        old=tr("No new figures of costs and savings"),
    )


def _worth(net: Reading, board: Board, now: datetime, changed: str) -> Headline:
    metric, number = board.catalogue[net.key.metric], net.number or 0.0
    amount = amount_of(Term(abs(number), metric))
    if number < 0:
        sentence = tr("{amount} spent per month beyond what is saved", amount=amount)
        return Headline(state=State.DEGRADED, sentence=sentence, detail=sentences([changed]))
    roi = greatest(fresh(board, "cost.roi", now))
    sentence = tr("{amount} net savings per month", amount=amount)
    if roi is not None:
        sentence = tr(
            "{amount} net savings per month, ROI {roi}",
            amount=amount,
            roi=text_of(roi, board, now),
        )
    return Headline(state=State.OK, sentence=sentence, detail=sentences([changed]))


def _before_and_after(board: Board, now: datetime) -> str:
    """Say what figures were and are, without a full stop; '' where nobody knows what was before."""
    known = [
        (reading, earlier)
        for metric in _BEFORE_AND_AFTER
        for reading in fresh(board, metric, now)
        if (earlier := board.baseline_of(reading)) is not None
    ][:_TOLD]
    parts: list[str] = []
    for reading, earlier in known:
        metric = board.metric(reading.key.metric)
        title = metric_title(metric, reading.key.metric)
        was, now_is = text_of(earlier, board, now), text_of(reading, board, now)
        if parts:
            said = tr(
                "{title} from {earlier} to {figure}",
                title=inside(title),
                earlier=was,
                figure=now_is,
            )
        else:
            said = tr(
                "{title} went from {earlier} to {figure}", title=title, earlier=was, figure=now_is
            )
        parts.append(said)
    return listing(parts)
