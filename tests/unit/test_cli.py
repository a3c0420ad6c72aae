"""The command line, in this process: its arguments, its exit status, its one line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.http_server import HttpServer, Request, answer, serving, vector

from opsdesk import __version__, cli
from opsdesk.catalogue import language
from opsdesk.store import settings
from opsdesk.store.profile import places
from opsdesk.store.settings import SourceSettings

OUT = ("--format", "csv", "--output")
PNG = ("--demo", "--format", "png", "--output", "-")
NOWHERE = "http://127.0.0.1:1"


def run(*arguments: str) -> int:
    return cli.run(["snapshot", *arguments])


def line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on standard error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("opsdesk: ")
    return captured.err.removeprefix("opsdesk: ").rstrip()


def sent(*arguments: str) -> HttpServer:
    """Return a server that was asked with these arguments."""
    with serving(answer(vector(), 200)) as server:
        run("--url", server.url, *OUT, "-", *arguments)
    return server


def authorizations(server: HttpServer) -> set[str]:
    return {request.headers.get("authorization", "") for request in server.requests}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"opsdesk {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["snapshot", "--help"]])
def test_help_goes_to_standard_output(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("Usage: opsdesk")
    assert captured.err == ""


def test_a_snapshot_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert run("--demo", *OUT, str(out)) == 0
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    values = {row["labels"]: row["value"] for row in rows if row["metric"] == "breaker.state"}
    assert len(values) == 7
    assert values['breaker="External API - Carbon Data"'] == "open"


def test_a_snapshot_as_json_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--demo", "--format", "json", "--output", "-") == 0
    document = json.loads(capfd.readouterr().out)
    assert document["schema"] == "opsdesk.snapshot/1"
    running = [i["title"] for i in document["incidents"] if i["closed_at"] is None]
    assert running == ["Breaker open: External API - Carbon Data"]


def test_a_folder_for_pictures_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pages"
    assert run("--demo", "--format", "png", "--output", str(folder)) == 0
    assert {"overview.png", "sources.png"} < {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing option '--format'"),
        (["--format", "csv"], "Missing option '--output'"),
        (["--format", "doc", "--output", "-"], "'doc' is not one of"),
        ([*OUT, "-"], "name a server with --url, or a profile, or use --demo"),
        ([*OUT, "-", "--url", NOWHERE, "--demo"], "Only one"),
        ([*OUT, "-", "--profile", "home", "--demo"], "Only one"),
        ([*OUT, "-", "--profile", "../home"], "not a name for a profile"),
        ([*OUT, "-", "--profile", "empty"], "the profile 'empty' has no sources"),
        ([*OUT, "-", "--demo", "--size", "1440"], "written 'WIDTHxHEIGHT'"),
        ([*OUT, "-", "--demo", "--size", "10x10"], "from 320 to 8192 pixels"),
        ([*OUT, "-", "--demo", "--theme", "pink"], "'pink' is not one of"),
        (["--format", "png", "--output", "-", "--demo"], "not a folder"),
        (["--format", "png", "--output", "new/a.png", "--demo"], "not a folder"),
        (["--format", "png", "--output", __file__, "--demo"], "not a folder"),
        ([*PNG, "--page", "weather"], "weather: there is no such page. There are: overview, "),
        ([*OUT, "-", "--url", "localhost:9090"], "must begin with http:// or https://"),
        ([*OUT, "-", "--url", "http://localhost:nine"], "not a web address"),
        ([*OUT, "-", "--url", NOWHERE, "--kind", "ldap"], "'ldap' is not one of"),
        ([*OUT, "-", "--url", NOWHERE, "--timeout", "60"], "not in the range"),
        ([*OUT, "-", "--url", NOWHERE, "--header", "nonsense"], "'Name: value'"),
        ([*OUT, "-", "--url", NOWHERE, "--header", ": x"], "'Name: value'"),
        ([*OUT, "-", "--url", NOWHERE, "--header", "a b: c"], "letters, digits and hyphens"),
        ([*OUT, "-", "--url", NOWHERE, "--user", "ops"], "--user needs a password"),
        ([*OUT, "-", "--url", NOWHERE, "--token-file", "/missing/x"], "the secret cannot be read"),
        ([*OUT, "/", "--demo"], "this is a folder"),
        ([*OUT, "/missing/out.csv", "--demo"], "there is no folder /missing"),
        ([*OUT, "-", "--nonsense"], "No such option"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert says in line(capsys)


def test_who_is_not_let_in_is_told_where_a_token_comes_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(answer("", 401)) as server:
        assert run("--url", server.url, *OUT, "-") == 3
    assert line(capsys).endswith("With --url they come from --token-file or OPSDESK_TOKEN.")


@pytest.mark.parametrize("url", ["http://ops:hush@127.0.0.1:1", "http://hush@127.0.0.1:1/x"])
def test_a_password_in_the_address_is_refused_and_not_repeated(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*OUT, "-", "--url", url) == 2
    said = line(capsys)
    assert "hush" not in said
    assert "--token-file" in said


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "Cookie"])
def test_a_secret_header_on_the_command_line_is_refused_and_not_repeated(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*OUT, "-", "--url", NOWHERE, "--header", f"{name}: hush") == 2
    said = line(capsys)
    assert "hush" not in said
    assert "--token-file" in said


def test_a_source_that_cannot_be_reached_is_one_line_and_status_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--url", NOWHERE, *OUT, str(tmp_path / "out")) == 3
    said = line(capsys)
    assert said.startswith(f"{NOWHERE}: nothing listens there. ")
    assert list(tmp_path.iterdir()) == []


def test_a_servers_words_cannot_break_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    body = json.dumps({"status": "error", "error": "no\nway\x1b[31m\r out", "errorType": "bad"})
    with serving(answer(body, 422)) as server:
        assert run("--url", server.url, *OUT, "-") == 3
    said = line(capsys)
    assert "\x1b" not in said


def test_a_server_with_nothing_that_is_known_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with serving(answer(vector())) as server:
        assert run("--url", server.url, *OUT, "-") == 0
    captured = capfd.readouterr()
    assert captured.out.count("\n") == 1
    assert captured.err == (f"opsdesk: {server.url}: answers, but has no metric that is known.\n")


@pytest.mark.usefixtures("capfd")
class TestSecrets:
    def test_a_token_from_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("hush\n", "utf-8")
        assert authorizations(sent("--token-file", str(tmp_path / "token"))) == {"Bearer hush"}

    def test_a_token_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPSDESK_TOKEN", "hush")
        assert authorizations(sent()) == {"Bearer hush"}

    def test_a_users_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPSDESK_TOKEN", "hush")
        assert authorizations(sent("--user", "ops")) == {"Basic b3BzOmh1c2g="}

    def test_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPSDESK_TOKEN", raising=False)
        assert authorizations(sent()) == {""}

    def test_headers_of_tenants(self) -> None:
        server = sent("--header", "X-Scope-OrgID: shop", "--header", "X-Two:2")
        asked: list[Request] = server.requests
        assert {request.headers["x-scope-orgid"] for request in asked} == {"shop"}
        assert {request.headers["x-two"] for request in asked} == {"2"}

    def test_a_token_that_is_no_text(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "token").write_bytes(b"\xff\xfe")
        assert run(*OUT, "-", "--url", NOWHERE, "--token-file", str(tmp_path / "token")) == 2
        assert "it is no text" in capfd.readouterr().err


def test_a_profile_that_is_no_file_name_opens_no_window(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["--profile", "../x", "--hidden"]) == 2
    assert "not a name for a profile" in line(capsys)


def test_an_interval_that_is_none_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--interval", "0"]) == 2
    assert "not in the range" in line(capsys)


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opsdesk", "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, f"opsdesk {__version__}\n")


class TestProfile:
    """Its sources are all asked once: what some fail with is said, what all fail with ends it."""

    def kept(self, *urls: str) -> None:
        sources = tuple(
            SourceSettings(id=f"s{n}", title=f"Source {n}", kind="prometheus", url=url)
            for n, url in enumerate(urls)
        )
        settings.save(places("home").settings, settings.Settings(sources=sources))

    def test_one_that_fails_is_a_line_and_the_others_are_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "out.csv"
        body = vector(({"__name__": "up", "job": "shop"}, 1))
        with serving(answer(body)) as server:
            self.kept(server.url, NOWHERE)
            assert run("--profile", "home", *OUT, str(out)) == 0
        assert line(capsys).startswith(f"{NOWHERE}: nothing listens there.")
        assert out.exists()

    def test_where_all_fail_nothing_is_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.kept(NOWHERE, "http://127.0.0.1:2")
        assert run("--profile", "home", *OUT, str(tmp_path / "out.csv")) == 3
        assert line(capsys).startswith(f"{NOWHERE}: nothing listens there.")
        assert list(tmp_path.iterdir()) == []

    def test_what_is_said_is_in_its_language(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.kept(NOWHERE)
        settings.change(places("home").settings, lambda now: replace(now, language="de"))
        try:
            assert run("--profile", "home", *OUT, str(tmp_path / "out.csv")) == 3
        finally:
            language.choose("en")
        assert line(capsys).startswith(f"{NOWHERE}: dort lauscht nichts.")

    def test_a_setting_that_is_not_known_is_a_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with serving(answer(vector(({"__name__": "up", "job": "shop"}, 1)))) as server:
            self.kept(server.url)
            kept = places("home").settings
            kept.write_text(f'langauge = "de"\n{kept.read_text("utf-8")}', "utf-8")
            assert run("--profile", "home", *OUT, str(tmp_path / "out.csv")) == 0
        assert line(capsys).endswith("no effect. Perhaps 'language' is meant.")


def test_what_stands_before_a_command_goes_for_it_as_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["--profile", "empty", "snapshot", *OUT, "-"]) == 2
    assert "the profile 'empty' has no sources" in line(capsys)
