from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from support.readings import NOW, FakeSource, answering, breaker, failing, harvest, reading
from support.systems import up

from opsdesk.catalogue import metrics
from opsdesk.engine.late import Built, LateSource
from opsdesk.engine.loop import EngineLoop, Worker
from opsdesk.engine.poll import collect
from opsdesk.insight import headline
from opsdesk.insight.board import arrange
from opsdesk.model.errors import ConfigError, ProblemKind, SourceError
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import BreakerState, Freshness
from opsdesk.model.snapshot import IncidentKind, Snapshot
from opsdesk.runtime.threads import in_thread
from opsdesk.wire.snapshot import to_wire

CATALOGUE = metrics.load()


def test_one_refresh_of_all_sources_with_no_thread() -> None:
    async def broken(_now: datetime) -> Harvest:
        raise failing()

    sources = [
        FakeSource("a", answering(breaker("Carbon", BreakerState.OPEN), cadence=15.0)),
        FakeSource("b", broken),
    ]
    before = threading.active_count()
    snapshot = asyncio.run(collect(sources, CATALOGUE, 60.0))
    assert threading.active_count() == before
    assert [status.problem is None for status in snapshot.sources] == [True, False]
    assert snapshot.sources[0].cadence == 15.0
    assert [incident.title for incident in snapshot.incidents] == [
        "Breaker open: Carbon",
        "Source lost: Source b",
    ]
    assert sources[0].closings == 0


def test_what_one_refresh_finds_wrong_is_open_though_nobody_saw_it_last() -> None:
    async def down(now: datetime) -> Harvest:
        return Harvest(readings=(up("gone", 0.0, at=now), up("API", at=now)), cadence=15.0)

    def found() -> Snapshot:
        return asyncio.run(collect([FakeSource("a", down)], CATALOGUE, 60.0, clock=lambda: NOW))

    (incident,) = found().incidents
    assert incident.title == "Component down: gone"
    assert (incident.opened_at, incident.seen_opening) == (NOW, False)
    assert headline.system(arrange(found(), CATALOGUE), NOW).sentence == "Critical: gone is down"


def test_without_a_connection_one_refresh_says_so() -> None:
    async def offline(_now: datetime) -> Harvest:
        raise failing(kind=ProblemKind.OFFLINE)

    snapshot = asyncio.run(collect([FakeSource("a", offline)], CATALOGUE, 60.0))
    assert [incident.kind for incident in snapshot.incidents] == [IncidentKind.OFFLINE]


def test_a_refresh_of_old_figures_shows_them_as_stale() -> None:
    async def old(_now: datetime) -> Harvest:
        return Harvest(readings=(reading("errors.rate", 0.5, NOW),), cadence=15.0)

    an_hour_later = NOW + timedelta(hours=1)
    snapshot = asyncio.run(
        collect([FakeSource("a", old)], CATALOGUE, 60.0, clock=lambda: an_hour_later)
    )
    written = to_wire(snapshot, CATALOGUE, snapshot.at)
    assert [found.freshness for found in written.readings] == [Freshness.STALE]


class TestBlockingWork:
    def test_a_name_server_that_does_not_answer_keeps_nobody_from_ending(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_go = threading.Event()

        def hanging(*_arguments: object, **_more: object) -> list[object]:
            let_go.wait(30)
            return []

        monkeypatch.setattr(socket, "getaddrinfo", hanging)

        async def connect() -> None:
            async with asyncio.timeout(0.05):
                await asyncio.open_connection("server.invalid", 80)

        began = time.monotonic()
        with pytest.raises(TimeoutError), asyncio.Runner(loop_factory=EngineLoop) as runner:
            runner.run(connect())
        assert time.monotonic() - began < 1.0
        names = [thread for thread in threading.enumerate() if thread.name == "opsdesk-names"]
        assert all(thread.daemon for thread in names)
        let_go.set()

    def test_the_loop_finds_names(self) -> None:
        async def look() -> list[object]:
            return await asyncio.get_running_loop().getaddrinfo("localhost", 80)

        with asyncio.Runner(loop_factory=EngineLoop) as runner:
            assert runner.run(look())

    def test_an_error_is_raised_where_the_work_is_awaited(self) -> None:
        def work() -> None:
            raise ConfigError("no")

        with pytest.raises(ConfigError, match="no"):
            asyncio.run(in_thread(work, "work"))

    def test_a_worker_does_one_thing_at_a_time(self) -> None:
        busy: list[int] = []
        most: list[int] = []

        def work() -> None:
            busy.append(1)
            time.sleep(0.01)  # the work itself
            most.append(len(busy))
            busy.pop()

        async def run() -> None:
            worker = Worker()
            await asyncio.gather(*(worker.run(work) for _ in range(4)))

        asyncio.run(run())
        assert most == [1, 1, 1, 1]


class TestLateSource:
    def late(self, build: object, patience: float = 5.0) -> LateSource:
        where = "http://example.invalid"
        return LateSource("a", "Production", "prometheus", where, build, patience=patience)

    def test_it_is_built_at_the_first_poll_off_the_loop_and_once(self) -> None:
        source = FakeSource("a", answering(reading("errors.rate", 0.5)))
        built_on: list[str] = []

        def build() -> Built:
            built_on.append(threading.current_thread().name)
            return Built(source, "The secret is kept in a file.")

        async def run() -> Harvest:
            late = self.late(build)
            await late.rediscover()
            await late.poll(NOW)
            await late.rediscover()
            found = await late.poll(NOW)
            await late.close()
            return found

        found = asyncio.run(run())
        assert built_on == ["opsdesk-secrets"]
        assert found.notes == ("The secret is kept in a file.",)
        assert (source.polls, source.rediscoveries, source.closings) == (2, 1, 1)

    @pytest.mark.parametrize(
        ("word", "notes"), [("Kept in a file.", ("Kept in a file.",)), ("", ())]
    )
    def test_it_is_followed_where_what_was_built_can_be(
        self, word: str, notes: tuple[str, ...]
    ) -> None:
        class Telling(FakeSource):
            async def follow(self, _now: datetime, tell: Callable[[Harvest | None], None]) -> None:
                tell(harvest(reading("errors.rate", 0.6)))
                tell(None)

        told: list[Harvest | None] = []

        async def run() -> None:
            late = self.late(lambda: Built(Telling("a", answering()), word))
            await late.follow(NOW, told.append)  # not built yet: it ends at once
            await late.poll(NOW)
            await late.follow(NOW, told.append)

        asyncio.run(run())
        news, life = told
        assert news is not None
        assert (news.readings[0].value, news.notes, life) == (0.6, notes, None)

    def test_what_cannot_be_followed_ends_at_once(self) -> None:
        async def run() -> None:
            late = self.late(lambda: Built(FakeSource("a", answering())))
            await late.poll(NOW)
            await late.follow(NOW, pytest.fail)

        asyncio.run(run())

    def test_nothing_is_said_of_a_secret_in_the_keyring(self) -> None:
        source = FakeSource("a", answering(reading("errors.rate", 0.5)))
        found = asyncio.run(self.late(lambda: Built(source)).poll(NOW))
        assert found.notes == ()

    def test_a_wrong_setting_is_a_problem_with_its_remedy_and_is_tried_again(self) -> None:
        tries: list[int] = []

        def build() -> Built:
            tries.append(1)
            raise ConfigError("/secrets/a: others can read this secret. Run: chmod 600")

        late = self.late(build)

        async def run() -> None:
            for _ in range(2):
                with pytest.raises(SourceError) as raised:
                    await late.poll(NOW)
            problem = raised.value.problem
            assert problem.kind is ProblemKind.CREDENTIALS
            assert str(problem) == (
                "Production (http://example.invalid): "
                "/secrets/a: others can read this secret. Run: chmod 600."
            )

        asyncio.run(run())
        assert len(tries) == 2

    def test_a_keyring_that_waits_for_its_user_is_asked_once(self) -> None:
        unlocked = threading.Event()
        asked: list[int] = []
        source = FakeSource("a", answering(reading("errors.rate", 0.5)))

        def build() -> Built:
            asked.append(1)
            unlocked.wait(10)
            return Built(source)

        async def run() -> None:
            late = self.late(build, patience=0.02)
            for _ in range(2):
                with pytest.raises(SourceError, match="keyring has not given"):
                    await late.poll(NOW)
            unlocked.set()
            found = None
            while found is None:
                try:
                    found = await late.poll(NOW)
                except SourceError:
                    continue
            assert len(found.readings) == 1

        asyncio.run(run())
        assert asked == [1]

    def test_a_keyring_that_gives_up_by_itself_is_asked_again(self) -> None:
        asked: list[int] = []
        source = FakeSource("a", answering(reading("errors.rate", 0.5)))

        def build() -> Built:
            asked.append(1)
            if len(asked) == 1:
                raise TimeoutError
            return Built(source)

        async def run() -> None:
            late = self.late(build)
            with pytest.raises(SourceError, match="keyring has not given"):
                await late.poll(NOW)
            await late.poll(NOW)

        asyncio.run(run())
        assert asked == [1, 1]

    def test_it_can_be_polled_after_it_was_closed(self) -> None:
        unlocked = threading.Event()
        source = FakeSource("a", answering(reading("errors.rate", 0.5)))

        def build() -> Built:
            unlocked.wait(10)
            return Built(source)

        async def run() -> None:
            late = self.late(build, patience=0.02)
            with pytest.raises(SourceError):
                await late.poll(NOW)
            await late.close()
            await late.close()
            unlocked.set()
            late._patience = 5.0
            await late.poll(NOW)
            await late.close()
            await late.poll(NOW)

        asyncio.run(run())
        assert (source.polls, source.closings) == (2, 1)

    def test_it_can_be_closed_while_it_waits(self) -> None:
        unlocked = threading.Event()

        def build() -> Built:
            unlocked.wait(10)
            raise ConfigError("too late")

        async def run() -> None:
            late = LateSource("a", "A", "prometheus", "", build, patience=0.02)
            with pytest.raises(SourceError, match=r"^A: the keyring"):
                await late.poll(NOW)
            await late.close()

        asyncio.run(run())
        unlocked.set()
