"""What the desktop needs of everything below the screen; the composition root hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from opsdesk.catalogue.metrics import Catalogue
from opsdesk.engine.commands import Command
from opsdesk.engine.engine import Engine
from opsdesk.model.desk import Policy
from opsdesk.model.page import Page
from opsdesk.model.protocols import Notice, NoticeAction, WallControl
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Snapshot
from opsdesk.model.wall import Wall, WallStatus
from opsdesk.store.remembered import Remembered
from opsdesk.ui.exporting import Started, Wish

if TYPE_CHECKING:
    from opsdesk.ui.connect import NewSource


class MakeEngine(Protocol):
    """Makes an engine out of what it tells; each is called on its thread."""

    def __call__(
        self,
        publish: Callable[[Snapshot], None],
        answer: Callable[[SeriesFrame], None],
        on_death: Callable[[Exception], None],
        on_activated: Callable[[Notice, NoticeAction, str], None],
        on_trouble: Callable[[str, str], None],
    ) -> Engine:
        """Return a new engine."""


class WallKeeping(Protocol):
    """What a wall needs of the system while it hangs. Called on the window's thread."""

    def begin(self, control: WallControl) -> None:
        """A wall is shown: keep the display awake, let other machines control it."""

    def end(self) -> None:
        """Undo that: nobody wants the wall any more. Idempotent."""

    def close(self) -> None:
        """The process ends. Idempotent."""

    def own(self) -> WallStatus:
        """Return what is known of the process itself; from any thread."""

    def check(self, code: str) -> bool:
        """Tell whether a code leaves a locked wall; without one in the keyring, any does."""

    def note(self, status: WallStatus) -> None:
        """Write down how the walls are."""

    def alive(self) -> None:
        """Tell whoever started the process that its window's thread lives."""


class WallParts(msgspec.Struct, frozen=True, kw_only=True):
    """What walls need of everything below the screen."""

    #: those of the profile; none: nobody has said how a wall shall be
    walls: tuple[Wall, ...]
    #: this process is a wall first of all: no window, no tray, nothing that pops up
    first: bool
    make_keeping: Callable[[], WallKeeping]
    #: leaving takes a code
    is_locked: bool
    #: folder of how each wall last looked
    pictures: Path
    #: keeps how walls shall be; raises OpsDeskError
    remember: Callable[[tuple[Wall, ...]], None]
    #: tells why the settings, which somebody may have edited, cannot be read anew; '': they can
    hindrance: Callable[[], str]


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What app.py hands over: everything below the screen."""

    catalogue: Catalogue
    #: reads them, when they are first wanted
    pages: Callable[[], Sequence[Page]]
    #: 'system', or the name of a theme
    theme: str
    #: what is chosen: 'system', or a language such as 'de'
    language: str
    #: seconds
    interval: float
    close_to_tray: bool
    #: start in the tray, with the window closed
    hidden: bool
    #: the last known snapshot of an earlier run, or one that says what is asked
    earlier: Snapshot
    make_engine: MakeEngine
    #: keeps a new source, connects it, tells whether that takes a new engine; raises OpsDeskError
    connect: Callable[[NewSource, Callable[[Command], None]], bool]
    #: takes a source, by its id, out of the profile; raises OpsDeskError
    disconnect: Callable[[str, Callable[[Command], None]], None]
    #: writes a file; raises OpsDeskError or OSError. Called on a thread of its own
    export: Callable[[Wish, Started], None]
    #: keep what the user chose; raise OpsDeskError
    remember_theme: Callable[[str], None]
    remember_interval: Callable[[float], None]
    remember_language: Callable[[str], None]
    #: when and how to be told; keeps another, from now on; raises OpsDeskError
    policy: Policy
    remember_policy: Callable[[Policy], None]
    #: keeps the token of the webhook, or '' forgets it; what it does takes place on a thread
    keep_token: Callable[[str], None]
    #: how the window was left, and the way to keep how it is left now
    remembered: Remembered
    remember: Callable[[Remembered], None]
    #: returns the file in which it is kept how the window looks; None: that is nobody's business
    picture: Callable[[], Path | None]
    log_file: Path
    wall: WallParts
    #: tells something by a channel and returns what came of it, in words; blocks. Channels:
    #: 'desktop', 'sound', 'command', 'webhook'; then comes what to try, and a token of the webhook
    #: that is not kept yet, or '' for the one that is. None: nothing can be tried
    test_channel: Callable[[str, Policy, str], str] | None = None
    #: something about the settings that their owner must know, or ''
    warning: str = ""
