"""The invented world as plain data. Pure. Amounts are fen (CNY minor units)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

CURRENCY = "CNY"
ZONE = "Asia/Shanghai"


class Temper(StrEnum):
    """What a borrower does when nobody asks; the product never sees it."""

    STEADY = "steady"
    FORGETFUL = "forgetful"
    STRETCHED = "stretched"
    STRUCK = "struck"
    UNWILLING = "unwilling"
    GONE = "gone"


class Truth(StrEnum):
    """What is really at the other end of a contact point."""

    RIGHT = "right"
    WRONG = "wrong"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point as the lender wrote it down, and the truth about it."""

    person: str
    kind: str
    value: str
    use: str
    source: str
    basis: str
    confirmed_on: date | None
    truth: Truth
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Related:
    person_id: str
    role: str
    name: str
    liable: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A borrower. `changed_on`: from when a struck, unwilling or gone one stops paying."""

    id: str
    lender: str
    name: str
    tradition: str
    gender: str
    language: str
    born: date
    id_number: str
    county: str
    village: bool
    temper: Temper
    changed_on: date | None
    income: int
    costs: int
    points: tuple[Point, ...] = ()
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Instalment:
    number: int
    due: date
    principal: int
    interest: int

    @property
    def amount(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Loan:
    id: str
    lender: str
    borrower: str
    product: str
    principal: int
    disbursed_on: date
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    loan: str
    id: str
    kind: str
    due: date
    amount: int


@dataclass(frozen=True, slots=True)
class Payment:
    loan: str
    id: str
    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Lender:
    """`agency` empty: the lender's own team works its cases."""

    code: str
    name: str
    prefix: str
    share: float
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything a lender could hand over up to `until`, in key order."""

    seed: int
    until: date
    people: tuple[Person, ...]
    loans: tuple[Loan, ...]
    payments: tuple[Payment, ...] = field(default=())
    """What people pay by themselves, before anybody reminds them."""
    charges: tuple[Charge, ...] = field(default=())
