"""Keys: one object a thing, and a text that can be read back."""

from __future__ import annotations

import gc
import re

from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.key import Key, key, labels_text

names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
labels = st.dictionaries(names, st.text(max_size=12), max_size=4)


def read_back(text: str) -> dict[str, str]:
    """Read labels as Prometheus does."""
    marks = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    return {
        name: re.sub(r'\\[\\"n]', lambda found: marks[found[0]], value)
        for name, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', text)
    }


@given(names, labels)
def test_the_same_metric_and_labels_are_the_same_object(metric: str, given: dict[str, str]) -> None:
    found = key(metric, given)
    assert key(metric, dict(reversed(given.items()))) is found


@given(names, labels)
def test_labels_are_sorted_and_none_is_empty(metric: str, given: dict[str, str]) -> None:
    found = key(metric, given)
    assert list(found.labels) == sorted((name, value) for name, value in given.items() if value)
    assert all(found.label(name) == value for name, value in given.items())


@given(labels)
def test_labels_can_be_read_back_from_their_text(given: dict[str, str]) -> None:
    text = labels_text(key("m", given).labels)
    assert read_back(text) == {name: value for name, value in given.items() if value}
    assert "\n" not in text


def test_a_key_reads_as_prometheus_writes_it() -> None:
    assert str(key("errors.rate")) == "errors.rate"
    uptime = key("component.uptime", {"component": "API Gateway", "area": 'a "quoted" \\ name'})
    assert str(uptime) == (r'component.uptime{area="a \"quoted\" \\ name",component="API Gateway"}')


def test_a_label_that_a_key_does_not_carry_is_empty() -> None:
    assert key("m", {"component": "API"}).label("job") == ""


def test_another_metric_about_the_same_thing_is_interned_as_well() -> None:
    state = key("breaker.state", {"breaker": "A", "job": "shop"})
    failures = key("breaker.failures", {"breaker": "A", "job": "shop"})
    assert state.with_metric("breaker.failures") is failures


def test_keys_that_nobody_holds_are_forgotten() -> None:
    known = sum(isinstance(thing, Key) for thing in gc.get_objects())
    for number in range(1_000):
        key("m", {"number": str(number)})
    gc.collect()
    assert sum(isinstance(thing, Key) for thing in gc.get_objects()) <= known
