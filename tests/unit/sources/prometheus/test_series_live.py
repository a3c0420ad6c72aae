"""What charts ask, against the real server with a past of a day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import pytest
from support.prometheus import with_history

from opsdesk.catalogue import metrics, packs
from opsdesk.model.key import Key, key
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip
from opsdesk.sources.prometheus import PrometheusSource
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.plan import Terms, Used
from opsdesk.sources.prometheus.ranges import portions

CATALOGUE = metrics.load()
PACKS = packs.load()
SCRAPE, MINUTE, HOUR = 15, 60, 3600
DAY = 24 * HOUR
JOB = 'job="web",instance="a"'
STATE = "resilience4j_circuitbreaker_state"
HTTP = "http_server_requests_seconds"

Value = Callable[[int], float]


class Past(msgspec.Struct, frozen=True):
    """A day of one job: not scraped for two hours, down for one; its breakers trip."""

    now: int
    #: not scraped at all, with no stale marker
    gap: range
    #: a trip of three scrapes
    tripped: int
    #: of the counters of events
    opened: int
    closed: int

    def text(self) -> str:
        """Return it as OpenMetrics."""
        return "\n".join([*self._lines(), "# EOF\n"])

    def _lines(self) -> Iterator[str]:
        yield "# TYPE up gauge"
        yield from self._series(f"up{{{JOB}}}", self._is_up)
        yield "# TYPE circuit gauge"
        for event, since in (("fire", self.now), ("open", self.opened), ("close", self.closed)):
            name = f'circuit{{{JOB},name="inv",event="{event}"}}'
            yield from self._series(name, partial(_stepped, since))
        yield f"# TYPE {STATE} gauge"
        for state in ("closed", "open", "half_open"):
            name = f'{STATE}{{{JOB},name="pay",state="{state}"}}'
            yield from self._series(name, partial(self._is_state, state))
        yield f"# TYPE {HTTP}_count gauge"
        for status, rate in (("200", 0.9), ("500", 0.1)):
            name = f'{HTTP}_count{{{JOB},status="{status}"}}'
            yield from self._series(name, partial(_grown, rate, self.now))
        yield f"# TYPE {HTTP}_bucket gauge"
        for le, rate in (("0.1", 0.5), ("0.5", 0.8), ("1", 0.9), ("+Inf", 1.0)):
            name = f'{HTTP}_bucket{{{JOB},le="{le}"}}'
            yield from self._series(name, partial(_grown, rate, self.now))

    def _is_up(self, at: int) -> bool:
        return not 0 < at - self.now + 2 * HOUR <= HOUR

    def _is_state(self, state: str, at: int) -> bool:
        return state == ("open" if 0 <= at - self.tripped < 3 * SCRAPE else "closed")

    def _series(self, name: str, value: Value) -> Iterator[str]:
        for at in range(self.now - 20 * HOUR, self.now, SCRAPE):
            if at not in self.gap:
                yield f"{name} {float(value(at))} {at}"


def _stepped(since: int, at: int) -> float:
    return 1.0 + (at >= since)


def _grown(rate: float, now: int, at: int) -> float:
    return (at - now + DAY) * rate


def asked(url: str, now: int, *ranges: tuple[Sequence[Key], int, int]) -> list[SeriesData]:
    """Poll once, and ask for each of the ranges: keys, window, step."""

    async def run() -> list[SeriesData]:
        source = PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE)
        try:
            await source.poll(datetime.now(UTC))
            return [
                await source.series(
                    SeriesRange(keys=tuple(keys), start=now - window, end=now, step=step)
                )
                for keys, window, step in ranges
            ]
        finally:
            await source.close()

    return asyncio.run(run())


UPTIME = key("component.uptime", {"component": "web"})
INSTANCES = key("component.instances_up", {"component": "web"})
P95 = key("latency.quantile", {"quantile": "0.95"})
P50 = key("latency.quantile", {"quantile": "0.5"})
ERRORS = key("errors.rate")
PAY = key("breaker.state", {"breaker": "pay", "job": "web"})
INV = key("breaker.state", {"breaker": "inv", "job": "web"})
HEALTH = key("system.health_score")


def known(line: Line, first: float, last: float) -> list[float | None]:
    return [value for at, value in zip(line.times, line.values, strict=True) if first <= at <= last]


def strip(data: SeriesData, about: Key) -> Strip:
    return next(found for found in data.strips if found.key == about)


def ago(found: Strip, now: int) -> list[tuple[int, str]]:
    return [(round(now - change.at), change.state) for change in found.changes]


def test_a_past_is_drawn_as_it_was(tmp_path: Path) -> None:
    now = int(time.time())
    past = Past(
        now=now,
        gap=range(now - 10 * HOUR, now - 8 * HOUR),
        tripped=now - 5 * HOUR,
        opened=now - 4 * HOUR,
        closed=now - 3 * HOUR,
    )
    figures = (UPTIME, INSTANCES, P50, P95, ERRORS, HEALTH)
    with with_history(tmp_path, past.text()) as server:
        day, hour, breakers = asked(
            server.url,
            now,
            (figures, DAY, 6 * MINUTE),
            (figures, HOUR, SCRAPE),
            ((PAY, INV), DAY, 6 * MINUTE),
        )
    lines = {line.key: line for line in day.lines}
    assert list(lines) == [UPTIME, INSTANCES, P50, P95, ERRORS]
    for line in day.lines:
        assert all(at % (6 * MINUTE) == 0 for at in line.times)
        assert set(known(line, now - DAY, now - 20 * HOUR - 1)) == {None}
        # a point stands for the step before it
        assert set(known(line, past.gap.start + 6 * MINUTE, past.gap.stop - 1)) == {None}
        assert None not in known(line, past.gap.stop + 6 * MINUTE, now)
    assert set(known(lines[INSTANCES], now - 2 * HOUR + 60, now - HOUR)) == {0.0}
    assert lines[UPTIME].values[-1] == pytest.approx(100 * 17 / 18, abs=0.2)
    assert lines[ERRORS].values[-1] == pytest.approx(10.0)
    assert lines[P50].values[-1] == pytest.approx(100.0)
    assert lines[P95].values[-1] == pytest.approx(1000.0)

    (fine,) = (line for line in hour.lines if line.key == INSTANCES)
    assert fine.times[1] - fine.times[0] == SCRAPE
    assert len(fine.times) in (240, 241)
    assert None not in fine.values[:-2]

    pay = ago(strip(breakers, PAY), now)
    assert [state for _, state in pay] == ["closed", "unknown", "closed", "open", "closed"]
    moments = (20 * HOUR, 10 * HOUR, 8 * HOUR, 5 * HOUR, 5 * HOUR - 45)
    assert [at for at, _ in pay] == pytest.approx(moments, abs=3 * SCRAPE)
    inv = ago(strip(breakers, INV), now)
    # which came last before the first event is not to be known
    assert [state for _, state in inv] == ["open", "closed"]
    assert [at for at, _ in inv] == pytest.approx((4 * HOUR, 3 * HOUR), abs=3 * SCRAPE)


def test_a_trip_shorter_than_a_step_is_not_lost_and_what_was_before_a_range_is_known(
    tmp_path: Path,
) -> None:
    now = int(time.time())
    past = Past(
        now=now,
        gap=range(0),
        tripped=now - 5 * HOUR,
        opened=now - 4 * HOUR,
        closed=now - 5 * HOUR,
    )
    with with_history(tmp_path, past.text()) as server:
        week, hour = asked(server.url, now, ((PAY,), 7 * DAY, HOUR), ((PAY, INV), HOUR, MINUTE))
        # the whole past of many weeks, in steps of a minute
        (weeks,) = asked(server.url, now, ((PAY, INSTANCES), 56 * DAY, MINUTE))
    states = [change.state for change in strip(week, PAY).changes]
    assert states[:3] == ["closed", "open", "closed"]
    trip = strip(weeks, PAY).changes[1:3]
    assert [change.state for change in trip] == ["open", "closed"]
    step = 56 * DAY / 10_000
    assert trip[0].at == pytest.approx(past.tripped, abs=step)
    assert trip[1].at - trip[0].at < 2 * step
    assert len(weeks.lines[0].times) <= 11_000
    assert strip(hour, PAY).changes == (Change(now - HOUR, "closed"),)
    assert strip(hour, INV).changes == (Change(now - HOUR, "open"),)


def test_every_pack_asks_what_a_server_understands(tmp_path: Path) -> None:
    """Also the names of breakers that are no plain words."""
    odd = 'a "quoted" \\ {name} (1+1) für $1'
    wanted = SeriesRange(
        keys=(
            *(key(f"component.{name}", {"component": odd}) for name in ("uptime", "instances_up")),
            *(key(f"breaker.{name}", {"breaker": odd}) for name in ("state", "failures")),
            *(key("latency.quantile", {"quantile": quantile}) for quantile in ("0.5", "1")),
            ERRORS,
        ),
        start=0.0,
        end=DAY,
        step=6 * MINUTE,
    )
    packs_in_use = [pack for pack in PACKS if not any("." in v.metric for v in pack.variant)]
    with with_history(tmp_path, "# TYPE up gauge\nup 1 1\n# EOF\n") as server:
        for pack in packs_in_use:
            for variant in pack.variant:
                names = {name for query in pack.query for name in query.needs}
                found = Discovery(
                    terms=Terms(interval=SCRAPE),
                    used=(Used(pack, variant, 1),),
                    families=(),
                    alive=dict.fromkeys(names, 1),
                )
                there = tuple(portions(found, wanted, 0.0))
                assert len(there) >= len(pack.query)
                for ask in {ask for portion in there for ask in portion.asks()}:
                    assert server.query(ask.promql) == []
