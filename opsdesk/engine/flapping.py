"""Which things come and go: Nagios' rule on the incidents that are known. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from opsdesk.insight.strips import flapping_score
from opsdesk.model.desk import Policy
from opsdesk.model.key import Key
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident


def flapping_subjects(
    incidents: Iterable[Incident], before: frozenset[Key], now: datetime, policy: Policy
) -> frozenset[Key]:
    """Return what flaps now.

    Each opening and each end that was seen is a change; half-open probes belong to one incident.

    Args:
        incidents: those that run and those that have ended, of all subjects.
        before: what flapped until now: it settles at a lower score than it began to flap at.
        now: the rule looks back from here.
        policy: the scores in percent, and how far the rule looks back.

    """
    since = now - timedelta(hours=policy.flapping_hours)
    begins, goes_on = policy.flapping_from, policy.flapping_to
    turns: Counter[Key] = Counter()
    for incident in incidents:
        opened = incident.seen_opening and incident.opened_at > since
        ended = incident.closed_at is not None and incident.closed_at > since
        # Of what is merely no longer known nobody saw an end.
        closed = ended and incident.state is not BreakerState.UNKNOWN
        if opened or closed:
            turns[incident.subject] += opened + closed
    return frozenset(
        subject
        for subject, number in turns.items()
        if (score := _score(number)) >= begins or (subject in before and score > goes_on)
    )


@cache
def _score(turns: int) -> float:
    # As many as Nagios looks at: more score no higher.
    return flapping_score([True] * turns)
