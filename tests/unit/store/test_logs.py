from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.store import logs
from opsdesk.store.logs import Redactor

log = logging.getLogger("opsdesk.test")


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def file(tmp_path: Path, redactor: Redactor) -> Iterator[Path]:
    level = logging.getLogger().level
    path = tmp_path / "logs" / "default.log"
    handler = logs.to_file(path, redactor)
    yield path
    logs.stop(handler)
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        "GET http://ops:hush@server/path",
        "GET http://hush@server/path",
        "Authorization: Bearer hush-hush-hush",
        "authorization=Basic aHVzaDpodXNo",
        "{'Authorization': 'Bearer hush'}",
        "Headers([(b'authorization', b'Bearer hush')])",
        "('Proxy-Authorization', 'hush')",
        "sent Bearer hush-hush-hush to it",
        "the token is s3cret-hush!",
    ],
)
def test_no_secret_gets_through(redactor: Redactor, text: str) -> None:
    redactor.learn("s3cret-hush!")
    cleaned = redactor.clean(text)
    assert "hush" not in cleaned
    assert "aHVz" not in cleaned
    assert "[hidden]" in cleaned


@pytest.mark.parametrize(
    "text",
    ["http://server/path?x=1", "the bearer of bad news", "mail to ops@example.com", "12 failures"],
)
def test_what_is_no_secret_stays(redactor: Redactor, text: str) -> None:
    redactor.learn("")
    redactor.learn("abc")  # too short to guard anything
    assert redactor.clean(text) == text


# What stands for a secret cannot be told from one of the same letters.
_SECRETS = st.text(min_size=4, max_size=12).filter(lambda secret: secret != "[hidden]")


@given(st.lists(_SECRETS, max_size=4), st.text(), st.text())
def test_a_known_secret_never_gets_through_wherever_it_stands(
    secrets: list[str], before: str, after: str
) -> None:
    redactor = Redactor()
    for secret in secrets:
        redactor.learn(secret)
    for secret in secrets:
        assert f"|{secret}|" not in redactor.clean(f"{before}|{secret}|{after}")


def test_arguments_and_tracebacks_are_cleaned_too(file: Path, redactor: Redactor) -> None:
    redactor.learn("s3cret-hush!")
    try:
        int("wrong: s3cret-hush!")
    except ValueError:
        log.exception("no %s", "s3cret-hush!")
    text = file.read_text("utf-8")
    assert "hush" not in text
    assert "Traceback" in text
    assert "'wrong: [hidden]'" in text


def test_chatty_libraries_are_quiet(file: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET ...")
    log.info("said")
    assert "HTTP Request" not in file.read_text("utf-8")
    assert "said" in file.read_text("utf-8")


def test_the_file_rotates(file: Path) -> None:
    for _ in range(120):
        log.info("x" * 100_000)
    files = list(file.parent.iterdir())
    assert 2 <= len(files) <= 5
    assert sum(one.stat().st_size for one in files) < 5_500_000


def test_where_no_file_can_be_written_standard_error_serves(
    tmp_path: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    level = logging.getLogger().level
    handler = logs.to_file(tmp_path / "taken" / "log", redactor)
    log.info("http://a:hush@b")
    logs.stop(handler)
    logging.getLogger().setLevel(level)
    assert "http://[hidden]@b" in capsys.readouterr().err
