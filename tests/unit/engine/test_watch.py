"""The watch: whatever happens, what is told and what stands on the screen is what is so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desks import MINUTE, WatchedDesk

from opsdesk.engine import commands
from opsdesk.model.desk import Hush, Policy
from opsdesk.model.reading import BreakerState
from opsdesk.model.snapshot import Incident

CLOSED, OPEN, HALF = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
NAMES = "ABCDEFGH"

# ---- random lives

states = st.fixed_dictionaries(
    {name: st.sampled_from((CLOSED, CLOSED, CLOSED, OPEN, HALF)) for name in NAMES}
)
sayings = st.sampled_from(("acknowledge", "let go", "snooze", "snooze all", "wake", "note", "read"))
moves = st.one_of(
    states,
    st.sampled_from(("gap", "back", "forward", "restart", "away", "present", "sleep", "same")),
    sayings,
)
lives = st.lists(moves, max_size=20)
policies = st.sampled_from(
    (
        Policy(reminder=0),
        Policy(reminder=2),
        Policy(reminder=0, quiet_from="12:05", quiet_to="12:12"),
        Policy(reminder=2, quiet_from="12:05", quiet_to="12:12", quiet_lets_critical=True),
    )
)


class Life:
    """A desk to which things happen."""

    def __init__(self, policy: Policy) -> None:
        self.desk = WatchedDesk(policy)
        self.last = dict.fromkeys(NAMES, CLOSED)
        #: incidents that were acknowledged or snoozed once: their notice was taken away
        self.put_aside: set[str] = set()
        self.desk.states(**self.last)

    def live(self, move: dict[str, BreakerState] | str) -> None:  # noqa: C901, PLR0912 - a word a case
        desk = self.desk
        running = tuple(incident.id for incident in desk.running.values())
        match move:
            case dict():
                self.last = move
            case "gap":
                desk.now += timedelta(hours=3)
            case "back":
                desk.now -= timedelta(minutes=10)
            case "forward":
                desk.now += timedelta(minutes=10)
            case "restart":
                desk.restart()
            case "away":
                desk.watch.gone(desk.now)
            case "present":
                desk.watch.back(desk.now)
            case "sleep":
                desk.watch.gone(desk.now, unseen=True)
                desk.now += timedelta(hours=1)
                desk.watch.back(desk.now)
            case "acknowledge":
                desk.say(commands.Acknowledge(running[:2]))
            case "let go":
                desk.say(commands.Acknowledge(running, on=False))
            case "snooze":
                desk.say(commands.Snooze(desk.now + 3 * MINUTE, running[:1] or ("nothing",)))
            case "snooze all":
                desk.say(commands.Snooze(desk.now + 3 * MINUTE))
            case "wake":
                desk.say(commands.Snooze(None))
            case "note":
                desk.say(commands.AddNote((*running, "nothing")[0], "calling"))
            case "read":
                desk.say(commands.DigestRead())
        desk.states(**self.last)
        self.check()

    def check(self) -> None:
        desk = self.desk
        kept = desk.watch.ledger((), {})
        known = {incident.id: incident for incident in kept.incidents}
        running = {id_ for id_, incident in known.items() if incident.runs}
        assert len(known) == len(kept.incidents)
        # What runs is what the states tell: a half-open one is that of what was open.
        is_open = {name for name, state in self.last.items() if state is OPEN}
        tried = {name for name, state in self.last.items() if state is HALF}
        assert is_open <= desk.running.keys() <= is_open | tried
        self.put_aside |= kept.desk.handled.keys()
        # Nothing speaks of what is not known.
        memory = kept.memory
        assert memory.told_by.keys() <= known.keys()
        assert memory.told_at.keys() <= known.keys()
        assert memory.held <= known.keys()
        assert kept.desk.handled.keys() <= known.keys()
        assert all(not known.keys().isdisjoint(ids) for ids in memory.standing.values())
        assert all(at <= desk.now for at in memory.told_at.values())
        # What stands is on the screen, and nothing that lasts is there without standing.
        assert memory.standing.keys() <= desk.screen.keys()
        lasting = {id_ for id_, n in desk.screen.items() if n.severity is not None}
        assert lasting <= memory.standing.keys()
        if kept.desk.hushed_since is None:
            assert kept.desk.hush is Hush.NONE
            assert memory.held == frozenset()
            self.check_screen(running, known.values())

    def check_screen(self, running: set[str], known: Iterable[Incident]) -> None:
        """Nobody is hushed: what runs is told by what stands, and what is over stands no more."""
        kept = self.desk.watch.ledger((), {})
        memory = kept.memory
        telling = {memory.told_by.get(id_, id_) for id_ in running}
        restless = {i.id for i in known if i.subject in kept.flapping}
        for notice, members in memory.standing.items():
            assert notice in telling or not restless.isdisjoint(members)
        assert memory.told_at.keys() == running
        settled = {i.id for i in known if i.runs and i.subject not in kept.flapping}
        for id_ in settled - self.put_aside:
            assert memory.told_by.get(id_, id_) in self.desk.screen


@settings(deadline=None, max_examples=60)
@given(policies, lives)
def test_whatever_happens_what_stands_on_the_screen_is_what_is_so(
    policy: Policy, life: list[dict[str, BreakerState] | str]
) -> None:
    lived = Life(policy)
    for move in life:
        lived.live(move)


@settings(deadline=None, max_examples=60)
@given(policies, lives)
def test_a_refresh_that_changes_nothing_tells_nothing(
    policy: Policy, life: list[dict[str, BreakerState] | str]
) -> None:
    lived = Life(msgspec.structs.replace(policy, reminder=0.0))
    for move in life:
        lived.live(move)
        before = lived.desk.watch.ledger((), {})
        lived.desk.now -= MINUTE
        assert lived.desk.states(**lived.last) == ()
        after = lived.desk.watch.ledger((), {})
        assert after.memory == before.memory
        assert after.desk == before.desk
        assert after == before
        assert all(a is b for a, b in zip(before.incidents, after.incidents, strict=True))


@settings(deadline=None, max_examples=60)
@given(policies, lives)
def test_a_restart_anywhere_is_as_good_as_none(
    policy: Policy, life: list[dict[str, BreakerState] | str]
) -> None:
    without, with_them = Life(policy), Life(policy)
    for move in life:
        # Who comes back while OpsDesk starts anew is waited for anew: that is the desk's business.
        calm = move not in ("away", "present", "sleep")
        without.live(move if calm else "same")
        if calm and move != "restart":
            with_them.desk.restart()
        with_them.live(move if calm else "same")
        assert with_them.desk.told == without.desk.told
        assert with_them.desk.screen == without.desk.screen
        assert with_them.desk.watch.ledger((), {}) == without.desk.watch.ledger((), {})


@settings(deadline=None, max_examples=60)
@given(st.lists(states, max_size=15))
def test_each_incident_is_told_of_when_it_opens_in_exactly_one_notice(
    life: list[dict[str, BreakerState]],
) -> None:
    lived = Life(Policy(reminder=0))
    for move in life:
        before = {incident.id for incident in lived.desk.running.values()}
        lived.live(move)
        opened = [i for i in lived.desk.running.values() if i.id not in before]
        for incident in opened:
            telling = [n for n in lived.desk.told if incident.id in n.incidents]
            flaps = incident.subject in lived.desk.watch.ledger((), {}).flapping
            assert len(telling) == 1 or (flaps and not telling)
