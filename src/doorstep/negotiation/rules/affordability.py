"""What is left for arrears after living."""

from __future__ import annotations

from datetime import date

from doorstep.negotiation.rules.living import protected
from doorstep.negotiation.types import Budget, NegotiationError, Surplus

_AMOUNTS = (
    "income",
    "other_income",
    "housing",
    "living",
    "health",
    "schooling",
    "other_debts",
    "regular",
)


def assess(budget: Budget, on: date | None = None) -> Surplus:
    """The surplus of a month, by the protected amount of day `on` (None: the newest).

    Living is the larger of what was said and what is protected; everything else counts as said,
    the coming regular instalments too: a plan that starves them makes new arrears. Raises
    NegotiationError naming the field that cannot be.
    """
    for name in _AMOUNTS:
        if getattr(budget, name) < 0:
            raise NegotiationError(f"{name}: less than nothing; enter what it is a month")
    if budget.adults < 1 or budget.children < 0:
        raise NegotiationError("adults: at least the borrower lives there; enter the household")
    floor = protected(budget.country, budget.currency, budget.adults, budget.children, on)
    income = budget.income + budget.other_income
    living = max(budget.living, floor.amount)
    others = budget.housing + budget.health + budget.schooling + budget.other_debts
    left = income - living - others - budget.regular
    return Surplus(income, living, floor, others, budget.regular, max(0, left), max(0, -left))
