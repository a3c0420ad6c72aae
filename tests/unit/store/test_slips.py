from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.readings import NOW

from opsdesk.model.wall import Plan, Wall
from opsdesk.store.settings import Settings, SourceSettings, load, read, save

LANGUAGES = ("'system'", "'en'", "'de'")

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")

OF_A_LATER_VERSION = """\
future = "kept"
[lamp]
colour = 2
[[source]]
id = "prod"
title = "Production"
zone = "eu"
"""


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
        ("theme = 'dark'\nlanguage = 'german'", [("line 2", "'german'", *LANGUAGES)]),
        ("interval = 5\ntheme = 'drak'", [("line 2", "'drak'", "'system'", "'dark'", "'light'")]),
        (
            "lang = ''\nlanguage = ''",
            [("line 2", "''", *LANGUAGES), ("line 1", "'lang'", "'language'")],
        ),
        (OF_A_LATER_VERSION, [("line 1", "'future'"), ("line 2", "'lamp'"), ("line 7", "'zone'")]),
    ],
)
def test_what_is_not_known_is_said_and_stays(
    path: Path, copy: Path, content: str, said: list[tuple[str, ...]]
) -> None:
    path.write_text(content, "utf-8")
    _, warning = load(path, copy, NOW)
    sentences = warning.split(f"{path}, ")[1:]
    for sentence, words in zip(sentences, said, strict=True):
        assert all(word in sentence for word in (*words, "no effect"))
        assert ("Perhaps" in sentence) == ("there is no setting" in sentence and len(words) > 2)
    assert path.read_text("utf-8") == content
    assert copy.read_text("utf-8") == content


def test_of_much_that_is_not_known_the_first_is_named(path: Path) -> None:
    path.write_text("\n".join(f"q{number} = 1" for number in range(5)), "utf-8")
    assert slips(path).endswith("'q2'; it has no effect. 2 more are not known.")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[notices.runbooks]\n'Orders DB' = 'https://wiki.example'",
        "[wall_remote]\nenabled = true",
        "language = 'system'",
        "language = 'de'",
        "language = 'pseudo'",
    ],
)
def test_of_what_is_known_nothing_is_said(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    assert slips(path) == slips(path.with_name("none.toml")) == ""


@pytest.mark.parametrize(
    "example",
    [text for text in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "adjust" not in text],
)
def test_what_the_readme_shows_is_known(path: Path, example: str) -> None:
    path.write_text(example, "utf-8")
    assert read(path) != Settings()
    assert slips(path) == ""


def test_all_that_is_saved_is_known(path: Path) -> None:
    plan = Plan(start="22:00", end="06:00", dwell=60)
    sources = (SourceSettings(id="prod", title="Production"),)
    save(path, Settings(theme="dark", sources=sources, walls=(Wall(plan=(plan,)),)))
    assert slips(path) == ""


def slips(path: Path) -> str:
    said: list[str] = []
    read(path, said.append)
    return " ".join(said)
