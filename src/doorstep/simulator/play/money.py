"""Money: what people bring, how it reaches us, and what the lenders' files tell every morning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from doorstep.book import api as book
from doorstep.kernel.money import Money
from doorstep.simulator.play.placements import deliver
from doorstep.simulator.play.staff import Staff
from doorstep.simulator.play.world import World, at
from doorstep.simulator.rules.tables import Delivery
from doorstep.simulator.types import CURRENCY, Charge, Loan, Payment, Person

MONDAY = 0
BY_FILE = "larch"
"""This lender tells of its money in a file each morning; the other one at once, by the API."""


def hand_over(world: World, inbox: Path, day: date, *, first: bool) -> None:
    """What the lenders put into the inbox before the day begins.

    On the first day everything; then new loans on Mondays and, each morning, the fees and (from the
    lender that sends files) the payments of the day before.
    """
    fees: dict[str, list[Charge]] = defaultdict(list)
    if not first:
        for fee in world.accounts.late_fees(day):
            fees[world.accounts.loans[fee.loan].lender].append(fee)
    for lender in sorted({x.lender for x in world.book.loans}):
        if first:
            deliver(inbox, _everything(world, lender, day))
            continue
        people, loans = _new(world, lender, day) if day.weekday() == MONDAY else ((), ())
        paid = tuple(world.payments.pop(lender, ()))
        deliver(inbox, Delivery(lender, day, people, loans, tuple(fees[lender]), paid))


def _everything(world: World, lender: str, day: date) -> Delivery:
    """All that stands on the evening before the first day."""
    loans = tuple(x for x in world.book.loans if x.lender == lender and x.disbursed_on < day)
    ids = {x.id for x in loans}
    borrowers = {x.borrower for x in loans}
    return Delivery(
        lender,
        day,
        tuple(p for p in world.book.people if p.id in borrowers),
        loans,
        tuple(c for c in world.book.charges if c.loan in ids and c.due < day),
        tuple(p for p in world.book.payments if p.loan in ids and p.on < day),
    )


def _new(world: World, lender: str, day: date) -> tuple[tuple[Person, ...], tuple[Loan, ...]]:
    """Loans of the week before, and borrowers who come with them."""
    week = day - timedelta(days=7)
    loans = tuple(
        x for x in world.book.loans if x.lender == lender and week <= x.disbursed_on < day
    )
    borrowers = {x.borrower for x in loans}
    return tuple(p for p in world.book.people if p.id in borrowers), loans


def money_arrives(world: World, staff: Staff, day: date) -> None:
    """Everything that is paid today: unasked, because of a message, or as promised."""
    for payment in world.accounts.unasked(day):
        _pay(world, staff, [payment])
    for number, (borrower, amount) in enumerate(world.payers(day)):
        _pay(world, staff, _spread(world, borrower, amount, day, number))


def _spread(world: World, borrower: str, amount: int, day: date, number: int) -> Iterable[Payment]:
    """An amount over the borrower's loans, the most overdue first, never more than is overdue."""
    loans = world.accounts.loans_of[borrower]
    for loan in sorted(loans, key=lambda x: (-world.accounts.overdue(x, day), x)):
        part = min(amount, world.accounts.overdue(loan, day))
        if part > 0:
            amount -= part
            yield Payment(loan, f"{loan}-{day:%m%d}-{number}", day, part)


def _pay(world: World, staff: Staff, payments: Iterable[Payment]) -> None:
    for payment in payments:
        lender = world.accounts.loans[payment.loan].lender
        world.accounts.pay(payment.loan, payment.amount)
        world.sums["paid"] += payment.amount
        if lender == BY_FILE:
            world.payments[lender].append(payment)
            continue
        book.record_payment(
            staff.lenders[lender],
            lender=lender,
            loan_id=payment.loan,
            payment_id=payment.id,
            on=payment.on,
            amount=Money(payment.amount, CURRENCY),
            at=at(payment.on, 19),
            by=staff.lenders[lender].name,
            channel="bank",
        )
