"""The walls: on which displays they can hang, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from opsdesk.app.own import usable
from opsdesk.catalogue import metrics, pages
from opsdesk.catalogue.language import tr
from opsdesk.insight.displays import Display, find
from opsdesk.insight.slides.pages import on_wall
from opsdesk.insight.unlocking import can_be_typed
from opsdesk.model.errors import ConfigError
from opsdesk.model.wall import DIAGNOSTICS, Wall
from opsdesk.sources.credentials import Credentials
from opsdesk.store import settings
from opsdesk.store.profile import places
from opsdesk.store.secrets import WALL_CODE, WALL_REMOTE, Secrets


def displays() -> tuple[Display, ...]:
    """Return the displays that are there now. Needs one."""
    # Qt is loaded by those commands alone that show something.
    from opsdesk.ui.wall.displays import listing

    return listing()


def diagonal_of(name: str) -> float | None:
    """Return how large a display says it is, in inches; None where it does not tell. Needs one."""
    found = find(name, displays())
    return None if found is None else found.diagonal


def kept(profile: str, warn: Callable[[str], None] | None = None) -> tuple[Wall, ...]:
    """Return the walls of a profile; none where nobody has set one up.

    ``warn`` hears of what in its settings has no effect.

    Raises:
        ConfigError: its settings cannot be read or used.

    """
    return settings.read(places(profile).settings, warn).walls


def keep(profile: str, wall: Wall) -> None:
    """Keep a wall in the profile, in the place of the one of its id.

    Raises:
        ConfigError: the settings cannot be saved.

    """
    settings.change(
        places(profile).settings, lambda now: replace(now, walls=_with(now.walls, wall))
    )


def _with(walls: Sequence[Wall], wall: Wall) -> tuple[Wall, ...]:
    if all(one.id != wall.id for one in walls):
        return (*walls, wall)
    return tuple(wall if one.id == wall.id else one for one in walls)


def check_pages(wanted: Sequence[str], profile: str) -> None:
    """Refuse pages that no wall can show.

    Raises:
        ConfigError: there is no such page.

    """
    own, _ = usable(places(profile).own)
    known = [page.id for page in on_wall(pages.load(metrics.load(own), own))] + [DIAGNOSTICS]
    missing = next((id_ for id_ in wanted if id_ not in known), None)
    if missing is not None:
        raise ConfigError(
            tr(
                "{page}: there is no such page. There are: {pages}.",
                page=missing,
                pages=", ".join(known),
            )
        )


def keep_code(profile: str, code: str) -> str:
    """Keep the code that is typed to leave a wall, '' for none; return a word about where it is.

    Raises:
        ConfigError: it could not be typed before a wall, or cannot be kept anywhere.

    """
    if code and not can_be_typed(code):
        raise ConfigError(
            tr("a code has at most 64 letters or digits, and no blank at either end. Take another.")
        )
    word = _keep_secret(profile, WALL_CODE, code)
    # Who has set none need not have a keyring opened to leave a wall.
    settings.change(places(profile).settings, lambda now: replace(now, wall_locked=bool(code)))
    return word


def keep_token(profile: str, token: str) -> str:
    """Keep the token that controls the walls, '' for none; return a word about where it is.

    Raises:
        ConfigError: no header can carry it, or it cannot be kept anywhere.

    """
    Credentials(token=token).as_headers()
    return _keep_secret(profile, WALL_REMOTE, token)


def _keep_secret(profile: str, name: str, secret: str) -> str:
    secrets = Secrets(profile, places(profile).secrets)
    if not secret:
        secrets.delete(name)
        return ""
    secrets.set(name, secret)
    return secrets.word(name)
