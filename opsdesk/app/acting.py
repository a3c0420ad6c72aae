"""What is done at a notification: some of it by the engine, the rest by the window."""

from __future__ import annotations

from collections.abc import Callable

from opsdesk.engine.commands import Acknowledge, Command, Snooze
from opsdesk.insight.snoozing import HOUR
from opsdesk.insight.words import utc_now
from opsdesk.model.protocols import Notice, NoticeAction


def act_on(
    send: Callable[[Command], None],
    pass_on: Callable[[Notice, NoticeAction, str], None],
    notice: Notice,
    action: NoticeAction,
    token: str,
) -> None:
    """Do what somebody has chosen at a notice; called on the engine's thread.

    Args:
        send: takes commands to the engine.
        pass_on: takes to the window what it does.
        notice: where.
        action: what.
        token: the desktop's leave to raise a window, or ''.

    """
    # A command that names no incident would be for all of them.
    if action is NoticeAction.ACKNOWLEDGE and notice.incidents:
        send(Acknowledge(notice.incidents))
    elif action is NoticeAction.SNOOZE and notice.incidents:
        send(Snooze(utc_now() + HOUR, notice.incidents))
    else:
        pass_on(notice, action, token)
