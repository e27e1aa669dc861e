"""From a cell's text to a value of the right type, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from functools import cache

from doorstep.book.ports import LARGEST_AMOUNT, Column, Kind
from doorstep.book.ports.reading import Reading
from doorstep.kernel.money import exponent

FORMULA, ROUNDED, FAULT = "\x00formula", "\x00rounded", "\x00fault"
"""What a reader puts in the place of a spreadsheet's formula, of a whole number too long for its
sixteen digits, and of an error such as #REF!"""

_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EXCEL_DAY_0 = date(1899, 12, 30)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DEGREES = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_UNSEEN_IN_ID = re.compile(
    r"[\t\n\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_WIDE = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_SPOILT = {
    FORMULA: ("formula", "holds a formula; save the sheet as values"),
    ROUNDED: ("rounded", "is a number of over 15 digits, which a spreadsheet rounds; make the "
              "column text and enter it again"),
    FAULT: ("error_cell", "holds a spreadsheet error such as #REF!; correct it"),
}  # fmt: skip
_LONGEST_AMOUNT = 40
_EXACT = Context(prec=100)
_TRUE, _FALSE = {"true", "1", "yes", "y", "t", "是"}, {"false", "0", "no", "n", "f", "否"}
_LONGEST = {Kind.ID: 64, Kind.TEXT: 500}

Value = str | int | bool | float | date | None


class CellError(ValueError):
    """`code` is for machines, the message for people; the value itself is not in it."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def converter(column: Column, how: Reading) -> Callable[[str, str], Value]:
    """A function from (text, currency) to a value, which may raise CellError."""
    work = _KINDS[column.kind]

    def convert(text: str, currency: str) -> Value:
        if text in _SPOILT:
            raise CellError(*_SPOILT[text])
        if text.startswith("="):
            raise CellError(*_SPOILT[FORMULA])
        clean = text.strip().strip("\u3000\ufeff")
        if not clean:
            return None
        if not clean.isascii() or not clean.isprintable():
            _seen(clean, column)
        return work(clean, column, how, currency)

    return convert


def _seen(text: str, column: Column) -> None:
    """Refuse what a person would not see, or would take for something else."""
    if _CONTROL.search(text):
        raise CellError("control_character", "holds a control character; remove it")
    if _UNSEEN.search(text) or (column.kind is not Kind.TEXT and _UNSEEN_IN_ID.search(text)):
        raise CellError("unseen_character", "holds a character that is not seen; remove it")
    if "\ufffd" in text:
        raise CellError(
            "lost_character", "has lost a character to a wrong encoding; export it again"
        )
    if column.kind is Kind.ID and (_WIDE.search(text) or _foreign_digit(text)):
        raise CellError("wide_character", "has full-width letters or digits; write plain ones")


def _foreign_digit(text: str) -> bool:
    return any(c.isdecimal() and not c.isascii() for c in text)


def _text(text: str, column: Column, how: Reading, currency: str) -> str:
    longest = _LONGEST[column.kind]
    if len(text) > longest:
        raise CellError("too_long", f"is longer than {longest} characters; shorten it")
    return text


def _code(text: str, column: Column, how: Reading, currency: str) -> str:
    if text not in column.choices:
        raise CellError("unknown_value", f"is not one of {', '.join(column.choices)}; map it")
    return text


def _date(text: str, column: Column, how: Reading, currency: str) -> date:
    if len(text) > 40 or _foreign_digit(text):
        raise CellError("bad_date", "is no date in plain digits; correct it")
    for form in how.dates:
        if form == "excel":
            if _WHOLE.fullmatch(text) and 0 < int(text) < 100_000:
                return _in_range(_EXCEL_DAY_0 + timedelta(days=int(text)))
            continue
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        return _in_range(found)
    forms = " or ".join(how.dates)
    raise CellError("bad_date", f"is no date of the form {forms}; correct it or the map's dates")


def _in_range(found: date) -> date:
    if not _EARLIEST <= found <= _LATEST:
        raise CellError("date_out_of_range", "is not between the years 1900 and 2200; correct it")
    return found


def _amount(text: str, column: Column, how: Reading, currency: str) -> int:
    plain = text.replace(how.thousands, "") if how.thousands else text
    if how.decimal != ".":
        plain = plain.replace(".", "?").replace(how.decimal, ".")
    if not _NUMBER.fullmatch(plain):
        raise CellError("bad_amount", "is not a plain number; check decimal and thousands marks")
    if len(plain) > _LONGEST_AMOUNT:
        raise CellError("too_large", f"is no amount: it has {len(plain)} digits; correct it")
    if how.amounts == "minor":
        if not _WHOLE.fullmatch(plain):
            raise CellError("bad_amount", "has decimals; amounts here are whole minor units")
        return _within(int(plain), column)
    if not currency:
        raise CellError("no_currency", "needs a currency; name a column or `currency` in the map")
    minor = Decimal(plain).scaleb(exponent(currency), _EXACT)
    if minor != minor.to_integral_value(context=_EXACT):
        raise CellError("too_many_decimals", f"has more decimals than {currency} has; round it")
    return _within(int(minor), column)


def _within(value: int, column: Column) -> int:
    if abs(value) > LARGEST_AMOUNT:
        raise CellError("too_large", f"is larger than {LARGEST_AMOUNT} minor units; correct it")
    if column.low is not None and value < column.low:
        code = "negative" if value < 0 else "zero"
        raise CellError(code, f"is less than {column.low}; correct it")
    return value


def _number(text: str, column: Column, how: Reading, currency: str) -> int:
    if not _WHOLE.fullmatch(text) or len(text) > 18:
        raise CellError("bad_number", "is not a whole number; correct it")
    low = column.low if column.low is not None else -(2**31)
    high = column.high if column.high is not None else 2**31 - 1
    if not low <= int(text) <= high:
        raise CellError("out_of_range", f"is not between {low} and {high}; correct it")
    return int(text)


def _decimal(text: str, column: Column, how: Reading, currency: str) -> str:
    plain = text.replace(how.decimal, ".")
    if not _NUMBER.fullmatch(plain) or len(plain) > 30:
        raise CellError("bad_number", "is not a plain number; leave out signs such as %")
    value = Decimal(plain)
    if not (column.low or 0) <= value <= (column.high or 10**9):
        raise CellError(
            "out_of_range", f"is not between {column.low} and {column.high}; correct it"
        )
    return format(value.normalize(), "f")


def _degrees(text: str, column: Column, how: Reading, currency: str) -> float:
    plain = text.replace(how.decimal, ".")
    if not _DEGREES.fullmatch(plain) or len(plain) > _LONGEST_AMOUNT:
        raise CellError("bad_number", "is not a number of degrees; write it like 42.9012")
    value = float(plain)
    if not (column.low or 0) <= value <= (column.high or 0):
        raise CellError(
            "out_of_range", f"is not between {column.low} and {column.high} degrees; correct it"
        )
    return value


def _bool(text: str, column: Column, how: Reading, currency: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellError("bad_bool", "is neither true nor false; map it")


def _currency(text: str, column: Column, how: Reading, currency: str) -> str:
    if text not in _currencies():
        raise CellError("bad_currency", "is not an ISO 4217 code such as CNY; correct or map it")
    return text


def _country(text: str, column: Column, how: Reading, currency: str) -> str:
    if text.upper() not in _countries():
        raise CellError("bad_country", "is not an ISO 3166 code such as CN; correct or map it")
    return text.upper()


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows a code as money."""
    return code in _currencies()


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies()) - {"XXX", "XTS"}


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    names = Locale("en").territories
    real = (str(code) for code in names if re.fullmatch("[A-Z]{2}", str(code)))
    return frozenset(real) - {"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB"}


_KINDS: dict[Kind, Callable[[str, Column, Reading, str], Value]] = {
    Kind.ID: _text,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.DATE: _date,
    Kind.AMOUNT: _amount,
    Kind.NUMBER: _number,
    Kind.DECIMAL: _decimal,
    Kind.BOOL: _bool,
    Kind.CURRENCY: _currency,
    Kind.COUNTRY: _country,
    Kind.DEGREES: _degrees,
}
