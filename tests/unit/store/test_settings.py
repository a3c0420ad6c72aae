from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW

from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import Plan, Wall
from opsdesk.store.settings import Auth, Settings, SourceSettings, change, load, read, save


def test_with_no_file_there_are_the_defaults_and_nothing_to_say(path: Path, copy: Path) -> None:
    assert load(path, copy, NOW) == (Settings(), "")


def test_what_is_saved_is_loaded(tmp_path: Path, copy: Path) -> None:
    path = tmp_path / "profiles" / "default.toml"
    settings = Settings(
        interval=15.0,
        theme="light",
        notifications=False,
        close_to_tray=False,
        sources=(
            SourceSettings(id="prod", title="Production", url="http://localhost:9090"),
            SourceSettings(id="b", title="B", auth=Auth.BASIC, user="ops"),
        ),
    )
    save(path, settings)
    assert load(path, copy, NOW) == (settings, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_only_reads_or_changes_leaves_a_file_that_cannot_be_used_where_it_is(
    path: Path,
) -> None:
    path.write_text("interval = ", "utf-8")
    with pytest.raises(ConfigError, match=r"default\.toml: the settings cannot be used: .*Correct"):
        read(path)
    with pytest.raises(ConfigError, match="cannot be used"):
        change(path, lambda now: now)
    assert path.read_text("utf-8") == "interval = "


@pytest.mark.parametrize("content", ["interval = ", "interval = 'often'"])
def test_settings_are_not_saved_over_what_they_do_not_understand(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match="cannot be saved"):
        save(path, Settings())
    assert path.read_text("utf-8") == content


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
