"""The bytes of a file that may be packed, never more of them than a statement can have."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from doorstep.book.ports import BadInputError

LARGEST = 256 * 2**20
"""Bytes of one statement, unpacked."""

_BLOCK = 2**20


def content_of(file: Path, member: str = "*") -> bytes:
    """The bytes of a file; of a ZIP the one member that `member` (a name pattern) fits, of a GZIP
    what it holds. Raises BadInputError for what is broken, missing, many or absurdly large."""
    try:
        with file.open("rb") as f:
            head = f.read(4)
            f.seek(0)
            if head == b"PK\x03\x04":
                return _zipped(file, f, member)
            if head[:2] == b"\x1f\x8b":
                with gzip.open(f) as packed:
                    return _bounded(file, packed)
            return _bounded(file, f)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInputError(file.name, "is not a whole archive; download it again") from error
    except OSError as error:
        raise BadInputError(file.name, f"cannot be read ({error.strerror or error})") from error


def _zipped(file: Path, f: IO[bytes], member: str) -> bytes:
    with zipfile.ZipFile(f) as z:
        there = [i for i in z.infolist() if not i.is_dir()]
        fitting = [i for i in there if fnmatchcase(_name(i), member)]
        if len(fitting) != 1:
            names = ", ".join(_name(i) for i in there[:5]) or "nothing"
            raise BadInputError(
                file.name,
                f"holds {len(fitting)} files that fit {member!r} ({names}); unpack it and give "
                "one, or set `member` in the map",
            )
        with z.open(fitting[0]) as packed:
            return _bounded(file, packed)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; Chinese Windows writes GBK where the standard says CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _bounded(file: Path, source: IO[bytes] | gzip.GzipFile) -> bytes:
    found = bytearray()
    while block := source.read(_BLOCK):
        found += block
        if len(found) > LARGEST:
            raise BadInputError(
                file.name, f"unpacks to more than {LARGEST // 2**20} MB; no statement is that long"
            )
    return bytes(found)
