"""Fields of Fineract's JSON: dates as [year, month, day], amounts as decimals of major units."""

from __future__ import annotations

import re
from datetime import date
from decimal import Context, Decimal
from typing import Any

from doorstep.book.ports import LARGEST_AMOUNT
from doorstep.kernel.money import exponent

_EXACT = Context(prec=100)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)


class FieldError(ValueError):
    """`path` is where in the loan; the message says what is wrong and what to do."""

    def __init__(self, path: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.code, self.reason = path, code, reason


class Fields:
    """An object of the loan with its path, read strictly field by field."""

    def __init__(self, data: Any, path: str, currency: str = "") -> None:
        if not isinstance(data, dict):
            raise FieldError(path, "missing", "is missing; ask with associations=all")
        self._data, self.path, self.currency = data, path, currency

    def place(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self._data.get(name) is not None

    def inside(self, name: str) -> Fields:
        return Fields(self._data.get(name), self.place(name), self.currency)

    def inside_if_there(self, name: str) -> Fields | None:
        return self.inside(name) if self.has(name) else None

    def each(self, name: str) -> list[Fields]:
        """The objects of a list; none where it is absent."""
        found = self._data.get(name) or []
        if not isinstance(found, list):
            raise FieldError(self.place(name), "bad_list", "is no list; send it anew")
        return [
            Fields(one, f"{self.place(name)}[{n}]", self.currency) for n, one in enumerate(found, 1)
        ]

    def flag(self, name: str) -> bool:
        return self._data.get(name) is True

    def whole(self, name: str) -> int | None:
        value = self._data.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise FieldError(self.place(name), "bad_number", "is no whole number; correct it")
        return value

    def text(self, name: str, longest: int) -> str | None:
        """A text or a whole number as text, without anything unseen; None where absent."""
        value = self._data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise FieldError(self.place(name), "bad_text", "is no text; correct it")
        found = str(value).strip()
        if len(found) > longest:
            raise FieldError(self.place(name), "too_long", f"is longer than {longest}; shorten it")
        if _UNSEEN.search(found):
            raise FieldError(
                self.place(name), "unseen_character", "holds a character not seen; remove it"
            )
        return found or None

    def day(self, name: str) -> date | None:
        """[2026, 2, 28] or "2026-02-28"; None where absent."""
        value = self._data.get(name)
        if value is None:
            return None
        try:
            found = _day(value)
        except (ValueError, TypeError, OverflowError):
            raise FieldError(
                self.place(name), "bad_date", "is no date [year, month, day]; correct it"
            ) from None
        if not _EARLIEST <= found <= _LATEST:
            raise FieldError(
                self.place(name), "date_out_of_range", "is not between 1900 and 2200; correct it"
            )
        return found

    def needed_day(self, name: str) -> date:
        found = self.day(name)
        if found is None:
            raise FieldError(self.place(name), "missing", "is missing; it is needed")
        return found

    def amount(self, name: str) -> int:
        """Minor units of the loan's currency, exact; 0 where absent. Negative is refused."""
        value = self._data.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise FieldError(self.place(name), "bad_amount", "is no number; correct it")
        number = Decimal(value)
        if number < 0:
            raise FieldError(self.place(name), "negative", "is negative; correct it")
        if number > LARGEST_AMOUNT:
            raise FieldError(
                self.place(name), "too_large", f"is over {LARGEST_AMOUNT} minor units; correct it"
            )
        return self._minor(name, number)

    def _minor(self, name: str, value: Decimal) -> int:
        places = exponent(self.currency)
        minor = value.scaleb(places, _EXACT)
        if minor != minor.to_integral_value(context=_EXACT):
            raise FieldError(
                self.place(name), "too_many_decimals",
                f"has more than the {places} decimals of {self.currency}; round it in Fineract",
            )  # fmt: skip
        if minor > LARGEST_AMOUNT:
            raise FieldError(
                self.place(name), "too_large", f"is over {LARGEST_AMOUNT} minor units; correct it"
            )
        return int(minor)


def _day(value: Any) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if len(value) != 3 or any(isinstance(v, bool) or not isinstance(v, int) for v in value):
        raise ValueError(value)
    return date(*value)
