"""The placement tables of a portfolio, as rows under our canonical names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from doorstep.simulator.types import CURRENCY, Charge, Loan, Payment, Person

Row = tuple[Any, ...]
COLUMNS: dict[str, tuple[str, ...]] = {
    "borrowers": (
        "borrower_id",
        "name",
        "id_kind",
        "id_number",
        "born",
        "language",
        "country",
        "region",
    ),
    "related_persons": ("borrower_id", "person_id", "role", "name", "liable"),
    "contact_points": (
        "borrower_id",
        "person_id",
        "kind",
        "value",
        "use",
        "source",
        "basis",
        "confirmed_on",
        "lat",
        "lon",
    ),
    "loans": ("loan_id", "borrower_id", "product", "currency", "principal", "disbursed_on"),
    "instalments": ("loan_id", "number", "due", "principal", "interest"),
    "charges": ("loan_id", "charge_id", "kind", "due", "added_on", "amount"),
    "payments": ("loan_id", "payment_id", "on", "amount"),
}
"""Our names of the columns, in the order in which every row has its values."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one lender hands over at once; empty tables are not sent."""

    lender: str
    on: date
    people: tuple[Person, ...] = ()
    loans: tuple[Loan, ...] = ()
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = field(default=())

    def rows(self, table: str) -> list[Row]:
        """Rows of one of the tables of `COLUMNS`; amounts in fen, dates as dates."""
        return list(_MAKERS[table](self))


def _borrowers(d: Delivery) -> Iterator[Row]:
    for p in d.people:
        yield p.id, p.name, "resident_id", p.id_number, p.born, p.language, "CN", p.county


def _related(d: Delivery) -> Iterator[Row]:
    for p in d.people:
        for r in p.related:
            yield p.id, r.person_id, r.role, r.name, r.liable


def _points(d: Delivery) -> Iterator[Row]:
    for p in d.people:
        for q in p.points:
            yield (
                p.id,
                q.person or None,
                q.kind,
                q.value,
                q.use,
                q.source,
                q.basis,
                q.confirmed_on,
                q.latitude,
                q.longitude,
            )


def _loans(d: Delivery) -> Iterator[Row]:
    for x in d.loans:
        yield x.id, x.borrower, x.product, CURRENCY, x.principal, x.disbursed_on


def _instalments(d: Delivery) -> Iterator[Row]:
    for x in d.loans:
        for i in x.instalments:
            yield x.id, i.number, i.due, i.principal, i.interest


def _charges(d: Delivery) -> Iterator[Row]:
    for c in d.charges:
        yield c.loan, c.id, c.kind, c.due, c.due, c.amount


def _payments(d: Delivery) -> Iterator[Row]:
    for p in d.payments:
        yield p.loan, p.id, p.on, p.amount


_MAKERS = {
    "borrowers": _borrowers,
    "related_persons": _related,
    "contact_points": _points,
    "loans": _loans,
    "instalments": _instalments,
    "charges": _charges,
    "payments": _payments,
}
