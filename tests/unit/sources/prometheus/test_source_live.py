"""The Prometheus source against the real server.

The names that resilience4j, opossum and OpenTelemetry publish are generated here as exposition
text; fluxgate and Prometheus itself are the real thing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import breakers
from support.http_server import Connection, Request, answer, serving
from support.processes import eventually
from support.prometheus import Prometheus, Target, free_port, prometheus, with_history

from opsdesk.catalogue import metrics, packs
from opsdesk.engine.merge import Held, keep
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Qualifier, Reading
from opsdesk.sources import address
from opsdesk.sources.http import HttpClient
from opsdesk.sources.prometheus import PrometheusSource, histogram
from opsdesk.sources.prometheus.client import PrometheusClient

CATALOGUE = metrics.load()
PACKS = packs.load()
R4J = "resilience4j_circuitbreaker"


@dataclass
class Exposition:
    """A target whose text the test changes."""

    address: str = ""
    lines: list[str] = field(default_factory=list)

    def handle(self, request: Request, connection: Connection) -> None:
        text = "\n".join([*self.lines, ""])
        answer(text, content_type="text/plain; version=0.0.4")(request, connection)


@contextmanager
def exposing(*lines: str) -> Iterator[Exposition]:
    target = Exposition(lines=list(lines))
    with serving(target.handle) as server:
        target.address = server.url
        yield target


class Desk:
    """A source that is polled again and again, on one loop."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.source = PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE)

    def poll(self) -> Harvest:
        return self._runner.run(self.source.poll(datetime.now(UTC)))

    def shows(self, wanted: Callable[[dict[str, Reading]], bool], what: str) -> dict[str, Reading]:
        def probe() -> dict[str, Reading]:
            found = {str(reading.key): reading for reading in self.poll().readings}
            return found if wanted(found) else {}

        return eventually(probe, what)


@contextmanager
def desk(url: str) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        found = Desk(url, runner)
        try:
            yield found
        finally:
            runner.run(found.source.close())


@contextmanager
def scraped(*lines: str) -> Iterator[tuple[Exposition, Prometheus, Desk]]:
    """Run a target of the job 'shop', a Prometheus that scrapes it, and a desk that polls that."""
    with (
        exposing(*lines) as target,
        prometheus([Target("shop", target.address)]) as server,
        desk(server.url) as at,
    ):
        yield target, server, at


def one_hot(name: str, current: str) -> list[str]:
    states = ("closed", "open", "half_open", "forced_open", "disabled", "metrics_only")
    return [
        f'{R4J}_state{{name="{name}",state="{state}"}} {int(state == current)}' for state in states
    ]


def test_what_is_up_and_which_breakers_are_open() -> None:
    names = (("pay", "open"), ("stock", "closed"), ("mail", "half_open"), ("log", "metrics_only"))
    lines = [line for name, state in names for line in one_hot(name, state)]
    lines.append(f'{R4J}_buffered_calls{{name="pay",kind="failed"}} 7')
    with exposing(*lines) as shop, exposing(*lines) as other:
        targets = [
            Target("shop", shop.address),
            Target("twin", shop.address, {"job": "shop", "instance": "b"}),
            Target("dead", f"http://127.0.0.1:{free_port()}"),
        ]
        other.lines = one_hot("pay", "closed") + one_hot("stock", "closed")
        targets.append(Target("half", other.address, {"job": "shop", "instance": "c"}))
        with prometheus(targets) as server, desk(server.url) as at:
            server.wait_for("count(resilience4j_circuitbreaker_state) > 59")
            server.wait_for('up{job="dead"} == 0')
            server.wait_for("count_over_time(prometheus_http_requests_total[1m]) > 2")
            found = at.shows(lambda found: "errors.rate" in found, "Prometheus' own requests")
            harvest = at.poll()
    assert found['component.instances_up{component="dead"}'].value == 0.0
    assert found['component.uptime{component="dead"}'].value == 0.0
    assert found['component.instances_up{component="shop"}'].value == 100.0
    assert found['component.instances_up{component="shop"}'].note == "3 of 3 instances"
    uptime = found['component.uptime{component="shop"}']
    assert uptime.value == 100.0
    assert uptime.window is not None
    assert 1 < uptime.window < 120
    states = {
        name: (reading.value, reading.note)
        for name, reading in found.items()
        if name.startswith("breaker.state")
    }
    assert states == {
        'breaker.state{breaker="pay",job="shop"}': ("open", "open on 2 of 3 instances"),
        'breaker.state{breaker="stock",job="shop"}': ("closed", ""),
        'breaker.state{breaker="mail",job="shop"}': (
            "half-open",
            "half-open on 2 of 2 instances",
        ),
        'breaker.state{breaker="log",job="shop"}': (
            "disabled",
            "disabled on 2 of 2 instances; not protecting",
        ),
    }
    assert found['breaker.failures{breaker="pay",job="shop"}'].value == 14.0
    assert harvest.cadence == pytest.approx(1.0, abs=0.2)
    ages = [(datetime.now(UTC) - reading.at).total_seconds() for reading in harvest.readings]
    assert 0 < max(ages) < 10
    assert found["errors.rate"].value == 0.0
    assert found['latency.quantile{quantile="0.95"}'].window == 300.0


def test_a_real_fluxgate_breaker_trips_and_recovers() -> None:
    with breakers.fluxgate("billing") as service:
        target = Target("bills", service.address)
        name = 'breaker.state{breaker="billing",job="bills"}'
        with prometheus([target]) as server, desk(server.url) as at:
            server.wait_for('up{job="bills"} == 1')
            assert name not in {str(reading.key) for reading in at.poll().readings}
            service.trip()
            server.wait_for('circuit_breaker_state{state=~"open|half_open"} == 1')
            first = {str(reading.key): reading.value for reading in at.poll().readings}
            assert first[name] in ("open", "half-open")
            service.heal()
            at.shows(lambda found: found[name].value == "closed", "the breaker closed")
            reset = name.replace("state", "last_reset")
            found = at.shows(lambda found: reset in found, "its last reset")
    value = found[reset].value
    assert isinstance(value, datetime)
    assert abs(datetime.now(UTC) - value) < timedelta(seconds=20)
    assert found[reset].qualifier is Qualifier.ABOUT


def circuit(**events: int) -> list[str]:
    return [f'circuit{{name="inv",event="{event}"}} {count}' for event, count in events.items()]


def test_opossums_counters_tell_what_occurred_last() -> None:
    name = 'breaker.state{breaker="inv",job="shop"}'
    with scraped(*circuit(fire=1, success=1)) as (target, server, at):
        server.wait_for('circuit{event="fire"}')
        server.wait_for('count_over_time(up{job="shop"}[1m]) > 2')
        found = at.shows(lambda found: name in found, "the breaker")
        assert found[name].value == "unknown"
        assert found[name].note == "nothing has been counted yet"

        target.lines = circuit(fire=6, success=1, failure=5, open=1)
        at.shows(lambda found: found[name].value == "open", "the breaker open")
        failures = name.replace("state", "failures")
        # the birth of its counter with its first value, which rate() and increase() do not see
        found = at.shows(lambda found: found[failures].value == 5.0, "its failures")
        assert found[failures].window == 3600.0

        target.lines = circuit(fire=7, success=2, failure=5, open=1, close=1)
        found = at.shows(lambda found: found[name].value == "closed", "the breaker closed")
        value = found[name.replace("state", "last_reset")].value
        assert isinstance(value, datetime)
        assert abs(datetime.now(UTC) - value) < timedelta(seconds=10)

        target.lines = circuit(fire=12, success=2, failure=10, open=2, close=1)
        at.shows(lambda found: found[name].value == "open", "the breaker open again")

        # a new process has counted nothing
        target.lines = circuit(fire=1)
        at.shows(lambda found: found[name].value == "unknown", "a new process")


def test_things_never_seen_are_not_guessed_at() -> None:
    strange = [
        'circuit_breaker_state{service="pay"} 1',
        'circuit{line="north"} 3',
        "electric_current_amperes 4",
        'http_requests_total{flavour="odd"} 5',
        "my_breaker_open 1",
    ]
    with scraped(*strange) as (_, server, at):
        server.wait_for("my_breaker_open")
        harvest = at.poll()
    assert not [found for found in harvest.readings if found.key.metric.startswith("breaker.")]
    components = {found.key.label("component") for found in harvest.readings}
    assert components <= {"", "shop", "prometheus"}
    notes = "\n".join(harvest.notes)
    assert "their meaning must be stated by you" in notes
    assert "circuit found, but its label event is missing" in notes
    assert "No circuit breakers found" in notes


def test_quantiles_are_those_of_the_server() -> None:
    """At one moment, from the same buckets."""
    bounds = ("0.005", "0.01", "0.1", "0.5", "1", "+Inf")
    name = "http_server_request_duration_seconds"

    def text(round_: int) -> list[str]:
        lines = []
        for route, weight in (("a", 3), ("b", 7)):
            counts = [round_ * weight * part for part in (1, 4, 9, 14, 16, 17)]
            labels = f'http_response_status_code="{200 if route == "a" else 500}",route="{route}"'
            lines += [
                f'{name}_bucket{{le="{le}",{labels}}} {count}'
                for le, count in zip(bounds, counts, strict=True)
            ]
            lines.append(f"{name}_count{{{labels}}} {counts[-1]}")
        return lines

    async def compare(url: str) -> None:
        client = PrometheusClient(HttpClient(address.parse(url)), lambda _answer: None)
        now = time.time()
        rates = f"sum by (le) (rate({name}_bucket[300s]))"
        ours = histogram.cumulative(
            (float(sample.metric["le"]), float(sample.value[1]))
            for sample in (await client.instant(rates, at=now)).samples
            if sample.value
        )
        for q in (0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0):
            theirs = (await client.instant(f"histogram_quantile({q}, {rates})", at=now)).samples
            found = histogram.quantile(q, ours)
            assert found is not None
            assert theirs[0].value is not None
            expected = float(theirs[0].value[1])
            if found.qualifier is Qualifier.LESS and q < 1:
                # the server lays a line through its lowest bucket, in which nothing was measured
                assert found.value == ours[0][0]
                assert expected <= found.value
            else:
                assert found.value == pytest.approx(expected, rel=1e-9)
        await client.close()

    with scraped(*text(1)) as (target, server, at):
        server.wait_for(f"{name}_count")
        target.lines = text(2)
        server.wait_for(f'rate({name}_count{{route="a"}}[5m]) > 0')
        asyncio.run(compare(server.url))
        harvest = at.poll()
    found = {str(reading.key): reading for reading in harvest.readings}
    assert found["errors.rate"].value == pytest.approx(70.0)
    assert found['latency.quantile{quantile="1"}'].qualifier is Qualifier.AT_LEAST
    assert found['latency.quantile{quantile="1"}'].value == 1000.0
    used = {family.pack: family for family in harvest.families}
    assert used["http_otel"].used
    assert used["http_prometheus"].reason == "HTTP server (OpenTelemetry) is shown instead"
    assert any(
        note.startswith("not shown: HTTP server (Prometheus itself), ") for note in harvest.notes
    )


def test_a_day_of_history_tells_uptime_coverage_and_what_occurred_last(tmp_path: Path) -> None:
    now = int(time.time())
    step = 15
    day = range(now - 20 * 3600, now, step)
    # within a minute, to which the first look back is coarse, and hours apart
    minute = (now - 5 * 3600) // 60 * 60
    opened, closed = minute + 3, minute + 33
    early = now - 7 * 3600
    gap = range(now - 10 * 3600, now - 8 * 3600)

    def series(labels: str, value: Callable[[int], float | None]) -> list[str]:
        points = ((at, value(at)) for at in day if at not in gap)
        return [f"{labels} {point} {at}" for at, point in points if point is not None]

    web = 'job="web",instance="a"'
    text = [
        "# TYPE up gauge",
        *series(f"up{{{web}}}", lambda at: float(not now - 7200 < at <= now - 3600)),
        "# TYPE circuit gauge",
        *series(f'circuit{{{web},name="inv",event="fire"}}', lambda _at: 9.0),
        *series(f'circuit{{{web},name="inv",event="open"}}', lambda at: 1.0 + (at >= opened)),
        *series(f'circuit{{{web},name="inv",event="close"}}', lambda at: 1.0 + (at >= closed)),
        *series(f'circuit{{{web},name="mail",event="open"}}', lambda at: 1.0 + (at >= opened)),
        *series(f'circuit{{{web},name="mail",event="close"}}', lambda at: 1.0 + (at >= early)),
        f"# TYPE {R4J}_state gauge",
        *series(f'{R4J}_state{{{web},name="pay",state="closed"}}', lambda at: at > now - 9000),
        *series(f'{R4J}_state{{{web},name="pay",state="open"}}', lambda at: at <= now - 9000),
        "# EOF\n",
    ]
    body = "\n".join(line.replace(" True ", " 1 ").replace(" False ", " 0 ") for line in text)
    with with_history(tmp_path, body) as server, desk(server.url) as at:
        harvest = at.poll()
    found = {str(reading.key): reading for reading in harvest.readings}
    uptime = found['component.uptime{component="web"}']
    assert uptime.value == pytest.approx(100 * 17 / 18, abs=0.1)
    assert uptime.window == pytest.approx(20 * 3600, abs=600)
    # a step is seen as covered for 5 minutes after the last sample
    assert uptime.coverage == pytest.approx(18 / 20, abs=0.02)
    labels = 'breaker="inv",job="web"'
    assert found[f"breaker.state{{{labels}}}"].value == "closed"
    reset = found[f"breaker.last_reset{{{labels}}}"].value
    assert isinstance(reset, datetime)
    assert abs(reset.timestamp() - closed) <= 2 * step
    assert found['breaker.state{breaker="mail",job="web"}'].value == "open"
    reset = found['breaker.last_reset{breaker="pay",job="web"}'].value
    assert isinstance(reset, datetime)
    # to a minute, beside the sample that shows it
    assert abs(reset.timestamp() - (now - 9000)) <= 60 + step


def test_what_a_process_no_longer_exposes_has_ended() -> None:
    state = 'breaker.state{breaker="pay",job="shop"}'
    with scraped(*one_hot("pay", "open"), *one_hot("stock", "closed")) as (target, _, at):
        at.shows(lambda found: state in found, "the breaker")
        held = keep(Held(), at.poll(), datetime.now(UTC))
        target.lines = one_hot("stock", "closed")
        at.shows(lambda found: state not in found, "the breaker to be gone")
        held = keep(held, at.poll(), datetime.now(UTC))
    assert state in map(str, held.ended)
    assert not any("stock" in str(ended) for ended in held.ended)
