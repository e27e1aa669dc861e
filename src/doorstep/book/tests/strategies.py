"""Loans that hypothesis invents: schedules, late charges, waivers, pauses, reversals, orders."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from doorstep.book.types import AllocationOrder, Charge, Event, Instalment, Loan, Payment
from doorstep.kernel.money import COMPONENTS

START = date(2026, 1, 1)
DAYS = st.integers(0, 200).map(lambda n: START + timedelta(days=n))
AMOUNTS = st.integers(1, 60_000)
ORDERS = st.permutations(COMPONENTS).map(tuple)


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    count = draw(st.integers(1, 6))
    step = draw(st.sampled_from([7, 15, 30]))
    instalments = tuple(
        Instalment(
            START + timedelta(days=step * n),
            draw(st.integers(0, 50_000)),
            draw(st.integers(0, 9_000)),
            n,
        )
        for n in range(1, count + 1)
    )
    charges = tuple(
        Charge(draw(st.sampled_from(COMPONENTS[:3])), draw(DAYS), draw(DAYS), draw(AMOUNTS), n)
        for n in range(draw(st.integers(0, 4)))
    )
    payments = [
        Payment(draw(DAYS), draw(AMOUNTS), n) for n in range(1, draw(st.integers(0, 6)) + 1)
    ]
    events = [
        Event(
            draw(DAYS),
            draw(st.sampled_from(["pause", "resume", "waiver"])),
            component=draw(st.sampled_from(["", *COMPONENTS])),
            amount=draw(st.none() | AMOUNTS),
            event_id=n,
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    for p in list(payments):
        if draw(st.integers(0, 5)) == 0:
            payments.append(Payment(draw(DAYS), 0, 100 + int(p.payment_id), p.payment_id))
    order = draw(st.none() | st.builds(AllocationOrder, ORDERS, ORDERS))
    return Loan(instalments, charges, tuple(payments), tuple(events), order)


def shuffled(loan: Loan, random: object) -> Loan:
    """The same loan with everything in another order of arrival."""

    def mixed(rows: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(random.sample(rows, len(rows)))

    return Loan(
        mixed(loan.instalments),
        mixed(loan.charges),
        mixed(loan.payments),
        mixed(loan.events),
        loan.order,
    )
