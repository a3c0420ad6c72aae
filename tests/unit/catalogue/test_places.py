"""Where in a file an error is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue.places import at_line, line_of, line_of_syntax, place

TEXT = """\
id = "queues"
'title' = "Queues"

[[panel]]  # the first
kind = "rows"

[panel.labels]
queue = "a"

[[panel]]
kind = "pie"
labels.queue = "b"
  span = 12

[[other]]
span = 3

[one]
more = 4
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("$.id", 1),
        ("$.title", 2),
        ("$.kind", None),
        ("$", None),
        ("$.panel[0]", 4),
        ("$.panel[0].kind", 5),
        ("$.panel[0].labels", 7),
        ("$.panel[0].labels[...]", 7),
        ("$.panel[0].span", 4),
        ("$.panel[1]", 10),
        ("$.panel[1].kind", 11),
        ("$.panel[1].labels", 12),
        ("$.panel[1].span", 13),
        ("$.panel[2]", None),
        ("$.other[0].span", 16),
        ("$.one", 18),
        ("$.one.more", 19),
        ("$.one.less", 18),
    ],
)
def test_a_field_is_found_in_its_entry(path: str, line: int | None) -> None:
    assert line_of(TEXT, path) == line


def test_a_place_names_the_line_where_it_is_known() -> None:
    assert place("mine.toml", TEXT, "$.panel[1].kind") == "mine.toml, line 11"
    assert place("mine.toml", TEXT, "$.panel[7]") == at_line("mine.toml", None) == "mine.toml"


def test_a_syntax_error_says_its_line_once() -> None:
    assert line_of_syntax("Invalid value (at line 2, column 6)", "") == ("Invalid value", 2)
    assert line_of_syntax("Invalid (at end of document)", "a\nb") == ("Invalid", 2)
    assert line_of_syntax("Invalid (at end of document)", "") == ("Invalid", 1)
    assert line_of_syntax("Invalid", "a\nb") == ("Invalid", 1)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_every_entry_is_found_however_much_stands_between(gaps: list[int]) -> None:
    text, lines = "", []
    for gap in gaps:
        text += "# more\n" * gap + "[[metric]]\n"
        lines.append(text.count("\n") + 1)
        text += 'id = "a"\n'
    assert [line_of(text, f"$.metric[{i}].id") for i in range(len(gaps))] == lines
