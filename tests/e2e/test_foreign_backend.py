"""A backend written in another language from the API's description alone drives OpsDesk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import Queue

import httpx
import pytest
from support.backend import Backend, backend
from support.processes import eventually, first_line, running

from opsdesk.catalogue import metrics
from opsdesk.engine.commands import AskSeries, Refresh
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.errors import ProblemKind
from opsdesk.model.key import key
from opsdesk.model.protocols import Notice
from opsdesk.model.reading import BreakerState
from opsdesk.model.series import SeriesFrame, SeriesQuery, SeriesRange
from opsdesk.model.snapshot import Snapshot
from opsdesk.sources import server
from opsdesk.sources.credentials import Credentials
from opsdesk.sources.server import Server

CATALOGUE = metrics.load()
PATIENCE = 20.0
TOKEN = "its-own-token"

PAYMENTS = key("breaker.state", {"breaker": "Payments"})
DEPTH = key("queue.depth", {"queue": "orders"})
P95 = key("latency.quantile", {"quantile": "0.95"})


class Desk:
    """An OpsDesk without its window: what its engine hands out."""

    def __init__(self) -> None:
        self.snapshots: Queue[Snapshot] = Queue()
        self.frames: Queue[SeriesFrame] = Queue()
        self.notices: list[Notice] = []
        self.engine: Engine

    async def resume(self) -> None:
        """Nothing stands from before."""

    async def show(self, notice: Notice) -> bool:
        """Be shown a notice."""
        self.notices.append(notice)
        return True

    async def withdraw(self, _notice_id: str) -> None:
        """Nothing is looked at."""

    async def close(self) -> None:
        """Have nothing to give back."""

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        """Refresh until a snapshot is as it should be."""
        while True:
            snapshot = self.snapshots.get(timeout=PATIENCE)
            if holds(snapshot):
                return snapshot
            self.engine.send(Refresh())


@contextmanager
def desk(at: Backend, token: str = "", kind: str = "auto") -> Iterator[Desk]:
    found = Desk()

    def build() -> Setting:
        backend = Server(
            id="foreign",
            title="Foreign",
            url=at.url,
            kind=kind,
            credentials=Credentials(token=token),
        )
        return Setting(
            sources=(server.source(backend, (), CATALOGUE),),
            catalogue=CATALOGUE,
            interval=3600.0,
            publish=found.snapshots.put,
            answer=found.frames.put,
            notifier=found,
        )

    found.engine = Engine(build)
    found.engine.start()
    try:
        yield found
    finally:
        found.engine.stop()


def has_answered(snapshot: Snapshot) -> bool:
    return snapshot.sources[0].last_success is not None


def test_its_figures_are_shown_as_ours_are() -> None:
    with backend(TOKEN) as service, desk(service, TOKEN) as opsdesk:
        snapshot = opsdesk.until(has_answered)
    assert snapshot.readings[PAYMENTS].value is BreakerState.CLOSED
    assert snapshot.readings[DEPTH].value == 17
    assert snapshot.metrics["queue.depth"].title == "Queue depth"
    assert snapshot.readings[P95].value == 291.0  # it speaks of seconds, the catalogue of ms
    assert snapshot.readings[P95].source == "foreign"
    assert snapshot.baselines[0].readings[DEPTH].value == 21
    assert "The queue has one worker." in [found.sentence for found in snapshot.findings]
    assert [(i.id, i.closed_at is None) for i in snapshot.incidents] == [("INC-1", False)]
    assert key("errors.rate") not in snapshot.readings
    assert any("errors.rate = 250" in note for note in snapshot.sources[0].notes)
    assert opsdesk.notices == []


def test_a_trip_is_told_once_under_its_own_id() -> None:
    with backend() as service, desk(service) as opsdesk:
        opsdesk.until(has_answered)
        service.move("open")
        opsdesk.engine.send(Refresh())
        tripped = opsdesk.until(lambda snapshot: len(snapshot.incidents) == 2)
        service.move("closed")
        opsdesk.engine.send(Refresh())
        healed = opsdesk.until(lambda snapshot: snapshot.incidents[-1].closed_at is not None)
    incident = tripped.incidents[-1]
    assert (incident.id, incident.trips, incident.seen_opening) == ("INC-2", 4, True)
    assert utc_now() - incident.opened_at > timedelta(seconds=4)
    assert [found.id for found in healed.incidents] == ["INC-1", "INC-2"]
    assert {notice.id for notice in opsdesk.notices} == {"INC-2"}


def test_its_past_is_drawn() -> None:
    query = SeriesQuery(keys=(DEPTH, PAYMENTS), window=600.0, step=60.0, horizon=86_400.0)
    with backend() as service, desk(service) as opsdesk:
        opsdesk.until(has_answered)
        opsdesk.engine.send(AskSeries((query,)))
        frame = opsdesk.frames.get(timeout=PATIENCE)
        end = utc_now().timestamp()
        wanted = SeriesRange(keys=(DEPTH,), start=end - 600.0, end=end, step=60.0)
        data = opsdesk.engine.series(wanted).result(PATIENCE)
    assert frame.query == query
    assert frame.problem is None
    line, strip = frame.line(DEPTH), frame.strip(PAYMENTS)
    assert line is not None
    assert line.values == tuple(float(at // 60 % 60) for at in line.times)
    assert len(line.times) == 11
    assert strip is not None
    assert [(change.at, change.state) for change in strip.changes] == [(frame.start, "closed")]
    assert frame.forecasts[0].method == ""
    assert frame.forecasts[0].enough_at is not None
    expected = [wanted.start + 60.0 * i for i in range(11)]
    assert data.lines[0].times == pytest.approx(expected, abs=0.002)


def test_it_says_itself_why_it_lets_nobody_in() -> None:
    with backend(TOKEN) as service, desk(service, "wrong", kind="opsdesk") as opsdesk:
        snapshot = opsdesk.until(lambda snapshot: snapshot.sources[0].problem is not None)
    problem = snapshot.sources[0].problem
    assert problem is not None
    assert problem.kind is ProblemKind.CREDENTIALS
    assert "this token is not mine" in problem.what
    assert problem.where == f"{service.url}/v1/snapshot"


def has_data(gateway: Backend) -> bool:
    answer = httpx.get(f"{gateway.url}/v1/snapshot", trust_env=False)
    return answer.status_code == httpx.codes.OK and bool(answer.json()["incidents"])


def test_a_gateway_of_ours_hands_it_on_with_its_incidents_and_its_past() -> None:
    with backend() as service:
        service.move("open")
        command = [sys.executable, "-m", "opsdesk", "serve", "--url", service.url, "--port", "0"]
        with running([*command, "--interval", "1"]) as process:
            gateway = Backend(first_line(process).split()[-1].rstrip("/"))
            # A desk that asks too early, and again and again, would take it for lost.
            eventually(lambda: has_data(gateway), "the gateway to have asked the backend")
            with desk(gateway) as opsdesk:
                snapshot = opsdesk.until(has_answered)
                end = utc_now().timestamp()
                wanted = SeriesRange(keys=(DEPTH,), start=end - 600.0, end=end, step=60.0)
                data = opsdesk.engine.series(wanted).result(PATIENCE)
    assert snapshot.sources[0].kind == "opsdesk"
    assert snapshot.metrics["queue.depth"].title == "Queue depth"
    assert snapshot.readings[DEPTH].value == 17
    assert [(i.id, i.trips) for i in snapshot.incidents] == [("INC-1", 1), ("INC-2", 4)]
    assert [len(line.times) for line in data.lines] == [11]
