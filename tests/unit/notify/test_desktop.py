from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest
from desktop_notifier import Urgency

from opsdesk.model.protocols import Notice
from opsdesk.model.snapshot import Severity
from opsdesk.notify import desktop
from opsdesk.notify.desktop import DesktopNotifier, system_service
from opsdesk.notify.freedesktop import FreedesktopService
from opsdesk.notify.native import NativeService
from opsdesk.notify.service import ServiceMissingError

NOTICE = Notice(id="a", title="t", body="b", severity=Severity.CRITICAL, page="overview")


class FakeService:
    """A service that refuses as long as it is told to."""

    def __init__(self) -> None:
        self.refuses = True
        self.shown: list[str] = []
        self.withdrawn: list[str] = []
        self.closings = 0

    async def show(self, notice: Notice, /) -> None:
        if self.refuses:
            raise ServiceMissingError("it is asleep")
        self.shown.append(notice.id)

    async def withdraw(self, notice_id: str) -> None:
        self.withdrawn.append(notice_id)

    async def close(self) -> None:
        self.closings += 1


def test_a_missing_service_is_said_once_and_found_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    service = FakeService()

    async def run() -> None:
        notifier = DesktopNotifier(print, lambda _: service)
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
    assert service.closings == 3


def test_a_service_that_does_not_answer_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desktop, "_PATIENCE", 0.02)

    class Hanging(FakeService):
        async def show(self, _notice: Notice) -> None:
            await asyncio.Event().wait()

    notifier = DesktopNotifier(print, lambda _: Hanging())
    asyncio.run(notifier.show(NOTICE))
    assert "(no answer)" in caplog.text


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
        self.standing: dict[str, tuple[str, Urgency, Callable[[], object]]] = {}
        self.count = 0

    async def send(
        self, title: str, _message: str, *, urgency: Urgency, on_clicked: Callable[[], object]
    ) -> str:
        self.count += 1
        self.standing[str(self.count)] = (title, urgency, on_clicked)
        return str(self.count)

    async def get_current_notifications(self) -> list[str]:
        return list(self.standing)

    async def clear(self, identifier: str) -> None:
        del self.standing[identifier]


def test_where_nothing_is_updated_in_place_the_earlier_one_is_taken_away() -> None:
    library = FakeLibrary()
    activated: list[str] = []
    service = NativeService(activated.append, library)  # type: ignore[arg-type]
    ended = Notice(id="a", title="end", body="", severity=None, page="reliability")

    async def run() -> None:
        await service.show(NOTICE)
        await service.show(ended)
        await service.close()

    asyncio.run(run())
    ((title, urgency, click),) = library.standing.values()
    assert (title, urgency) == ("end", Urgency.Normal)
    click()
    assert activated == ["reliability"]


def test_one_that_its_user_has_dismissed_needs_no_taking_away() -> None:
    library = FakeLibrary()
    service = NativeService(print, library)  # type: ignore[arg-type]

    async def run() -> None:
        await service.show(NOTICE)
        library.standing.clear()
        await service.withdraw("a")
        await service.withdraw("unknown")

    asyncio.run(run())
