import struct
import zlib

import pytest

from doorstep.field.rules.photo import MOST, PhotoError, clean


def part(mark, body):
    return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body


def jpeg(extra=b"", width=40, height=30, behind=b""):
    """As a phone writes it, progressive: two scans with a stuffed zero and a restart in them."""
    return (
        b"\xff\xd8"
        + part(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2small preview")
        + part(0xE1, b"Exif\0\0GPS 42.88825 129.50241")
        + part(0xE0, b"JFXX\0another preview")
        + part(0xFE, b"my phone")
        + extra
        + part(0xDB, b"table")
        + part(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
        + part(0xDA, b"head")
        + b"scan\xff\0\xff\xd0on"
        + part(0xC4, b"codes")
        + part(0xDA, b"head")
        + b"again\xff\xd9"
        + behind
    )


def png(width=40, height=30):
    def part(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + part(b"eXIf", b"GPS 42.88825")
        + part(b"tEXt", b"Author\0Fei")
        + part(b"IDAT", b"pixels")
        + part(b"IEND", b"")
    )


DRAWN = {
    "image/jpeg": (b"JFIF", b"table", b"scan\xff\0\xff\xd0on", b"codes", b"again\xff\xd9"),
    "image/png": (b"IHDR", b"pixels"),
}


@pytest.mark.parametrize(("data", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png")])
def test_where_and_by_whom_it_was_taken_is_not_kept(data, kind):
    picture, media_type = clean(data)
    assert media_type == kind
    for secret in (b"GPS", b"my phone", b"Author", b"preview"):
        assert secret not in picture
    for needed in DRAWN[kind]:
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
        (jpeg()[:-2], "broken"),
        (jpeg()[:-14], "broken"),
        (png()[:40], "broken"),
        (png()[:-2], "broken"),
        (jpeg(width=0), "broken"),
        (png(height=0), "broken"),
        (jpeg(width=20_000, height=20_000), "too_many_pixels"),
        (png(width=20_000, height=20_000), "too_many_pixels"),
        (b"\xff\xd8" + part(0xFE, b"<script>") + b"\xff\xd9", "broken"),
    ],
)
def test_what_is_no_small_picture_is_refused(data, code):
    with pytest.raises(PhotoError) as error:
        clean(data)
    assert error.value.code == code


@pytest.mark.parametrize(
    "behind", [b"\0ftypmp42 GPS film", jpeg(), b"<script>alert(1)</script>", b"PK\3\4 a zip"]
)
def test_what_hangs_behind_the_end_of_a_picture_is_not_kept(behind):
    """Some phones put a film there, or a second picture, with a place of its own."""
    assert clean(jpeg(behind=behind)) == clean(jpeg())
    assert clean(png() + behind) == clean(png())


def test_a_page_hidden_in_a_table_nobody_draws_with_is_not_kept():
    for mark in (0x02, 0xC8, 0xE5, 0xEE, 0xF7):
        assert b"<script>" not in clean(jpeg(extra=part(mark, b"<script>")))[0]


def test_the_largest_pictures_of_phones_are_taken():
    assert clean(jpeg(width=8160, height=6144))[1] == "image/jpeg"
    assert clean(png(width=8160, height=6144))[1] == "image/png"
