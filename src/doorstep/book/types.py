"""A loan, what happened to it and what the replay says of it. Pure; amounts in minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

# Buckets are words others share, and `types` is the pure door.
from doorstep.book.rules.buckets import bucket_of, severity

__all__ = [
    "AllocationOrder",
    "BookError",
    "Cap",
    "CapCut",
    "Charge",
    "Event",
    "Instalment",
    "InstalmentState",
    "Loan",
    "LoanState",
    "Moved",
    "PaidPart",
    "Payment",
    "PaymentState",
    "PenaltyDays",
    "PenaltyTerms",
    "Remade",
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
    `by` is `instalment` (the oldest instalment whole, component by component, then the next) or
    `component` (one component of all instalments, oldest first, then the next component).
    """

    due: tuple[str, ...]
    in_advance: tuple[str, ...]
    by: str = "instalment"


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """What being late costs by contract.

    Penalty interest of `daily_rate` a day runs on the overdue principal of each instalment
    (`base` = `principal_and_interest`: on its overdue interest too), from the day after
    `grace_days` past due; with `from_due` a borrower who misses the grace owes it from the due day.
    `late_fee` is charged once for each instalment that reaches `late_fee_after` days past due.
    Days while the clock is paused count for neither.
    """

    daily_rate: Fraction = Fraction(0)
    base: str = "principal"
    grace_days: int = 0
    from_due: bool = False
    late_fee: int = 0
    late_fee_after: int = 1
    late_fee_component: str = "fees"


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling on what a loan may cost; what exceeds it is never demanded.

    `kind` and `ratio`: `annual_rate` (of the principal outstanding, a year being 365 days),
    `total_cost` (of the principal lent, over the whole life), `in_duplum` (what is unpaid of the
    capped components against the unpaid principal). It binds contracts of `since` up to and
    including `until`. `rule` names the law's or the product's rule, `why` says it in words.
    """

    rule: str
    kind: str
    ratio: Fraction
    components: tuple[str, ...] = ("interest", "fees", "penalties")
    since: date | None = None
    until: date | None = None
    why: str = ""


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
    """A dated change. What each `kind` reads beside its day:

    pause, resume      stop and start the clock of arrears
    re_age             start the clock anew from this day; what is owed stays owed
    penalty_rate       `rate`: penalty interest a day from this day on
    dispute            money leaves `instalment` or `charge_id` alone ...
    dispute_end        ... and no longer
    waiver             forgives up to `amount` (None: all) of `component` (empty: every one) of
                       `instalment` (None: oldest first) or of the charge `charge_id`
    reversal           undoes `payment_id`, `charge_id` or the event `reverses`, as if never made
    chargeback         `amount` of `payment_id` was taken back on this day
    use_credit         puts up to `amount` of the credit towards what is owed
    refund             gives up to `amount` (None: all) of the credit back
    write_off          gives up demanding up to `amount` of `component`; money after it is recovery

    `by` and `reason` say who decided and why; the replay does not read them.
    """

    on: date
    kind: str
    component: str = ""
    amount: int | None = None
    payment_id: str | int = ""
    event_id: str | int = ""
    instalment: int | None = None
    charge_id: str | int = ""
    reverses: str | int = ""
    rate: Fraction | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remade:
    """A change that made the instalments of a loan anew, already done: the replay does not read it.

    `moved`: by the number of an instalment that had fallen due before it, the principal and
    interest it gave away unpaid to the instalments after the change. `rate_percent` is a new rate
    of interest, `amount` what a drawdown paid out. `reason` says why.
    """

    event_id: str | int
    on: date
    kind: str
    amount: int = 0
    rate_percent: Fraction | None = None
    moved: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Loan:
    """Everything the replay reads of one loan. `order` None means the pack's default.

    `disbursed_on` is needed where a cap counts days, `contract_on` (else `disbursed_on`) where one
    is dated. `changes` are those that made the instalments what they are.
    """

    instalments: tuple[Instalment, ...]
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    events: tuple[Event, ...] = ()
    order: AllocationOrder | None = None
    penalty: PenaltyTerms | None = None
    caps: tuple[Cap, ...] = ()
    disbursed_on: date | None = None
    contract_on: date | None = None
    changes: tuple[Remade, ...] = ()


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """An instalment at the end of a day. `in_advance` and `late` are the parts of `paid` that came
    before and after its due day; `paid_on` is the day it was fully settled, or None. `parts` holds
    what was ever charged, penalties to date included; `cut` is what a cap forbids to demand."""

    number: int
    due: date
    parts: Mapping[str, int]
    paid: int
    waived: int
    in_advance: int
    late: int
    paid_on: date | None
    cut: int = 0
    written_off: int = 0
    disputed: bool = False
    penalty_interest: int = 0
    late_fee: int = 0
    late_fee_on: date | None = None

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def outstanding(self) -> int:
        return self.total - self.paid - self.waived - self.written_off - self.cut


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one payment put towards one component of the instalment `number`; `ahead` of its day."""

    number: int
    component: str
    amount: int
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class PaymentState:
    """Where a payment went; `credit` is what nothing was owed for, `recovered` what met written-off
    debt. A reversed one went nowhere. `parts` is the same split by instalment."""

    payment_id: str | int
    on: date
    amount: int
    split: Mapping[str, int]
    credit: int
    reversed: bool
    recovered: int = 0
    parts: tuple[PaidPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """What an event that is no payment did with money: a waiver or write-off forgave `amount`, a
    use of credit put it towards what is owed, a refund or chargeback gave it back. `split` says of
    which components (of what was given back: what is owed again; the rest was credit), `ahead`
    what of it was not yet due on the event's day. `recovered` of what was given back had met debt
    already written off, which stays written off: it is not owed again.
    """

    event_id: str | int
    on: date
    kind: str
    amount: int
    split: Mapping[str, int]
    ahead: int
    parts: tuple[PaidPart, ...] = ()
    recovered: int = 0


@dataclass(frozen=True, slots=True)
class PenaltyDays:
    """Penalty interest of instalment `number`: `days` counted from `since` to `until`, each costing
    `base` times `rate`. Exact; only their sum for an instalment is rounded, once, halves up."""

    number: int
    since: date
    until: date
    days: int
    base: int
    rate: Fraction

    @property
    def exact(self) -> Fraction:
        return self.base * self.rate * self.days


@dataclass(frozen=True, slots=True)
class CapCut:
    """What the cap `rule` keeps from being demanded, by component; `ceiling` is the most the cap
    allowed to be unpaid of its components on that day."""

    rule: str
    why: str
    ceiling: int
    cut: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LoanState:
    """One loan at the end of `as_of`. `due` holds what is due, unpaid and may be demanded, by
    component; `dpd` is the days since `oldest_unpaid` (or `re_aged_on`) without paused ones;
    `payoff` is everything unpaid, due or not. `disputed` is the part of `due` in dispute,
    `owed_back` the part of it that was refunded without a credit to take it from; `written_off`
    is what is not demanded any more, less what of it was `recovered`. `moves` are what events did
    with money, in the order in which they ran.
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
    penalty_days: tuple[PenaltyDays, ...] = ()
    cuts: tuple[CapCut, ...] = ()
    written_off: int = 0
    recovered: int = 0
    refunded: int = 0
    owed_back: int = 0
    disputed: int = 0
    re_aged_on: date | None = None
    moves: tuple[Moved, ...] = ()

    @property
    def arrears(self) -> int:
        return sum(self.due.values())
