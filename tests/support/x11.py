"""What xdotool of Debian 12 cannot ask of an X server and its window manager."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_char_p, c_int, c_long, c_ulong, c_void_p

_CLIENT_MESSAGE = 33
#: SubstructureNotify and SubstructureRedirect: what window managers listen for
_TO_THE_MANAGER = 0x180000
#: says that a user's tool asks, not an application (EWMH)
_A_PAGER = 2


class _ClientMessage(ctypes.Structure):
    """``XClientMessageEvent``, at the size of the union ``XEvent``."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
        ("rest", c_long * 12),
    )


def close_window(display: str, window: int) -> None:
    """Ask the window manager to close a window, as a taskbar does: ``_NET_CLOSE_WINDOW``."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c_char_p], c_void_p
    x.XInternAtom.argtypes, x.XInternAtom.restype = [c_void_p, c_char_p, c_int], c_ulong
    x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [c_void_p], c_ulong
    x.XSendEvent.argtypes = [c_void_p, c_ulong, c_int, c_long, c_void_p]
    x.XCloseDisplay.argtypes = [c_void_p]
    connection = x.XOpenDisplay(display.encode())
    assert connection, f"no X server at {display}"
    message = _ClientMessage(
        type=_CLIENT_MESSAGE,
        window=window,
        message_type=x.XInternAtom(connection, b"_NET_CLOSE_WINDOW", 0),
        format=32,
        data=(c_long * 5)(0, _A_PAGER, 0, 0, 0),
    )
    root = x.XDefaultRootWindow(connection)
    x.XSendEvent(connection, root, 0, _TO_THE_MANAGER, byref(message))
    x.XCloseDisplay(connection)  # sends what is waiting


class _SaverInfo(ctypes.Structure):
    """``XScreenSaverInfo``."""

    _fields_ = (
        ("window", c_ulong),
        ("state", c_int),
        ("kind", c_int),
        ("til_or_since", c_ulong),
        ("idle", c_ulong),
        ("event_mask", c_ulong),
    )


def screen_saver(display: str) -> tuple[bool, float]:
    """Return whether the X server's screen saver is on, and how long nobody has touched anything.

    The time is in seconds.
    """
    x, saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c_char_p], c_void_p
    x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [c_void_p], c_ulong
    x.XCloseDisplay.argtypes = [c_void_p]
    saver.XScreenSaverQueryInfo.argtypes = [c_void_p, c_ulong, c_void_p]
    connection = x.XOpenDisplay(display.encode())
    assert connection, f"no X server at {display}"
    info = _SaverInfo()
    assert saver.XScreenSaverQueryInfo(connection, x.XDefaultRootWindow(connection), byref(info))
    x.XCloseDisplay(connection)
    return info.state == 1, info.idle / 1_000
