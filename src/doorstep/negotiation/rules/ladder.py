"""Plans that fit, in the order in which we expect them to be kept.

Each rung takes half, three quarters or all of the surplus and is as long as that makes it; a plan
longer than the limit is not offered. The payments of no calendar month are ever above the surplus,
and together they are the arrears exactly. See docs/algorithms/offers.md.
"""

from __future__ import annotations

from datetime import date

from doorstep.kernel.money import exponent
from doorstep.negotiation.rules.paydays import pay_days
from doorstep.negotiation.types import Budget, Fit, Offer, Payment, Rhythm, Surplus

RUNGS = ((Fit.EASY, 50), (Fit.FITS, 75), (Fit.TIGHT, 100))
LONGEST = {Rhythm.MONTHLY: 24, Rhythm.WEEKLY: 104}
_IN_A_YEAR = {Rhythm.MONTHLY: 12, Rhythm.WEEKLY: 52}
_MOST_PAY_DAYS = {Rhythm.MONTHLY: 1, Rhythm.WEEKLY: 5}
"""A calendar month can hold five weekly pay days: each may take a fifth of the month's surplus."""


def offers(arrears: int, budget: Budget, surplus: Surplus, as_of: date) -> list[Offer]:
    """Every plan for `arrears` (minor units) that fits, the one most likely kept first.

    Empty where nothing fits: then no plan is the right plan.
    """
    found = [*_now(arrears, budget, surplus, as_of)]
    for fit, share in RUNGS:
        found += _rung(arrears, budget, surplus, as_of, fit, share)
    alike: dict[tuple[Rhythm, int], Offer] = {}
    for offer in found:
        alike.setdefault((offer.rhythm, len(offer.payments) if offer.key != "now" else 0), offer)
    return sorted(alike.values(), key=lambda o: (-o.kept, len(o.payments), o.key))


def kept(share: int, count: int, rhythm: Rhythm) -> int:
    """Our rule of thumb, 1-100: a plan is the less kept the more of the surplus it takes (half a
    point each percent) and the longer it lasts (two points each month). It orders offers; it is
    not a probability.

    >>> kept(50, 3, Rhythm.MONTHLY), kept(100, 2, Rhythm.MONTHLY), kept(50, 13, Rhythm.WEEKLY)
    (71, 48, 71)
    """
    months = (count - 1) * 12 // _IN_A_YEAR[rhythm]
    return max(1, 100 - share // 2 - 2 * months)


def _now(arrears: int, budget: Budget, surplus: Surplus, as_of: date) -> list[Offer]:
    """All of it today, only where a month's surplus carries it."""
    if not 0 < arrears <= surplus.surplus:
        return []
    share = -(-arrears * 100 // surplus.surplus)
    payment = Payment(1, as_of, arrears)
    score = kept(share, 1, budget.rhythm)
    return [
        Offer("now", budget.rhythm, _fit(share), share, score, budget.currency, arrears, (payment,))
    ]


def _fit(share: int) -> Fit:
    return next(fit for fit, most in RUNGS if share <= most)


def _rung(
    arrears: int, budget: Budget, surplus: Surplus, as_of: date, fit: Fit, share: int
) -> list[Offer]:
    room = surplus.surplus // _MOST_PAY_DAYS[budget.rhythm]
    each = _rounded(room * share // 100, budget.currency)
    if each <= 0 or arrears <= 0:
        return []
    count = -(-arrears // each)
    if count > LONGEST[budget.rhythm]:
        return []
    days = pay_days(as_of, budget.rhythm, budget.pay_day, count)
    amounts = [each] * (count - 1) + [arrears - each * (count - 1)]
    payments = tuple(
        Payment(n, day, amount)
        for n, (day, amount) in enumerate(zip(days, amounts, strict=True), start=1)
    )
    key = f"{budget.rhythm}-{share}"
    taken = -(-amounts[0] * 100 // room)
    score = kept(taken, count, budget.rhythm)
    return [Offer(key, budget.rhythm, fit, taken, score, budget.currency, arrears, payments)]


def _rounded(amount: int, currency: str) -> int:
    """Down to ten of the major unit, so that a payment is easy to remember; tiny ones stay."""
    step = 10 ** (exponent(currency) + 1)
    return amount // step * step or amount
