"""One sum, several debts of one person: which it pays. Pure; amounts in minor units.

Civil Code of the People's Republic of China, article 560: what the payer says when paying counts
first. Where nothing is said, debts that are due come before those that are not; among those, the
one with no security or the least, then the one that weighs heaviest on the debtor, then the one
that fell due first; what is still equal is paid in proportion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from doorstep.book.types import BookError


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt as the article looks at it.

    `due` is unpaid and due, `later` unpaid and not yet due; neither holds what is disputed, which
    money leaves alone. `due_on` is the day the oldest unpaid part fell or falls due. `security` is
    the share of the debt that is secured (0 to 1), `burden` what it costs the debtor a year.
    """

    debt_id: str
    due: int
    later: int = 0
    due_on: date = date.max
    security: Fraction = Fraction(0)
    burden: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Share:
    """What of the money a debt gets. `why` names the words of the article that decided: `chosen`
    (the payer's), `due`, `later`; `proportion` where several ranked alike."""

    debt_id: str
    amount: int
    why: str


def split_among(
    amount: int, debts: Sequence[Debt], chosen: Sequence[str] = ()
) -> tuple[list[Share], int]:
    """Who gets what of `amount`, in the order of payment, and what nothing was owed for.

    `chosen` names the debts the payer said, in their order; each is paid before any other, what
    is due of it first. A debt may be named twice in the answer, once for each ground. Raises
    BookError for an amount that is not above zero, a debt there twice and a choice of none of them.

    >>> split_among(150, [Debt("a", 100, due_on=date(2026, 1, 1)), Debt("b", 100)])[0]
    [Share(debt_id='a', amount=100, why='due'), Share(debt_id='b', amount=50, why='due')]
    """
    _check(amount, debts, chosen)
    named = {d.debt_id: d for d in debts}
    shares: list[Share] = []
    for debt_id in dict.fromkeys(chosen):
        amount -= _pay(shares, amount, [(named[debt_id], _whole(named[debt_id]))], "chosen")
    rest = [d for d in debts if d.debt_id not in set(chosen)]
    for why, parts in (
        ("due", [(d, d.due) for d in rest]),
        ("later", [(d, d.later) for d in rest]),
    ):
        for alike in _ranked([p for p in parts if p[1]]):
            amount -= _pay(shares, amount, alike, why if len(alike) == 1 else "proportion")
    return shares, amount


def _check(amount: int, debts: Sequence[Debt], chosen: Sequence[str]) -> None:
    ids = [d.debt_id for d in debts]
    if amount <= 0:
        raise BookError("amount", f"{amount} cannot be split; give an amount above zero")
    if len(set(ids)) < len(ids):
        raise BookError("debts", "a debt is there twice; name each once")
    if strange := next((c for c in chosen if c not in ids), None):
        raise BookError("chosen", f"{strange!r} is none of the debts; choose one of them")
    if any(d.due < 0 or d.later < 0 for d in debts):
        raise BookError("debts", "an amount is below zero")


def _whole(debt: Debt) -> int:
    return debt.due + debt.later


def _rank(part: tuple[Debt, int]) -> tuple[Fraction, Fraction, date]:
    debt, _ = part
    return debt.security, -debt.burden, debt.due_on


def _ranked(parts: Sequence[tuple[Debt, int]]) -> Iterator[list[tuple[Debt, int]]]:
    """Groups of parts that rank alike, the first to be paid first."""
    ordered = sorted(parts, key=lambda p: (*_rank(p), p[0].debt_id))
    for _, alike in groupby(ordered, key=_rank):
        yield list(alike)


def _pay(shares: list[Share], amount: int, parts: Sequence[tuple[Debt, int]], why: str) -> int:
    """Pay parts that rank alike; returns what it took.

    In proportion to what is owed, down to the minor unit; single units that are over go to those
    whose exact share lost most by rounding, then by id.
    """
    owed = sum(part for _, part in parts)
    money = min(amount, owed)
    if not money:
        return 0
    got = [money * part // owed for _, part in parts]
    lost = sorted(
        range(len(parts)), key=lambda k: (got[k] * owed - money * parts[k][1], parts[k][0].debt_id)
    )
    for k in lost[: money - sum(got)]:
        got[k] += 1
    shares += [Share(d.debt_id, x, why) for (d, _), x in zip(parts, got, strict=True) if x]
    return money
