from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.model.wall import Showing, WallCommand, WallStatus
from opsdesk.wire import query, wall
from opsdesk.wire.decoding import WireError

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_MOMENT = st.none() | st.integers(0, 10**9).map(lambda at: datetime.fromtimestamp(at, UTC))
_WALLS = st.lists(
    st.builds(
        Showing,
        id=_TEXT,
        display=_TEXT,
        lit=st.booleans(),
        slide=_TEXT,
        held=st.booleans(),
    )
)
_STATUSES = st.builds(
    WallStatus,
    walls=_WALLS.map(tuple),
    incidents=st.lists(_TEXT).map(tuple),
    started_at=_MOMENT,
    restarts=st.integers(0, 10**6),
    memory=st.none() | st.floats(0, 1e6),
    threads=st.integers(0, 100),
    descriptors=st.none() | st.integers(0, 10**6),
    refreshes=st.integers(0, 10**9),
    turns=st.integers(0, 10**9),
    problems=st.lists(_TEXT).map(tuple),
    last_refresh=_MOMENT,
)


@given(_STATUSES)
def test_what_is_told_of_walls_comes_back(status: WallStatus) -> None:
    content = msgspec.json.encode(wall.to_wire(status))
    assert wall.from_wire(wall.decode(content, wall.WireWalls, "server")) == status


def test_times_are_utc() -> None:
    east = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    content = msgspec.json.encode(wall.to_wire(WallStatus(started_at=east, last_refresh=east)))
    found = msgspec.json.decode(content)
    assert (found["started_at"], found["last_refresh"]) == ("2026-03-01T12:00:00Z",) * 2


@pytest.mark.parametrize("kind", [wall.WireWalls, wall.WireTold])
@given(
    content=st.binary()
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | _TEXT,
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["schema", "walls", "id", "command", "wall", "started_at", "restarts"]
                ),
                inner,
            )
        ),
    ).map(msgspec.json.encode)
)
def test_whatever_a_server_says_is_understood_or_refused_with_its_name(
    kind: type[wall.WireWalls | wall.WireTold], content: bytes
) -> None:
    try:
        assert wall.decode(content, kind, "server").schema == wall.SCHEMA
    except WireError as error:
        assert str(error).startswith("server: ")  # noqa: PT017 - either will do


def test_another_version_is_refused() -> None:
    told = msgspec.structs.replace(wall.told(WallCommand.NEXT, ""), schema="opsdesk.wall/2")
    with pytest.raises(WireError, match=r"of another version: opsdesk\.wall/2"):
        wall.decode(msgspec.json.encode(told), wall.WireTold, "server")


@pytest.mark.parametrize(
    ("parameters", "found"),
    [([], ""), ([("wall", "")], ""), ([("wall", "main")], "main"), ([("wall", " ")], " ")],
)
def test_the_wall_that_is_meant(parameters: list[tuple[str, str]], found: str) -> None:
    assert query.parse_wall(parameters) == found


@pytest.mark.parametrize(
    "parameters", [[("wall", "a"), ("wall", "a")], [("wal", "a")], [("wall", "a"), ("", "")]]
)
def test_a_wall_that_is_not_sure(parameters: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"given twice|not known"):
        query.parse_wall(parameters)
