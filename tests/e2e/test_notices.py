"""Notices of OpsDesk as a program, on a real desktop: what can be done at them, and who else hears.

A backend that OpsDesk did not write has a breaker that trips. Locks, kills and restarts included.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection
from support.backend import Backend
from support.desktop import SERVICES, Desktop, NotificationEvent, desktop
from support.http_server import Connection, Request, answer, serving
from support.processes import eventually, first_line, running

SAVER = DBusAddress("/org/gnome/ScreenSaver", interface="org.gnome.ScreenSaver")
SETTINGS = """\
interval = 1.0
[[source]]
id = "shop"
title = "Shop"
kind = "opsdesk"
url = "{url}"
[notices]
webhook = "{webhook}"
command = "{command}"
[notices.runbooks]
Payments = "https://runbooks.example/payments"
"""
NOTIFYING = SERVICES / "notifying.py"
TOKEN = "t0p-s3cret"


@pytest.fixture
def here() -> Iterator[Desktop]:
    with desktop() as whole:
        yield whole


def profile(here: Desktop, shop: Backend, *, webhook: str = "", command: str = "") -> None:
    """Connect the shop, as its user has done before."""
    file = Path(here.env["XDG_CONFIG_HOME"]) / "opsdesk" / "profiles" / "default.toml"
    file.parent.mkdir(parents=True)
    text = SETTINGS.format(url=shop.url, webhook=webhook, command=command)
    file.write_text(text, "utf-8")


@contextmanager
def opsdesk(here: Desktop, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Run OpsDesk in the tray; it has seen that all is well."""
    command = [sys.executable, "-m", "opsdesk", "--hidden"]
    with running(command, env={**here.env, **more}) as process:
        eventually(here.tray_icons, "the icon in the tray")
        eventually(lambda: "Payments" in known(here), "the first answer")
        yield process


def known(here: Desktop) -> str:
    """Return the last known snapshot as it is kept."""
    return kept(here, "")


def kept(here: Desktop, what: str) -> str:
    """Return a file of the profile's state, if it is there."""
    file = Path(here.env["XDG_STATE_HOME"]) / "opsdesk" / f"default{what}.json"
    return file.read_text("utf-8") if file.exists() else ""


def log(here: Desktop) -> str:
    """Return what OpsDesk has written into its log."""
    return (Path(here.env["XDG_STATE_HOME"]) / "opsdesk/log/default.log").read_text("utf-8")


def told(here: Desktop, number: int) -> list[NotificationEvent]:
    """Wait for so many notifications, and return them."""

    def those() -> list[NotificationEvent]:
        found = [event for event in here.notifications() if event.event == "notify"]
        return found if len(found) >= number else []

    return eventually(those, f"{number} notifications")


def lines(file: Path) -> list[str]:
    """Return the lines of a file, if it is there."""
    return file.read_text("utf-8").splitlines() if file.exists() else []


def test_what_is_acknowledged_at_the_notification_goes_and_its_end_is_told(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop)
    with opsdesk(here):
        shop.move("open")
        (opened,) = told(here, 1)
        assert opened.actions[1::2] == ("Show", "Acknowledge", "Snooze 1 h", "Runbook")
        here.choose_at_notifications("Acknowledge")
        eventually(lambda: here.displayed() == 0, "the notification to go")
        shop.move("closed")
        assert "closed" in told(here, 2)[1].summary


def test_what_is_snoozed_at_the_notification_stays_quiet(here: Desktop, shop: Backend) -> None:
    profile(here, shop)
    with opsdesk(here):
        shop.move("open")
        told(here, 1)
        here.choose_at_notifications("Snooze")
        eventually(lambda: here.displayed() == 0, "the notification to go")
        shop.move("half-open")
        eventually(lambda: "half-open" in known(here), "the refresh after it")
        assert len(told(here, 1)) == 1


def test_a_click_opens_the_window(here: Desktop, shop: Backend) -> None:
    profile(here, shop)
    with opsdesk(here) as process:
        shop.move("open")
        told(here, 1)
        assert here.windows(process.pid) == []
        here.click_notification()
        eventually(lambda: here.windows(process.pid), "the window")


def test_a_notification_is_replaced_by_its_end_though_opsdesk_was_killed_in_between(
    here: Desktop, shop: Backend
) -> None:
    profile(here, shop)
    with opsdesk(here) as process:
        shop.move("open")
        told(here, 1)
        eventually(lambda: "INC-2" in known(here), "the incident to be kept")
        eventually(lambda: "INC-2" in kept(here, "@notifications"), "what stands to be kept")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with opsdesk(here):
        shop.move("closed")
        opened, *repeated, ended = eventually(
            lambda: (all_ := told(here, 2)) and "closed" in all_[-1].summary and all_, "its end"
        )
    assert len(repeated) <= 1
    assert {event.replaces for event in (*repeated, ended)} == {opened.id}
    assert here.displayed() == 1


def test_a_webhook_and_a_program_hear_what_the_desk_hears(
    here: Desktop, shop: Backend, tmp_path: Path
) -> None:
    heard = tmp_path / "heard"
    with serving(answer("", 204)) as server:
        profile(here, shop, webhook=f"{server.url}/hook", command=f"tee -a {heard}")
        with opsdesk(here, OPSDESK_SECRET_WEBHOOK=TOKEN) as process:
            shop.move("open")
            eventually(lambda: len(server.requests) == 1, "the webhook to hear of it")
            shop.move("closed")
            eventually(lambda: len(server.requests) == 2, "the webhook to hear of its end")
            eventually(lambda: len(lines(heard)) == 2, "the program")
            seen_by_all = Path(f"/proc/{process.pid}/cmdline").read_text("utf-8")
    opened, ended = (json.loads(request.body) for request in server.requests)
    assert opened["severity"] == "critical"
    assert opened["incidents"] == ["INC-2"]
    assert opened["runbook"] == "https://runbooks.example/payments"
    assert ended["id"] == opened["id"]
    assert ended["ended"] > ended["opened"] == opened["opened"]
    assert {r.headers["authorization"] for r in server.requests} == {f"Bearer {TOKEN}"}
    assert [json.loads(line)["id"] for line in lines(heard)] == [opened["id"]] * 2
    assert TOKEN not in seen_by_all + log(here) + heard.read_text("utf-8")


def test_what_a_webhook_had_not_taken_when_opsdesk_was_killed_it_gets_from_the_next(
    here: Desktop, shop: Backend
) -> None:
    is_up = threading.Event()

    def hook(request: Request, connection: Connection) -> None:
        answer("", 204 if is_up.is_set() else 503)(request, connection)

    def to_pass_on() -> object:
        return json.loads(kept(here, "@incidents"))["to_pass_on"]

    with serving(hook) as server:
        profile(here, shop, webhook=f"{server.url}/hook")
        with opsdesk(here) as process:
            shop.move("open")
            eventually(lambda: server.requests, "the webhook to refuse it")
            eventually(to_pass_on, "it to be written down")
            process.send_signal(signal.SIGKILL)
            process.wait()
        refused = json.loads(server.requests[-1].body)
        is_up.set()
        before = len(server.requests)
        with opsdesk(here):
            eventually(lambda: len(server.requests) > before, "the webhook to get it")
            eventually(lambda: to_pass_on() == {}, "that to be written down")
    assert [json.loads(request.body) for request in server.requests[before:]] == [refused]
    assert refused["severity"] == "critical"


def test_a_webhook_that_fails_is_said_without_its_path(here: Desktop, shop: Backend) -> None:
    with serving(answer("", 404)) as server:
        profile(here, shop, webhook=f"{server.url}/s3cret-path")
        with opsdesk(here):
            shop.move("open")
            eventually(lambda: "webhook: The server answered 404" in log(here), "the failure")
    assert "s3cret-path" not in log(here)


def test_who_has_locked_the_screen_is_told_when_they_are_back(here: Desktop, shop: Backend) -> None:
    profile(here, shop)
    with opsdesk(here), open_dbus_connection(here.env["DBUS_SESSION_BUS_ADDRESS"]) as saver:

        def lock(*, locked: bool) -> bool:
            saver.send_message(new_signal(SAVER, "ActiveChanged", "b", (locked,)))
            return log(here).count("the person at this desk is") == 1 + (not locked)

        eventually(lambda: lock(locked=True), "the lock to be seen")
        shop.move("open")
        eventually(lambda: "INC-2" in known(here), "the incident")
        assert here.notifications() == []
        lock(locked=False)
        (digest,) = told(here, 1)
        assert digest.summary.startswith("While you were away")


def test_killed_at_any_moment_at_most_one_notification_is_shown_once_more(
    here: Desktop, tmp_path: Path
) -> None:
    memory, kills = tmp_path / "memory", 20
    chance = random.Random(4)
    for _ in range(kills):
        with running([sys.executable, NOTIFYING, memory], env=here.env) as process:
            first_line(process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.0, 0.05))
            process.kill()
            process.wait()
    shown = [event for event in here.notifications() if event.event == "notify"]
    new = [event for event in shown if event.replaces == 0]
    assert len(shown) >= kills
    assert 1 <= len(new) <= 3 + kills
