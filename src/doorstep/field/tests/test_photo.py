import struct
import zlib

import pytest

from doorstep.field.rules.photo import MOST, PhotoError, clean


def jpeg(extra=b""):
    def part(mark, body):
        return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body

    return (
        b"\xff\xd8"
        + part(0xE0, b"JFIF\0")
        + part(0xE1, b"Exif\0\0GPS 42.88825 129.50241")
        + part(0xFE, b"my phone")
        + extra
        + part(0xDB, b"table")
        + b"\xff\xda\x00\x02scan\xff\xd9"
    )


def png():
    def part(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", b"x" * 13)
        + part(b"eXIf", b"GPS 42.88825")
        + part(b"tEXt", b"Author\0Fei")
        + part(b"IDAT", b"pixels")
        + part(b"IEND", b"")
    )


@pytest.mark.parametrize(("data", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png")])
def test_where_and_by_whom_it_was_taken_is_not_kept(data, kind):
    picture, media_type = clean(data)
    assert media_type == kind
    for secret in (b"GPS", b"my phone", b"Author"):
        assert secret not in picture
    for needed in (b"JFIF", b"table", b"scan") if kind == "image/jpeg" else (b"IHDR", b"pixels"):
        assert needed in picture
    assert clean(picture)[0] == picture


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg onload=alert(1)>", "kind"),
        (b"GIF89a", "kind"),
        (b"\xff\xd8\xff" + b"\0" * MOST, "too_big"),
        (b"\xff\xd8\xff\xe1", "broken"),
        (b"\xff\xd8\xff\xe1\x00\x01", "broken"),
        (jpeg()[:30], "broken"),
        (png()[:40], "broken"),
    ],
)
def test_what_is_no_small_picture_is_refused(data, code):
    with pytest.raises(PhotoError) as error:
        clean(data)
    assert error.value.code == code
