"""Who may change a loan, and when a second person must sign. Pure; amounts in minor units."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from doorstep.book.types import LoanState

DESK = frozenset({"pause", "resume", "dispute"})
"""What protects the borrower for a while and takes nothing from the lender for good."""

ALL = DESK | {
    "dispute_end",
    "waiver",
    "write_off",
    "re_age",
    "use_credit",
    "charge",
    "reversal",
    "disbursement",
    "rate_change",
    "reamortise",
    "reschedule",
    "penalty_rate",
}
"""Every change a person may make."""

LIMITS: Mapping[str, int] = {"CNY": 50_000}
"""What one signature may give up of a loan where the lender set no limit, by currency; elsewhere
nothing. A rule of the house."""

SIGNATURES = 2


@dataclass(frozen=True, slots=True)
class Rights:
    """What a viewer holds: `money` and `cases` are permissions; `own` is whether the loan is of
    their own organisation; `granted` are the kinds the lender's mandate gives an agency."""

    money: bool
    cases: bool
    own: bool
    granted: Collection[str] = ()


def may_change(kind: str, rights: Rights) -> bool:
    """Whether these rights are enough to decide a change of this kind.

    What is the lender's to give - their money, their claim - an agency decides only where the
    mandate says so.
    """
    if kind in DESK:
        return rights.money or rights.cases
    return kind in ALL and rights.money and (rights.own or kind in rights.granted)


def may_sign(kind: str, rights: Rights) -> bool:
    """Whether these rights are enough for the second signature."""
    return rights.money and may_change(kind, rights)


def given_up(before: LoanState, after: LoanState) -> int:
    """How much less the lender may claim after a change: waived, written off, or not run up."""
    return max(0, (before.payoff - before.credit) - (after.payoff - after.credit))


def needs_second(amount: int, earlier: int, limit: int) -> bool:
    """Whether a change that gives up `amount` needs a second signature, after `earlier` was given
    up of the same loan by one signature at a time: splitting a waiver does not evade the limit."""
    return amount > 0 and earlier + amount > limit


def costs_more(old: Fraction | None, new: Fraction, before: LoanState, after: LoanState) -> bool:
    """Whether a new rate is against the borrower: it is higher, or nobody knows the old one and
    all that is unpaid grows. Such a change takes two signatures, whatever its amount."""
    return after.payoff > before.payoff if old is None else new > old


def limit_of(currency: str, own: int | None) -> int:
    """The lender's own limit, or the house's."""
    return LIMITS.get(currency, 0) if own is None else own
