"""A whole invented portfolio from three numbers: how many loans, until when, which seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from doorstep.simulator.rules.draws import between, draw, weighted
from doorstep.simulator.rules.loans import late_fee, make_loan, unasked
from doorstep.simulator.rules.people import make_person
from doorstep.simulator.types import Charge, Lender, Loan, Payment, Person, Portfolio

LENDERS: tuple[Lender, ...] = (
    Lender("birch", "白桦网络小额贷款", "B", 0.35),
    Lender("larch", "落叶松消费信贷", "L", 0.65, agency="spruce"),
)
"""One lender whose own team works its cases, one that mandates an agency."""
AGENCY = ("spruce", "云杉资产服务")
SECOND_LOAN = 0.17


def make_portfolio(seed: int, loans: int, until: date, *, troubled: float = 1.0) -> Portfolio:
    """Exactly `loans` loans disbursed in the year before `until`, with what is paid unasked.

    The first tenth of the loans of another size of portfolio are the same loans: everything hangs
    on the name alone. Payments and charges reach up to `until`.
    """
    people: list[Person] = []
    made: list[Loan] = []
    number = 0
    while len(made) < loans:
        number += 1
        lender = weighted([(w, w.share) for w in LENDERS], seed, "lender", number)
        person = make_person(seed, number, lender, until, troubled)
        people.append(person)
        count = 2 if draw(seed, "second loan", person.id) < SECOND_LOAN else 1
        for nth in range(1, min(count, loans - len(made)) + 1):
            key = f"{person.id}-{nth}"
            on = until - timedelta(days=between(12, 330, seed, "disbursed", key))
            made.append(make_loan(seed, key, person, on))
    by_id = {p.id: p for p in people}
    payments, charges = _unasked(seed, by_id, made, until)
    return Portfolio(seed, until, tuple(people), tuple(made), payments, charges)


def _unasked(
    seed: int, people: dict[str, Person], loans: list[Loan], until: date
) -> tuple[tuple[Payment, ...], tuple[Charge, ...]]:
    payments: list[Payment] = []
    charges: list[Charge] = []
    for loan in loans:
        paid = list(unasked(seed, people[loan.borrower], loan))
        payments += [p for p in paid if p.on <= until]
        charges += _fees(loan, paid, until)
    return tuple(payments), tuple(charges)


def _fees(loan: Loan, paid: list[Payment], until: date) -> Iterator[Charge]:
    """Late fees as they would fall if nobody asked; the player takes back those that do not."""
    on = {p.id: p.on for p in paid}
    for part in loan.instalments:
        fee = late_fee(loan, part, on.get(f"{loan.id}-P{part.number:02d}"), until)
        if fee is not None:
            yield fee
