from __future__ import annotations

import logging
import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from opsdesk.model.errors import ConfigError
from opsdesk.store.secrets import Secrets, variable


class MemoryKeyring(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """A keyring whose user has declined to unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(service, username)


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets("default", tmp_path / "secrets")


def test_a_secret_goes_to_the_keyring_and_nowhere_else(
    secrets: Secrets, working: MemoryKeyring, tmp_path: Path
) -> None:
    secrets.set("prod", "hush")
    assert working.kept == {("opsdesk", "default/prod"): "hush"}
    assert secrets.get("prod") == "hush"
    assert secrets.word("prod") == ""
    assert list(tmp_path.iterdir()) == []
    secrets.delete("prod")
    secrets.delete("prod")
    assert secrets.get("prod") is None


@pytest.mark.usefixtures("missing")
def test_with_no_keyring_it_is_in_a_file_of_its_owner_and_that_is_said(
    secrets: Secrets, tmp_path: Path
) -> None:
    secrets.set("prod/eu", "hush")
    (file,) = (tmp_path / "secrets").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secrets.get("prod/eu") == "hush"
    assert secrets.word("prod/eu").startswith("This computer has no keyring")
    assert "hush" not in secrets.word("prod/eu")
    secrets.delete("prod/eu")
    assert secrets.get("prod/eu") is None


@pytest.mark.usefixtures("missing")
def test_sources_of_like_names_share_no_file(secrets: Secrets) -> None:
    names = ["a/b", "a_b", "a_2f_b", "../a", "A"]
    for name in names:
        secrets.set(name, f"secret of {name}")
    assert [secrets.get(name) for name in names] == [f"secret of {name}" for name in names]


@pytest.mark.usefixtures("missing")
def test_a_file_that_others_can_read_is_refused_with_the_remedy(
    secrets: Secrets, tmp_path: Path
) -> None:
    secrets.set("prod", "hush")
    (file,) = (tmp_path / "secrets").iterdir()
    file.chmod(0o640)
    with pytest.raises(ConfigError, match=r"others can read this secret. Run: chmod 600") as raised:
        secrets.get("prod")
    assert "hush" not in str(raised.value)


@pytest.mark.usefixtures("missing")
def test_a_secret_that_can_be_kept_nowhere_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    with pytest.raises(ConfigError, match="OPSDESK_SECRET_PROD_EU"):
        Secrets("default", tmp_path / "taken").set("prod.eu", "hush")


@pytest.mark.usefixtures("missing")
def test_a_file_that_is_no_text_is_said(secrets: Secrets, tmp_path: Path) -> None:
    secrets.set("prod", "hush")
    (file,) = (tmp_path / "secrets").iterdir()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        secrets.get("prod")


def test_a_keyring_found_later_takes_the_place_of_the_file(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    secrets.set("prod", "old")
    monkeypatch.setattr(keyring.core, "_keyring_backend", MemoryKeyring())
    assert secrets.get("prod") == "old"
    secrets.set("prod", "new")
    assert secrets.get("prod") == "new"
    assert list((tmp_path / "secrets").iterdir()) == []


def test_a_locked_keyring_is_as_good_as_none(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", LockedKeyring())
    assert secrets.get("prod") is None


class BrokenKeyring(KeyringBackend):
    """A keyring whose bus has gone away: it raises what a socket raises, and tells all it knows."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise EOFError(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        raise TimeoutError(service, username)


def test_whatever_a_keyring_raises_it_is_as_good_as_none(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(keyring.core, "_keyring_backend", BrokenKeyring())
    secrets.set("prod", "hush")
    assert secrets.get("prod") == "hush"
    secrets.delete("prod")
    assert secrets.get("prod") is None
    reasons = [record.message.rpartition(": ")[2] for record in caplog.records]
    assert reasons == ["OSError", "EOFError", "TimeoutError", "EOFError"]
    assert "hush" not in caplog.text


def test_a_keyring_that_is_not_installed_is_as_good_as_none(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    assert secrets.get("prod") is None
    secrets.set("prod", "hush")
    assert secrets.get("prod") == "hush"


def test_the_environment_comes_first(
    secrets: Secrets, working: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.set("prod-eu", "kept")
    monkeypatch.setenv("OPSDESK_SECRET_PROD_EU", "given")
    assert variable("prod-eu") == "OPSDESK_SECRET_PROD_EU"
    assert secrets.get("prod-eu") == "given"
    assert "given" not in working.kept.values()
