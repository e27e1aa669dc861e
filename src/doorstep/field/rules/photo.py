"""A photo as evidence and nothing more: JPEG or PNG, small, without what the phone wrote into it.

Where and when a phone took a picture, its serial number, a preview of the uncropped picture: all of
it sits in segments beside the image data. Only the segments that are needed to draw it are kept.
"""

from __future__ import annotations

import struct

MOST = 5 * 1024 * 1024
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
_START_OF_SCAN, _COMMENT = 0xDA, 0xFE


class PhotoError(ValueError):
    """The file is not kept; `code` is empty, too_big, kind or broken."""

    def __init__(self, code: str) -> None:
        super().__init__(f"photo: {code}")
        self.code = code


def clean(data: bytes) -> tuple[bytes, str]:
    """The picture without its metadata, and its media type. Raises PhotoError."""
    if not data:
        raise PhotoError("empty")
    if len(data) > MOST:
        raise PhotoError("too_big")
    try:
        if data.startswith(_JPEG):
            return _jpeg(data), "image/jpeg"
        if data.startswith(_PNG):
            return _png(data), "image/png"
    except (struct.error, IndexError) as error:
        raise PhotoError("broken") from error
    raise PhotoError("kind")


def _jpeg(data: bytes) -> bytes:
    """Everything but APP1…APP15 and comments, up to the scan; after it the data as it is."""
    out, at = bytearray(data[:2]), 2
    while True:
        if data[at] != 0xFF:
            raise PhotoError("broken")
        mark = data[at + 1]
        if mark == _START_OF_SCAN:
            return bytes(out + data[at:])
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        if size < 2:
            raise PhotoError("broken")
        if not (0xE1 <= mark <= 0xEF or mark == _COMMENT):
            out += data[at : at + 2 + size]
        at += 2 + size


def _png(data: bytes) -> bytes:
    out, at = bytearray(data[:8]), 8
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if name in _DRAWN:
            out += data[at : at + 12 + size]
        at += 12 + size
        if name == b"IEND":
            return bytes(out)
    raise PhotoError("broken")
