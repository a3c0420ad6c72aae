"""What is refused in a file is said in words, with what is allowed there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import msgspec
import pytest

from opsdesk.catalogue import data, language
from opsdesk.model.pack import Pack
from opsdesk.store.settings import Settings

PACK = """
id = "a"
title = "A"
panel = "p"
precedence = 1
variant = [{ metric = "m" }]
[[query]]
metric = "x"
query = "q"
at = "t"
"""


def said(text: str, kind: type[msgspec.Struct]) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(tomllib.loads(text), kind)
    return data.refusal(caught.value, kind)


@pytest.fixture
def _german() -> Iterator[None]:
    language.choose("de")
    yield
    language.choose("en")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            PACK + 'kind = "value"',
            Pack,
            (
                "'value' is none of 'number', 'share', 'histogram', 'one_hot', 'last_event'"
                " - at `$.query[0].kind`"
            ),
        ),
        (
            PACK + 'kind = "number"\nqualifier = "!"',
            Pack,
            "'!' is none of '', '<', '>', '>=', '~' - at `$.query[0].qualifier`",
        ),
        (
            PACK + 'kind = "one_hot"\nstate = "s"\nstates = { a = "opn" }',
            Pack,
            (
                "'opn' is none of 'closed', 'half-open', 'open', 'forced-open', 'disabled',"
                " 'unknown' - at `$.query[0].states[...]`"
            ),
        ),
        (
            PACK + 'kind = "number"\nqualifer = "<"',
            Pack,
            "there is no field `qualifer`; perhaps `qualifier` is meant - at `$.query[0]`",
        ),
        (PACK, Pack, "the field `kind` is missing - at `$.query[0]`"),
        (
            '[[wall]]\ntheme = "drak"',
            Settings,
            "'drak' is none of 'dark', 'high_contrast', 'light' - at `$.wall[0].theme`",
        ),
        ("interval = 0", Settings, "a number >= 1.0 is wanted - at `$.interval`"),
        ('interval = "5"', Settings, "a number is wanted, not a text - at `$.interval`"),
        ("[[wall]]\n[[wall]]", Settings, "two walls have the same id"),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, kind: type[msgspec.Struct], words: str) -> None:
    assert said(text, kind) == words


@pytest.mark.usefixtures("_german")
@pytest.mark.parametrize(
    "text",
    [
        '[[wall]]\ntheme = "drak"',
        "interval = 0",
        "interval = true",
        "source = 3",
        "[[source]]",
        "[notices]\nquiet_from = '25:00'",
        "[[wall]]\npages = 3",
    ],
)
def test_no_half_of_it_stays_english(text: str) -> None:
    assert not {"Expected", "Invalid", "Object", "value", "wanted", "missing", "is"} & set(
        said(text, Settings).replace("`", " ").split()
    )
