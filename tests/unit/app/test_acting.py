from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from opsdesk.app.acting import act_on
from opsdesk.engine.commands import Acknowledge, Command, Snooze
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Notice, NoticeAction

NOTICE = Notice(id="n", title="", body="", severity=None, page="incidents", incidents=("a", "b"))


def test_what_is_said_of_incidents_goes_to_the_engine() -> None:
    sent: list[Command] = []
    act = partial(act_on, sent.append, pytest.fail)
    act(NOTICE, NoticeAction.ACKNOWLEDGE, "")
    before = utc_now()
    act(NOTICE, NoticeAction.SNOOZE, "")
    acknowledge, snooze = sent
    assert acknowledge == Acknowledge(("a", "b"))
    assert isinstance(snooze, Snooze)
    assert snooze.incidents == ("a", "b")
    assert snooze.until is not None
    assert timedelta(0) <= snooze.until - before - timedelta(hours=1) < timedelta(minutes=1)


@pytest.mark.parametrize("action", [NoticeAction.SHOW, NoticeAction.RUNBOOK])
def test_what_can_be_seen_goes_to_the_window(action: NoticeAction) -> None:
    passed: list[tuple[Notice, NoticeAction, str]] = []
    act_on(pytest.fail, lambda *what: passed.append(what), NOTICE, action, "token")
    assert passed == [(NOTICE, action, "token")]


@pytest.mark.parametrize("action", [NoticeAction.ACKNOWLEDGE, NoticeAction.SNOOZE])
def test_a_notice_of_no_incident_snoozes_not_all_of_them(action: NoticeAction) -> None:
    passed: list[Notice] = []
    of_none = replace(NOTICE, incidents=())
    act_on(pytest.fail, lambda notice, *_: passed.append(notice), of_none, action, "")
    assert passed == [of_none]
