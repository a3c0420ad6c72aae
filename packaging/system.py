"""Libraries and programs of the system: what is missing, and getting it.

On Debian and Ubuntu through apt-get, where this user may (root, or sudo without a password).
Elsewhere it says exactly what to install and goes on: what cannot work will say so itself.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from steps import ROOT, SetupError, call, must, say

TOOLS = ROOT / ".tools"
OPOSSUM = ROOT / "tests" / "support" / "services" / "opossum"
FONTS = Path("/usr/share/fonts")

#: What OpsDesk's window needs: library, program, font or module -> package of Debian and Ubuntu.
RUN: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "Inter*": "fonts-inter",
}
#: What the tests start besides: a whole small desktop, and the services on it.
TEST: Mapping[str, str] = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "desktop-file-validate": "desktop-file-utils",
    "dunst": "dunst",
    "gio": "libglib2.0-bin",
    "gnome-keyring-daemon": "gnome-keyring",
    "libXss.so.1": "libxss1",
    "node": "nodejs",
    "npm": "npm",
    "openbox": "openbox",
    "pdftohtml": "poppler-utils",
    "pdftotext": "poppler-utils",
    "systemd-analyze": "systemd",
    "trayer": "trayer",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "xrandr": "x11-xserver-utils",
    "xset": "x11-xserver-utils",
    "xwininfo": "x11-utils",
}
#: Debian's packages of these start services on all interfaces, so they are only unpacked.
PROMETHEUS: Mapping[str, str] = {
    "prometheus": "prometheus",
    "prometheus-node-exporter": "prometheus-node-exporter",
}


def provide(needs: Mapping[str, str], purpose: str) -> list[str]:
    """Install what is missing of ``needs``, or say how; return what is missing still."""
    if not sys.platform.startswith("linux"):
        return []
    missing = {what: package for what, package in needs.items() if not _present(what)}
    if missing and install(missing.values(), purpose):
        importlib.invalidate_caches()
    return [what for what in missing if not _present(what)]


def provide_prometheus() -> None:
    """Unpack Prometheus and its node exporter into ``.tools``, unless they are there or on PATH."""
    missing = [package for name, package in PROMETHEUS.items() if tool(name) is None]
    if not missing or not _present("apt-get"):
        if missing:
            say(f"missing to test: {', '.join(missing)}; put them on PATH")
        return
    say(f"unpacking {', '.join(missing)} into {TOOLS.relative_to(ROOT)}")
    _refresh_lists(missing)
    debs = TOOLS / "deb"
    debs.mkdir(parents=True, exist_ok=True)
    user = ("-o", "APT::Sandbox::User=root") if _is_root() else ()
    for package in missing:
        subprocess.run(["apt-get", "-qq", *user, "download", package], cwd=debs, check=False)
        for deb in debs.glob(f"{package}_*.deb"):
            must(["dpkg-deb", "-x", deb, TOOLS], f"Remove {TOOLS} and try again.")
            deb.unlink()


def provide_node_modules() -> None:
    """Install the locked packages of the test service that is written for Node."""
    if not OPOSSUM.is_dir() or not _present("npm"):
        return
    stamp = OPOSSUM / "node_modules" / ".opsdesk-stamp"
    wanted = hashlib.sha256((OPOSSUM / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    say(f"installing {OPOSSUM.relative_to(ROOT)}/package-lock.json")
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    must([*npm, "--prefix", OPOSSUM], "Is a package index for npm reachable from here?")
    stamp.write_text(wanted, "utf-8")


def tool(name: str) -> Path | None:
    """Return where an unpacked or installed program is; None where it is not."""
    unpacked = TOOLS / "usr" / "bin" / name
    found = str(unpacked) if unpacked.exists() else shutil.which(name)
    return Path(found) if found else None


def install(packages: Iterable[str], purpose: str) -> bool:
    """Install Debian packages where this user may; else say what would, and return False."""
    wanted = sorted(set(packages))
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *wanted]
    if not _present("apt-get"):
        say(f"please install, {purpose}, what Debian calls: {' '.join(wanted)}")
        return False
    prefix = _privilege()
    if prefix is None:
        say(f"please run, {purpose}: sudo {' '.join(command)}")
        return False
    say(f"installing {purpose}: {' '.join(wanted)}")
    _refresh_lists(wanted)
    done = subprocess.run(
        [*prefix, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout[-4000:])
        raise SetupError(f"apt-get failed. By hand: sudo {' '.join(command)}")
    return True


def _present(what: str) -> bool:
    if "*" in what:
        return any(FONTS.rglob(what))
    if what.startswith("module "):
        return importlib.util.find_spec(what.removeprefix("module ")) is not None
    if ".so." not in what:
        return shutil.which(what) is not None
    try:
        ctypes.CDLL(what)
    except OSError:
        return False
    return True


def _refresh_lists(packages: list[str]) -> None:
    """Run apt-get update where the lists are missing, old, or do not know a package."""
    known = subprocess.run(["apt-cache", "show", *packages], capture_output=True, check=False)
    newest = max((path.stat().st_mtime for path in Path("/var/lib/apt/lists").glob("*")), default=0)
    day = 24 * 60 * 60
    if known.returncode == 0 and time.time() - newest < day:
        return
    prefix = _privilege()
    if prefix is None:
        return
    say("apt-get update")
    call([*prefix, "apt-get", "-qq", "update"])  # a failing extra list must not stop the set-up


def _privilege() -> list[str] | None:
    """Return what to put before a command to run it as root without a question, or None."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if _is_root():
        return quiet
    if shutil.which("sudo") and call(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n", *quiet]
    return None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
