"""One sum, several debts of one person: which it pays. Pure; amounts in minor units.

Civil Code of the People's Republic of China, article 560. What the debtor says when paying counts
first. Where nothing is said, what is due comes before what is not; among several debts that are
due the one with no security or the least, then the one that weighs heaviest on the debtor, then
the one that fell due first; what is still equal is paid in proportion to the debts.

The article is silent on debts that are not due yet, and on an order among several debts that the
debtor named together: both follow the same steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from doorstep.book.types import BookError

CHOSEN, DUE, LATER, PROPORTION, CREDIT = "chosen", "due", "later", "proportion", "credit"


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt as the article looks at it.

    `due` is unpaid and due since `due_on`, `later` unpaid and falls due from `later_on`; neither
    holds what is disputed, which money leaves alone. `security` is the share of the debt that is
    secured (0 to 1), `burden` what it costs the debtor a year (1/4 is 25 %); None where nobody
    knows: then burdens are not compared at all, for unknown is neither light nor heavy.
    """

    debt_id: str
    due: int = 0
    later: int = 0
    due_on: date = date.max
    later_on: date = date.max
    security: Fraction = Fraction(0)
    burden: Fraction | None = Fraction(0)


@dataclass(frozen=True, slots=True)
class Share:
    """What of the money a debt gets. `why` names the words of the article that decided: `chosen`
    (the debtor's), `due`, `later`; `proportion` where several ranked alike and not all is paid."""

    debt_id: str
    amount: int
    why: str


@dataclass(frozen=True, slots=True)
class Portion:
    """Everything a debt gets, and on which grounds: (why, amount), in the order of payment. The
    ground `credit` is money that nothing was owed for."""

    debt_id: str
    amount: int
    grounds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """The due or the later part of a debt, and how it ranks: the least first."""

    debt_id: str
    amount: int
    rank: tuple[Fraction, Fraction, date]


def divide(amount: int, debts: Sequence[Debt], chosen: Collection[str] = ()) -> tuple[Portion, ...]:
    """One portion for each debt that gets money, in the order of payment; together they make
    `amount`. What nothing was owed for is credit of the debt paid last.

    Where nothing at all is owed it is credit of the only debt there is, or of the only one chosen;
    else the answer is empty, for then nobody can say whose it is. Raises as `split_among` does.

    >>> divide(150, [Debt("a", 100, due_on=date(2026, 1, 1)), Debt("b", later=30)])
    ... # doctest: +NORMALIZE_WHITESPACE
    (Portion(debt_id='a', amount=100, grounds=(('due', 100),)),
     Portion(debt_id='b', amount=50, grounds=(('later', 30), ('credit', 20))))
    """
    shares, left = split_among(amount, debts, chosen)
    if left:
        only = {s.debt_id for s in shares[-1:]} or set(chosen) or {d.debt_id for d in debts}
        if len(only) != 1:
            return ()
        shares.append(Share(only.pop(), left, CREDIT))
    grounds: dict[str, list[tuple[str, int]]] = {}
    for share in shares:
        grounds.setdefault(share.debt_id, []).append((share.why, share.amount))
    return tuple(Portion(key, sum(x for _, x in why), tuple(why)) for key, why in grounds.items())


def split_among(
    amount: int, debts: Sequence[Debt], chosen: Collection[str] = ()
) -> tuple[list[Share], int]:
    """Who gets what of `amount`, in the order of payment, and what nothing was owed for.

    `chosen` are the debts the debtor said: all that is unpaid of them comes before any other, what
    is due of it first. A debt may be named twice in the answer, once for each ground. The order of
    debts and choices does not matter. Raises BookError for an amount that is not above zero, a
    debt there twice and a choice of none of them.

    >>> split_among(150, [Debt("a", 100, due_on=date(2026, 1, 1)), Debt("b", 100)])[0]
    [Share(debt_id='a', amount=100, why='due'), Share(debt_id='b', amount=50, why='due')]
    """
    _check(amount, debts, chosen)
    known = all(d.burden is not None for d in debts)
    shares: list[Share] = []
    for said in (True, False):
        mine = [d for d in debts if (d.debt_id in chosen) is said]
        for why, parts in ((DUE, _due(mine, known)), (LATER, _later(mine, known))):
            for alike in _ranked(parts):
                amount -= _pay(shares, amount, alike, CHOSEN if said else why)
    return shares, amount


def _check(amount: int, debts: Sequence[Debt], chosen: Collection[str]) -> None:
    ids = [d.debt_id for d in debts]
    if amount <= 0:
        raise BookError("amount", f"{amount} cannot be split; give an amount above zero")
    if len(set(ids)) < len(ids):
        raise BookError("debts", "a debt is there twice; name each once")
    if strange := next((c for c in sorted(chosen) if c not in ids), None):
        raise BookError("chosen", f"{strange!r} is none of the debts; choose one of them")
    if any(d.due < 0 or d.later < 0 for d in debts):
        raise BookError("debts", "an amount is below zero")


def _due(debts: Sequence[Debt], known: bool) -> list[_Part]:
    return [_Part(d.debt_id, d.due, (d.security, _lightness(d, known), d.due_on)) for d in debts]


def _later(debts: Sequence[Debt], known: bool) -> list[_Part]:
    return [
        _Part(d.debt_id, d.later, (d.security, _lightness(d, known), d.later_on)) for d in debts
    ]


def _lightness(debt: Debt, known: bool) -> Fraction:
    return -debt.burden if known and debt.burden is not None else Fraction(0)


def _ranked(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Groups of parts that rank alike, the first to be paid first; within a group by id."""
    ordered = sorted((p for p in parts if p.amount), key=lambda p: (p.rank, p.debt_id))
    for _, alike in groupby(ordered, key=lambda p: p.rank):
        yield list(alike)


def _pay(shares: list[Share], amount: int, parts: Sequence[_Part], why: str) -> int:
    """Pay parts that rank alike; returns what it took.

    In proportion to what is owed, down to the minor unit; single units that are over go to those
    whose exact share lost most by rounding, then by id.
    """
    owed = sum(p.amount for p in parts)
    money = min(amount, owed)
    if not money:
        return 0
    if len(parts) > 1 and money < owed and why != CHOSEN:
        why = PROPORTION
    got = [money * p.amount // owed for p in parts]
    lost = sorted(
        range(len(parts)), key=lambda k: (got[k] * owed - money * parts[k].amount, parts[k].debt_id)
    )
    for k in lost[: money - sum(got)]:
        got[k] += 1
    shares += [Share(p.debt_id, x, why) for p, x in zip(parts, got, strict=True) if x]
    return money
