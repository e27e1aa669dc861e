"""Where a borrower stands and what changes in their case. Pure; amounts in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Key = tuple[int, str]
"""(lender's row id, borrower's id at that lender)."""


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """How many cases a day opened, escalated, eased and closed."""

    opened: int = 0
    escalated: int = 0
    eased: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """One borrower of one lender, all their aged loans together.

    `dpd` is that of the oldest loan, `arrears` what is due and unpaid beyond the credit of its
    loan, `payoff` everything unpaid. `lender` is the code, `products` those of the overdue loans.
    """

    lender: str
    currency: str
    bucket: str
    dpd: int
    arrears: int
    payoff: int
    products: frozenset[str]


class Move(StrEnum):
    ESCALATE = "escalate"
    EASE = "ease"
    CLOSE = "close"
    UPDATE = "update"
