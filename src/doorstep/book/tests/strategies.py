"""Loans that hypothesis invents: schedules, charges, penalties, caps and every kind of change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from doorstep.book.rules.change_kinds import ARREARS, Change
from doorstep.book.rules.changes import made_at, unmade
from doorstep.book.rules.terms import Terms
from doorstep.book.types import (
    AllocationOrder,
    BookError,
    Cap,
    Charge,
    Event,
    Instalment,
    Loan,
    Payment,
    PenaltyTerms,
)
from doorstep.kernel.money import COMPONENTS

START = date(2026, 1, 1)
DAYS = st.integers(0, 200).map(lambda n: START + timedelta(days=n))
AMOUNTS = st.integers(1, 60_000)
ORDERS = st.permutations(COMPONENTS).map(tuple)
RATES = st.builds(Fraction, st.integers(0, 300), st.sampled_from([365, 10_000, 36_500]))
KINDS = (
    "pause",
    "resume",
    "waiver",
    "re_age",
    "penalty_rate",
    "dispute",
    "dispute_end",
    "chargeback",
    "use_credit",
    "refund",
    "write_off",
    "reversal",
)
PENALTIES = st.builds(
    PenaltyTerms,
    daily_rate=RATES.filter(lambda r: r <= Fraction(1, 10)),
    base=st.sampled_from(["principal", "principal_and_interest"]),
    grace_days=st.integers(0, 20),
    from_due=st.booleans(),
    late_fee=st.integers(0, 2_000),
    late_fee_after=st.integers(1, 20),
    late_fee_component=st.sampled_from(["fees", "penalties"]),
)
CAPS = st.builds(
    Cap,
    rule=st.just("HOUSE-1"),
    kind=st.sampled_from(["annual_rate", "total_cost", "in_duplum"]),
    ratio=st.builds(Fraction, st.integers(0, 120), st.just(100)),
    components=st.lists(st.sampled_from(COMPONENTS[:4]), min_size=1, unique=True).map(tuple),
)


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    """A plain loan: charges, payments, reversals, waivers and pauses, as placement tables bring."""
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
    order = draw(
        st.none()
        | st.builds(AllocationOrder, ORDERS, ORDERS, st.sampled_from(["instalment", "component"]))
    )
    return Loan(instalments, charges, tuple(payments), tuple(events), order)


@st.composite
def eventful(draw: st.DrawFn) -> Loan:
    """A loan with penalty terms, caps and changes of every kind."""
    loan = draw(loans())
    more = [draw(changes(loan, n)) for n in range(10, 10 + draw(st.integers(0, 5)))]
    return replace(
        loan,
        events=(*loan.events, *(e for e in more if e is not None)),
        penalty=draw(st.none() | PENALTIES),
        caps=tuple(draw(st.lists(CAPS, max_size=2))),
        disbursed_on=START,
    )


@st.composite
def changes(draw: st.DrawFn, loan: Loan, number: int) -> Event | None:
    """One change of any kind that the loan's rows allow."""
    kind = draw(st.sampled_from(KINDS))
    on = draw(DAYS)
    paid = [p for p in loan.payments if p.reverses is None]
    if kind == "chargeback":
        return _chargeback(draw, paid, on, number) if paid and number == 10 else None
    if kind == "reversal":
        names = [{"charge_id": x.charge_id} for x in loan.charges]
        names += [{"reverses": e.event_id} for e in loan.events]
        return Event(on, kind, event_id=number, **draw(st.sampled_from(names))) if names else None
    aims: list[dict[str, Any]] = [{}, {"instalment": draw(st.integers(1, len(loan.instalments)))}]
    known = [x for x in loan.charges if x.added_on <= on]
    if known and kind in {"waiver", "dispute", "dispute_end"}:
        aims.append({"charge_id": draw(st.sampled_from(known)).charge_id})
    return Event(
        on,
        kind,
        component=draw(st.sampled_from(["", *COMPONENTS])),
        amount=draw(st.none() | AMOUNTS),
        event_id=number,
        rate=draw(RATES.filter(lambda r: r <= Fraction(1, 10))),
        **draw(st.sampled_from(aims)),
    )


def _chargeback(draw: st.DrawFn, paid: list[Payment], on: date, number: int) -> Event:
    p = draw(st.sampled_from(paid))
    amount = draw(st.none() | st.integers(1, p.amount))
    return Event(max(on, p.on), "chargeback", "", amount, p.payment_id, number)


def shuffled(loan: Loan, random: Any) -> Loan:
    """The same loan with everything in another order of arrival."""

    def mixed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    return replace(
        loan,
        instalments=mixed(loan.instalments),
        charges=mixed(loan.charges),
        payments=mixed(loan.payments),
        events=mixed(loan.events),
    )


TERMED = st.builds(
    lambda loan, penalty, caps: replace(
        loan, penalty=penalty, caps=tuple(caps), disbursed_on=START
    ),
    loans(),
    st.none() | PENALTIES,
    st.lists(CAPS, max_size=2),
)
"""Plain loans with penalty terms and caps: what placement tables and terms of products bring."""


def _change(draw: st.DrawFn, number: int) -> Change:
    kind = draw(st.sampled_from(["rate_change", "reamortise", "reschedule"]))
    on = START + timedelta(days=draw(st.integers(1, 200)))
    more: dict[str, Any] = {}
    if kind == "rate_change":
        more["rate_percent"] = Fraction(draw(st.integers(0, 36)))
    else:
        more |= {"instalments": draw(st.integers(1, 9)), "arrears": draw(st.sampled_from(ARREARS))}
    if kind == "reschedule":
        ahead = st.integers(0, 40).map(lambda n: on + timedelta(days=n))
        more |= {"first_due": draw(ahead), "unit": draw(st.sampled_from(["weeks", "months"])),
                 "rate_percent": draw(st.none() | st.integers(0, 36).map(Fraction)),
                 "interest_free": draw(st.integers(0, 2))}  # fmt: skip
    return Change(on, kind, event_id=number, **more)


@st.composite
def remade_loans(draw: st.DrawFn) -> tuple[Loan, int, tuple[Change, ...], Terms | None]:
    """A loan with changes of its schedule among everything else that happens: (what happened, the
    principal, the changes, the terms). Its instalments are given, or made from the terms."""
    loan = draw(eventful())
    made = [_change(draw, 100 + n) for n in range(draw(st.integers(0, 3)))]
    terms = Terms(
        Fraction(draw(st.integers(0, 36))),
        draw(st.integers(1, 6)),
        interest=draw(st.sampled_from(["flat", "declining_balance"])),
    )
    if draw(st.booleans()):
        principal = sum(i.principal for i in loan.instalments)
        return fitting(loan), principal, tuple(made), terms
    drawn = [Change(START, "disbursement", event_id=90, amount=draw(AMOUNTS))]
    later = START + timedelta(days=draw(st.integers(0, 20)))
    drawn.append(Change(later, "disbursement", event_id=91, amount=draw(AMOUNTS)))
    if draw(st.booleans()):
        made = [*drawn, *made]
    bare = replace(loan, instalments=())
    return fitting(bare), 200_000, tuple(made), terms


def made_or_none(invented: Any, day: date) -> Loan | None:
    """Such a loan with its instalments as they stand on a day; None where a change cannot be made
    (a drawdown after the last due day, an end without instalments)."""
    loan, principal, changes, terms = invented
    heard, _ = unmade(loan, changes, day)
    try:
        made = made_at(principal, START, terms, loan, changes, day)
    except BookError:
        return None
    return replace(heard, instalments=made.rows, changes=made.changes)


def fitting(loan: Loan) -> Loan:
    """Without what aims at an instalment by number: the numbers change with the schedule."""
    kept = tuple(e for e in loan.events if e.instalment is None)
    ids = {e.event_id for e in kept} | {""}
    return replace(loan, events=tuple(e for e in kept if e.reverses in ids))
