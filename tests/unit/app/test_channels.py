"""Trying the channels out, as a person does in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from support.desktop import desktop
from support.http_server import answer, serving

from opsdesk.app.household import DesktopOptions, Household
from opsdesk.demo.wanted import Demonstration
from opsdesk.model.desk import Policy
from opsdesk.model.errors import ConfigError
from opsdesk.store import settings
from opsdesk.store.logs import Redactor
from opsdesk.store.profile import places
from opsdesk.store.secrets import RESERVED, WEBHOOK, Secrets
from opsdesk.store.settings import Settings, SourceSettings
from opsdesk.ui.connect import NewSource

TOKEN = "t0p-s3cret"
NOTHING = Policy()


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def household(redactor: Redactor) -> Household:
    return Household(DesktopOptions(), places("test"), redactor)


@pytest.fixture
def secrets() -> Secrets:
    return Secrets("test", places("test").secrets)


def test_a_desktop_without_notifications_says_so(household: Household) -> None:
    said = household.test_channel("desktop", NOTHING)
    assert said.startswith("No notification service on this desktop: no session bus")


def test_a_desktop_shows_the_test(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    with desktop(tray=False) as screen:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
        assert household.test_channel("desktop", NOTHING).startswith("Shown by dunst ")
        assert screen.displayed() == 1


def test_the_sound_is_played_though_the_desktop_has_none(
    household: Household, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert household.test_channel("sound", NOTHING).startswith("No program that plays sounds")
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\n", "utf-8")
    player.chmod(0o700)
    assert household.test_channel("sound", NOTHING) == "Played by aplay."


def test_a_command_is_run(household: Household) -> None:
    assert household.test_channel("command", NOTHING) == "There is no command."
    said = household.test_channel("command", replace(NOTHING, command="cat"))
    assert said.startswith("cat ran in ")


def test_a_webhook_gets_the_token_of_the_keyring_and_no_log_shows_it(
    household: Household, secrets: Secrets, redactor: Redactor
) -> None:
    with serving(answer("", 204)) as server:
        policy = replace(NOTHING, webhook=server.url)
        household.test_channel("webhook", policy)
        secrets.set(WEBHOOK, TOKEN)
        assert household.test_channel("webhook", policy).startswith("Answered 204 in ")
        secrets.delete(WEBHOOK)
        household.test_channel("webhook", policy)
    sent = [request.headers.get("authorization") for request in server.requests]
    assert sent == [None, f"Bearer {TOKEN}", None]
    assert TOKEN not in redactor.clean(f"a token {TOKEN}")


def test_a_webhook_is_tried_with_the_token_that_was_typed_and_it_is_not_kept(
    household: Household, secrets: Secrets, redactor: Redactor
) -> None:
    secrets.set(WEBHOOK, "the-one-before")
    with serving(answer("", 204)) as server:
        said = household.test_channel("webhook", replace(NOTHING, webhook=server.url), TOKEN)
    assert said.startswith("Answered 204 in ")
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"]
    assert secrets.get(WEBHOOK) == "the-one-before"
    assert TOKEN not in redactor.clean(f"a token {TOKEN}")


def test_a_token_that_others_can_read_is_refused(household: Household, secrets: Secrets) -> None:
    secrets.set(WEBHOOK, TOKEN)
    (places("test").secrets / WEBHOOK).chmod(0o644)
    said = household.test_channel("webhook", replace(NOTHING, webhook="http://127.0.0.1:1/"))
    assert "others can read this secret" in said


def test_nobody_is_paged_because_of_a_simulation(redactor: Redactor) -> None:
    def forwarders(options: DesktopOptions) -> int:
        household = Household(options, places("test"), redactor)
        setting = household._setting(*[lambda *_: None] * 4)
        if setting.history is not None:
            setting.history.close()
        return len(setting.forwarders)

    kept = SourceSettings(id="shop", title="Shop", url="http://127.0.0.1:1")
    settings.save(places("test").settings, Settings(sources=(kept,)))
    assert forwarders(DesktopOptions()) == 2
    assert forwarders(DesktopOptions(demo=Demonstration())) == 0
    assert forwarders(DesktopOptions(url="http://127.0.0.1:1")) == 0


def test_what_cannot_be_saved_holds_until_the_end(household: Household) -> None:
    places("test").settings.mkdir(parents=True)  # where a file should stand
    with pytest.raises((ConfigError, OSError)):
        household.remember_policy(replace(NOTHING, webhook="https://hooks.example/new"))
    assert household.parts().policy.webhook == "https://hooks.example/new"
    setting = household._setting(*[lambda *_: None] * 4)
    if setting.history is not None:
        setting.history.close()
    assert setting.policy.webhook == "https://hooks.example/new"


@pytest.mark.parametrize("title", ["Webhook", "Wall remote"])
def test_a_source_never_has_the_name_of_another_secret(household: Household, title: str) -> None:
    household.connect(NewSource(title=title, url="http://127.0.0.1:1"), lambda _: None)
    (kept,) = settings.read(places("test").settings).sources
    assert kept.id not in RESERVED
