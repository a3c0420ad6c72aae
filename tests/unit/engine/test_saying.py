from __future__ import annotations

from datetime import timedelta

import pytest
from support.readings import NOW

from opsdesk.engine import commands
from opsdesk.engine.saying import LONGEST_NOTE, MOST_NOTES, Saying, readdressed, said
from opsdesk.model.desk import Desk, Digest, Handling, Hush, Note

LATER = NOW + timedelta(hours=1)


def after(*sayings: Saying, desk: Desk = Desk()) -> Desk:
    for saying in sayings:
        desk = said(desk, saying, NOW)
    return desk


def test_to_acknowledge_ends_a_snooze_and_leaves_the_others() -> None:
    desk = after(commands.Snooze(LATER, ("a", "b")), commands.Acknowledge(("a",)))
    assert desk.handled == {
        "a": Handling(acknowledged_at=NOW),
        "b": Handling(snoozed_until=LATER),
    }


def test_what_is_taken_back_leaves_nothing() -> None:
    desk = after(
        commands.Acknowledge(("a",)),
        commands.Acknowledge(("a",), on=False),
        commands.Snooze(LATER, ("a",)),
        commands.Snooze(None, ("a",)),
        commands.AddNote("a", "x"),
        commands.AddNote("a", ""),
        commands.AddNote("a", " "),
        commands.Snooze(LATER),
        commands.Snooze(None),
    )
    assert desk == Desk()


def test_a_snooze_that_names_nothing_is_for_everything() -> None:
    desk = after(commands.Snooze(LATER))
    assert (desk.snoozed_until, desk.handled) == (LATER, {})


def test_notes_are_kept_in_their_order_and_the_last_is_taken_back() -> None:
    notes = [commands.AddNote("a", text) for text in (" first ", "second", "third", "")]
    found = after(*notes).of("a").notes
    assert found == (Note(NOW, "first"), Note(NOW, "second"))


def test_notes_are_bounded() -> None:
    desk = after(*(commands.AddNote("a", f"{n}") for n in range(MOST_NOTES + 5)))
    assert [note.text for note in desk.of("a").notes][:1] == ["5"]
    assert len(desk.of("a").notes) == MOST_NOTES
    (note,) = after(commands.AddNote("b", "x" * (LONGEST_NOTE + 1))).of("b").notes
    assert len(note.text) == LONGEST_NOTE


def test_a_note_with_half_a_character_can_be_written() -> None:
    (note,) = after(commands.AddNote("a", "calling \ud83d them")).of("a").notes
    assert note.text == "calling ? them"


def test_a_digest_that_was_read_is_gone() -> None:
    digest = Digest(hush=Hush.AWAY, since=NOW, until=NOW)
    assert after(commands.DigestRead(), desk=Desk(digest=digest)) == Desk()


@pytest.mark.parametrize(
    ("saying", "meant"),
    [
        (commands.Acknowledge(("a", "b"), on=False), commands.Acknowledge(("x", "b"), on=False)),
        (commands.Snooze(LATER, ("a",)), commands.Snooze(LATER, ("x",))),
        (commands.Snooze(LATER), commands.Snooze(LATER)),
        (commands.AddNote("a", "text"), commands.AddNote("x", "text")),
        (commands.DigestRead(), commands.DigestRead()),
    ],
)
def test_what_is_said_of_an_earlier_id_is_said_of_the_present_one(
    saying: Saying, meant: Saying
) -> None:
    assert readdressed(saying, {"a": "x"}) == meant
