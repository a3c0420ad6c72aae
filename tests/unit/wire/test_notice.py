from __future__ import annotations

import json
from datetime import UTC, datetime

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.wire import notice as wire

OPENED = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
ENDED = datetime(2026, 1, 1, 10, 22, tzinfo=UTC)
NOW = datetime(2026, 1, 1, 10, 22, 5, tzinfo=UTC)


def test_a_notice_is_written_with_all_that_a_program_may_want() -> None:
    notice = Notice(
        id="carbon",
        title="Breaker open: Carbon Data",
        body="12 failures",
        severity=Severity.CRITICAL,
        page="incidents",
        incidents=("carbon@10:00",),
        actions=(NoticeAction.ACKNOWLEDGE,),
        runbook="https://runbooks.example/carbon",
        alarming=True,
        opened_at=OPENED,
        withdraws=("earlier",),
    )
    assert json.loads(wire.encode(notice, NOW)) == {
        "schema": "opsdesk.notice/1",
        "id": "carbon",
        "title": "Breaker open: Carbon Data",
        "body": "12 failures",
        "severity": "critical",
        "incidents": ["carbon@10:00"],
        "opened": OPENED.timestamp(),
        "ended": None,
        "at": NOW.timestamp(),
        "runbook": "https://runbooks.example/carbon",
        "alarming": True,
        "withdraws": ["earlier"],
    }


def test_an_end_has_no_severity_and_says_when() -> None:
    ended = Notice(id="carbon", title="", body="", severity=None, opened_at=OPENED, ended_at=ENDED)
    found = json.loads(wire.encode(ended, NOW))
    assert found["severity"] is None
    assert (found["opened"], found["ended"]) == (OPENED.timestamp(), ENDED.timestamp())
