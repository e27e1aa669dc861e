"""Our figure against the lender's: how far apart, why probably, and what may be demanded. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from doorstep.kernel.money import COMPONENTS

CHARGED = ("costs", "fees", "penalties")
_RECENT = 14
"""Days before the stated day in which a payment may still be on its way between two systems."""


class Cause(StrEnum):
    """What a difference looks like; a person decides what it is."""

    SPLIT = "split"
    PAYMENT_NOT_THERE = "payment_not_there"
    PAYMENT_NOT_HERE = "payment_not_here"
    CHARGES = "charges"
    INTEREST = "interest"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is due and unpaid at the end of one day by component: ours, and as the lender states.

    `payments` are (day, amount) of the money we counted up to that day.
    """

    on: date
    ours: Mapping[str, int]
    theirs: Mapping[str, int]
    payments: tuple[tuple[date, int], ...] = ()

    @property
    def gap(self) -> int:
        """Ours less theirs: above nought where we would demand more than the lender says."""
        return sum(self.ours.values()) - sum(self.theirs.values())

    @property
    def differ(self) -> bool:
        return any(self.ours[c] != self.theirs[c] for c in COMPONENTS)


def held_back(figures: Figures) -> int:
    """What is not demanded while the two differ: the lower figure is the one demanded."""
    return max(0, figures.gap)


def cause_of(figures: Figures) -> Cause:
    """The likeliest cause, from the plainest to the vaguest; both figures differ.

    A payment the other side does not have shows as principal or interest apart by just the sum of
    some recent payments, or simply as less than ours.
    """
    apart = {c for c in COMPONENTS if figures.ours[c] != figures.theirs[c]}
    if figures.gap == 0:
        return Cause.SPLIT
    if figures.gap < 0 and -figures.gap in _sums(_recent(figures)):
        return Cause.PAYMENT_NOT_THERE
    if apart <= set(CHARGED):
        return Cause.CHARGES
    if apart == {"interest"}:
        return Cause.INTEREST
    return Cause.PAYMENT_NOT_HERE if figures.gap > 0 else Cause.UNKNOWN


def _recent(figures: Figures) -> list[int]:
    """Amounts of the newest payments, newest first."""
    near = [(on, amount) for on, amount in figures.payments if (figures.on - on).days <= _RECENT]
    return [amount for _, amount in sorted(near, reverse=True)]


def _sums(amounts: Iterable[int]) -> set[int]:
    """The newest payment, the newest two, …: what a system that lags behind does not know yet; and
    each alone."""
    found, total = set(), 0
    for amount in amounts:
        total += amount
        found |= {amount, total}
    return found
