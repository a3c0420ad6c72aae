"""``opsdesk snapshot``: what is refused before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsdesk import cli
from opsdesk.cli.status import Exit


@pytest.mark.parametrize("format_", ["pdf", "csv", "json"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--page", "value"], "--page goes with --format png alone."),
        (["--theme", "dark"], "--theme goes with --format png alone."),
        (
            ["--size", "1024x700", "--scale", "2"],
            "--size and --scale go with --format png alone.",
        ),
    ],
)
def test_what_is_said_of_a_picture_is_refused_where_none_is_written(
    format_: str, given: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "snapshot"
    arguments = ["snapshot", "--demo", "--format", format_, "--output", str(output), *given]
    assert cli.run(arguments) == Exit.WRONG_USE
    assert said in capsys.readouterr().err
    assert not output.exists()
