"""``opsdesk snapshot`` as a program, against servers that do everything wrong, and a real one."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.http_server import Connection, Handler, Request, answer, head, serving, vector
from support.prometheus import Target, free_port, node_exporter, prometheus
from support.small_prometheus import scripted, shop

MIB = 1 << 20
#: what the issue promises
LONGEST_SECONDS = 30.0
MOST_BYTES = 250 * MIB

HTML = "<!doctype html><html><body><h1>It works</h1></body></html>"
LOGIN = '<html><form><input type="password" name="p">Sign in</form></html>'
JSON_HEAD = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Run:
    """How a run of the command went."""

    status: int
    errors: str
    seconds: float
    peak: int


# Starts a program and prints its exit status and its peak in KiB. It is a small process of its
# own because Linux counts to a child's peak what its parent had when it forked: here all of pytest.
MEASURE = """\
import json, os, sys
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""


def snapshot(*arguments: str) -> Run:
    """Run the command to its end."""
    command = [sys.executable, "-m", "opsdesk", "snapshot", *arguments]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", MEASURE, *command],
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * LONGEST_SECONDS,
    )
    status, peak = json.loads(done.stdout)
    return Run(status, done.stderr, time.monotonic() - began, peak * 1024)


# ---- servers that do everything wrong


def bomb(_request: Request, connection: Connection) -> None:
    """Send 1 GiB of zeros as 1 MiB of gzip."""
    packed = gzip.compress(bytes(16 * MIB), 9)
    headers = {**JSON_HEAD, "Content-Encoding": "gzip"}
    connection.send(head(200, headers))
    # gzip members one after the other unpack to one stream
    for _ in range(64):
        if not connection.send(packed):
            return


def nested_bomb(_request: Request, connection: Connection) -> None:
    """Send one gzip member that unpacks to 1 GiB."""
    connection.send(head(200, {**JSON_HEAD, "Content-Encoding": "gzip"}) + GIBIBYTE)


def huge(_request: Request, connection: Connection) -> None:
    """Send 200 MB that begin as they should."""
    connection.send(head(200, {**JSON_HEAD, "Content-Length": str(200 * MIB)}))
    connection.send(b'{"status":"success","data":{"resultType":"vector","result":[')
    piece = b'{"metric":{"__name__":"up"},"value":[1,"1"]},' * 20_000
    for _ in range(200 * MIB // len(piece)):
        if not connection.send(piece):
            return


def drip(_request: Request, connection: Connection) -> None:
    """Send a byte at a time, for ever: no read ever waits long."""
    connection.send(head(200, JSON_HEAD) + b"[")
    while not connection.stopping.wait(0.05) and connection.send(b" "):
        pass


def drip_the_head(_request: Request, connection: Connection) -> None:
    """Send headers for ever."""
    connection.send(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not connection.stopping.wait(0.05) and connection.send(b"X-%d: x\r\n" % number):
        number += 1


def silence(_request: Request, connection: Connection) -> None:
    """Say nothing."""
    connection.stopping.wait(LONGEST_SECONDS)


def truncated(_request: Request, connection: Connection) -> None:
    """Promise more than there is."""
    body = vector(({"__name__": "up"}, 1)).encode()
    connection.send(head(200, {**JSON_HEAD, "Content-Length": str(len(body))}) + body[:-9])


def truncated_json(_request: Request, connection: Connection) -> None:
    """End in the middle, without having promised anything."""
    connection.send(head(200, JSON_HEAD) + vector(({"__name__": "up"}, 1)).encode()[:-9])


def truncated_gzip(_request: Request, connection: Connection) -> None:
    """End in the middle of the packed body."""
    packed = gzip.compress(vector(({"__name__": "up"}, 1)).encode())
    headers = {**JSON_HEAD, "Content-Encoding": "gzip"}
    connection.send(head(200, headers) + packed[:-12])


def nothing(_request: Request, _connection: Connection) -> None:
    """Close at once."""


def no_http(_request: Request, connection: Connection) -> None:
    """Speak another protocol."""
    connection.send(b"SSH-2.0-OpenSSH_9.2\r\n")


def empty(_request: Request, connection: Connection) -> None:
    """Answer with an empty body."""
    connection.send(head(200, {**JSON_HEAD, "Content-Length": "0"}))


GIBIBYTE = gzip.compress(bytes(256 * MIB), 9)

BAD_SERVERS: dict[str, tuple[Handler, str]] = {
    "not JSON": (answer("up 1\n", content_type="text/plain"), "JSON"),
    "HTML": (answer(HTML, content_type="text/html"), "web page"),
    "a login page": (answer(LOGIN, content_type="text/html"), "login page"),
    "another shape": (answer('{"weather": "fine"}'), ""),
    "a list": (answer("[1, 2, 3]"), ""),
    "wrong types": (
        answer('{"status":"success","data":{"resultType":"vector","result":"many"}}'),
        "",
    ),
    "NaN as JSON": (
        answer('{"status":"success","data":{"resultType":"vector","result":[NaN]}}'),
        "",
    ),
    "deep nesting": (answer("[" * 100_000), ""),
    "200 MB": (huge, "MiB"),
    "a bomb of many members": (bomb, "MiB"),
    "a bomb of one member": (nested_bomb, "MiB"),
    "an endless drip": (drip, "within"),
    "truncated": (truncated, ""),
    "truncated JSON": (truncated_json, ""),
    "truncated gzip": (truncated_gzip, ""),
    "closed at once": (nothing, ""),
    "no HTTP": (no_http, ""),
    "empty": (empty, "empty"),
    "401": (answer("no", 401), "credentials"),
    "403": (answer("no", 403), ""),
    "404": (answer("no", 404, content_type="text/plain"), ""),
    "429": (answer("no", 429, retry_after="3600"), ""),
    "500": (answer("no", 500), ""),
    "503": (answer("no", 503, retry_after="3600"), ""),
    "a redirect to nowhere": (answer("", 302, location="http://other.invalid/"), "other.invalid"),
    "a redirect to itself": (answer("", 302, location="/"), ""),
}


@pytest.mark.parametrize("name", BAD_SERVERS)
def test_a_bad_server_is_one_line_that_leads_on(name: str, tmp_path: Path) -> None:
    handler, says = BAD_SERVERS[name]
    with serving(handler) as server:
        out = tmp_path / "out.json"
        done = snapshot("--url", server.url, "--format", "json", "--output", str(out))
        is_unusable(done, server.url)
        assert says.lower() in done.errors.lower()
        assert list(tmp_path.iterdir()) == []


def is_unusable(done: Run, url: str) -> None:
    """Check what is promised of a source that cannot be used."""
    assert done.status == 3, done.errors
    assert done.errors.count("\n") == 1, done.errors
    assert url in done.errors
    assert "Traceback" not in done.errors
    # what happened, and what to do about it
    assert done.errors.strip().endswith(".")
    assert done.errors.count(". ") >= 1, done.errors
    assert done.seconds < LONGEST_SECONDS
    assert done.peak < MOST_BYTES, f"{done.peak / MIB:.0f} MiB"


def test_nothing_listens(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = snapshot("--url", url, "--format", "csv", "--output", str(tmp_path / "out"))
    is_unusable(done, url)
    assert "nothing listens" in done.errors
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    url = "http://prometheus.invalid"
    done = snapshot("--url", url, "--format", "csv", "--output", str(tmp_path / "out"))
    is_unusable(done, url)


def test_a_redirect_to_another_host_gets_no_credentials(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush", "utf-8")
    with serving(answer(vector())) as other:
        # 127.0.0.1 is another host than localhost, and another port another origin
        location = other.url.replace("127.0.0.1", "localhost")
        with serving(answer("", 307, location=location)) as server:
            out, token = str(tmp_path / "out"), str(tmp_path / "token")
            done = snapshot(
                "--url", server.url, "--token-file", token, "--format", "csv", "--output", out
            )
    is_unusable(done, server.url)
    assert {request.headers.get("authorization") for request in server.requests} == {"Bearer hush"}
    assert other.requests == []
    assert "hush" not in done.errors


def test_a_failure_leaves_the_earlier_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("yesterday's", "utf-8")
    with serving(answer(HTML, content_type="text/html")) as server:
        done = snapshot("--url", server.url, "--format", "csv", "--output", str(out))
    assert done.status == 3
    assert out.read_text("utf-8") == "yesterday's"


def test_figures_that_are_none_are_left_out_and_the_rest_is_there(tmp_path: Path) -> None:
    """NaN and Inf are strings to Prometheus: one of them must not spoil the others."""
    series = [
        ({"__name__": "up", "job": "good", "instance": "a"}, 1),
        ({"__name__": "up", "job": "bad", "instance": "b"}, "NaN"),
        ({"__name__": "up", "job": "worse", "instance": "c"}, "+Inf"),
    ]
    with serving(answer(vector(*series))) as server:
        done = snapshot(
            "--url", server.url, "--format", "json", "--output", str(tmp_path / "out.json")
        )
    assert done.status in (0, 3)
    assert "Traceback" not in done.errors
    if done.status == 0:
        text = (tmp_path / "out.json").read_text("utf-8")
        assert "NaN" not in text
        assert "Infinity" not in text
        json.loads(text)


@pytest.mark.parametrize("handler", [drip, drip_the_head, silence])
def test_a_timeout_of_ones_own(handler: Handler, tmp_path: Path) -> None:
    with serving(handler) as server:
        out = str(tmp_path / "out")
        done = snapshot("--url", server.url, "--format", "csv", "--output", out, "--timeout", "2")
    is_unusable(done, server.url)
    assert done.seconds < 5


def test_a_slow_server_is_waited_for_as_long_as_it_answers(tmp_path: Path) -> None:
    def slowly(request: Request, connection: Connection) -> None:
        connection.stopping.wait(2.0)
        scripted(shop)(request, connection)

    out = tmp_path / "out.json"
    with serving(slowly) as server:
        of = ("--url", server.url, "--kind", "prometheus", "--timeout", "6")
        done = snapshot(*of, "--format", "json", "--output", str(out))
        first, *_ = done.errors.splitlines()
    assert done.status == 0, done.errors
    assert first.startswith(f"opsdesk: {server.url}: slow, ")
    assert first.endswith("answers so far; waiting for the rest")
    assert json.loads(out.read_text("utf-8"))["sources"][0]["partial"] == []


def test_what_fails_alone_is_one_line_and_the_rest_is_written(tmp_path: Path) -> None:
    def failing(query: str) -> str | None:
        return "too many samples" if "sum_over_time" in query else shop(query)

    out = tmp_path / "out.json"
    with serving(scripted(failing)) as server:
        of = ("--url", server.url, "--kind", "prometheus")
        done = snapshot(*of, "--format", "json", "--output", str(out))
    assert done.status == 0, done.errors
    assert done.errors.count("\n") == 1
    assert done.errors.startswith(f"opsdesk: {server.url}: answers in part: Scrape targets (up)")
    assert "too many samples" in done.errors
    assert json.loads(out.read_text("utf-8"))["sources"][0]["partial"]


# ---- a real Prometheus


@contextmanager
def real() -> Iterator[str]:
    """Run Prometheus, scraping itself and a node exporter; yield its address."""
    with node_exporter() as node, prometheus([node, Target("gone", dead())]) as server:
        server.wait_for('up{job="node"} == 1')
        server.wait_for('up{job="gone"} == 0')
        server.wait_for("rate(prometheus_http_requests_total[10s])")
        yield server.url


def dead() -> str:
    """Return an address at which nothing listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def prometheus_url() -> Iterator[str]:
    with real() as url:
        yield url


def written(url: str, tmp_path: Path, kind: str, parse: Callable[[str], object]) -> object:
    out = tmp_path / f"out.{kind}"
    done = snapshot("--url", url, "--format", kind, "--output", str(out))
    assert (done.status, done.errors) == (0, "")
    assert done.peak < MOST_BYTES
    return parse(out.read_text("utf-8"))


def test_a_real_prometheus_as_csv(prometheus_url: str, tmp_path: Path) -> None:
    rows = written(
        prometheus_url, tmp_path, "csv", lambda text: list(csv.DictReader(text.splitlines()))
    )
    assert isinstance(rows, list)
    up = {r["labels"]: r["value"] for r in rows if r["metric"] == "component.instances_up"}
    assert up['component="prometheus"'] == "100"
    assert up['component="node"'] == "100"
    assert up['component="gone"'] == "0"
    for row in rows:
        assert row["freshness"] in ("live", "late"), row
        assert row["section"], row
        assert float(row["age_seconds"]) < 60
    (health,) = (row for row in rows if row["metric"] == "health.score")
    assert 0 < float(health["value"]) < 100
    assert (health["origin"], health["source"]) == ("derived", "opsdesk")


def test_a_real_prometheus_as_json(prometheus_url: str, tmp_path: Path) -> None:
    document = written(prometheus_url, tmp_path, "json", json.loads)
    assert isinstance(document, dict)
    assert document["schema"] == "opsdesk.snapshot/1"
    (source,) = document["sources"]
    assert (source["kind"], source["where"]) == ("prometheus", prometheus_url)
    assert source["problem"] is None
    assert source["cadence"] == pytest.approx(1.0, abs=0.1)
    metrics = {found["metric"] for found in document["readings"]}
    assert {"component.instances_up", "health.score"} <= metrics
    assert "breaker.state" not in metrics  # there is none, and none is invented
