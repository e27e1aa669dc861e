"""What a text file's encoding and delimiter probably are. Guesses: they are offered, never used
to take rows without being asked for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 256 * 1024
_ENOUGH = 0.5
_DECIMAL = re.compile(r"(?<=[0-9]),(?=[0-9])")


def marked(path: Path) -> str:
    """The encoding a byte-order mark names; empty without one."""
    with path.open("rb") as f:
        head = f.read(4)
    return next((name for mark, name in BOMS if head.startswith(mark)), "")


def encoding_of(path: Path) -> str:
    """The likeliest encoding: by mark, UTF-8 if it is that, else by how usual the letters are."""
    mark = marked(path)
    if mark:
        return mark
    if _is_utf8(path):
        return "utf-8"
    with path.open("rb") as f:
        sample = f.read(_LOOKED_AT)
    scores = [(_usual(sample, name, test), name) for name, test in _TESTS.items()]
    best, name = max(scores, key=lambda s: s[0])
    return name if best >= _ENOUGH else "cp1252"


def encoding_if_text(path: Path) -> str:
    """The likeliest encoding of a text file; empty for a workbook or Parquet."""
    return encoding_of(path) if path.suffix.lower() in {".csv", ".tsv", ".txt"} else ""


def delimiter_of(line: str) -> str:
    """The delimiter that cuts a header into most cells; a comma where none does.

    A comma between digits is taken for a decimal mark as long as anything else delimits.
    """
    cut = _DECIMAL.sub("", line)
    return max(DELIMITERS, key=lambda d: (cut.count(d), -DELIMITERS.index(d)))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as f:
            while block := f.read(_LOOKED_AT):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _usual(sample: bytes, name: str, test: Callable[[str], bool]) -> float:
    """The share of a sample's foreign letters that are usual in an encoding; 0 if it is not it."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        letters = [c for c in decoder.decode(sample) if not c.isascii()]
    except UnicodeDecodeError:
        return 0.0
    return sum(map(test, letters)) / len(letters) if letters else 0.0


def _usual_hans(c: str) -> bool:
    try:
        return 0xB0 <= c.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _usual_hant(c: str) -> bool:
    try:
        return 0xA4 <= c.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


_TESTS: dict[str, Callable[[str], bool]] = {
    "euc-kr": lambda c: "가" <= c <= "힣",
    "gb18030": _usual_hans,
    "big5": _usual_hant,
    "shift_jis": lambda c: "ぁ" <= c <= "ヿ",
}
