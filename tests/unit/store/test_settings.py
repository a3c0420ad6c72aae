from __future__ import annotations

import re
import stat
from pathlib import Path

import msgspec
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from support.readings import NOW

from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Plan, Wall
from opsdesk.store.profile import places
from opsdesk.store.settings import (
    Auth,
    Settings,
    SourceSettings,
    change,
    keep_copy,
    load,
    read,
    save,
    unknown,
)

SOURCE = SourceSettings(id="prod", title="Production", url="http://localhost:9090")

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")

WRITTEN_BY_HAND = """\
# the desk in the corner
interval = 15.0  # the scrape's
future = "kept"

[lamp]
colour = 2

[[source]]
id = "prod"  # the one that counts
title = "Production"
zone = "eu"

[[source]]
id = "old"
title = "Old"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles" / "default.toml"


def test_with_no_file_there_are_the_defaults_and_nothing_to_say(path: Path) -> None:
    assert load(path, path.with_name("copy.toml"), NOW) == (Settings(), "")


def test_what_is_saved_is_loaded(path: Path) -> None:
    settings = Settings(
        interval=15.0,
        theme="light",
        notifications=False,
        close_to_tray=False,
        sources=(SOURCE, SourceSettings(id="b", title="B", auth=Auth.BASIC, user="ops")),
    )
    save(path, settings)
    assert load(path, path.with_name("copy.toml"), NOW) == (settings, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_comments_and_fields_of_later_versions_stay(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(WRITTEN_BY_HAND, "utf-8")
    settings, _ = load(path, path.with_name("copy.toml"), NOW)
    new = SourceSettings(id="new", title="New")
    changed = msgspec.structs.replace(settings, theme="light", sources=(new, settings.sources[0]))
    save(path, changed)
    text = path.read_text("utf-8")
    for kept in ("# the desk in the corner", "interval = 15.0  # the scrape's", 'future = "kept"'):
        assert kept in text
    assert tomlkit.parse(text)["lamp"] == {"colour": 2}
    assert "# the one that counts" in text
    assert 'zone = "eu"' in text
    assert 'id = "old"' not in text
    assert load(path, path.with_name("copy.toml"), NOW) == (changed, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("langauge = 'de'", [("line 1", "'langauge'", "'language'")]),
        ("# mine\nintervall = 5", [("line 2", "'intervall'", "'interval'")]),
        ("[notices]\nquiet_form = '22:00'", [("line 2", "'quiet_form'", "'quiet_from'")]),
        ("[[source]]\nid = 'a'\ntitle = 'A'\nuri = ''", [("line 4", "'uri'", "'url'")]),
        ("[[sources]]\nid = 'a'", [("line 1", "'sources'", "'source'")]),
        (
            "[[wall]]\n[[wall.plan]]\nfrom = ''\nto = ''\ndwel = 5",
            [("line 5", "'dwel'", "'dwell'")],
        ),
        (WRITTEN_BY_HAND, [("line 3", "'future'"), ("line 5", "'lamp'"), ("line 11", "'zone'")]),
    ],
)
def test_what_is_not_known_is_said_and_stays(
    path: Path, content: str, said: list[tuple[str, ...]]
) -> None:
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    sentences = unknown(path).split(f"{path}, ")[1:]
    for sentence, words in zip(sentences, said, strict=True):
        assert all(word in sentence for word in words)
        assert ("Perhaps" in sentence) == (len(words) > 2)
    assert load(path, path.with_name("copy.toml"), NOW)[1] == ""
    assert path.read_text("utf-8") == content


def test_of_much_that_is_not_known_the_first_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("\n".join(f"q{number} = 1" for number in range(5)), "utf-8")
    assert unknown(path).endswith("'q2'; it has no effect. 2 more are not known.")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[notices.runbooks]\n'Orders DB' = 'https://wiki.example'",
        "[wall_remote]\nenabled = true",
        "source = 3",
        "interval = ",
    ],
)
def test_of_what_is_known_nothing_is_said(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    assert unknown(path) == unknown(path.with_name("none.toml")) == ""


@pytest.mark.parametrize(
    "example",
    [text for text in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "adjust" not in text],
)
def test_what_the_readme_shows_is_known(path: Path, example: str) -> None:
    path.parent.mkdir()
    path.write_text(example, "utf-8")
    assert read(path) != Settings()
    assert unknown(path) == ""


def test_all_that_is_saved_is_known(path: Path) -> None:
    plan = Plan(start="22:00", end="06:00", dwell=60)
    save(path, Settings(theme="dark", sources=(SOURCE,), walls=(Wall(id="a", plan=(plan,)),)))
    assert unknown(path) == ""


def test_so_do_those_of_a_table_in_which_something_changes(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[notices]\nreminder = 30  # minutes\nsound = true  # loud\n", "utf-8")
    quiet = msgspec.structs.replace(read(path).notices, sound=False)
    change(path, lambda now: msgspec.structs.replace(now, notices=quiet))
    kept = "[notices]\nreminder = 30  # minutes\nsound = false # loud\n"
    assert path.read_text("utf-8").replace("  #", " #") == kept.replace("  #", " #")


def test_the_last_source_can_be_taken_away(path: Path) -> None:
    save(path, Settings(sources=(SOURCE,)))
    save(path, Settings())
    assert load(path, path.with_name("copy.toml"), NOW)[0].sources == ()


@pytest.mark.parametrize(
    "content",
    [
        b"interval = ",
        b"interval = 'often'",
        b"interval = 0",
        b"\xff\xfe",
        b"source = 3",
        b"[[source]]\ntitle = 'no id'",
        b"[[source]]\nid='a'\ntitle='A'\n[[source]]\nid='a'\ntitle='B'",
        b"[[wall]]\nid = 'a'\n[[wall]]\nid = 'a'",
        b"[[wall]]\ndistance = '5m'",
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_and_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    settings, warning = load(path, path.with_name("copy.toml"), NOW)
    assert settings == Settings()
    (aside,) = path.parent.iterdir()
    assert aside.name.startswith("default.unreadable-2026-03-0")
    assert aside.read_bytes() == content
    assert str(path) in warning
    assert aside.name in warning


def test_a_file_that_cannot_be_read_stays_where_it_is(path: Path) -> None:
    path.mkdir(parents=True)
    settings, warning = load(path, path.with_name("copy.toml"), NOW)
    assert settings == Settings()
    assert "cannot be read" in warning
    assert path.is_dir()


def test_a_file_that_cannot_be_set_aside_is_said_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text("interval = ", "utf-8")

    def refuse(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    _, warning = load(path, path.with_name("copy.toml"), NOW)
    assert "could not be set aside either" in warning


def test_who_only_reads_or_changes_leaves_a_file_that_cannot_be_used_where_it_is(
    path: Path,
) -> None:
    path.parent.mkdir()
    path.write_text("interval = ", "utf-8")
    with pytest.raises(ConfigError, match=r"default\.toml: the settings cannot be used: .*Correct"):
        read(path)
    with pytest.raises(ConfigError, match="cannot be used"):
        change(path, lambda now: now)
    assert path.read_text("utf-8") == "interval = "


@pytest.mark.parametrize("content", ["interval = ", "interval = 'often'"])
def test_settings_are_not_saved_over_what_they_do_not_understand(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match="cannot be saved"):
        save(path, Settings())
    assert path.read_text("utf-8") == content


WALLS_BY_HAND = """\
interval = 15.0

# the lobby
[[wall]]
id = "lobby"
display = "DELL U2720Q"  # the left one
brightness = 70

# nobody looks at night
[[wall.plan]]
from = "22:00"
to = "06:00"
dwell = 60  # slow

[[wall.plan]]
from = "12:00"
to = "13:00"
pages = ["value"] # lunch

# the control room
[[wall]]
id = "control"
plan = [ { from = "06:00", to = "07:00" } ] # handing over

# the last word
"""


def test_walls_with_their_plans_stay_as_they_were_written(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(WALLS_BY_HAND, "utf-8")
    change(path, lambda now: msgspec.structs.replace(now, interval=30.0))
    assert path.read_text("utf-8") == WALLS_BY_HAND.replace("15.0", "30.0")


def test_a_change_to_one_wall_leaves_the_others_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(WALLS_BY_HAND, "utf-8")
    lobby, control = read(path).walls
    night, lunch = lobby.plan
    quick = Plan(start="13:00", end="14:00", days=("mon",), dwell=5.0)
    lobby = msgspec.structs.replace(lobby, distance=7.5, plan=(quick, night))
    third = Wall(id="third", plan=(lunch,), diagonal=65.0)
    walls = (lobby, control, third)
    assert change(path, lambda now: msgspec.structs.replace(now, walls=walls)).walls == walls
    assert read(path).walls == walls
    text = path.read_text("utf-8")
    for kept in (
        'display = "DELL U2720Q"  # the left one',
        "brightness = 70",
        "dwell = 60  # slow",
        'plan = [ { from = "06:00", to = "07:00" } ] # handing over',
    ):
        assert kept in text
    assert "# lunch" not in text
    smaller = msgspec.structs.replace(third, diagonal=None, plan=())
    change(path, lambda now: msgspec.structs.replace(now, walls=(smaller, control)))
    assert read(path).walls == (smaller, control)
    text = path.read_text("utf-8")
    assert "diagonal" not in text
    assert "brightness" not in text
    assert "# handing over" in text


def test_the_last_wall_can_be_taken_away(path: Path) -> None:
    save(path, Settings(walls=(Wall(plan=(Plan(start="", end=""),)),)))
    save(path, Settings())
    assert load(path, path.with_name("copy.toml"), NOW) == (Settings(), "")
    assert "[[" not in path.read_text("utf-8")


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
sources = st.builds(
    SourceSettings,
    id=words,
    title=words,
    url=words,
    auth=st.sampled_from(Auth),
    user=words,
)
clocks = st.sampled_from(("", "00:00", "06:30", "22:00"))
dwells = st.floats(3, 86_400)
plans = st.builds(
    Plan,
    start=clocks,
    end=clocks,
    days=st.lists(st.sampled_from(("mon", "sat", "sun")), max_size=2).map(tuple),
    pages=st.lists(words, max_size=2).map(tuple),
    dwell=st.none() | dwells,
)
walls = st.builds(
    Wall,
    id=st.sampled_from(("main", "lobby", "control")),
    display=words,
    pages=st.lists(words, max_size=3).map(tuple),
    dwell=dwells,
    distance=st.floats(0.3, 100),
    diagonal=st.none() | st.floats(3, 1_000),
    theme=st.sampled_from(("dark", "light", "high_contrast")),
    plan=st.lists(plans, max_size=3).map(tuple),
)


@given(
    st.lists(
        st.builds(
            Settings,
            interval=st.floats(1, 86_400),
            theme=st.sampled_from(("system", "dark", "light", "high_contrast")),
            notifications=st.booleans(),
            close_to_tray=st.booleans(),
            sources=st.lists(sources, max_size=3, unique_by=lambda s: s.id).map(tuple),
            walls=st.lists(walls, max_size=3, unique_by=lambda w: w.id).map(tuple),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_is_saved_after_whatever_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, history: list[Settings]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "default.toml"
    for settings in history:
        save(path, settings)
        assert load(path, path.with_name("copy.toml"), NOW) == (settings, "")


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "x" * 65, "é"])
def test_a_profile_whose_name_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="not a name for a profile"):
        places(name)


def test_profiles_share_no_file() -> None:
    names = ("one", "other", "one.serve", "one.window", "one.lock", "one.damaged")
    shared = {places("one").own}
    files = [
        path
        for name in names
        for path in structs.asdict(places(name)).values()
        if isinstance(path, Path) and path not in shared
    ]
    assert len(set(files)) == len(files)


def test_what_last_worked_takes_the_place_of_what_cannot_be_used(tmp_path: Path) -> None:
    path, copy = tmp_path / "default.toml", tmp_path / "state" / "copy.toml"
    path.write_text("interval = 5.0  # often\n", "utf-8")
    keep_copy(path, copy)
    path.write_text("interval = = 8", "utf-8")
    settings, warning = load(path, copy, NOW)
    assert settings == Settings(interval=5.0)
    assert warning.endswith("Until then those are used that last worked.")
    (aside,) = tmp_path.glob("default.unreadable-*.toml")
    assert aside.read_text("utf-8") == "interval = = 8"
    assert load(path, copy, NOW) == (settings, "")
    assert "# often" in path.read_text("utf-8")


def test_a_copy_that_cannot_be_used_either_is_none(tmp_path: Path) -> None:
    path, copy = tmp_path / "default.toml", tmp_path / "copy.toml"
    path.write_text("interval = = 8", "utf-8")
    copy.write_text("interval = -1", "utf-8")
    settings, warning = load(path, copy, NOW)
    assert settings == Settings()
    assert "last worked" not in warning


def test_settings_that_cannot_be_moved_stay_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = tmp_path / "default.toml", tmp_path / "copy.toml"
    copy.write_text("interval = 5.0", "utf-8")
    path.write_text("interval = = 8", "utf-8")
    monkeypatch.setattr(Path, "replace", refused)
    settings, _ = load(path, copy, NOW)
    assert settings.interval == 5.0
    assert path.read_text("utf-8") == "interval = = 8"


def test_a_copy_is_written_when_it_is_another(tmp_path: Path) -> None:
    path, copy = tmp_path / "default.toml", tmp_path / "state" / "copy.toml"
    keep_copy(path, copy)
    assert not copy.exists()
    path.write_text("interval = 5.0", "utf-8")
    keep_copy(path, copy)
    before = copy.stat().st_mtime_ns
    keep_copy(path, copy)
    assert copy.stat().st_mtime_ns == before
    assert copy.stat().st_mode & 0o777 == 0o600


def refused(self: Path, target: Path) -> Path:
    raise PermissionError(13, "Permission denied", str(self), None, str(target))
