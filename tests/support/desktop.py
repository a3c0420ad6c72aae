"""A real small desktop: X server, window manager, session bus, tray host, notification daemon.

Everything runs on a virtual screen and a private bus, and ends with the block.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import open_dbus_connection
from support.needs import need
from support.processes import end, eventually, first_line, running
from support.screen import Box, Picture, look
from support.x11 import close_window

SERVICES = Path(__file__).parent / "services"
BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
DUNST = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.dunstproject.cmd0"
)
#: a session bus that starts nothing by itself: what a test did not start is not there
BUS_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
#: stands in for the menu in which the notification daemon offers actions: takes the one wanted
CHOOSER = """\
#!/bin/sh
grep --max-count=1 --file={choice}
"""
#: a named window in the tree that xwininfo prints: id, title, class, size, place on the screen
WINDOW = re.compile(
    r"""(?P<id>0x[0-9a-f]+)\ "(?P<title>.*)":\ \("[^"]*"\ "[^"]*"\)
        \s+(?P<width>\d+)x(?P<height>\d+)\S+\s+\+(?P<x>-?\d+)\+(?P<y>-?\d+)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Window:
    """A window of the X server."""

    id: int
    title: str
    box: Box


@dataclass(frozen=True)
class NotificationEvent:
    """Something that passed between an application and the notification daemon, in order.

    ``event`` is ``notify`` (``replaces`` is 0 for a new one), ``close`` (an application takes it
    back), ``closed`` (the daemon says it is gone) or ``action``. ``urgency`` is 0, 1 or 2.
    """

    event: str
    id: int
    app: str = ""
    replaces: int = 0
    summary: str = ""
    body: str = ""
    actions: tuple[str, ...] = ()
    urgency: int = 1
    timeout: int = -1
    category: str = ""


class Desktop:
    """A running desktop. Applications started with ``env`` appear on it."""

    def __init__(self, folder: Path, env: Mapping[str, str], parts: ExitStack) -> None:
        self.folder = folder
        self.env = env
        self._parts = parts

    def start_window_manager(self) -> subprocess.Popen[str]:
        """Start openbox; the desktop ends it."""
        process = self._start([need("openbox"), "--sm-disable"])
        supporting = [need("xprop"), "-root", "_NET_SUPPORTING_WM_CHECK"]
        eventually(lambda: "window id" in self._output(supporting), "the window manager")
        return process

    def start_tray(self) -> subprocess.Popen[str]:
        """Start the tray host; the desktop ends it."""
        place = ["--edge", "top", "--align", "right", "--widthtype", "request", "--height", "24"]
        process = self._start([need("trayer"), *place, "--SetDockType", "true"])
        eventually(lambda: '"panel"' in self._tree("-root"), "the tray host")
        return process

    def start_notifications(self, rules: str = "") -> subprocess.Popen[str]:
        """Start the notification daemon, with these rules, and what writes its traffic down."""
        recorder = self._start(
            [sys.executable, SERVICES / "notification_recorder.py", self.folder / "notifications"]
        )
        first_line(recorder)
        config = self.folder / "dunstrc"
        chooser = self.folder / "chooser"
        chooser.write_text(CHOOSER.format(choice=self.folder / "choice"), "utf-8")
        chooser.chmod(0o700)
        config.write_text(f"[global]\ndmenu = {chooser}\n{rules}", "utf-8")
        process = self._start([need("dunst"), "-conf", config])
        eventually(lambda: self.has_service(DUNST.bus_name or ""), "the notification daemon")
        return process

    def has_service(self, name: str) -> bool:
        """Tell whether some process owns a name on the session bus."""
        return bool(self._ask(new_method_call(BUS, "NameHasOwner", "s", (name,))))

    def notifications(self) -> list[NotificationEvent]:
        """Return everything that was said about notifications so far."""
        log = self.folder / "notifications"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        rows = [json.loads(line) for line in lines]
        return [
            NotificationEvent(**row | {"actions": tuple(row.get("actions", ()))}) for row in rows
        ]

    def click_notification(self) -> None:
        """Click on the newest notification."""
        self._ask(new_method_call(DUNST, "NotificationAction", "u", (0,)))

    def choose_at_notifications(self, label: str) -> None:
        """Open the menu of what can be done at notifications, and take what begins so."""
        (self.folder / "choice").write_text(f"^#{label}", "utf-8")
        self._ask(new_method_call(DUNST, "ContextMenuCall"))

    def displayed(self) -> int:
        """Return how many notifications the daemon has on the screen now."""
        answer = self._ask(Properties(DUNST).get("displayedLength"))
        return int(answer[1])

    def windows(self, pid: int) -> list[Window]:
        """Return the visible top-level windows of a process."""
        found = self._xdotool("search", "--onlyvisible", "--all", "--pid", str(pid), "--name", ".")
        ids = {int(line) for line in found.split()}
        return [window for window in _windows(self._tree("-root")) if window.id in ids]

    def tray_icons(self) -> list[Window]:
        """Return the icons that are docked in the tray host now."""
        return [
            window for window in _windows(self._tree("-name", "panel")) if window.title != "panel"
        ]

    def picture(self, box: Box | None = None) -> Picture:
        """Return what the screen shows."""
        return look(self.folder / "Xvfb_screen0", box)

    def screenshot(self, path: Path) -> None:
        """Write what the screen shows as PNG."""
        self.picture().save(path)

    def close(self, window: Window) -> None:
        """Close a window as the window manager does for its user."""
        close_window(self.env["DISPLAY"], window.id)

    def minimise(self, window: Window) -> None:
        """Minimise a window as the window manager does for its user."""
        self._xdotool("windowminimize", str(window.id))

    def click(self, box: Box, button: int = 1) -> None:
        """Click in the middle of a box."""
        x, y = box.x + box.width // 2, box.y + box.height // 2
        self._xdotool("mousemove", "--sync", str(x), str(y), "click", str(button))

    def press(self, *keys: str) -> None:
        """Press keys, by the names that X11 gives them, where the focus is."""
        self._xdotool("key", *keys)

    def _start(self, command: list[str | Path]) -> subprocess.Popen[str]:
        return self._parts.enter_context(running(command, env=self.env))

    def _xdotool(self, *arguments: str) -> str:
        return self._output([need("xdotool"), *arguments])

    def _tree(self, *of: str) -> str:
        return self._output([need("xwininfo"), *of, "-tree"])

    def _output(self, command: list[str]) -> str:
        answer = subprocess.run(
            command,
            env={**self.env, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=10,
        )
        return answer.stdout

    def _ask(self, message: object) -> object:
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            return next(iter(connection.send_and_get_reply(message, timeout=5).body), None)


def _windows(tree: str) -> list[Window]:
    """Read the windows that applications made out of what xwininfo prints."""
    return [
        Window(
            int(found["id"], 16),
            found["title"],
            Box(*(int(found[name]) for name in ("x", "y", "width", "height"))),
        )
        for found in WINDOW.finditer(tree)
    ]


@contextmanager
def desktop(
    *,
    tray: bool = True,
    notifications: bool = True,
    window_manager: bool = True,
    size: str = "1440x900",
) -> Iterator[Desktop]:
    """Run a desktop while the block runs.

    Args:
        tray: with a tray host from the beginning
        notifications: with a notification daemon from the beginning
        window_manager: with openbox
        size: of the screen, in pixels

    """
    with TemporaryDirectory(prefix="opsdesk-desktop-") as name, ExitStack() as parts:
        folder = Path(name)
        env = {**_environment(folder), "DISPLAY": parts.enter_context(x_server(folder, size))}
        parts.enter_context(session_bus(folder))
        here = Desktop(folder, env, parts)
        if window_manager:
            here.start_window_manager()
        if tray:
            here.start_tray()
        if notifications:
            here.start_notifications()
        yield here


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """Run a private session bus with its socket in ``folder``; yield its address."""
    config = folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(folder=folder), "utf-8")
    command = [need("dbus-daemon"), f"--config-file={config}", "--nofork", "--print-address"]
    with running(command) as process:
        yield first_line(process)


@contextmanager
def x_server(folder: Path, size: str = "1440x900") -> Iterator[str]:
    """Run an X server that chooses a free display itself; yield the display."""
    screen = ["-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset", "-fbdir", folder]
    with running([need("Xvfb"), "-displayfd", "1", *screen]) as process:
        yield f":{first_line(process)}"
        end(process)


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of the desktop's processes: the folders of a new user."""
    places = {}
    for variable in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR", "STATE_HOME"):
        place = folder / variable.lower()
        place.mkdir(mode=0o700)
        places[f"XDG_{variable}"] = str(place)
    hidden = ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {
        **kept,
        **places,
        "HOME": str(folder),
        "TMPDIR": str(folder),  # where Qt puts the socket of a single instance
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/no-bus",
        "QT_QPA_PLATFORM": "xcb",
        "XDG_SESSION_TYPE": "x11",
        "XDG_CURRENT_DESKTOP": "",
        "NO_AT_BRIDGE": "1",  # GTK's tray host would look for an accessibility bus
    }
