"""One spelling for each contact value, before it is sealed and indexed."""

from __future__ import annotations

import re
import unicodedata

from doorstep.kernel import mask, sealed
from doorstep.verification.types import PointKind


class PointValueError(ValueError):
    """The value is not what its kind says; the message names the field and what to do."""


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def normal(kind: PointKind, value: str, country: str) -> str:
    """E.164 for phones (read as dialled in `country`, ISO 3166), lower case for e-mail, NFKC and
    single spaces for the rest. Raises PointValueError.

    >>> normal(PointKind.PHONE, "139 1234-5678", "CN")
    '+8613912345678'
    >>> normal(PointKind.EMAIL, " Li.Na@Example.org ", "CN")
    'li.na@example.org'
    """
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    if not text:
        raise PointValueError("value: empty; enter the number or address")
    if kind is PointKind.PHONE:
        return _phone(text, country)
    if kind is PointKind.EMAIL:
        if not _EMAIL.fullmatch(text) or len(text) > 254:
            raise PointValueError("value: not an e-mail address; enter it like name@example.org")
        return text.lower()
    return text


def number_key(kind: PointKind, normal_value: str) -> str:
    """The keyed blind index of a normal value, as the book makes it for a lender's rows."""
    return sealed.blind(kind, normal_value.lower())


def masked(kind: PointKind, value: str) -> str:
    """A normal value as anybody working the case may see it.

    >>> masked(PointKind.EMAIL, "li.na@example.org")
    'l****@example.org'
    """
    if kind is PointKind.PHONE:
        return mask.phone(value)
    if kind is PointKind.EMAIL:
        return mask.email(value)
    return mask.address(value) if kind is PointKind.ADDRESS else value[:1] + "****"


def _phone(text: str, country: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise PointValueError("value: not a telephone number; enter digits only") from error
    if not phonenumbers.is_possible_number(number):
        raise PointValueError("value: too short or too long for a telephone number; check it")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
