from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import NOW

from opsdesk.model.desk import Desk, Digest, Handling, Hush, Note
from opsdesk.model.key import key
from opsdesk.model.ledger import Ledger, Memory
from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident, IncidentKind, Severity
from opsdesk.wire.decoding import WireError
from opsdesk.wire.ledger import SCHEMA, decode, encode

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
ids = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
times = st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
some_ids = st.lists(ids, max_size=4).map(tuple)
# Whatever a gateway calls its things: braces, quotes, line ends, and longer than any key we take.
keys = st.builds(key, ids, st.dictionaries(ids, texts | st.just("x" * 2_000), max_size=3))
addresses = st.sampled_from(("", "https://runbooks.example/breaker?x=1"))
incidents = st.builds(
    Incident,
    id=ids,
    kind=st.sampled_from(IncidentKind),
    subject=keys,
    title=texts,
    severity=st.sampled_from(Severity),
    state=st.sampled_from(BreakerState),
    opened_at=times,
    seen_opening=st.booleans(),
    closed_at=st.none() | times,
    trips=st.integers(0, 10**6),
    flapping=st.booleans(),
    detail=texts,
    runbook=addresses,
)
handlings = st.builds(
    Handling,
    acknowledged_at=st.none() | times,
    snoozed_until=st.none() | times,
    notes=st.lists(st.builds(Note, times, texts), max_size=3).map(tuple),
)
digests = st.builds(
    Digest,
    hush=st.sampled_from(Hush),
    since=times,
    until=times,
    opened=some_ids,
    closed=some_ids,
    still_open=some_ids,
)
desks = st.builds(
    Desk,
    handled=st.dictionaries(ids, handlings, max_size=3),
    snoozed_until=st.none() | times,
    hush=st.sampled_from(Hush),
    hushed_since=st.none() | times,
    digest=st.none() | digests,
)
memories = st.builds(
    Memory,
    told_by=st.dictionaries(ids, ids, max_size=3),
    standing=st.dictionaries(ids, some_ids, max_size=3),
    told_at=st.dictionaries(ids, times, max_size=3),
    held=st.frozensets(ids, max_size=3),
    away_since=st.none() | times,
)
notices = st.builds(
    Notice,
    id=ids,
    title=texts,
    body=texts,
    severity=st.none() | st.sampled_from(Severity),
    page=texts,
    incidents=some_ids,
    actions=st.lists(st.sampled_from(NoticeAction), max_size=4).map(tuple),
    runbook=addresses,
    alarming=st.booleans(),
    opened_at=st.none() | times,
    ended_at=st.none() | times,
    withdraws=some_ids,
)
ledgers = st.builds(
    Ledger,
    incidents=st.lists(incidents, max_size=3).map(tuple),
    sources=st.frozensets(ids, max_size=3),
    flapping=st.frozensets(keys, max_size=3),
    desk=desks,
    memory=memories,
    waiting=st.lists(notices, max_size=3).map(tuple),
    to_pass_on=st.dictionaries(ids, st.lists(texts, max_size=3).map(tuple), max_size=2),
)


@given(ledgers)
def test_what_is_written_is_what_is_read(ledger: Ledger) -> None:
    assert decode(encode(ledger), "it") == ledger


def with_fields(**fields: object) -> bytes:
    return msgspec.json.encode({"schema": SCHEMA, **fields})


def test_of_an_earlier_version_all_that_is_missing_is_nothing() -> None:
    assert decode(with_fields(), "it") == Ledger()


def test_what_a_later_version_adds_is_passed_over() -> None:
    notice = {"id": "n", "title": "t", "actions": ["show", "teleport"], "severity": "worse", "x": 1}
    content = msgspec.json.encode(
        {
            "schema": "opsdesk.ledger/2",
            "moods": ["calm"],
            "handled": {"a": {"acknowledged_at": NOW, "assigned_to": "Ada"}},
            "hush": "on holiday",
            "digest": {"hush": "on holiday", "since": NOW, "until": NOW},
            "waiting": [notice],
            "to_pass_on": {"webhook": ['{"schema": "opsdesk.notice/2"}'], "pigeon": ["coo"]},
        }
    )
    found = decode(content, "it")
    assert found.desk.of("a") == Handling(acknowledged_at=NOW)
    assert found.desk.hush is Hush.NONE
    assert found.desk.digest is not None
    assert found.desk.digest.hush is Hush.AWAY
    (waiting,) = found.waiting
    assert waiting.actions == (NoticeAction.SHOW,)
    assert waiting.severity is Severity.CRITICAL
    assert found.to_pass_on["webhook"] == ('{"schema": "opsdesk.notice/2"}',)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\0" * 100,
        b"{}",
        b"[" * 100_000,
        b'{"schema": "opsdesk.snapshot/1"}',
        with_fields(handled=[]),
        with_fields(told_at={"a": "yesterday"}),
        with_fields(incidents=[{"id": "a"}]),
        with_fields(waiting=[{"id": 7, "title": ""}]),
        with_fields(to_pass_on={"webhook": [{"id": "a"}]}),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(WireError, match=r"^it: not a ledger of incidents: .*\. OpsDesk begins"):
        decode(content, "it")


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | texts, st.lists).map(
        lambda value: with_fields(handled=value, standing=value)
    )
)
def test_whatever_stands_in_the_file_is_read_or_refused(content: bytes) -> None:
    with suppress(WireError):
        assert isinstance(decode(content, "it"), Ledger)


def test_times_are_utc_and_within_what_can_be_reckoned_with() -> None:
    far = "9999-12-31T23:59:59+00:00"
    found = decode(
        with_fields(
            snoozed_until=far,
            told_at={"a": "2026-03-01T14:00:00+02:00", "b": "0001-01-01T00:00:00"},
            away_since="2026-03-01T12:00:00",
        ),
        "it",
    )
    assert found.memory.told_at["a"] == NOW
    assert found.memory.away_since == NOW
    assert found.desk.snoozed_until is not None
    every = timedelta(days=365)
    assert found.memory.told_at["b"] - every < NOW < found.desk.snoozed_until + every


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://x/\nhttps://y",
        "https://" + "x" * 3_000,
    ],
)
def test_what_is_no_address_is_opened_by_no_click(address: str) -> None:
    subject = {"metric": "breaker.state", "labels": {"breaker": "a"}}
    incident = {"id": "a", "subject": subject, "title": "t", "opened_at": NOW, "runbook": address}
    (found,) = decode(with_fields(incidents=[incident]), "it").incidents
    assert found.runbook == ""
