"""A loan, what happened to it and what the replay says of it. Pure; amounts in minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# Buckets are words others share, and `types` is the pure door.
from doorstep.book.rules.buckets import bucket_of, severity

__all__ = [
    "AllocationOrder",
    "BookError",
    "Charge",
    "Event",
    "Instalment",
    "InstalmentState",
    "Loan",
    "LoanState",
    "Payment",
    "PaymentState",
    "bucket_of",
    "severity",
]


class BookError(ValueError):
    """Input of the book that cannot be used.

    `where` names file, row and field as far as they are known ("payments:3:amount"); `reason` says
    what is wrong and what to do.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AllocationOrder:
    """The order of the five components for money that is due and for money paid in advance.

    A first place of `costs` means before all instalments; elsewhere it is within its instalment.
    """

    due: tuple[str, ...]
    in_advance: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instalment:
    due: date
    principal: int
    interest: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """`component` is costs, fees or penalties. It exists from `added_on` and is due on `due`."""

    component: str
    due: date
    added_on: date
    amount: int
    charge_id: str | int = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money in. With `reverses` it is the undoing, on that day, of an earlier payment."""

    on: date
    amount: int
    payment_id: str | int = ""
    reverses: str | int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """`pause` and `resume` stop and start the clock of arrears; `waiver` forgives up to `amount`
    (None: all) of a component (empty: the oldest money first, whatever it is); `reversal` undoes
    the payment named by `payment_id`."""

    on: date
    kind: str
    component: str = ""
    amount: int | None = None
    payment_id: str | int = ""
    event_id: str | int = ""


@dataclass(frozen=True, slots=True)
class Loan:
    """Everything the replay reads of one loan. `order` None means the pack's default."""

    instalments: tuple[Instalment, ...]
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    events: tuple[Event, ...] = ()
    order: AllocationOrder | None = None


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """An instalment at the end of a day. `in_advance` and `late` are the parts of `paid` that came
    before and after its due day; `paid_on` is the day it was fully settled, or None."""

    number: int
    due: date
    parts: Mapping[str, int]
    paid: int
    waived: int
    in_advance: int
    late: int
    paid_on: date | None

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def outstanding(self) -> int:
        return self.total - self.paid - self.waived


@dataclass(frozen=True, slots=True)
class PaymentState:
    """Where a payment went; `credit` is what nothing was owed for. A reversed one went nowhere."""

    payment_id: str | int
    on: date
    amount: int
    split: Mapping[str, int]
    credit: int
    reversed: bool


@dataclass(frozen=True, slots=True)
class LoanState:
    """One loan at the end of `as_of`. `due` holds what is due and unpaid by component; `dpd` is
    the days since `oldest_unpaid` without paused ones; `payoff` is everything unpaid, due or not.
    """

    as_of: date
    dpd: int
    oldest_unpaid: date | None
    next_due: date | None
    next_amount: int
    due: Mapping[str, int]
    not_due: int
    credit: int
    payoff: int
    instalments: tuple[InstalmentState, ...]
    payments: tuple[PaymentState, ...]

    @property
    def arrears(self) -> int:
        return sum(self.due.values())
