"""A photo as evidence and nothing more: JPEG or PNG, small, without what the phone wrote into it.

Where and when a phone took a picture, its serial number, a preview of the uncropped picture: all of
it sits in segments beside the image data, and some phones hang a film with a place of its own
behind the end. Only the segments that are needed to draw the picture are kept, up to its end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MOST = 5 * 1024 * 1024
MOST_PIXELS = 64_000_000
"""Larger ones unfold to more memory than the phone that shows them has."""
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
# ITU T.81, table B.1: frame headers, Huffman and arithmetic tables, quantisation, restarts.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
_JFIF, _END, _SCAN = 0xE0, 0xD9, 0xDA
_JFIF_HEAD = 12
"""Bytes of a JFIF header before its preview."""


class PhotoError(ValueError):
    """The file is not kept; `code` is empty, too_big, too_many_pixels, kind or broken."""

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
    """Frame, tables and scans up to the first end of image; nothing of what else there is."""
    out, drawn, scanned = bytearray(data[:2]), False, False
    for mark, start, end in _segments(data):
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", data[start + 5 : start + 9])
            _check_size(width, height)
            drawn = True
        scanned = scanned or mark == _SCAN
        if mark == _JFIF:
            out += _jfif(data[start:end])
        elif mark in _FRAMES or mark in _TABLES or mark == _SCAN:
            out += data[start:end]
    if not (drawn and scanned):
        raise PhotoError("broken")
    return bytes(out + b"\xff\xd9")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Mark, start and end of every segment up to the end of the image, a scan with its data."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # fill bytes
            at += 1
        mark = data[at + 1]
        if data[at] != 0xFF:
            raise PhotoError("broken")
        if mark == _END:
            return
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + size
        if size < 2 or end > len(data):
            raise PhotoError("broken")
        end = _end_of_scan(data, end) if mark == _SCAN else end
        yield mark, at, end
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the coded data ends: at a mark that is neither a stuffed zero nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0:
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    raise PhotoError("broken")


def _jfif(segment: bytes) -> bytes:
    """The JFIF header without its preview; other segments of this mark are previews alone."""
    body = segment[4:]
    if not body.startswith(b"JFIF\0") or len(body) < _JFIF_HEAD:
        return b""
    kept = body[:_JFIF_HEAD] + b"\0\0"
    return b"\xff\xe0" + struct.pack(">H", len(kept) + 2) + kept


def _png(data: bytes) -> bytes:
    out, at = bytearray(data[:8]), 8
    if data[12:16] != b"IHDR":
        raise PhotoError("broken")
    _check_size(*struct.unpack(">II", data[16:24]))
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if name in _DRAWN:
            out += data[at : at + 12 + size]
        at += 12 + size
        if name == b"IEND" and at <= len(data):
            return bytes(out)
    raise PhotoError("broken")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise PhotoError("broken")
    if width * height > MOST_PIXELS:
        raise PhotoError("too_many_pixels")
