"""Where a command takes its secret from: a file or the environment, never its arguments."""

from __future__ import annotations

import os
from pathlib import Path

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import ConfigError
from opsdesk.sources.credentials import Credentials

#: the environment variable that may hold a token, or with --user a password
TOKEN_VARIABLE = "OPSDESK_TOKEN"  # noqa: S105 - its name, not its value


def credentials(user: str, token_file: Path | None) -> Credentials:
    """Return the secret from its file or the environment, as a token or as a user's password."""
    secret = os.environ.get(TOKEN_VARIABLE, "")
    if token_file is not None:
        try:
            secret = token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or tr("it is no text")
            words = tr("{file}: the secret cannot be read: {why}.", file=token_file, why=reason)
            raise ConfigError(words) from error
    if user and not secret:
        raise ConfigError(
            tr(
                "--user needs a password: name its file with --token-file or set {variable}.",
                variable=TOKEN_VARIABLE,
            )
        )
    return Credentials(user=user, password=secret) if user else Credentials(token=secret)
