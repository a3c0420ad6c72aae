"""``opsdesk wall``: what is read from the command line, what is refused, what is kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from opsdesk import cli
from opsdesk.app import desktop, walls
from opsdesk.app.household import DesktopOptions
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.wall import Plan, Wall
from opsdesk.store import settings
from opsdesk.store.profile import places
from opsdesk.store.secrets import WALL_CODE, WALL_REMOTE, Secrets

LOBBY = Wall(id="lobby", display="DELL U2720Q", distance=7.0, plan=(Plan(start="", end=""),))
CONTROL = Wall(id="control", display="LG TV", dwell=60.0)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[DesktopOptions]:
    """Return what would be shown, instead of showing it."""
    found: list[DesktopOptions] = []

    def record(options: DesktopOptions) -> int:
        found.append(options)
        return 0

    monkeypatch.setattr(desktop, "run_desktop", record)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))  # no terminal
    return found


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> int:
    return cli.run(["wall", *arguments])


def keep(*kept: Wall) -> None:
    settings.change(places("default").settings, lambda now: replace(now, walls=kept))


def test_where_nobody_can_be_asked_it_opens_as_usual_and_nothing_is_kept(
    shown: list[DesktopOptions],
) -> None:
    assert run() == 0
    (options,) = shown
    assert options.walled
    assert (options.profile, options.wall, options.demo) == ("default", None, None)
    assert not places("default").settings.exists()


def test_what_is_given_is_for_this_run(shown: list[DesktopOptions]) -> None:
    pages = "overview, diagnostics"
    told = ["--display", "HDMI-1", "--distance", "16ft", "--diagonal", "140cm", "--pages", pages]
    assert run(*told, "--dwell", "7", "--theme", "light") == 0
    assert shown[0].wall == Wall(
        display="HDMI-1",
        distance=4.8768,
        diagonal=55.12,
        pages=("overview", "diagnostics"),
        dwell=7.0,
        theme="light",
    )
    assert not places("default").settings.exists()


def test_what_is_kept_stays_but_for_what_is_given(shown: list[DesktopOptions]) -> None:
    keep(LOBBY, CONTROL)
    run()
    run("--dwell", "5")
    run("--display", "LG TV", "--distance", "3")
    run("--display", "HDMI-1")
    assert [options.wall for options in shown] == [
        None,
        replace(LOBBY, dwell=5.0),
        replace(CONTROL, distance=3.0),
        replace(LOBBY, display="HDMI-1"),
    ]
    assert walls.kept("default") == (LOBBY, CONTROL)


def test_a_demo_has_a_profile_of_its_own_unless_one_is_named(shown: list[DesktopOptions]) -> None:
    run("--demo", "--seed", "3", "--speed", "60")
    run("--demo", "--profile", "home")
    cli.run(["--profile", "home", "wall", "--demo"])
    run("--url", "http://127.0.0.1:1", "--interval", "15")
    assert [options.profile for options in shown] == ["demo", "home", "home", "default"]
    assert shown[0].demo == Demonstration(seed=3, speed=60.0)
    assert (shown[3].url, shown[3].interval) == ("http://127.0.0.1:1", 15.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--distance", "far"], "'5m' or '16ft'"),
        (["--diagonal", "2"], "from 3 to 1000 inches"),
        (["--dwell", "1"], "not in the range"),
        (["--pages", " , "], "name at least one page"),
        (["--pages", "overview,weather"], "weather: there is no such page. There are: overview, "),
        (["--theme", "pink"], "'pink' is not one of"),
        (["--demo", "--url", "http://127.0.0.1:1"], "exclude each other"),
        (["--preview", "1920x1080"], "--output belong together"),
        (["--output", "."], "--output belong together"),
        (["--preview", "1920", "--output", "."], "written 'WIDTHxHEIGHT'"),
        (["--set-code", "--set-token"], "exclude each other"),
        (["--displays", "--preview", "1920x1080", "--output", "."], "exclude each other"),
        (["--profile", "../x"], "not a name for a profile"),
        (["--set-code"], "standard input is empty"),
    ],
)
@pytest.mark.usefixtures("shown")
def test_wrong_use_is_one_line_and_status_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert says in captured.err


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def test_settings_that_cannot_be_used_are_said_in_a_terminal_and_left(
    shown: list[DesktopOptions],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    file = places("default").settings
    file.parent.mkdir(parents=True)
    file.write_text("[[wall]]\ndistance = '5m'\n", "utf-8")
    assert run() == 2
    assert f"{file}: the settings cannot be used" in capsys.readouterr().err
    assert file.read_text("utf-8") == "[[wall]]\ndistance = '5m'\n"
    assert shown == []


def test_settings_that_cannot_be_used_leave_no_wall_dark_that_nobody_attends(
    shown: list[DesktopOptions],
) -> None:
    file = places("default").settings
    file.parent.mkdir(parents=True)
    file.write_text("[[wall]]\ndistance = '5m'\n", "utf-8")
    assert run() == 0
    assert [options.walled for options in shown] == [True]


def test_pages_that_a_kept_wall_names_in_vain_are_said_in_a_terminal(
    shown: list[DesktopOptions],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    keep(replace(LOBBY, pages=("overview", "weather")))
    assert run() == 0
    assert "weather: there is no such page" in capsys.readouterr().err
    assert len(shown) == 1


def test_without_a_display_it_says_what_can_be_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    for arguments in ([], ["--displays"]):
        assert run(*arguments) == 2
        assert "opsdesk wall --preview 1920x1080 --output FOLDER" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "name"), [("--set-code", WALL_CODE), ("--set-token", WALL_REMOTE)]
)
def test_a_secret_is_kept_and_taken_away(
    option: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = Secrets("home", places("home").secrets)
    for typed, kept in (("hush 1\r\n", "hush 1"), ("\n", None)):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert run(option, "--profile", "home") == 0
        assert secrets.get(name) == kept
        captured = capsys.readouterr()
        assert "hush" not in captured.out + captured.err


def test_a_token_that_no_header_can_carry_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\x07\n"))
    assert run("--set-token") == 2
    captured = capsys.readouterr()
    assert "cannot be sent" in captured.err
    assert "hush" not in captured.out + captured.err


@pytest.mark.parametrize("code", [" 4711", "4" * 65])
def test_a_code_with_which_nobody_could_leave_is_refused_and_not_repeated(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    assert run("--set-code") == 2
    captured = capsys.readouterr()
    assert "at most 64 letters" in captured.err
    assert code.strip() not in captured.out + captured.err
    assert not settings.read(places("default").settings).wall_locked


def test_every_slide_is_a_file_and_it_is_said_how_large_letters_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keep(replace(LOBBY, distance=5.0, diagonal=None, pages=("overview", "reliability")))
    folder = tmp_path / "not" / "yet"
    size = ("--preview", "1920x1080", "--output", str(folder))
    # the demo has a profile of its own
    assert run("--demo", "--seed", "2", "--profile", "default", *size) == 0
    written, letters = capfd.readouterr().out.rsplit("\n", 2)[:2]
    assert letters == "capital letters: 46 and 37 pixels, for 5 m and 55 inches"
    names = ["01_overview.png", "02_reliability.png"]
    assert written.splitlines()[:2] == [str(folder / name) for name in names]
    assert sorted(map(str, folder.iterdir())) == written.splitlines()
    for file in folder.iterdir():
        assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--demo", "--output", "/dev/null/slides"], 2, "/dev/null/slides: cannot be written"),
        (["--output", "."], 2, "the profile 'default' has no sources"),
        (["--demo", "--output", ".", "--pages", "weather"], 2, "weather: there is no such page"),
        (["--url", "http://127.0.0.1:1", "--output", "."], 3, "nothing listens there"),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_what_cannot_be_previewed_is_one_line(
    arguments: list[str],
    status: int,
    says: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run("--preview", "640x360", *arguments) == status
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert says in captured.err
    assert list(Path().iterdir()) == []


def test_pages_that_a_kept_wall_names_in_vain_are_said_before_it_is_hung(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(replace(LOBBY, plan=(Plan(start="", end="", pages=("night",)),)))
    assert (
        run("--demo", "--profile", "default", "--preview", "640x360", "--output", str(tmp_path))
        == 2
    )
    assert "night: there is no such page" in capsys.readouterr().err
