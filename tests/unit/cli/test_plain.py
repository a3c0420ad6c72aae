"""A plain start is read as the command line's library would read it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk import cli
from opsdesk.cli import group, run
from opsdesk.cli.plain import Plain, plain

WORDS = st.sampled_from(
    [
        *("--hidden", "--profile", "--profile=", "--profile=shop", "shop", "", "-", "--", "--help"),
        *("--hidden=1", "--profil=x", "demo", "--url", "http://localhost", "--profile=--hidden"),
    ]
)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], Plain()),
        (["--hidden"], Plain(hidden=True)),
        (["--profile", "shop"], Plain("shop")),
        (["--profile=shop", "--hidden"], Plain("shop", hidden=True)),
        (["--profile", "a", "--profile", "b"], Plain("b")),
        (["--profile"], None),
        (["--url", "http://localhost:9090"], None),
        (["demo"], None),
        (["--help"], None),
    ],
)
def test_a_menu_or_a_log_in_asks_for_no_more(arguments: list[str], found: Plain | None) -> None:
    assert plain(arguments) == found


@given(st.lists(WORDS, max_size=4))
def test_it_is_what_the_library_makes_of_it(arguments: list[str]) -> None:
    found = plain(arguments)
    if found is None:
        return

    asked: list[tuple[str, bool]] = []

    def record(**options: Any) -> int:  # noqa: ANN401 - whatever it is called with
        asked.append((options["profile"], options["hidden"]))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group, "open_window", record)
        assert group.run(arguments) == 0
    assert asked == [(found.profile, found.hidden)]


def test_it_opens_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []

    def asked(**options: Any) -> int:  # noqa: ANN401 - the same
        seen.append(options)
        return 0

    monkeypatch.setattr(cli, "open_window", asked)
    assert run(["--hidden"]) == 0
    assert seen == [{"profile": "default", "interval": None, "hidden": True}]


def test_who_stops_it_reads_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "open_window", stopped)
    assert run([]) == 2
    assert capsys.readouterr().err == "opsdesk: stopped\n"
