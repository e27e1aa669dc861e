"""Income, costs and plans that fit. Pure; amounts in minor units a month unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Rhythm(StrEnum):
    """How somebody is paid, and so how they pay."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"


class Fit(StrEnum):
    """How much of the surplus a plan takes: at most half, three quarters, all of it."""

    EASY = "easy"
    FITS = "fits"
    TIGHT = "tight"


class ArrangementStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"


class EndReason(StrEnum):
    SUPERSEDED = "superseded"
    BROKEN = "broken"
    REQUESTED = "requested"


class NegotiationError(ValueError):
    """What was asked cannot be agreed; the message says what is wrong and what to do.

    `code` names it for whoever says it in another language (`words.refusal`).
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Budget:
    """What comes in and goes out in a month, as the borrower says.

    `living` is food, clothes, travel and phone; `other_debts` what they pay to others each month;
    `regular` the instalments of this lender's loans that still fall due each month. `pay_day` is a
    day of the month (1-31), or for weekly pay a weekday (1 Monday - 7 Sunday).
    """

    currency: str
    country: str
    income: int
    other_income: int = 0
    adults: int = 1
    children: int = 0
    housing: int = 0
    living: int = 0
    health: int = 0
    schooling: int = 0
    other_debts: int = 0
    regular: int = 0
    rhythm: Rhythm = Rhythm.MONTHLY
    pay_day: int = 1


@dataclass(frozen=True, slots=True)
class Protected:
    """The amount a household must keep for living, whatever it says it needs.

    `sources` says where the number comes from, by language.
    """

    amount: int
    sources: Mapping[str, str]
    status: str


@dataclass(frozen=True, slots=True)
class Surplus:
    """What is left for arrears: `surplus` is never negative; `short` is what is missing instead.

    `living` is what was counted for living: the larger of what was said and what is protected.
    """

    income: int
    living: int
    protected: Protected
    others: int
    regular: int
    surplus: int
    short: int


@dataclass(frozen=True, slots=True)
class Payment:
    number: int
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan for the whole arrears. `kept` (0-100) orders offers by our rule of thumb of which is
    kept: it is no probability. `share` is the percentage of the surplus it takes."""

    key: str
    rhythm: Rhythm
    fit: Fit
    share: int
    kept: int
    currency: str
    total: int
    payments: tuple[Payment, ...]

    @property
    def last_on(self) -> date:
        return self.payments[-1].due_on

    @property
    def first(self) -> Payment:
        return self.payments[0]


@dataclass(frozen=True, slots=True)
class PaymentView:
    number: int
    due_on: date
    amount: int
    promise_id: UUID


@dataclass(frozen=True, slots=True)
class ArrangementView:
    id: UUID
    case_id: UUID
    status: ArrangementStatus
    rhythm: Rhythm
    fit: Fit
    currency: str
    total: int
    agreed_at: datetime
    agreed_by: str
    payments: tuple[PaymentView, ...]
