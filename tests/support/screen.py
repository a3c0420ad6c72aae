"""What a virtual screen shows, read from the memory of Xvfb itself: no process, no delay."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

#: XWD header, version 7: 25 big-endian words (X11/XWDFile.h)
HEADER = struct.Struct(">25I")
#: places of words in it
SIZE, WIDTH, HEIGHT, BYTES_PER_LINE, COLOURS = 0, 4, 5, 12, 19
COLOUR_BYTES = 12


@dataclass(frozen=True)
class Box:
    """A rectangle on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A still of a part of the screen; ``rows`` hold four bytes a pixel: blue, green, red, none."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def colours(self) -> set[bytes]:
        """Return the different colours in it."""
        return {row[at : at + 3] for row in self.rows for at in range(0, len(row), 4)}

    def save(self, path: Path) -> None:
        """Write it as PNG."""
        lines = bytearray()
        for row in self.rows:
            line = bytearray(self.width * 3)
            line[0::3], line[1::3], line[2::3] = row[2::4], row[1::4], row[0::4]
            lines += b"\0" + line
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines), 6)), (b"IEND", b""))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def look(framebuffer: Path, box: Box | None = None) -> Picture:
    """Return what Xvfb shows now, all of it or inside ``box``; ``framebuffer`` is its own file."""
    data = framebuffer.read_bytes()
    words = HEADER.unpack_from(data)
    pixels = words[SIZE] + words[COLOURS] * COLOUR_BYTES
    box = box or Box(0, 0, words[WIDTH], words[HEIGHT])
    starts = (
        pixels + (box.y + row) * words[BYTES_PER_LINE] + box.x * 4 for row in range(box.height)
    )
    return Picture(
        box.width, box.height, tuple(data[start : start + box.width * 4] for start in starts)
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
