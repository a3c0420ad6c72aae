from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from desktop_notifier import Button, Sound, Urgency
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from opsdesk.model.protocols import Notice, NoticeAction
from opsdesk.model.snapshot import Severity
from opsdesk.notify import desktop
from opsdesk.notify.desktop import DesktopNotifier, system_service
from opsdesk.notify.freedesktop import FreedesktopService
from opsdesk.notify.native import NativeService
from opsdesk.notify.service import ServiceMissingError, readable

NOTICE = Notice(id="a", title="t", body="b", severity=Severity.CRITICAL, page="overview")


class FakeService:
    """A service that refuses as long as it is told to."""

    def __init__(self) -> None:
        self.refuses = True
        self.shown: list[str] = []
        self.withdrawn: list[str] = []
        self.closings = 0

    async def resume(self) -> None:
        if self.refuses:
            raise ServiceMissingError("it is asleep")

    async def show(self, notice: Notice, /, *, sound: bool) -> bool:
        if self.refuses:
            raise ServiceMissingError("it is asleep")
        self.shown.append(notice.id)
        return not sound

    async def withdraw(self, notice_id: str) -> None:
        self.withdrawn.append(notice_id)

    async def describe(self) -> str:
        return "a fake"

    async def close(self) -> None:
        self.closings += 1


def test_a_missing_service_is_said_once_and_found_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    service = FakeService()

    async def run() -> None:
        notifier = DesktopNotifier(lambda: service)
        await notifier.resume()
        await notifier.show(NOTICE)
        await notifier.show(NOTICE)
        service.refuses = False
        await notifier.show(NOTICE)
        await notifier.show(NOTICE)
        await notifier.close()
        await notifier.close()

    asyncio.run(run())
    assert [record.message for record in caplog.records] == [
        "desktop notifications do not work now (it is asleep); OpsDesk keeps trying",
        "desktop notifications work again",
    ]
    assert service.shown == ["a", "a"]
    assert service.closings == 4


def test_a_service_that_does_not_answer_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desktop, "_PATIENCE", 0.02)

    class Hanging(FakeService):
        async def show(self, _notice: Notice, /, *, sound: bool) -> bool:
            return await asyncio.Event().wait() and sound

    notifier = DesktopNotifier(Hanging)
    asyncio.run(notifier.show(NOTICE))
    assert "(no answer)" in caplog.text


@given(st.text(st.characters()), st.text(st.characters(), max_size=5_000))
def test_any_text_of_a_server_can_be_sent_to_a_desktop(title: str, body: str) -> None:
    shown = readable(replace(NOTICE, title=title, body=body))
    for text, most in ((shown.title, 301), (shown.body, 2_001)):
        assert "\0" not in text
        assert len(text) <= most
        text.encode("utf-8")
    assert readable(NOTICE) is NOTICE


@pytest.mark.parametrize(
    ("system", "service"),
    [("linux", FreedesktopService), ("darwin", NativeService), ("win32", NativeService)],
)
def test_each_system_has_its_service(
    system: str, service: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    assert isinstance(system_service(print), service)


class FakeLibrary:
    """What desktop-notifier does, with no desktop."""

    def __init__(self) -> None:
        self.standing: dict[str, Shown] = {}
        self.count = 0

    async def send(
        self,
        title: str,
        _message: str,
        *,
        urgency: Urgency,
        buttons: list[Button],
        on_clicked: Callable[[], object],
        sound: Sound | None,
    ) -> str:
        self.count += 1
        self.standing[str(self.count)] = Shown(title, urgency, buttons, on_clicked, sound)
        return str(self.count)

    async def get_current_notifications(self) -> list[str]:
        return list(self.standing)

    async def clear(self, identifier: str) -> None:
        del self.standing[identifier]


@dataclass
class Shown:
    title: str
    urgency: Urgency
    buttons: list[Button]
    click: Callable[[], object]
    sound: Sound | None


def test_where_nothing_is_updated_in_place_the_earlier_one_is_taken_away() -> None:
    library = FakeLibrary()
    service = NativeService(print, library)
    ended = Notice(id="a", title="end", body="", severity=None, page="reliability")

    async def run() -> None:
        await service.resume()
        await service.show(NOTICE, sound=True)
        await service.show(ended, sound=False)
        await service.close()

    asyncio.run(run())
    (shown,) = library.standing.values()
    assert (shown.title, shown.urgency, shown.sound) == ("end", Urgency.Normal, None)


def test_what_can_be_done_is_done_at_other_systems_too() -> None:
    library = FakeLibrary()
    done: list[tuple[Notice, NoticeAction, str]] = []
    service = NativeService(lambda *what: done.append(what), library)
    notice = replace(NOTICE, actions=tuple(NoticeAction), runbook="https://runbooks.example/")
    assert asyncio.run(service.show(notice, sound=True))
    (shown,) = library.standing.values()
    shown.click()
    for button in shown.buttons:
        assert button.on_pressed is not None
        button.on_pressed()
    assert done == [(notice, action, "") for action in NoticeAction]
    assert [button.title for button in shown.buttons] == ["Acknowledge", "Snooze 1 h", "Runbook"]
    assert shown.sound is not None


@pytest.mark.parametrize(("system", "name"), [("darwin", "macOS"), ("win32", "Windows")])
def test_the_service_of_a_system_has_its_name(
    system: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    notifier = DesktopNotifier(lambda: NativeService(print, FakeLibrary()))
    assert asyncio.run(notifier.test()) == f"Shown by {name}."


def test_one_that_its_user_has_dismissed_needs_no_taking_away() -> None:
    library = FakeLibrary()
    service = NativeService(print, library)

    async def run() -> None:
        await service.show(NOTICE, sound=False)
        library.standing.clear()
        await service.withdraw("a")
        await service.withdraw("unknown")

    asyncio.run(run())
    assert library.count == 1
