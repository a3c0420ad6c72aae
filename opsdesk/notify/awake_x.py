"""Suspends the X server's own screen saver and display standby, where no desktop looks after them.

The server undoes it when the connection ends, however that comes about. What ``xset`` changes
stays changed after a crash, and the next start would take it for the user's own setting.

libxcb is there wherever Qt shows a window on X; it has no words of its own for this request.
"""

from __future__ import annotations

import ctypes
import logging
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_uint8, c_uint16, c_uint32
from ctypes import c_void_p as pointer

log = logging.getLogger(__name__)

#: https://www.x.org/releases/current/doc/scrnsaverproto/saver.html, since version 1.1
_EXTENSION, _SUSPEND = b"MIT-SCREEN-SAVER", 5
#: XCB_REQUEST_CHECKED: its error is asked for, not left among the events
_CHECKED = 1
#: free places that libxcb wants before a request, for its own use
_SPARE = 2


class _Extension(ctypes.Structure):
    _fields_ = (("name", c_char_p), ("id", c_int))


class _Request(ctypes.Structure):
    """``xcb_protocol_request_t``."""

    _fields_ = (
        ("parts", c_size_t),
        ("extension", POINTER(_Extension)),
        ("opcode", c_uint8),
        ("answers_nothing", c_uint8),
    )


class _Suspend(ctypes.Structure):
    """The request itself; libxcb fills in what is left zero."""

    _fields_ = (
        ("extension", c_uint8),
        ("opcode", c_uint8),
        ("length", c_uint16),
        ("suspend", c_uint32),
    )


class _Part(ctypes.Structure):
    """``struct iovec``."""

    _fields_ = (("start", pointer), ("size", c_size_t))


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", c_uint),)


class XServerHold:
    """Holds the display by a connection of its own to the X server."""

    def __init__(self) -> None:
        self._xcb: ctypes.CDLL | None = None
        self._connection: int | None = None

    def keep(self) -> str:
        """Suspend screen saver and standby, unless they are; return why that cannot be done."""
        if self._connection is not None:
            return ""
        try:
            self._xcb = xcb = _library()
        except OSError as error:
            return f"libxcb cannot be loaded: {error}"
        self._connection = xcb.xcb_connect(None, None)
        reason = _suspend(xcb, self._connection)
        if reason:
            self.let_go()
        else:
            log.info("the X server's screen saver and standby are suspended")
        return reason

    def let_go(self) -> None:
        """Leave the display to the X server again. Idempotent."""
        connection, self._connection = self._connection, None
        if self._xcb is not None and connection is not None:
            self._xcb.xcb_disconnect(connection)


def _suspend(xcb: ctypes.CDLL, connection: int | None) -> str:
    if xcb.xcb_connection_has_error(connection):
        return "the X server takes no connection"
    extension = _Extension(_EXTENSION, 0)
    asked = _Suspend(opcode=_SUSPEND, suspend=1)
    parts = (_Part * (_SPARE + 1))()
    parts[_SPARE] = _Part(ctypes.cast(byref(asked), pointer), ctypes.sizeof(asked))
    request = _Request(1, ctypes.pointer(extension), _SUSPEND, 1)
    first = byref(parts, _SPARE * ctypes.sizeof(_Part))
    sequence = xcb.xcb_send_request(connection, _CHECKED, first, byref(request))
    if not sequence:
        return "the X server has no screen saver"
    error = xcb.xcb_request_check(connection, _Cookie(sequence))
    if error:
        ctypes.CDLL(None).free(pointer(error))
        return "the X server refuses"
    return ""


def _library() -> ctypes.CDLL:
    """Return libxcb.

    Raises:
        OSError: there is none.

    """
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.argtypes, xcb.xcb_connect.restype = [c_char_p, pointer], pointer
    xcb.xcb_connection_has_error.argtypes = [pointer]
    xcb.xcb_disconnect.argtypes, xcb.xcb_disconnect.restype = [pointer], None
    xcb.xcb_send_request.argtypes = [pointer, c_int, pointer, POINTER(_Request)]
    xcb.xcb_send_request.restype = c_uint
    xcb.xcb_request_check.argtypes, xcb.xcb_request_check.restype = [pointer, _Cookie], pointer
    return xcb
