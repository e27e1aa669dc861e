"""Money of a borrower with several loans, divided by law; and what is certain of a payment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.book.debts import Debts
from doorstep.book.money import facts
from doorstep.book.money.events import Part
from doorstep.book.rules.debts import CREDIT, Portion, divide
from doorstep.book.rules.matching import Match, Owed, match

Grounds = list[tuple[str, int]]


def payment_id(name: str, number: int = 1) -> str:
    """The id of the payment an entry makes: from the entry's name alone, so it is made once."""
    return f"bank-{name[:32]}-{number}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a payment, and the portions to record; none where a person decides.
    `why` says what the person must decide."""

    match: Match
    why: str
    portions: tuple[Portion, ...] = ()

    @property
    def reasons(self) -> str:
        """The reasons as a decision keeps them."""
        return ", ".join(self.match.reasons)


class Judge:
    """Judges payments one after the other: what one paid, the next does not owe any more.

    Loans are replayed only for a borrower who is certain while the loan is not; the book is read
    once for all of them.
    """

    def __init__(self, lender: int, money: Sequence[facts.Money], today: date) -> None:
        self._lender, self._money, self._today = lender, money, today
        self._paid: dict[str, int] = defaultdict(int)
        self._parts: list[Part] = []
        self._debts: Debts | None = None

    def judge(self, money: facts.Money, on: date) -> Judged:
        """One payment of the day `on`, as far as it is known what those before it paid."""
        loans = [facts.less(o, self._paid[o.loan_id]) for o in money.loans]
        found = match(money.incoming, loans)
        if found.loan_id:
            amount = money.incoming.amount
            return Judged(found, "", (Portion(found.loan_id, amount, ()),))
        if not found.borrower_id:
            return Judged(found, found.why)
        return self._by_law(found, loans, money, on)

    def record(self, parts: Sequence[Part]) -> None:
        """Payments that are decided: they count for those judged after them."""
        for part in parts:
            self._paid[part.loan_id] += part.amount
            self._parts.append(part)
            if self._debts is not None:
                self._debts.tell(part.loan_id, part.payment_id, part.on, part.amount)

    def _by_law(self, found: Match, loans: Sequence[Owed], money: facts.Money, on: date) -> Judged:
        if self._debts is None:
            self._debts = Debts(self._lender, _with_others(self._money), self._today)
            for part in self._parts:
                self._debts.tell(part.loan_id, part.payment_id, part.on, part.amount)
        given, who = money.incoming, found.borrower_id
        mine = [o for o in loans if o.borrower_id == who and o.currency == given.currency]
        portions = proposed(self._debts, mine, given.amount, found.chosen, on)
        if portions is None:
            return Judged(found, "several_loans")
        if any(why == CREDIT for p in portions for why, _ in p.grounds):
            return Judged(found, "more_than_owed")
        return Judged(found, "", portions)


def proposed(
    debts: Debts, loans: Sequence[Owed], amount: int, chosen: Collection[str], on: date
) -> tuple[Portion, ...] | None:
    """How the law divides money among some loans of one borrower; None where nobody can say what
    one of them owes, or whose the money is."""
    found = [debts.of(o.loan_id, on) for o in loans]
    known = [d for d in found if d is not None]
    if len(known) < len(found):
        return None
    return divide(amount, known, chosen) or None


def _with_others(money: Sequence[facts.Money]) -> set[str]:
    """The loans of borrowers who have several that are open."""
    loans = {o.loan_id: o for m in money for o in m.loans}
    open_ = Counter(o.borrower_id for o in loans.values() if not o.settled)
    return {o.loan_id for o in loans.values() if open_[o.borrower_id] > 1}
