"""What the state of the system must be and why, example by example."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from support.readings import breaker, reading
from support.systems import CATALOGUE, LONG_AGO, NO_LINK, SILENT, board, breakers, source, up, whole

from opsdesk.insight.board import Board
from opsdesk.insight.verdict import State
from opsdesk.model.metric import Impact
from opsdesk.model.reading import BreakerState

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
UNKNOWN, DISABLED = BreakerState.UNKNOWN, BreakerState.DISABLED
SEVEN = (CLOSED,) * 7

VITAL = {
    **CATALOGUE,
    "breaker.state": msgspec.structs.replace(
        CATALOGUE["breaker.state"],
        impacts={"A": Impact.PRIMARY, "B": Impact.COMPONENT, "C": Impact.OUTSIDE},
    ),
}
LOST = source("b", answered=LONG_AGO, problem=SILENT)


class Example(NamedTuple):
    """A system, its state, and why it has it."""

    name: str
    board: Board
    state: State
    reasons: tuple[str, ...] = ()


KNOWN = [
    Example("all is well", whole(up(), *breakers(*SEVEN)), State.OK),
    Example("breakers alone", board(*breakers(CLOSED)), State.OK),
    Example("components alone", board(up()), State.OK),
    Example("one of several is unknown", board(*breakers(CLOSED, UNKNOWN)), State.OK),
    Example(
        "an outside breaker is open",
        board(up(), *breakers(OPEN, *SEVEN)),
        State.DEGRADED,
        ("1 breaker is open",),
    ),
    Example(
        "the primary store is open",
        board(up(), *breakers(OPEN, *SEVEN), catalogue=VITAL),
        State.CRITICAL,
        ("A is open",),
    ),
    Example(
        "a component of ours and others are open",
        board(up(), *breakers(CLOSED, OPEN, OPEN, *SEVEN, *SEVEN), catalogue=VITAL),
        State.CRITICAL,
        ("B is open", "1 other breaker is open"),
    ),
    Example(
        "what is said to be outside is open",
        board(up(), *breakers(CLOSED, CLOSED, OPEN, *SEVEN), catalogue=VITAL),
        State.DEGRADED,
        ("1 breaker is open",),
    ),
    Example(
        "the primary store is tested",
        board(up(), *breakers(HALF_OPEN, *SEVEN), catalogue=VITAL),
        State.DEGRADED,
        ("1 breaker is half-open",),
    ),
    Example(
        "forced open is open",
        board(up(), *breakers(BreakerState.FORCED_OPEN, *SEVEN)),
        State.DEGRADED,
        ("1 breaker is open",),
    ),
    Example(
        "half-open",
        board(up(), *breakers(HALF_OPEN, *SEVEN)),
        State.DEGRADED,
        ("1 breaker is half-open",),
    ),
    Example(
        "one of three is one ailing dependency",
        board(*breakers(OPEN, CLOSED, CLOSED)),
        State.DEGRADED,
        ("1 breaker is open",),
    ),
    Example(
        "a quarter of all, and at least two",
        board(*breakers(OPEN, OPEN, *SEVEN[:6])),
        State.CRITICAL,
        ("2 breakers are open",),
    ),
    Example(
        "less than a quarter",
        board(*breakers(OPEN, OPEN, *SEVEN)),
        State.DEGRADED,
        ("2 breakers are open",),
    ),
    Example("a component is down", board(up(percent=0.0)), State.CRITICAL, ("API is down",)),
    Example(
        "two are down, one partly",
        board(up("A", 0.0), up("B", 50.0), up("C", 0.0)),
        State.CRITICAL,
        ("A and C are down", "B is partly down"),
    ),
    Example(
        "a component without a name",
        board(reading("component.instances_up", 0.0)),
        State.CRITICAL,
        ("the system is down",),
    ),
    Example("partly down", board(up(percent=50.0)), State.DEGRADED, ("API is partly down",)),
    Example(
        "how much of it is down",
        board(up(percent=50.0, note="1 of 2 instances")),
        State.DEGRADED,
        ("API is partly down (1 of 2 instances)",),
    ),
    Example(
        "the reported health is low",
        board(up(), reading("health.score", 90.0)),
        State.DEGRADED,
        ("the health score is 90 %",),
    ),
    Example(
        "the reported health is critical",
        board(up(), reading("health.score", 78.4)),
        State.CRITICAL,
        ("the health score is 78.4 %",),
    ),
    Example(
        "the health alone is critical, and comes before what is degraded",
        board(up("A", 50.0), *breakers(OPEN, *SEVEN), reading("health.score", 70.0)),
        State.CRITICAL,
        ("the health score is 70 %", "1 breaker is open", "A is partly down"),
    ),
    Example(
        "errors",
        board(up(), reading("errors.rate", 1.0)),
        State.DEGRADED,
        ("the error rate is 1 %",),
    ),
    Example(
        "many errors",
        board(up(), reading("errors.rate", 12.0)),
        State.CRITICAL,
        ("the error rate is 12 %",),
    ),
    Example(
        "errors of one system",
        board(up(), reading("errors.rate", 12, system="shop")),
        State.CRITICAL,
        ("the error rate of shop is 12 %",),
    ),
    Example(
        "errors of several systems",
        board(up(), *(reading("errors.rate", 12.0, system=name) for name in "ABCD")),
        State.CRITICAL,
        ("the error rate of A, B and 2 more is critical",),
    ),
    Example(
        "errors of one system and of all",
        board(up(), reading("errors.rate", 2.0), reading("errors.rate", 3.0, system="shop")),
        State.DEGRADED,
        ("the error rate is degraded",),
    ),
    Example(
        "causes come before what follows from them",
        whole(up(percent=0.0), *breakers(OPEN, HALF_OPEN, CLOSED)),
        State.CRITICAL,
        (
            "API is down",
            "1 breaker is open",
            "1 breaker is half-open",
            "the health score is 14.3 %",
        ),
    ),
]
NOT_KNOWN = [
    Example("no source", board(up(), sources=()), State.NO_SOURCE, ("no source is connected",)),
    Example(
        "the first answer is awaited",
        board(sources=(source(answered=None),)),
        State.NO_SOURCE,
        ("no breaker or component tells its state",),
    ),
    Example(
        "connected, but nothing is recognised",
        board(reading("latency.quantile", 100.0, quantile="0.95")),
        State.NO_SOURCE,
        ("no breaker or component tells its state",),
    ),
    Example(
        "nothing has been counted yet",
        board(*breakers(UNKNOWN, UNKNOWN)),
        State.NO_SOURCE,
        ("no breaker or component tells its state",),
    ),
    Example(
        "breakers that are switched off show nothing",
        board(*breakers(DISABLED, UNKNOWN)),
        State.NO_SOURCE,
        ("no breaker or component tells its state",),
    ),
    Example(
        "a component without a figure",
        board(up(percent=None), up("B", float("nan"))),
        State.NO_SOURCE,
        ("no breaker or component tells its state",),
    ),
    Example(
        "an old open breaker is neither critical nor green",
        board(*breakers(OPEN, OPEN, CLOSED, at=LONG_AGO)),
        State.STALE,
        ("no new data of A, B and C",),
    ),
    Example(
        "an old component that was down, and nothing else",
        board(up(percent=0.0, at=LONG_AGO)),
        State.STALE,
        ("no new data of API",),
    ),
    Example(
        "one component of many is gone",
        board(up(percent=0.0, at=LONG_AGO), *breakers(CLOSED)),
        State.DEGRADED,
        ("no new data of API",),
    ),
    Example(
        "one breaker of many is gone",
        board(breaker("Z", CLOSED, LONG_AGO), *breakers(*SEVEN)),
        State.DEGRADED,
        ("no new data of Z",),
    ),
    Example(
        "old components come before old breakers, and the rest is counted",
        board(
            up(at=LONG_AGO),
            reading("component.instances_up", 100.0, LONG_AGO),
            *breakers(CLOSED, CLOSED, at=LONG_AGO),
        ),
        State.STALE,
        ("no new data of API, the system and 2 more",),
    ),
    Example(
        "the source is lost",
        board(up(), sources=(source(answered=LONG_AGO, problem=SILENT),)),
        State.STALE,
        ("Source A does not answer",),
    ),
    Example(
        "the source has never answered",
        board(sources=(source(answered=None, problem=SILENT),)),
        State.STALE,
        ("Source A does not answer",),
    ),
    Example(
        "two of three sources are lost",
        board(up(), sources=(source(), LOST, msgspec.structs.replace(LOST, id="c", title="C"))),
        State.DEGRADED,
        ("Source B and C do not answer",),
    ),
    Example(
        "one of two sources is lost, and with it all that was watched",
        board(reading("latency.quantile", 1.0), up(at=LONG_AGO), sources=(source(), LOST)),
        State.STALE,
        ("Source B does not answer",),
    ),
    Example(
        "all sources are lost while figures are still fresh",
        board(
            up(),
            sources=(source(answered=None, problem=SILENT), LOST),
        ),
        State.STALE,
        ("Source A and Source B do not answer",),
    ),
    Example(
        "the only source has failed twice while its figures are still fresh",
        board(up(), sources=(msgspec.structs.replace(source(problem=SILENT), failures=2),)),
        State.STALE,
        ("Source A does not answer",),
    ),
    Example(
        "offline",
        board(up(), sources=(source(problem=NO_LINK), source("b", problem=NO_LINK))),
        State.OFFLINE,
        ("this computer has no connection",),
    ),
    Example(
        "paused",
        board(*breakers(OPEN), paused=True),
        State.PAUSED,
        ("updates are paused",),
    ),
]
BOTH = [
    Example(
        "one failed poll while the figures are still fresh is no news",
        board(up(), *breakers(*SEVEN), sources=(source(problem=SILENT),)),
        State.OK,
    ),
    Example(
        "a local source goes on when the link is down",
        board(up(), sources=(source(), source("b", problem=NO_LINK))),
        State.OK,
    ),
    Example(
        "a lost source does not hide what is critical elsewhere",
        board(up(percent=0.0), sources=(source(), LOST)),
        State.CRITICAL,
        ("API is down", "Source B does not answer"),
    ),
    Example(
        "what is fresh and wrong is still said when the link has just gone",
        board(*breakers(OPEN, CLOSED), sources=(source(problem=NO_LINK),)),
        State.DEGRADED,
        ("1 breaker is open", "this computer has no connection"),
    ),
    Example(
        "old breakers do not count among those that are open",
        board(breaker("A", OPEN), *(breaker(n, OPEN, LONG_AGO) for n in "BCD")),
        State.DEGRADED,
        ("1 breaker is open", "no new data of B, C and D"),
    ),
    Example(
        "errors are known, nothing else is",
        board(reading("errors.rate", 50.0)),
        State.CRITICAL,
        ("the error rate is 50 %", "no breaker or component tells its state"),
    ),
]
