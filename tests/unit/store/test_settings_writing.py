from __future__ import annotations

from pathlib import Path

import tomlkit
from msgspec.structs import replace

from opsdesk.model.wall import Plan, Wall
from opsdesk.store.settings import Settings, SourceSettings, change, read, save

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


def test_comments_and_fields_of_later_versions_stay(path: Path) -> None:
    path.write_text(WRITTEN_BY_HAND, "utf-8")
    settings = read(path)
    new = SourceSettings(id="new", title="New")
    changed = replace(settings, theme="light", sources=(new, settings.sources[0]))
    save(path, changed)
    text = path.read_text("utf-8")
    for kept in ("# the desk in the corner", "interval = 15.0  # the scrape's", 'future = "kept"'):
        assert kept in text
    assert tomlkit.parse(text)["lamp"] == {"colour": 2}
    assert "# the one that counts" in text
    assert 'zone = "eu"' in text
    assert 'id = "old"' not in text
    assert read(path) == changed


def test_so_do_those_of_a_table_in_which_something_changes(path: Path) -> None:
    path.write_text("[notices]\nreminder = 30  # minutes\nsound = true  # loud\n", "utf-8")
    quiet = replace(read(path).notices, sound=False)
    change(path, lambda now: replace(now, notices=quiet))
    kept = "[notices]\nreminder = 30  # minutes\nsound = false # loud\n"
    assert path.read_text("utf-8").replace("  #", " #") == kept.replace("  #", " #")


def test_the_last_source_can_be_taken_away(path: Path) -> None:
    save(path, Settings(sources=(SourceSettings(id="prod", title="Production"),)))
    save(path, Settings())
    assert read(path) == Settings()


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
    path.write_text(WALLS_BY_HAND, "utf-8")
    change(path, lambda now: replace(now, interval=30.0))
    assert path.read_text("utf-8") == WALLS_BY_HAND.replace("15.0", "30.0")


def test_a_change_to_one_wall_leaves_the_others_alone(path: Path) -> None:
    path.write_text(WALLS_BY_HAND, "utf-8")
    lobby, control = read(path).walls
    night, lunch = lobby.plan
    quick = Plan(start="13:00", end="14:00", days=("mon",), dwell=5.0)
    lobby = replace(lobby, distance=7.5, plan=(quick, night))
    third = Wall(id="third", plan=(lunch,), diagonal=65.0)
    walls = (lobby, control, third)
    assert change(path, lambda now: replace(now, walls=walls)).walls == walls
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
    smaller = replace(third, diagonal=None, plan=())
    change(path, lambda now: replace(now, walls=(smaller, control)))
    assert read(path).walls == (smaller, control)
    text = path.read_text("utf-8")
    assert "diagonal" not in text
    assert "brightness" not in text
    assert "# handing over" in text


def test_the_last_wall_can_be_taken_away(path: Path) -> None:
    save(path, Settings(walls=(Wall(plan=(Plan(start="", end=""),)),)))
    save(path, Settings())
    assert read(path) == Settings()
    assert "[[" not in path.read_text("utf-8")
