"""Monitors of a virtual X screen: added, removed, turned, set to another resolution, with EDID.

Xvfb has one output, ``screen``, which lights all of the X screen. Found out with Xvfb 21.1 and
Qt 6.11:

- RandR's monitors (``xrandr --setmonitor``) can be laid over it; the first takes the output, any
  other has none. Qt follows them as it follows real ones: it emits screenAdded and screenRemoved,
  names a QScreen as the monitor is named, and takes the size in millimetres as it is given.
- A monitor that is there is not changed (BadValue): it is taken away and added again.
- ``--newmode``, ``--addmode`` and ``--output screen --mode`` set the resolution of the output
  itself, as of a real display: Qt emits geometryChanged. ``-s`` and ``--fb`` do nothing of use.
- ``--output screen --off`` leaves Qt its QScreen, silently, but under the name of the X screen
  (':0.0'); when the output is lit again, another comes and that one goes.
- The property EDID of the output is read when a monitor with that output is added.
"""

from __future__ import annotations

import ctypes
import struct
import subprocess
from ctypes import POINTER, c_char_p, c_int, c_ubyte, c_ulong, c_void_p
from dataclasses import dataclass

from support.desktop import Desktop
from support.needs import need
from support.screen import Box

OUTPUT = "screen"
_REPLACE, _BITS = 0, 8


@dataclass(frozen=True)
class Monitors:
    """The monitors of a desktop."""

    desktop: Desktop

    def add(self, name: str, box: Box, *, mm: tuple[int, int], lit: bool = False) -> None:
        """Plug in a monitor; ``lit``: it is the one with the output, and so with its EDID."""
        width, height = mm
        place = f"{box.width}/{width}x{box.height}/{height}+{box.x}+{box.y}"
        self.xrandr("--setmonitor", name, place, OUTPUT if lit else "none")

    def remove(self, name: str) -> None:
        """Unplug it."""
        self.xrandr("--delmonitor", name)

    def resize(self, width: int, height: int) -> None:
        """Set the output to another resolution."""
        name = f"{width}x{height}"
        timings = (
            width,
            width + 8,
            width + 16,
            width + 32,
            height,
            height + 2,
            height + 4,
            height + 8,
        )
        self.xrandr("--newmode", name, "60", *map(str, timings))
        self.xrandr("--addmode", OUTPUT, name)
        self.xrandr("--output", OUTPUT, "--mode", name)

    def sleep(self) -> None:
        """Switch the output off, as a display does that goes to sleep."""
        # Xvfb switches it off and then refuses to shrink the X screen to nothing.
        self.xrandr("--output", OUTPUT, "--off", check=False)

    def wake(self) -> None:
        """Switch the output on again."""
        self.xrandr("--output", OUTPUT, "--auto")

    def set_edid(self, edid: bytes) -> None:
        """Let the output say what it is."""
        set_edid(self.desktop.env["DISPLAY"], edid)

    def xrandr(self, *arguments: str, check: bool = True) -> None:
        """Run xrandr, and see that it succeeds."""
        command = [need("xrandr"), *arguments]
        subprocess.run(command, env=self.desktop.env, check=check, timeout=10, capture_output=True)


def edid(maker: str, model: str, serial: str, *, cm: tuple[int, int]) -> bytes:
    """Return what a display says of itself (VESA E-EDID 1.3).

    Args:
        maker: three letters, as registered: 'DEL'
        model: at most 13 letters
        serial: the same; '' for none
        cm: width and height, as a display rounds them

    """
    letters = [ord(letter) - ord("@") for letter in maker]
    vendor = letters[0] << 10 | letters[1] << 5 | letters[2]
    content = b"\x00\xff\xff\xff\xff\xff\xff\x00" + struct.pack(">H", vendor)
    content += struct.pack("<HIBB", 0x40AF, 0, 1, 30) + b"\x01\x03\x80" + bytes(cm)
    content = content.ljust(54, b"\x00")
    for tag, text in ((0xFC, model), (0xFF, serial), (0x10, ""), (0x10, "")):
        content += bytes((0, 0, 0, tag, 0)) + f"{text}\n".encode().ljust(13)
    content = content.ljust(127, b"\x00")
    return content + bytes((-sum(content) % 256,))


class _Resources(ctypes.Structure):
    """The beginning of ``XRRScreenResources``."""

    _fields_ = (
        ("timestamp", c_ulong),
        ("config_timestamp", c_ulong),
        ("crtc_count", c_int),
        ("crtcs", POINTER(c_ulong)),
        ("output_count", c_int),
        ("outputs", POINTER(c_ulong)),
    )


def set_edid(display: str, content: bytes) -> None:
    """Set the property EDID of the first output, as a driver does."""
    x, randr = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXrandr.so.2")
    x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c_char_p], c_void_p
    x.XInternAtom.argtypes, x.XInternAtom.restype = [c_void_p, c_char_p, c_int], c_ulong
    x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [c_void_p], c_ulong
    x.XCloseDisplay.argtypes = [c_void_p]
    randr.XRRGetScreenResources.argtypes = [c_void_p, c_ulong]
    randr.XRRGetScreenResources.restype = POINTER(_Resources)
    randr.XRRFreeScreenResources.argtypes = [POINTER(_Resources)]
    randr.XRRChangeOutputProperty.argtypes = [
        *(c_void_p, c_ulong, c_ulong, c_ulong),
        *(c_int, c_int, POINTER(c_ubyte), c_int),
    ]
    connection = x.XOpenDisplay(display.encode())
    assert connection, f"no X server at {display}"
    resources = randr.XRRGetScreenResources(connection, x.XDefaultRootWindow(connection))
    name, kind = (x.XInternAtom(connection, text, 0) for text in (b"EDID", b"INTEGER"))
    data = (c_ubyte * len(content))(*content)
    randr.XRRChangeOutputProperty(
        connection, resources.contents.outputs[0], name, kind, _BITS, _REPLACE, data, len(content)
    )
    randr.XRRFreeScreenResources(resources)
    x.XCloseDisplay(connection)  # sends what is waiting
