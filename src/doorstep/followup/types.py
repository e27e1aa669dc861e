"""Promises against money. Pure; amounts in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doorstep.casefile.types import PromiseStatus


@dataclass(frozen=True, slots=True)
class ChaseReport:
    """How many promises a day settled, and how."""

    kept: int = 0
    partly: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A promise as the rule reads it: `made_on` is the day it was made where the borrower is."""

    id: UUID
    amount: int
    currency: str
    made_on: date
    made_at: datetime
    due_on: date
    number: int
    status: PromiseStatus
    received: int


@dataclass(frozen=True, slots=True)
class Coin:
    """Verified money: its value date, and the instant it is known to have arrived by."""

    id: str
    on: date
    received_at: datetime
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an open promise; `status` OPEN where its day has not passed."""

    id: UUID
    status: PromiseStatus
    received: int
