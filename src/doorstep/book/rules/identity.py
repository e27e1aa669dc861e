"""Numbers of identity cards that no office can have issued.

Mainland China: GB 11643-1999 (check character by ISO 7064 MOD 11-2, region, day of birth).
Taiwan: letter and nine digits with a weighted sum. Hong Kong: one or two letters, six digits, a
check digit. Other numbers are not judged.
"""

from __future__ import annotations

import re
from datetime import date

_MAINLAND = re.compile(r"([0-9]{6})([0-9]{8})[0-9]{3}[0-9X]")
_OLD_MAINLAND = re.compile(r"[0-9]{15}")
_TAIWAN = re.compile(r"[A-Z][12894][0-9]{8}")
_HONG_KONG = re.compile(r"([A-Z]{1,2})([0-9]{6})\(?([0-9A])\)?")
_REGIONS = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83, 91,
}  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""Taiwan's letters in the order of their codes 10 to 35."""


def wrong_identity(number: str, country: str, born: date | None = None) -> str:
    """Why a number cannot be an identity card of its country; empty where it can, or is not
    judged.

    >>> wrong_identity("11010519491231002X", "CN"), wrong_identity("110105194912310021", "CN")
    ('', 'its check digit is wrong')
    """
    plain = re.sub(r"[\s\-]", "", number).upper()
    judge = {"CN": _mainland, "TW": _taiwan, "HK": _hong_kong}.get(country)
    return judge(plain, born) if judge else ""


def _mainland(number: str, born: date | None) -> str:
    found = _MAINLAND.fullmatch(number)
    if found is None:
        return _not_ours(number, (17, 18, 19))
    if int(number[:2]) not in _REGIONS:
        return "its first two digits are no region"
    day = _day(found.group(2))
    if day is None:
        return "its day of birth is no date"
    if number[17] != _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, number, strict=False)) % 11]:
        return "its check digit is wrong"
    return "it says another day of birth" if born and born != day else ""


def _not_ours(number: str, lengths: tuple[int, ...]) -> str:
    """A passport or a travel permit is not judged; nearly a card number is wrong."""
    digits = sum(c.isdigit() for c in number)
    if _OLD_MAINLAND.fullmatch(number):
        return "" if int(number[:2]) in _REGIONS else "its first two digits are no region"
    nearly = len(number) in lengths and digits >= len(number) - 1
    return f"it has {len(number)} characters where 18 belong" if nearly else ""


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _taiwan(number: str, born: date | None) -> str:
    if not _TAIWAN.fullmatch(number):
        return ""
    code = _LETTERS.index(number[0]) + 10
    total = code // 10 + code % 10 * 9
    total += sum(int(d) * w for d, w in zip(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True))
    return "" if total % 10 == 0 else "its check digit is wrong"


def _hong_kong(number: str, born: date | None) -> str:
    found = _HONG_KONG.fullmatch(number)
    if found is None:
        return ""
    letters, digits, check = found.groups()
    head = [36, ord(letters) - 55] if len(letters) == 1 else [ord(c) - 55 for c in letters]
    total = sum(v * w for v, w in zip([*head, *map(int, digits)], range(9, 1, -1), strict=True))
    total += 10 if check == "A" else int(check)
    return "" if total % 11 == 0 else "its check digit is wrong"
