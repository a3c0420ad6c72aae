"""What the desktop of one profile is made of: settings, sources, engines, exports."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from opsdesk.app.acting import act_on
from opsdesk.app.exporting import Exporting
from opsdesk.app.kept_settings import KeptSettings
from opsdesk.app.options import DesktopOptions
from opsdesk.app.own import usable
from opsdesk.catalogue import language, metrics, pages
from opsdesk.catalogue.language import tr
from opsdesk.demo.wanted import DEMO, Demonstration
from opsdesk.engine.commands import AddSource, Command, RemoveSource, SetPolicy
from opsdesk.engine.engine import Engine
from opsdesk.engine.setting import Setting
from opsdesk.insight.words import utc_now
from opsdesk.model.desk import Policy
from opsdesk.model.ledger import Ledger
from opsdesk.model.protocols import Notice, NoticeAction, Source
from opsdesk.model.series import SeriesFrame
from opsdesk.model.snapshot import Snapshot, SourceStatus
from opsdesk.sources import address
from opsdesk.store import ledger, logs, remembered, snapshots
from opsdesk.store.profile import Places
from opsdesk.store.secrets import RESERVED, WEBHOOK, Secrets
from opsdesk.store.settings import Auth, Settings, SourceSettings
from opsdesk.ui.parts_wanted import Parts, WallKeeping, WallParts

if TYPE_CHECKING:
    from opsdesk.app.channels import Channels
    from opsdesk.app.works import Works
    from opsdesk.ui.connect import NewSource

log = logging.getLogger(__name__)


class Household:
    """What the desktop of one profile is made of. Its methods are called on the GUI thread."""

    def __init__(self, options: DesktopOptions, where: Places, redactor: logs.Redactor) -> None:
        self._options = options
        self._where = where
        self._redactor = redactor
        self._kept = KeptSettings(where.settings, where.settings_copy)
        language.choose(self._settings.language)
        self._own, problem = usable(where.own)
        self._catalogue = metrics.load(self._own)
        self._warning = " ".join(words for words in (problem, self._kept.warning) if words)
        if problem:
            log.error("%s", problem)
        self._engine: Engine | None = None
        #: of sources that are to be connected when the engine is made anew; the keyring keeps them
        self._new_secrets: dict[str, str] = {}
        #: of this run: what was asked for, until its user chooses another
        self._interval = options.interval or self._settings.interval
        #: the same, also where it could not be saved
        self._policy = self._settings.notices

    def parts(self) -> Parts:
        """Return what the desktop needs."""
        found = cache(partial(pages.load, self._catalogue, self._own))
        if self._own is not None:
            found()  # as they are now: their owner may go on writing
        return Parts(
            catalogue=self._catalogue,
            pages=found,
            theme=self._settings.theme,
            language=self._settings.language,
            interval=self._interval,
            close_to_tray=self._settings.close_to_tray,
            hidden=self._options.hidden,
            earlier=self._earlier() or self._untried(),
            warning=self._warning,
            make_engine=self.make_engine,
            connect=self.connect,
            disconnect=self.disconnect,
            export=Exporting(self._catalogue, self._own, lambda: self._engine).export,
            remember_theme=self._kept.remember_theme,
            remember_interval=self.remember_interval,
            remember_language=self._kept.remember_language,
            policy=self._policy,
            remember_policy=self.remember_policy,
            keep_token=self.keep_token,
            test_channel=self.test_channel,
            remembered=remembered.load(self._where.window),
            remember=self._remember,
            picture=lambda: None if self._is_passing else self._where.window_picture,
            log_file=self._where.log,
            wall=self._wall_parts(),
        )

    def _wall_parts(self) -> WallParts:
        given = self._options.wall
        return WallParts(
            walls=self._settings.walls if given is None else (given,),
            first=self._options.walled,
            make_keeping=self._keeping,
            is_locked=self._settings.wall_locked,
            pictures=self._where.wall_pictures,
            remember=self._kept.remember_walls,
            hindrance=self._kept.hindrance,
        )

    def _keeping(self) -> WallKeeping:
        from opsdesk.app.wall_keeping import Keeping

        return Keeping(self._where, self._secrets(), self._redactor, self._settings)

    @property
    def _settings(self) -> Settings:
        return self._kept.now

    @property
    def _is_passing(self) -> bool:
        """Whether this run shows something other than the profile's own sources."""
        return self._is_demo or bool(self._options.url)

    @property
    def _is_demo(self) -> bool:
        """Whether the demo is shown: on request, or as long as there is nothing else to show."""
        options = self._options
        if options.demo is not None:
            return True
        return not (options.url or self._settings.sources)

    def _earlier(self) -> Snapshot | None:
        # What a simulation or another address once said is not this profile's past.
        return None if self._is_passing else snapshots.load(self._where.last_known)

    def _untried(self) -> Snapshot:
        """Return what can be said before anything has answered: what is asked."""
        if self._is_demo:
            asked = [(DEMO, tr("Demo production"), DEMO)]
        elif self._options.url:
            asked = [("given", address.parse(self._options.url).host, "prometheus")]
        else:
            asked = [(source.id, source.title, source.kind) for source in self._settings.sources]
        sources = tuple(
            SourceStatus(id=i, title=t, kind=k, where=t, interval=self._interval, cadence=0.0)
            for i, t, k in asked
        )
        return Snapshot(at=utc_now(), sources=sources)

    def make_engine(
        self,
        publish: Callable[[Snapshot], None],
        answer: Callable[[SeriesFrame], None],
        on_death: Callable[[Exception], None],
        on_activated: Callable[[Notice, NoticeAction, str], None],
        on_trouble: Callable[[str, str], None],
    ) -> Engine:
        """Return a new engine. Its sources are new as well: connections belong to one loop."""
        build = partial(self._setting, publish, answer, on_activated, on_trouble)
        self._engine = Engine(build, on_death)
        return self._engine

    def _send(self, command: Command) -> None:
        if self._engine is not None:
            self._engine.send(command)

    def _setting(
        self,
        publish: Callable[[Snapshot], None],
        answer: Callable[[SeriesFrame], None],
        on_activated: Callable[[Notice, NoticeAction, str], None],
        on_trouble: Callable[[str, str], None],
    ) -> Setting:
        """Build what the engine runs on; called on its thread."""
        works, channels = self._works(), self._channels(lambda: self._policy)
        on_action = partial(act_on, self._send, on_activated)
        is_told = self._settings.notifications and not self._options.walled
        return Setting(
            sources=tuple(self._sources(works)),
            catalogue=self._catalogue,
            interval=self._interval,
            publish=publish,
            answer=answer,
            notifier=channels.desktop(on_action, self._where.notifications) if is_told else None,
            # Nobody is paged because of a simulation.
            forwarders=() if self._is_passing else channels.forwarders(on_trouble),
            presence=channels.presence(),
            earlier=self._earlier(),
            keep=None if self._is_passing else self._keep,
            policy=self._policy,
            ledger=None if self._is_passing else ledger.load(self._where.ledger, utc_now()),
            keep_ledger=None if self._is_passing else self._keep_ledger,
            history=None if self._is_passing else works.history(self._where.history),
        )

    def _works(self) -> Works:
        from opsdesk.app.works import Works

        return Works(self._own, self._catalogue, self._secrets(), self._redactor)

    def _secrets(self) -> Secrets:
        return Secrets(self._options.profile, self._where.secrets)

    def _channels(self, policy: Callable[[], Policy]) -> Channels:
        from opsdesk.app.channels import Channels

        return Channels(policy, self._secrets(), self._redactor)

    def test_channel(self, name: str, policy: Policy, token: str = "") -> str:
        """Try a way out on which people are told, and return a sentence of what happened; blocks.

        Args:
            name: 'desktop', 'sound', 'command' or 'webhook'.
            policy: what to try, which need not be kept yet.
            token: of the webhook, which is not kept by this; '' for the one that is kept.

        """
        return self._channels(lambda: policy).test(name, token)

    def _sources(self, works: Works) -> list[Source]:
        if self._is_demo:
            return [works.demo(self._options.demo or Demonstration())]
        if self._options.url:
            return [works.given(self._options.url, self._options.credentials)]
        return [
            works.kept(source, self._new_secrets.pop(source.id, ""))
            for source in self._settings.sources
        ]

    def _keep(self, snapshot: Snapshot) -> None:
        snapshots.save(snapshot, self._catalogue, self._where.last_known)

    def _keep_ledger(self, kept: Ledger) -> None:
        ledger.save(kept, self._where.ledger)

    def connect(self, new: NewSource, send: Callable[[Command], None]) -> bool:
        """Keep a new source in the profile and connect it; its secret goes to the keyring.

        Tells whether the engine is to be made anew: the first source takes the demo's place.

        Raises:
            ConfigError: the settings cannot be saved.

        """
        address.parse(new.url)
        self._redactor.learn(new.secret)
        kept = SourceSettings(
            id=_free_id(new.title, RESERVED | {source.id for source in self._settings.sources}),
            title=new.title,
            kind="auto",
            url=new.url,
            auth=Auth(new.auth),
            user=new.user,
        )
        was_demo = self._is_demo and self._options.demo is None
        self._kept.change(lambda now: replace(now, sources=(*now.sources, kept)))
        if was_demo:
            self._new_secrets[kept.id] = new.secret
            return True
        send(AddSource(self._works().kept(kept, new.secret)))
        return False

    def disconnect(self, source_id: str, send: Callable[[Command], None]) -> None:
        """Take a source out of the profile.

        Raises:
            ConfigError: the settings cannot be saved.

        """
        self._kept.change(
            lambda now: replace(now, sources=tuple(s for s in now.sources if s.id != source_id))
        )
        send(RemoveSource(source_id))
        # A keyring may ask its user first: not on the window's thread.
        threading.Thread(
            target=self._secrets().delete, args=(source_id,), name="opsdesk-secrets", daemon=True
        ).start()

    def _remember(self, left: remembered.Remembered) -> None:
        remembered.save(left, self._where.window)

    def remember_interval(self, interval: float) -> None:
        """Keep the interval that the user chose.

        Raises:
            ConfigError: the settings cannot be saved.

        """
        self._interval = interval
        self._kept.change(lambda now: replace(now, interval=interval))

    def remember_policy(self, policy: Policy) -> None:
        """Keep when and how to be told, and tell things that way from now on.

        Raises:
            ConfigError: the settings cannot be saved; until OpsDesk ends it holds all the same.

        """
        self._policy = policy
        self._send(SetPolicy(policy))
        self._kept.change(lambda now: replace(now, notices=policy))

    def keep_token(self, token: str) -> None:
        """Keep the token of the webhook in the keyring; '' forgets it."""
        self._redactor.learn(token)
        secrets = self._secrets()
        work = partial(secrets.set, WEBHOOK, token) if token else partial(secrets.delete, WEBHOOK)
        # A keyring may ask its user first: not on the window's thread.
        threading.Thread(target=work, name="opsdesk-secrets", daemon=True).start()


def _free_id(title: str, taken: frozenset[str]) -> str:
    """Return a short name made of ``title`` that is not taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "source"
    numbers = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (plain, *numbers) if name not in taken)
