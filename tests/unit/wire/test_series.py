from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.errors import ConfigError
from opsdesk.model.key import key
from opsdesk.model.series import Change, Line, SeriesData, SeriesRange, Strip
from opsdesk.wire.decoding import WireError
from opsdesk.wire.numbers import short
from opsdesk.wire.series import SCHEMA, decode, to_wire

ERRORS = key("errors.rate")
WANTED = SeriesRange(keys=(ERRORS,), start=0.0, end=600.0, step=60.0)

keys = st.builds(key, st.text("abc.", min_size=1, max_size=5))
moments = st.floats(0, 7e9)
figures = st.none() | st.floats(allow_nan=False, allow_infinity=False).map(short)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    times = tuple(sorted(draw(st.lists(moments, max_size=5))))
    column = st.lists(figures, min_size=len(times), max_size=len(times)).map(tuple)
    has_extremes = bool(times) and draw(st.booleans())
    return Line(
        key=draw(keys),
        times=times,
        values=draw(column),
        lows=draw(column) if has_extremes else (),
        highs=draw(column) if has_extremes else (),
    )


changes = st.lists(
    st.builds(Change, moments, st.sampled_from(["open", "closed", "molten"])), max_size=4
).map(lambda found: tuple(sorted(found, key=lambda change: change.at)))
datas = st.builds(
    SeriesData,
    lines=st.lists(lines(), max_size=3).map(tuple),
    strips=st.lists(st.builds(Strip, key=keys, changes=changes), max_size=3).map(tuple),
)


@given(datas)
def test_series_come_back_as_they_went_in(data: SeriesData) -> None:
    assert decode(msgspec.json.encode(to_wire(data, WANTED)), "server") == data


def test_the_range_is_told_as_it_was_asked_for() -> None:
    wire = json.loads(msgspec.json.encode(to_wire(SeriesData(), WANTED)))
    assert wire == {
        "schema": SCHEMA,
        "start": 0.0,
        "end": 600.0,
        "step": 60.0,
        "baseline": "",
        "lines": [],
        "strips": [],
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_known(value: float) -> None:
    line = Line(key=ERRORS, times=(1.0,), values=(value,), lows=(value,), highs=(value,))
    content = msgspec.json.encode(to_wire(SeriesData(lines=(line,)), WANTED))
    (found,) = decode(content, "server").lines
    assert (found.values, found.lows, found.highs) == ((None,), (None,), (None,))


def answer(**fields: object) -> bytes:
    return json.dumps({"start": 0, "end": 9, "step": 1} | fields).encode()


def line(times: object = (1, 2), values: object = (3, None), **fields: object) -> bytes:
    return answer(lines=[{"metric": "m", "times": times, "values": values} | fields])


def strip(*changes: object) -> bytes:
    return answer(strips=[{"metric": "m", "changes": changes}])


def test_columns_of_times_and_values_make_a_line() -> None:
    expected = Line(key=key("m"), times=(1.0, 2.0), values=(3.0, None))
    assert decode(line(weather="fine", lows=None), "s").lines == (expected,)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (line(times=(2, 1)), "times do not ascend"),
        (line(times=(1,)), "columns differ in length"),
        (line(lows=(1,)), "columns differ in length"),
        (line(highs=(1, 2, 3)), "columns differ in length"),
        (line(times=(-1, 1)), r"\$\.lines"),
        (line(times=(1, 1e300)), r"\$\.lines"),
        (line(times=(1, None)), r"\$\.lines"),
        (strip({"at": 2, "state": "open"}, {"at": 1, "state": "closed"}), "do not ascend"),
        (strip({"at": 2}), "state"),
        (answer(end=None), "end"),
        (b"[]", "Expected `object`"),
        (b"", "truncated"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(WireError, match=f"^server: not a series of OpsDesk: .*{says}"):
        decode(content, "server")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(content: bytes) -> None:
    with pytest.raises(ConfigError):
        decode(content, "server")
