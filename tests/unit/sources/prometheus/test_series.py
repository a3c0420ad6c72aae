"""What charts ask of a Prometheus, against a small server that answers what a test wants."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.http_server import Connection, Handler, Request, answer, serving, vector

from opsdesk.catalogue import metrics, packs
from opsdesk.model.errors import ProblemKind, SourceError
from opsdesk.model.key import Key, key
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip
from opsdesk.sources.prometheus import PrometheusSource, plan, ranges, series

NOW = datetime(2026, 11, 23, 16, 0, 7, tzinfo=UTC)
END = NOW.timestamp()
CATALOGUE = metrics.load()
PACKS = packs.load()
SHOP = {"job": "shop"}
BREAKER = {"name": "pay", "instance": "a", **SHOP}
UPTIME = key("component.uptime", {"component": "shop"})
INSTANCES = key("component.instances_up", {"component": "shop"})
STATE = key("breaker.state", {"breaker": "pay", "job": "shop"})
HOUR, MINUTE = 3600, 60

#: a series of a matrix: its value at a time, None where it has none
Value = Callable[[int], object | None]
Result = tuple[Mapping[str, str], Value]
#: the series of the answer to a query; a text where it is refused
Script = Callable[[str], list[Result] | str]


def matrix(request: Request, *found: Result) -> str:
    """Return the answer to a range query."""
    start, end, step = (int(request.form[name]) for name in ("start", "end", "step"))
    result = []
    for labels, value in found:
        points = ((at, value(at)) for at in range(start, end + 1, step))
        values = [[at, str(point)] for at, point in points if point is not None]
        result.append({"metric": labels, "values": values})
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def discovered(query: str) -> str:
    """Answer the queries of a poll: one job is up and has one breaker, sampled each 15 s."""
    if query.startswith("count by (__name__)"):
        names = ("up", "resilience4j_circuitbreaker_state")
        return vector(*(({"__name__": name}, 9) for name in names if name in query))
    if query.startswith("count(resilience4j"):
        return vector(({}, 1))
    if query.startswith("topk by (job)"):
        return vector(({**SHOP, "instance": "a"}, 40))
    if query.endswith("[10m]"):
        values = [[END - 15 * n, "1"] for n in range(40, 0, -1)]
        result = [{"metric": {**SHOP, "instance": "a"}, "values": values}]
        return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})
    return vector((SHOP, END - 5)) if "up" in query else vector()


def scripted(script: Script, *, ahead: float = 0.0, post: bool = True) -> Handler:
    """Answer polls by :func:`discovered` and range queries by ``script``."""
    clock = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)

    def handle(request: Request, connection: Connection) -> None:
        if request.method == "POST" and not post:
            answer("no", 405, content_type="text/plain", Date=clock)(request, connection)
        elif request.path.endswith("/buildinfo"):
            body = '{"status":"success","data":{"version":"3.1.0","revision":"abc"}}'
            answer(body, Date=clock)(request, connection)
        elif not request.path.endswith("/query_range"):
            answer(discovered(request.form["query"]), Date=clock)(request, connection)
        elif isinstance(found := script(request.form["query"]), str):
            said = json.dumps({"status": "error", "errorType": "execution", "error": found})
            answer(said, 422, Date=clock)(request, connection)
        else:
            answer(matrix(request, *found), Date=clock)(request, connection)

    return handle


def always(value: object) -> Value:
    return lambda _at: value


def shop(query: str) -> list[Result] | str:
    """One job that is always up, and one breaker, closed."""
    if "resilience4j" in query:
        if "present_over_time" in query:
            return [(BREAKER, always(1))]
        return [({**BREAKER, "state": "closed"}, always(1))]
    return [(SHOP, always(1))]


def asked(handler: Handler, *wanted: SeriesRange) -> tuple[list[SeriesData], list[Request]]:
    """Poll once and ask; return the answers and the range queries."""

    async def run(url: str) -> list[SeriesData]:
        source = PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE)
        try:
            await source.poll(NOW)
            return [await source.series(one) for one in wanted]
        finally:
            await source.close()

    with serving(handler) as server:
        found = asyncio.run(run(server.url))
    return found, [one for one in server.requests if one.path.endswith("/query_range")]


def of(*keys: Key, window: float = HOUR, step: float = MINUTE, end: float = END) -> SeriesRange:
    return SeriesRange(keys=keys, start=end - window, end=end, step=step)


def test_points_stand_on_a_grid_so_that_a_question_asked_again_is_the_same() -> None:
    wanted = (of(INSTANCES, STATE), of(INSTANCES, STATE, end=END + 5))
    (first, again), requests = asked(scripted(shop), *wanted)
    (line,) = first.lines
    assert line.key == INSTANCES
    assert line.times == tuple(END - 7 - HOUR + MINUTE * n for n in range(1, 61))
    assert set(line.values) == {100.0}
    assert first.strips == (Strip(key=STATE, changes=(Change(END - HOUR, "closed"),)),)
    assert again.lines == first.lines
    # value, whole and presence of the one; state and presence of the other
    assert len(requests) == 2 * (3 + 2)
    assert sorted(str(one.form) for one in requests[:5]) == sorted(
        str(one.form) for one in requests[5:]
    )


def test_states_are_asked_for_as_finely_as_they_are_scraped() -> None:
    _, requests = asked(scripted(shop), of(STATE, window=24 * HOUR, step=6 * MINUTE))
    assert {one.form["step"] for one in requests} == {"15"}


def test_a_range_never_has_more_points_than_a_server_gives() -> None:
    year = 365 * 24 * HOUR
    (found,), requests = asked(scripted(shop), of(INSTANCES, STATE, window=year, step=15))
    for one in requests:
        start, end, step = (int(one.form[name]) for name in ("start", "end", "step"))
        assert (end - start) / step < ranges.MOST_POINTS
    assert len(found.lines[0].times) > ranges.MOST_POINTS / 2


def test_a_gap_stays_one() -> None:
    gone = range(int(END) - 1800, int(END) - 1200)

    def script(query: str) -> list[Result]:
        if "present_over_time(up" in query:
            return [(SHOP, lambda at: None if at in gone else 1)]
        # the last sample lingers for minutes
        return [(SHOP, lambda at: "NaN" if at > END - 600 else 1)]

    ((found, *_), _) = asked(scripted(script), of(INSTANCES))
    (line,) = found.lines
    for at, value in zip(line.times, line.values, strict=True):
        known = at not in gone and at <= END - 600
        assert value == (100.0 if known else None)


def test_where_nothing_is_current_nobody_saw() -> None:
    lost, back, end = END - 1800, END - 1200, END - 600

    def script(query: str) -> list[Result]:
        if "present_over_time" in query:
            return [(BREAKER, lambda at: None if at > end else 1)]
        return [
            ({**BREAKER, "state": "open"}, lambda at: 1 if at <= lost else None),
            ({**BREAKER, "state": "closed"}, lambda at: 1 if at > back else None),
            ({**BREAKER, "state": "odd"}, lambda _at: None),
        ]

    ((found,), _) = asked(scripted(script), of(STATE))
    (strip,) = found.strips
    assert [change.state for change in strip.changes] == ["open", "unknown", "closed", "unknown"]
    moments = [END - HOUR, lost, back, end]
    assert [change.at for change in strip.changes] == pytest.approx(moments, abs=15)


def test_the_worst_instance_is_the_state_of_the_breaker() -> None:
    other = {**BREAKER, "instance": "b"}
    trip = range(int(END) - 1800, int(END) - 1500)

    def script(query: str) -> list[Result]:
        if "present_over_time" in query:
            return [(BREAKER, always(1)), (other, always(1))]
        return [
            ({**BREAKER, "state": "closed"}, always(1)),
            ({**other, "state": "closed"}, lambda at: None if at in trip else 1),
            ({**other, "state": "open"}, lambda at: 1 if at in trip else None),
        ]

    ((found,), _) = asked(scripted(script), of(STATE))
    assert [change.state for change in found.strips[0].changes] == ["closed", "open", "closed"]


def test_only_what_is_asked_for_is_asked_for() -> None:
    unknown = (
        key("system.health_score"),
        key("breaker.last_reset", {"breaker": "pay", "job": "shop"}),
        key("latency.quantile", {"quantile": "0.5"}),
        key("component.uptime", {"component": "shop", "system": "another"}),
    )
    baseline = SeriesRange(keys=(UPTIME,), start=END - HOUR, end=END, step=60, baseline="last week")
    found, requests = asked(scripted(shop), of(*unknown), baseline)
    assert found == [SeriesData(), SeriesData()]
    assert requests == []


def test_only_the_things_asked_for_are_answered() -> None:
    odd = key("component.instances_up", {"component": 'a.b "c"'})
    _, requests = asked(scripted(shop), of(INSTANCES, odd))
    assert len(requests) == 3
    for one in requests:
        (pattern,) = set(re.findall(r'"yes", "\w+", "([^"]*)"', one.form["query"])) - {""}
        assert re.fullmatch(pattern, "shop")
        assert re.fullmatch(pattern, 'a.b "c"')
        assert not re.fullmatch(pattern, "stock")


def test_before_the_first_poll_there_is_nothing_to_ask() -> None:
    async def run(url: str) -> SeriesData:
        source = PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE)
        return await source.series(of(UPTIME))

    with serving(scripted(shop)) as server:
        assert asyncio.run(run(server.url)) == SeriesData()
    assert server.requests == []


def test_what_fails_does_not_take_the_rest_with_it() -> None:
    def script(query: str) -> list[Result] | str:
        return "too many samples" if "resilience4j" in query else shop(query)

    ((found,), _) = asked(scripted(script), of(INSTANCES, STATE))
    assert [line.key for line in found.lines] == [INSTANCES]
    assert found.strips == ()


def test_where_everything_fails_it_is_said_why() -> None:
    with pytest.raises(SourceError) as caught:
        asked(scripted(lambda _query: "too many samples"), of(INSTANCES, STATE))
    assert caught.value.problem.kind is ProblemKind.QUERY
    assert "too many samples" in caught.value.problem.what


def test_a_proxy_that_lets_only_get_pass_is_asked_so() -> None:
    ((found,), requests) = asked(scripted(shop, post=False), of(INSTANCES))
    assert len(found.lines) == 1
    assert requests[-1].method == "GET"


def test_times_are_those_of_our_clock() -> None:
    def script(_query: str) -> list[Result]:
        return [(SHOP, lambda at: None if at > END + 4 * MINUTE else 1)]

    ((found,), requests) = asked(scripted(script, ahead=300), of(INSTANCES))
    assert int(requests[0].form["end"]) == pytest.approx(END + 300, abs=MINUTE)
    (line,) = found.lines
    assert line.times[-1] == pytest.approx(END, abs=MINUTE + 2)
    known = [at for at, value in zip(line.times, line.values, strict=True) if value is not None]
    assert max(known) == pytest.approx(END - MINUTE, abs=MINUTE + 2)


def test_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "PORTION_BYTES", 2000)
    with pytest.raises(SourceError) as caught:
        asked(scripted(shop), of(INSTANCES))
    assert caught.value.problem.kind is ProblemKind.TOO_LARGE


def test_it_can_be_given_up_and_asked_again_while_polls_go_on() -> None:
    """A server that is silent to charts: they leave half of the connections to polls."""
    silent = True
    arrived = threading.Semaphore(0)

    def handle(request: Request, connection: Connection) -> None:
        if silent and request.path.endswith("/query_range"):
            arrived.release()
            connection.stopping.wait()
        else:
            scripted(shop)(request, connection)

    async def run(url: str) -> SeriesData:
        nonlocal silent
        source = PrometheusSource("prom", "Prometheus", url, PACKS, CATALOGUE)
        await source.poll(NOW)
        charts = [asyncio.create_task(source.series(of(INSTANCES, STATE))) for _ in range(4)]
        for _ in range(3):
            assert await asyncio.to_thread(arrived.acquire, timeout=5)
        assert (await source.poll(NOW)).readings
        assert not arrived.acquire(blocking=False)
        for chart in charts:
            chart.cancel()
        given_up = await asyncio.gather(*charts, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in given_up)
        silent = False
        found = await source.series(of(INSTANCES, STATE))
        await source.close()
        return found

    with serving(handle) as server:
        found = asyncio.run(run(server.url))
    assert (len(found.lines), len(found.strips)) == (1, 1)


@given(
    end=st.floats(1e9, 4e9),
    seconds=st.floats(0, 2e9),
    step=st.floats(0.001, 1e6),
)
def test_a_grid_is_within_its_range(end: float, seconds: float, step: float) -> None:
    found = ranges.grid(end - seconds, end, step)
    assert found.step >= step
    assert len(found.times) <= ranges.MOST_POINTS
    for place, at in enumerate(found.times):
        assert end - seconds <= at <= end
        assert at % found.step == 0
        assert found.place(at) == place
    later = ranges.grid(end - seconds + found.step, end + found.step, found.step)
    assert later.step == found.step
    assert later.first == found.first + found.step


def times_asked() -> Iterator[str]:
    for pack in PACKS:
        for variant in pack.variant:
            for query in pack.query:
                yield plan.render(query.at, query, variant, plan.Terms())


@pytest.mark.parametrize("promql", sorted(set(times_asked())))
def test_no_pack_asks_for_the_times_of_samples_over_a_range(promql: str) -> None:
    assert "timestamp" not in ranges.sampled(promql, 60.0)


@pytest.mark.parametrize(
    ("promql", "said"),
    [
        ("timestamp(up)", "present_over_time(up[23s])"),
        ('max( timestamp ( {a="b"} ))', 'max( present_over_time({a="b"}[23s]))'),
        ("timestamp(up offset 5m)", "timestamp(up offset 5m)"),
        ("timestamp(rate(x[5m]))", "timestamp(rate(x[5m]))"),
    ],
)
def test_only_the_times_of_selectors_are_asked_for_otherwise(promql: str, said: str) -> None:
    assert ranges.sampled(promql, 22.5) == said


def line_of(data: SeriesData, about: Key) -> Line:
    return next(line for line in data.lines if line.key == about)


@pytest.mark.parametrize(
    ("window", "step", "said"),
    [(24 * HOUR, 6 * MINUTE, "86400s"), (HOUR, 15, "86400s"), (60 * 24 * HOUR, 604_800, "604800s")],
)
def test_a_window_is_as_long_as_the_figure_says_or_the_step(
    window: float, step: float, said: str
) -> None:
    ((found,), requests) = asked(scripted(shop), of(UPTIME, window=window, step=step))
    assert f"sum_over_time(up[{said}])" in "\n".join(one.form["query"] for one in requests)
    assert line_of(found, UPTIME).values[-1] == 100.0
