"""``opsdesk tell-wall`` in this process, against the real API of small walls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.http_server import Connection, Request, answer, head
from support.http_server import serving as serving_http
from support.serving import Small, serving
from support.walls import TOKEN, WALLS, SmallWalls, serving_walls

from opsdesk import cli
from opsdesk.app import wall_client
from opsdesk.cli.status import Exit
from opsdesk.model.wall import Showing

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def walls() -> SmallWalls:
    return SmallWalls()


@pytest.fixture
def url(walls: SmallWalls, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("OPSDESK_TOKEN", TOKEN)
    with serving_walls(walls) as url:
        yield url


def run(*arguments: str) -> int:
    return cli.run(["tell-wall", *arguments])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on standard error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_command_is_done_and_nothing_is_said(
    url: str, walls: SmallWalls, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("next", "--url", url) == Exit.DONE
    assert run("hold", "--url", url, "--wall", "hall") == Exit.DONE
    assert [(one.slide, one.held) for one in walls.status().walls] == [
        ("reliability", False),
        ("reliability", True),
    ]
    assert capsys.readouterr() == ("", "")


def test_an_address_below_the_api_will_do(url: str, walls: SmallWalls) -> None:
    assert run("acknowledge", "--url", f"{url}v1/wall/next") == Exit.DONE
    assert walls.status().incidents == ()


def test_a_token_from_a_file(
    url: str, walls: SmallWalls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPSDESK_TOKEN")
    (tmp_path / "token").write_text(f"{TOKEN}\n", "utf-8")
    assert run("reload", "--url", url, "--token-file", str(tmp_path / "token")) == Exit.DONE
    assert walls.loads == 2


class TestStatus:
    def test_all_walls(
        self, walls: SmallWalls, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        now = datetime.now(UTC)
        walls._status = replace(
            WALLS,
            walls=(replace(WALLS.walls[0], held=True), WALLS.walls[1]),
            started_at=now - timedelta(days=3, hours=2, minutes=1),
            last_refresh=now - timedelta(minutes=3, seconds=30),
            problems=("There is no page 'weather'.",),
        )
        assert run("status", "--url", url) == Exit.DONE
        assert capsys.readouterr().out.splitlines() == [
            "main: overview, on the first display, held",
            "hall: overview, on DP-3, which is not there",
            "taken over by breaker-carbon",
            "running for 3 d 2 h, restarted 2 times, 182 MiB, data 3 min old",
            "There is no page 'weather'.",
        ]

    def test_one_wall(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("status", "--url", url, "--wall", "main") == Exit.DONE
        assert capsys.readouterr().out == "main: overview, on the first display\n"

    def test_little_is_known(
        self, walls: SmallWalls, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        walls._status = replace(
            WALLS,
            walls=(Showing(id="a\x1b[31m\nb"),),
            incidents=(),
            started_at=None,
            restarts=0,
            memory=None,
            last_refresh=None,
        )
        assert run("status", "--url", url) == Exit.DONE
        assert capsys.readouterr().out.splitlines() == [
            "a [31m b: –, on the first display, which is not there",
            "no data yet",
        ]

    def test_a_wall_that_there_is_not(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("status", "--url", url, "--wall", "attic") == Exit.WRONG_USE
        assert "there is no wall 'attic'. There are: main, hall." in complaint(capsys)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing"),
        (["next"], "Missing option '--url'"),
        (["explode", "--url", NOWHERE], "'explode' is not one of"),
        (["next", "--url", "wall:9751"], "must begin with http:// or https://"),
        (["next", "--url", "http://x:hush@wall"], "--token-file"),
        (["next", "--url", NOWHERE, "--token-file", "/missing/x"], "cannot be read"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == Exit.WRONG_USE
    said = complaint(capsys)
    assert says in said
    assert "hush" not in said


class TestRefused:
    """What is no wall, or does not do it, is one line and status 3."""

    def test_nothing_listens(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("next", "--url", NOWHERE) == Exit.NO_DATA
        assert "nothing listens there" in complaint(capsys)

    def test_a_wrong_token(
        self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("OPSDESK_TOKEN", "nobodys-token")
        assert run("next", "--url", url) == Exit.NO_DATA
        said = complaint(capsys)
        assert "the token is missing or wrong. Name the file of its token with --token-file" in said
        assert "nobodys-token" not in said

    def test_a_wall_that_there_is_not(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("next", "--url", url, "--wall", "attic") == Exit.NO_DATA
        assert "there is no wall 'attic'" in complaint(capsys)

    @pytest.mark.parametrize("command", ["status", "next"])
    def test_an_opsdesk_without_walls(
        self, command: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with serving(Small()) as url:
            assert run(command, "--url", url) == Exit.NO_DATA
        assert "404 Not Found" in complaint(capsys)

    @pytest.mark.parametrize("command", ["status", "next"])
    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ("{}", "no wall of OpsDesk"),
            ('{"schema": "opsdesk.wall/2", "walls": [], "command": ""}', "of another version"),
            ("[" * 10_000, "no wall of OpsDesk"),
            ("[]", "no wall of OpsDesk"),
        ],
    )
    def test_another_server(
        self, command: str, body: str, says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with serving_http(answer(body)) as server:
            assert run(command, "--url", server.url) == Exit.NO_DATA
        assert says in complaint(capsys)

    def test_a_server_that_drips_is_given_up_in_the_end(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def drip(_request: Request, connection: Connection) -> None:
            connection.send(head(200, {"Content-Type": "application/json"}))
            while connection.send(b" ") and not connection.stopping.wait(0.02):
                pass

        monkeypatch.setattr(wall_client, "PATIENCE", 0.2)
        with serving_http(drip) as server:
            assert run("status", "--url", server.url) == Exit.NO_DATA
        assert "did not answer in time" in complaint(capsys)

    def test_an_answer_that_is_lost_does_not_turn_the_page_twice(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with serving_http(lambda _request, _connection: None) as server:
            assert run("next", "--url", server.url) == Exit.NO_DATA
        assert len(server.requests) == 1
        assert "broke off" in complaint(capsys)
