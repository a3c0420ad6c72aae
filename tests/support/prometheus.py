"""A real Prometheus and a real node exporter on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx
from support.needs import need
from support.processes import eventually, running


@dataclass(frozen=True)
class Target:
    """Something to scrape: a job's name and the address, with or without ``/metrics``."""

    job: str
    address: str
    labels: Mapping[str, str] = field(default_factory=dict)


class Prometheus:
    """A running server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expression: str) -> list[dict[str, object]]:
        """Return the result of an instant query, as the API gives it."""
        answer = httpx.get(
            f"{self.url}/api/v1/query", params={"query": expression}, trust_env=False
        )
        result: list[dict[str, object]] = answer.raise_for_status().json()["data"]["result"]
        return result

    def wait_for(self, expression: str) -> list[dict[str, object]]:
        """Return the first answer to ``expression`` that is not empty."""
        return eventually(lambda: self.query(expression), f"Prometheus to answer {expression}")


@contextmanager
def prometheus(targets: Sequence[Target] = (), *, interval: int = 1) -> Iterator[Prometheus]:
    """Run Prometheus while the block runs; it scrapes itself and ``targets``.

    Args:
        targets: what to scrape besides
        interval: seconds between two scrapes

    """
    program = need("prometheus")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with TemporaryDirectory(prefix="opsdesk-prometheus-") as folder:
        config = Path(folder, "prometheus.yml")
        config.write_text(_config([Target("prometheus", url), *targets], interval), "utf-8")
        command = [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ]
        with running(command):
            eventually(lambda: _answers(f"{url}/-/ready"), "Prometheus to be ready")
            yield Prometheus(url)


@contextmanager
def with_history(folder: Path, text: str) -> Iterator[Prometheus]:
    """Run a Prometheus that knows a past and scrapes nothing.

    Args:
        folder: an empty one, for its files
        text: the past as OpenMetrics, each sample with its time

    """
    program, promtool = need("prometheus"), need("promtool")
    (folder / "past.txt").write_text(text, "utf-8")
    create = ["tsdb", "create-blocks-from", "openmetrics", "past.txt", "data"]
    subprocess.run([promtool, *create], cwd=folder, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("{}", "utf-8")
    server = Prometheus(f"http://127.0.0.1:{free_port()}")
    command = [
        program,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address={server.url.removeprefix('http://')}",
    ]
    with running(command):
        eventually(lambda: _answers(f"{server.url}/-/ready"), "Prometheus to be ready")
        yield server


@contextmanager
def node_exporter() -> Iterator[Target]:
    """Run a node exporter while the block runs."""
    program = need("prometheus-node-exporter")
    url = f"http://127.0.0.1:{free_port()}"
    with running([program, f"--web.listen-address={urlsplit(url).netloc}"]):
        eventually(lambda: _answers(f"{url}/metrics"), "the node exporter to answer")
        yield Target("node", url)


def free_port() -> int:
    """Return a port of loopback that was free just now, for servers that cannot choose one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _config(targets: Sequence[Target], interval: int) -> str:
    """Write the configuration as JSON, which is YAML as well."""
    jobs = [
        {
            "job_name": target.job,
            "static_configs": [
                {"targets": [urlsplit(target.address).netloc], "labels": dict(target.labels)}
            ],
        }
        for target in targets
    ]
    timing = {"scrape_interval": f"{interval}s", "scrape_timeout": f"{interval}s"}
    return json.dumps({"global": timing, "scrape_configs": jobs})
