"""From the fields of MT940 to statements.

The grammar of the fields is mt-940's (its compiled patterns and its reading of the structured
:86:); where a field stands, which currency counts and whether an amount is one is checked here. Its
parser is not used: it joins statements, logs the lines it cannot read, and says no line number.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from mt940.models import Transactions
from mt940.options import Options
from mt940.processors import transaction_details_post_processor
from mt940.tags import FinalOpeningBalance, TransactionDetails
from mt940.tags import Statement as StatementLine

from doorstep.book.ports import LARGEST_AMOUNT, BadInputError
from doorstep.book.ports.statements import Entry, Statement, Totals, Way
from doorstep.book.ports.unpack import content_of
from doorstep.importers.mt940.fields import Field, fields
from doorstep.kernel.money import exponent

_LINE, _BALANCE, _DETAILS = StatementLine().re, FinalOpeningBalance().re, TransactionDetails()
_AMOUNT = re.compile(r"[0-9]{1,14}(,[0-9]{0,3})?")
_SUM = re.compile(r"([0-9]{1,5})([A-Z]{3})([0-9,]{1,15})")
_NOTHING = {"NONREF", "NOTPROVIDED"}
_RETURN_KEY = re.compile(r"9(0[1-9]|1[0-9])")
_RETURN_TYPES = {"RTI", "CHB"}
"""Transaction types (subfield 6 of :61:, without its first letter) that give money back."""


class Mt940Reader:
    """Reads one file with one statement or several, each from :20: to :62F:."""

    def __init__(self) -> None:
        self._context = Transactions(
            options=Options(applicant_iban=True, gvc_leading_text=True, unbounded_details=True)
        )

    def takes(self, file: Path, map_path: Path | None) -> bool:
        head = content_of(file)[:4096]
        return b":20:" in head and b":25" in head

    def read(self, file: Path, map_path: Path | None) -> list[Statement]:
        found: list[Statement] = []
        part: list[Field] = []
        for one in fields(_text(file)):
            if not one.tag:
                raise BadInputError(
                    file.name, "is no MT940 field; a line starts like :61:", row=one.row
                )
            if one.tag == "20" and part:
                found.append(self._statement(file.name, part))
                part = []
            part.append(one)
        if not part:
            raise BadInputError(file.name, "holds no statement; an MT940 starts with :20:", row=1)
        found.append(self._statement(file.name, part))
        return found

    def schema(self) -> dict[str, Any]:
        return {}

    def _statement(self, file: str, part: list[Field]) -> Statement:
        opening = _only(file, part, ("60F", "60M"))
        closing = _only(file, part, ("62F", "62M"))
        account = _only(file, part, ("25", "25P"))
        currency = _balance(file, opening)[1]
        value, other = _balance(file, closing)
        if other != currency:
            raise BadInputError(
                file, f"closes in {other} and opens in {currency}", row=closing.row, column="62"
            )
        number = next((f.value for f in part if f.tag.startswith("28")), "")
        return Statement(
            row=part[0].row,
            account=_account(account.value),
            number=number.strip() or part[0].value.strip(),
            currency=currency,
            entries=tuple(self._entries(file, part, currency)),
            opening=_balance(file, opening)[0],
            closing=value,
            totals=_totals(file, part, currency),
        )

    def _entries(self, file: str, part: list[Field], currency: str) -> list[Entry]:
        found = []
        for n, line in enumerate(part):
            if line.tag == "61":
                follows = part[n + 1] if n + 1 < len(part) else None
                details = follows.value if follows and follows.tag == "86" else ""
                found.append(self._entry(file, line, details, currency))
        return found

    def _entry(self, file: str, line: Field, details: str, currency: str) -> Entry:
        match = _LINE.match(line.value)
        if match is None:
            raise BadInputError(
                file,
                "is no statement line: date, mark C, D, RC or RD, amount with a comma, type",
                row=line.row,
                column="61",
            )
        said = match.groupdict()
        mark = said["status"].upper()
        more = self._details(details)
        reference = more.get("end_to_end_reference") or _said(said["customer_reference"])
        text = more.get("purpose") or " ".join(details.split())
        kind = (said["id"] or "")[1:]
        return Entry(
            row=line.row,
            key=_said(said["bank_reference"]),
            on=_day(file, line, said["year"], said["month"], said["day"]),
            amount=_minor(file, line, "61", said["amount"], currency),
            way=Way.IN if mark in {"C", "RD"} else Way.OUT,
            reference=reference[:140],
            text=" ".join([text, said["extra_details"] or ""]).strip()[:1000],
            payer=more.get("applicant_name", "")[:200],
            payer_account="".join(more.get("applicant_iban", "").split())[:64],
            gives_back=mark.startswith("R") or kind in _RETURN_TYPES or _returned(more),
            original=reference[:140],
        )

    def _details(self, details: str) -> dict[str, str]:
        """The subfields of a structured :86: (`166?00…?20EREF+…?32…`); empty where it is text."""
        given: dict[str, Any] = {"transaction_details": details}
        found = transaction_details_post_processor(
            self._context, _DETAILS, given, dict(given), space=False
        )
        if "transaction_details" in found:
            return {}
        return {k: " ".join(str(v).split()) for k, v in found.items() if v}


def _returned(details: dict[str, str]) -> bool:
    """Whether the text key of a structured :86: (?34) is one of a SEPA return."""
    return _RETURN_KEY.fullmatch(details.get("return_debit_notes", "").strip()) is not None


def _text(file: Path) -> str:
    """SWIFT's letters are ASCII; banks add UTF-8, Latin-1 or, in China, GB 18030."""
    content = content_of(file)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise BadInputError(
        file.name, "is neither UTF-8 nor GB 18030 text; save it as one of them", row=line
    )


def _only(file: str, part: list[Field], tags: tuple[str, ...]) -> Field:
    found = [f for f in part if f.tag in tags]
    if len(found) != 1:
        what = "no" if not found else "more than one"
        row = found[1].row if found else part[0].row
        raise BadInputError(
            file,
            f"the statement has {what} :{tags[0]}:; the file is cut or two were joined",
            row=row,
            column=tags[0],
        )
    return found[0]


def _balance(file: str, line: Field) -> tuple[int, str]:
    match = _BALANCE.match(line.value)
    if match is None:
        raise BadInputError(
            file, "is no balance like C261124CNY1234,56", row=line.row, column=line.tag
        )
    said = match.groupdict()
    _day(file, line, said["year"], said["month"], said["day"])
    currency = said["currency"].upper()
    value = _minor(file, line, line.tag, said["amount"], currency, zero=True)
    return (-value if said["status"].upper() == "D" else value), currency


def _totals(file: str, part: list[Field], currency: str) -> Totals:
    found: dict[str, int] = {}
    for line in part:
        if line.tag in {"90C", "90D"}:
            match = _SUM.fullmatch(line.value.strip())
            if match is None:
                raise BadInputError(
                    file, "is no total like 12CNY345,67", row=line.row, column=line.tag
                )
            way = "in" if line.tag == "90C" else "out"
            found[f"count_{way}"] = int(match.group(1))
            found[f"sum_{way}"] = _minor(file, line, line.tag, match.group(3), currency, zero=True)
    return Totals(**found)


def _minor(
    file: str, line: Field, column: str, text: str, currency: str, *, zero: bool = False
) -> int:
    if not _AMOUNT.fullmatch(text):
        raise BadInputError(file, "is no amount like 1234,56", row=line.row, column=column)
    minor = Decimal(text.rstrip(",").replace(",", ".")).scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise BadInputError(
            file, f"has more decimals than {currency} has", row=line.row, column=column
        )
    if minor > LARGEST_AMOUNT:
        raise BadInputError(
            file, "is larger than any amount taken here", row=line.row, column=column
        )
    if not minor and not zero:
        raise BadInputError(file, "moves no money", row=line.row, column=column)
    return int(minor)


def _day(file: str, line: Field, year: str, month: str, day: str) -> date:
    try:
        return date(2000 + int(year), int(month), int(day))
    except ValueError as error:
        raise BadInputError(
            file, f"{year}{month}{day} is no date; written YYMMDD", row=line.row, column=line.tag
        ) from error


def _account(text: str) -> str:
    return "".join(text.split())[:64]


def _said(text: str | None) -> str:
    plain = (text or "").strip()
    return "" if plain.upper() in _NOTHING else plain
