"""The sentences that open the pages of figures: how fast, how well, and what is ahead.

Each says what is known now. A figure that is old is not told; where all are, that is the story.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from opsdesk.catalogue.language import tr, trn
from opsdesk.insight.board import Board, level_of
from opsdesk.insight.knowing import Headline
from opsdesk.insight.phrases import capital, opening, sentences
from opsdesk.insight.risks import GROWTH, LOW_SUCCESS, RISKS, is_risk, risk_text, risks
from opsdesk.insight.telling import fresh, greatest, nothing, text_of, told
from opsdesk.insight.verdict import State, verdict
from opsdesk.insight.words import interval_text
from opsdesk.model.reading import Reading

_P95 = {"quantile": "0.95"}
_DAY = 86_400.0


def performance(board: Board, now: datetime) -> Headline:
    """Say how fast the system answers, and where the time goes."""
    return told(board, now, _performance)


def operations(board: Board, now: datetime) -> Headline:
    """Say how the runbooks did."""
    return told(board, now, _operations)


def outlook(board: Board, now: datetime) -> Headline:
    """Say what needs attention in the time to come."""
    return told(board, now, _outlook)


def figures(board: Board, now: datetime, metrics: Collection[str] = ()) -> Headline:
    """Say which figures are beyond their thresholds: of some metrics, or of all there are."""
    return told(board, now, partial(_figures, metrics=metrics or board.by_metric))


def _performance(board: Board, now: datetime) -> Headline:
    times = fresh(board, "latency.quantile", now, **_P95)
    rates = fresh(board, "errors.rate", now)
    if not times and not rates:
        return nothing(
            board,
            ("latency.quantile", "errors.rate"),
            now,
            none=tr("No source gives response times or error rates"),
            old=tr("No new response times and error rates"),
        )
    # Of several systems the worst is told.
    slow, bad = greatest(times), greatest(rates)
    state = _state(board, [reading for reading in (bad, slow) if reading is not None])
    error = tr("Error rate {figure}", figure=text_of(bad, board, now))
    time = tr("Response time p95 {figure}", figure=text_of(slow, board, now))
    if slow is None:
        sentence = error
    elif bad is None or state is State.OK:
        sentence = time
    else:
        sentence = tr(
            "Error rate {rate}, response time p95 {time}",
            rate=text_of(bad, board, now),
            time=text_of(slow, board, now),
        )
    return Headline(state=state, sentence=sentence, detail=sentences(_where_time_goes(board, now)))


def _where_time_goes(board: Board, now: datetime) -> list[str]:
    largest = greatest(fresh(board, "trace.latency_share", now))
    slowest = greatest(fresh(board, "trace.path_mean", now))
    said = []
    if largest is not None:
        said.append(
            tr(
                "The largest share of latency is in {layer}, {share}",
                layer=largest.key.label("layer"),
                share=text_of(largest, board, now),
            )
        )
    if slowest is not None:
        said.append(
            tr(
                "The slowest common path is {path}, {time} on average",
                path=slowest.key.label("path"),
                time=text_of(slowest, board, now),
            )
        )
    return said


def _operations(board: Board, now: datetime) -> Headline:
    ran = _executions(board, now)
    low = [reading for reading in fresh(board, LOW_SUCCESS, now) if is_risk(reading)]
    growth = [reading for reading in fresh(board, GROWTH, now) if is_risk(reading)]
    growing = [risk_text(reading, board.metric(GROWTH), now) for reading in growth]
    if low:
        words = risk_text(low[0], board.metric(LOW_SUCCESS), now)
        return Headline(state=State.DEGRADED, sentence=words, detail=sentences([*ran, *growing]))
    if ran:
        return Headline(state=State.OK, sentence=ran[0], detail=sentences([*ran[1:], *growing]))
    volume = greatest(fresh(board, "logs.volume", now))
    if volume is not None:
        said = tr("Log volume {figure}", figure=text_of(volume, board, now))
        return Headline(state=State.OK, sentence=said, detail=sentences(growing))
    return nothing(
        board,
        ("runbook.executions", "logs.volume"),
        now,
        none=tr("No source tells of runbooks or logs"),
        old=tr("No new figures of runbooks and logs"),
    )


def _executions(board: Board, now: datetime) -> list[str]:
    """Say how often runbooks ran, and what came of it, as sentences without a full stop."""
    ran = greatest(fresh(board, "runbook.executions", now))
    success = greatest(fresh(board, "runbook.success_rate", now))
    handed = greatest(fresh(board, "runbook.escalations", now))
    if ran is None:
        return []
    executions = _executions_text(ran, board, now)
    if success is None or handed is None:
        rate = text_of(success, board, now)
        return [executions, *([tr("{rate} successful", rate=rate)] if success else [])]
    return [
        tr(
            "{executions}, {rate} of them successful, {handed} handed to a person",
            executions=executions,
            rate=text_of(success, board, now),
            handed=text_of(handed, board, now),
        )
    ]


def _executions_text(ran: Reading, board: Board, now: datetime) -> str:
    number = text_of(ran, board, now)
    window = ran.window
    if not window:
        return tr("{number} runbook executions", number=number)
    if window % _DAY == 0 and window > _DAY:
        days = round(window / _DAY)
        return trn(
            "{executions} executions in {number} day",
            "{executions} executions in {number} days",
            days,
            executions=number,
        )
    interval = interval_text(window)
    return tr("{executions} executions in {interval}", executions=number, interval=interval)


def _outlook(board: Board, now: datetime) -> Headline:
    found = risks(board, now)
    said = [risk_text(reading, board.metric(reading.key.metric), now) for reading in found]
    findings = len(board.snapshot.findings)
    if findings:
        said.append(
            trn(
                "In {number} place figures contradict one another",
                "In {number} places figures contradict one another",
                findings,
            )
        )
    if found:
        sentence = trn("{number} risk needs attention", "{number} risks need attention", len(found))
        return Headline(state=State.DEGRADED, sentence=sentence, detail=sentences(said))
    if any(fresh(board, metric, now) for metric in RISKS):
        return Headline(state=State.OK, sentence=tr("No risk is known"), detail=sentences(said))
    return nothing(
        board,
        RISKS,
        now,
        none=tr("No source tells of risks"),
        old=tr("No new figures of risks"),
    )


def _figures(board: Board, now: datetime, metrics: Collection[str]) -> Headline:
    limited = {m.id for m in board.catalogue.values() if (m.degraded, m.critical) != (None, None)}
    found = verdict(board, now).causes
    causes = [cause for cause in found if cause.metric in limited and cause.metric in metrics]
    crossed = [r for cause in causes for r in board.by_metric[cause.metric]]
    if causes:
        first, *others = [opening(cause) for cause in causes]
        state = _state(board, [r for r in crossed if not board.is_stale(r, now)])
        return Headline(state=state, sentence=capital(first), detail=sentences(others))
    known = [reading for metric in metrics for reading in board.by_metric.get(metric, ())]
    if all(board.is_stale(reading, now) for reading in known):
        return nothing(
            board,
            tuple(metrics),
            now,
            none=tr("No figure has a source"),
            old=tr("No new figures"),
        )
    return Headline(state=State.OK, sentence=tr("No figure is beyond its threshold"))


def _state(board: Board, readings: Sequence[Reading]) -> State:
    """Return the worst that thresholds say of these figures."""
    levels = [level_of(board.metric(reading.key.metric), reading) for reading in readings]
    if any(found.critical for found in levels):
        return State.CRITICAL
    return State.DEGRADED if any(found.degraded for found in levels) else State.OK
