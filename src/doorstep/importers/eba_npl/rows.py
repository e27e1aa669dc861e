"""A row of a template as cells of our tables, still as text: converting refuses what is wrong."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from doorstep.book.ports.reading import Reading
from doorstep.importers.eba_npl.links import Links

_CHOICE = re.compile(r"\([a-z]\)\s*")
_YES = {"yes", "y", "true", "1"}

Row = Mapping[str, str]
Cells = dict[str, str]


@dataclass(slots=True)
class Known:
    """What rows of one template need of the others."""

    links: Links = field(default_factory=Links)
    names: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    cut_off: dict[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)


def borrower(row: Row, known: Known) -> Cells | None:
    """A counterparty who owes a loan; None for others (they become related persons)."""
    if row["1,02"] not in known.links.borrowers:
        return None
    return {
        "borrower_id": row["1,02"],
        "name": row["1,03"],
        "id_kind": _word(row["1,12"]),
        "id_number": row["1,11"] or row["1,10"],
        "born": row["1,07"],
        "country": row["1,17"],
        "region": row["1,15"],
    }


def address(row: Row, known: Known) -> Cells | None:
    """Where a borrower lives; None where no street is given."""
    if row["1,02"] not in known.links.borrowers or not row["1,14"]:
        return None
    town = " ".join(part for part in (row["1,16"], row["1,15"]) if part)
    return {
        "borrower_id": row["1,02"],
        "kind": "address",
        "value": ", ".join(part for part in (row["1,14"], town) if part),
        "use": "home",
        "source": "EBA template 1",
        "basis": "contract",
    }


def loan(row: Row, known: Known) -> Cells:
    """A loan with the balances of the cut-off date.

    The template does not say what of the principal is due: it all is, unless the contract goes on
    beyond the cut-off date; then the principal falls due at maturity.
    """
    reading = known.reading
    parts = [_decimal(row[i], reading) for i in ("3,09", "3,10", "3,11")]
    running = goes_on(row)
    zero = _text(Decimal(0), reading)
    return {
        "loan_id": row["3,01"],
        "borrower_id": known.links.borrower(row["3,01"]),
        "product": _word(row["3,06"])[:64] or "npl",
        "currency": row["3,08"],
        "principal": row["3,09"]
        if parts[0]
        else _text(sum(p or Decimal(0) for p in parts), reading),
        "disbursed_on": row["3,02"],
        "maturity": row["3,07"],
        "stated_on": row["3,00"],
        "dpd": row["3,13"],
        "owed_principal": zero if running else row["3,09"],
        "not_due": row["3,09"] if running else zero,
        "owed_interest": row["3,10"],
        "owed_fees": row["3,11"],
        "owed_penalties": _beyond(row, parts, reading),
    }


def goes_on(row: Row) -> bool:
    """Whether the contract runs beyond the cut-off date (both ISO dates)."""
    return bool(row["3,07"] and row["3,00"]) and row["3,07"] > row["3,00"]


def _beyond(row: Row, parts: list[Decimal | None], reading: Reading) -> str:
    """What the claim is more than the books: penalty interest and what is off the balance sheet.

    Less than the books gives a negative amount, which is refused.
    """
    legal = _decimal(row["3,12"], reading)
    if legal is None or None in parts:
        return ""
    return _text(legal - sum(p for p in parts if p is not None), reading)


def payments(row: Row, months: Mapping[str, str], known: Known) -> list[Cells]:
    """One payment for each month with money, on the month's last day (at most the cut-off date).

    The stated balance holds them already: they are history, and change nothing that is owed.
    """
    found = []
    for month, amount in sorted(months.items()):
        if not amount or _decimal(amount, known.reading) == 0:
            continue
        year, number = (int(part) for part in month.split("-"))
        last = f"{month}-{calendar.monthrange(year, number)[1]:02}"
        cut_off = known.cut_off.get(row["5,00"], last)
        found.append(
            {
                "loan_id": row["5,00"],
                "payment_id": f"{row['5,00']}-{month}",
                "on": min(last, cut_off) if cut_off[:7] == month else last,
                "amount": amount,
                "currency": known.currencies.get(row["5,00"], ""),
            }
        )
    return found


def deceased(row: Row) -> bool:
    return row["1,09"].strip().lower() in _YES


def related_person(pair: tuple[str, str, str], known: Known) -> Cells:
    borrower_id, person, role = pair
    return {
        "borrower_id": borrower_id,
        "person_id": person,
        "role": role,
        "name": known.names.get(person, ""),
        "liable": "true",
    }


def _word(text: str) -> str:
    """A choice without its letter: "(a) Overdraft" is Overdraft."""
    return _CHOICE.sub("", text).strip()


def _decimal(text: str, reading: Reading) -> Decimal | None:
    plain = text.replace(reading.thousands, "") if reading.thousands else text
    try:
        found = Decimal(plain.replace(reading.decimal, ".").strip() or "0")
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**15 else None


def _text(value: Decimal | int, reading: Reading) -> str:
    return format(Decimal(value), "f").replace(".", reading.decimal)


CELLS: dict[str, Callable[[Row, Known], Cells | None]] = {
    "borrowers": borrower,
    "contact_points": address,
    "loans": loan,
}
