"""The templates of Annex I: their data fields by index and name, and how a sheet is recognised.

A header may hold the index ("3,09" or "3.09"), the name, or both; the index decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_INDEX = re.compile(r"\(?([1-5])[,.]([0-9]{2})\)?(?![0-9])[\s:.–-]*(.*)", re.DOTALL)
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Template:
    """`fields`: index → name, and `also`: other names in use → index. `needed` tell it apart."""

    number: str
    title: str
    fields: Mapping[str, str]
    needed: tuple[str, ...]
    also: Mapping[str, str]

    def index_of(self, header: str) -> str:
        """The field a header cell means; empty where it means none of this template."""
        found = _INDEX.fullmatch(header.strip())
        if found:
            index = f"{found.group(1)},{found.group(2)}"
            return index if index in self.fields else ""
        return self._names().get(plain(header), "")

    def _names(self) -> dict[str, str]:
        names = {plain(name): index for index, name in self.fields.items()}
        return {**{plain(k): v for k, v in self.also.items()}, **names}


def plain(name: str) -> str:
    """A name without case, spaces and signs."""
    return _NO_LETTER.sub("", name.lower())


def _fields(first: str, names: str) -> dict[str, str]:
    """Index → name of fields that follow one another, one a line."""
    part, _, number = first.partition(",")
    lines = names.strip().splitlines()
    return {f"{part},{int(number) + n:02}": line.strip() for n, line in enumerate(lines)}


COUNTERPARTY = Template(
    "1",
    "Counterparty",
    _fields(
        "1,00",
        """Counterparty Group Identifier
        Name of Counterparty Group
        Counterparty Identifier
        Name of Counterparty
        Economic activity
        Role of the counterparty
        Legal Type of Counterparty
        Date of birth
        Residency of Counterparty
        Counterparty deceased
        National identifier (corporates)
        National identifier (private individuals)
        Source of National identifier
        Legal Entity Identifier (LEI)
        Address of Counterparty
        City of Counterparty
        Postal code of Counterparty
        Country of Counterparty
        Availability of e-mail address
        Availability of telephone number
        Date of Last Contact
        Date of Latest Annual Financial Statements
        Currency of Financial Statements
        Fixed Assets
        Current Assets
        Cash and Cash Equivalent Items
        Total Assets
        Total Liabilities
        Total Debt
        Annual Turnover
        Annual EBIT
        Name of Insolvency/Restructuring Proceedings
        Status of legal proceedings
        Description of other legal measures""",
    ),
    ("1,02", "1,03"),
    {"National identifier": "1,11", "Deceased": "1,09", "Role": "1,05", "Country": "1,17"},
)
_LINK = {
    "2,00": "Counterparty Identifier",
    "2,01": "Loan Identifier",
    "2,02": "Mortgage identifier",
    "2,03": "Protection identifier",
}


def _link(number: str, title: str, *indexes: str) -> Template:
    return Template(number, title, {i: _LINK[i] for i in indexes}, indexes, {})


BORROWER_LOAN = _link("2.1", "Relationship borrower - loan", "2,00", "2,01")
MORTGAGE = _link("2.2", "Relationship mortgage loan - protection", "2,01", "2,02", "2,03")
LOAN_PROTECTION = _link("2.3", "Relationship loan - protection", "2,01", "2,03")
GUARANTOR = _link("2.4", "Relationship guarantor - guarantee", "2,00", "2,03")
LOAN = Template(
    "3",
    "Loan",
    _fields(
        "3,00",
        """Cut-off Date
        Loan Identifier
        Inception date
        Governing Law of Loan Agreement
        Joint counterparties
        Asset Class
        Product Type
        Final maturity date
        Loan Currency
        Principal Balance
        Accrued interest
        Other Balances
        Legal Balance
        Days in Past-Due
        Interest rate
        Interest Rate Type
        Description of Interest Rate Type
        Interest Margin
        Reference rate
        Interest rate reset frequency
        Payment frequency
        Last Payment Date
        Last Payment Amount
        Date of Default
        Loan legal status
        Date of initiation of legal proceedings
        Stage reached in legal proceedings
        Jurisdiction of Court
        Date of obtaining order for possession
        Statute of limitations date
        Syndicated Loan
        Syndicated Portion
        Securitised
        Lease agreement
        Start date of lease
        End date of lease
        Lease break option
        Type of lease
        Forbearance measure""",
    ),
    ("3,01", "3,09"),
    {
        "Date of Origination": "3,02",
        "Type of product": "3,06",
        "Current Maturity Date": "3,07",
        "Legal final maturity date": "3,07",
        "Maturity date": "3,07",
        "Currency": "3,08",
        "Currency of the loan": "3,08",
        "Accrued Interest Balance (On-book)": "3,10",
        "Accrued Interest Balance": "3,10",
        "Days past due": "3,13",
        "Number of days past due": "3,13",
        "NPL Portfolio Cut-Off Date": "3,00",
    },
)
COLLECTION = Template(
    "5",
    "Historical collection of repayments",
    {
        "5,00": "Loan Identifier",
        "5,01": "Type of Collection",
        "5,02": "Name of External Collection Agent",
        "5,03": "History of Total Repayments",
        "5,04": "History of Repayments - From Collateral Sales",
    },
    ("5,00",),
    {},
)
ALL = (COUNTERPARTY, MORTGAGE, BORROWER_LOAN, LOAN_PROTECTION, GUARANTOR, LOAN, COLLECTION)
_MONTHS = (
    re.compile(r"(?P<year>20[0-9]{2})[-/.](?P<month>0?[1-9]|1[0-2])(?![0-9])"),
    re.compile(r"(?<![0-9])(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>20[0-9]{2})"),
)


def month_of(header: str) -> str:
    """The month a column of collections is for, like 2026-01; empty where it is for none."""
    for pattern in _MONTHS:
        found = pattern.search(header)
        if found:
            return f"{found.group('year')}-{int(found.group('month')):02}"
    return ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A recognised header: where each field is, the columns of months, and what nobody takes."""

    template: Template
    row: int
    names: tuple[str, ...]
    at: Mapping[str, int]
    months: Mapping[str, int]


def recognise(rows: Sequence[tuple[int, Sequence[str | None]]]) -> Sheet | None:
    """The template among the first rows of a sheet; None where it is none of those taken.

    Where one row holds the indexes and the next the names, the rows of data follow the last.
    """
    found: list[Sheet] = []
    for number, cells in rows:
        names = tuple((c or "").strip() for c in cells)
        read = [s for t in ALL if (s := _header(t, number, names)) is not None]
        if read:
            found.append(max(read, key=lambda s: len(s.at) + len(s.months)))
        elif found:
            break
    if not found:
        return None
    best = max(found, key=lambda s: len(s.at) + len(s.months))
    last = max(s.row for s in found)
    return Sheet(best.template, last, best.names, best.at, best.months)


def _header(template: Template, row: int, names: tuple[str, ...]) -> Sheet | None:
    at: dict[str, int] = {}
    months: dict[str, int] = {}
    for place, name in enumerate(names):
        if template is COLLECTION and _is_month(name):
            months[month_of(name)] = place
            continue
        index = template.index_of(name) if name else ""
        if index and index not in at:
            at[index] = place
    whole = all(i in at for i in template.needed)
    if template is COLLECTION:
        whole = whole and bool(months)
    if template.number.startswith("2"):  # a loan's sheet has these names too, and more
        whole = whole and sum(1 for n in names if n) <= len(template.needed) + 2
    return Sheet(template, row, names, at, months) if whole else None


def _is_month(name: str) -> bool:
    """A month's total; the part that came from collateral is in it already."""
    return bool(month_of(name)) and "collateral" not in name.lower() and "5,04" not in name
