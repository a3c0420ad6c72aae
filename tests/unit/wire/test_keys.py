from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.key import Key, key
from opsdesk.wire.keys import LONGEST, parse

printable = st.characters(exclude_categories=["Cc", "Cs"])
metrics = st.text(printable.filter(lambda c: c not in '{}"'), min_size=1, max_size=20)
label_names = st.text(
    printable.filter(lambda c: c not in '{}",=' and not c.isspace()), min_size=1, max_size=8
)
keys = st.builds(
    key, metrics, st.dictionaries(label_names, st.text(min_size=1, max_size=20), max_size=4)
)


@given(keys)
def test_a_key_comes_back_from_its_text(subject: Key) -> None:
    assert parse(str(subject)) is subject


@given(st.text(max_size=60) | st.text('m{}="\\n,a ', max_size=20))
def test_what_is_taken_for_a_key_is_one(text: str) -> None:
    try:
        subject = parse(text)
    except ValueError:
        return
    assert parse(str(subject)) is subject


def test_labels_may_come_in_any_order() -> None:
    assert parse('m{b="2",a="1"}') is key("m", {"a": "1", "b": "2"})


def test_what_is_escaped_is_taken_as_it_was() -> None:
    assert parse(r'm{a="x\\\"\ny,}="}').label("a") == 'x\\"\ny,}='


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not begin with the id of a metric"),
        ('{a="1"}', "does not begin"),
        ("m{}", "labels are written as in"),
        ("m{", "labels are written as in"),
        ("m}", "labels are written as in"),
        ('m{a="1"', "labels are written as in"),
        ('m{a="1"}x', "labels are written as in"),
        ('m{a="1",}', "labels are written as in"),
        ('m{a="1"b="2"}', "labels are written as in"),
        ("m{a=1}", "labels are written as in"),
        ('m{a=""}', "labels are written as in"),
        ('m{a="\n"}', "labels are written as in"),
        (r'm{a="\t"}', "labels are written as in"),
        ('m{a="1",a="2"}', "the label a stands twice"),
        ("m" * (LONGEST + 1), "at most 1000 characters"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)
