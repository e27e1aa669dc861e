"""One loan, a batch, the night and the compiled replay answer alike; what is true of any loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.limits import AMOUNT
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.replay import replay
from doorstep.book.tests.strategies import DAYS, eventful
from doorstep.book.tests.strategies import START as LENT_ON
from doorstep.book.tests.test_caps import ANNUAL
from doorstep.book.tests.test_penalties import PENALTY
from doorstep.book.types import (
    Cap,
    Charge,
    Instalment,
    Loan,
    Payment,
    PenaltyTerms,
)

FALLS = {"waiver", "pause", "re_age", "write_off", "use_credit"}


def may_fall(loan, day):
    """Whether something on that day may make arrears younger."""
    undone = [e for e in loan.events if e.kind == "reversal" and e.on == day]
    return (
        any(p.on == day for p in loan.payments)
        or any(e.on == day and e.kind in FALLS for e in loan.events)
        or any(e.charge_id != "" or e.reverses != "" for e in undone)
    )


@settings(max_examples=250, deadline=None)
@given(eventful(), DAYS)
def test_days_past_due_fall_only_by_what_may_make_arrears_younger(loan, day):
    before, after = state_of(loan, day), state_of(loan, day + timedelta(days=1))
    if not may_fall(loan, after.as_of):
        assert after.dpd >= before.dpd


@settings(max_examples=200, deadline=None)
@given(eventful(), DAYS)
def test_nothing_above_a_cap_is_demanded(loan, as_of):
    """The ceilings worked out a second time, from the answer alone."""
    state = state_of(loan, as_of)
    for cap in loan.caps:
        names = set(cap.components)
        paid = sum(x.amount for p in state.payments for x in p.parts if x.component in names)
        for m in state.moves:
            more = sum(amount for name, amount in m.split.items() if name in names)
            paid += {"use_credit": more, "chargeback": -more, "refund": -more}.get(m.kind, 0)
        demanded = sum(state.due[name] for name in names)
        lent = sum(i.principal for i in loan.instalments)
        if cap.kind == "total_cost":
            assert demanded <= max(0, int(cap.ratio * lent) - paid)
        elif cap.kind == "annual_rate":
            most = int(cap.ratio * lent * max(0, (as_of - LENT_ON).days) / 365)
            assert demanded <= max(0, most - paid)
        else:
            assert demanded <= cap.ratio * lent


def joined(loans, as_of):
    """The facts of several loans as one batch."""
    each = []
    for loan in loans:
        seen = []
        state_of(loan, as_of, engine=lambda f, seen=seen: (seen.append(f), replay(f))[1])
        each.append(seen[0])
    columns = {}
    for name in c.Facts._fields[1:]:
        parts = [getattr(f, name) for f in each]
        if name in {"loan_order", "loan_terms"}:
            columns[name] = list(range(len(each)))
        elif name.endswith("_at"):
            ends = np.cumsum([0, *(p[-1] for p in parts)])
            columns[name] = [
                0,
                *(x + int(e) for p, e in zip(parts, ends, strict=False) for x in p[1:]),
            ]
        else:
            columns[name] = [x for p in parts for x in p]
    return c.Facts(each[0].as_of, **columns), each


@settings(max_examples=80, deadline=None)
@given(st.lists(eventful(), min_size=1, max_size=4), DAYS)
def test_one_loan_equals_the_batch_and_the_night_equals_the_page(loans, as_of):
    batch, each = joined(loans, as_of)
    alone = [x for f in each for x in replay(f).state]
    assert replay(batch).state == alone
    night = np.zeros((len(loans), c.STATE), dtype=np.int64)
    compiled.states(batch, night)
    assert night.reshape(-1).tolist() == alone


@st.composite
def nearly_in_time(draw):
    """A loan with penalties whose instalments are paid within a few days of their due day."""
    rows, money = [], []
    for n in range(draw(st.integers(1, 4))):
        due = LENT_ON + timedelta(days=30 * (n + 1))
        rows.append(Instalment(due, draw(st.integers(0, 300)), draw(st.integers(0, 20)), n + 1))
        if draw(st.booleans()):
            whole = rows[-1].principal + rows[-1].interest
            on = due + timedelta(days=draw(st.integers(-3, 6)))
            amount = max(1, whole + draw(st.sampled_from([0, 0, -1, 7])))
            money.append(Payment(on, amount, f"p{n}"))
    terms = PenaltyTerms(
        draw(st.sampled_from([Fraction(0), Fraction(1, 100)])),
        grace_days=draw(st.integers(0, 4)),
        from_due=draw(st.booleans()),
        late_fee=draw(st.sampled_from([0, 5])),
        late_fee_after=draw(st.integers(1, 5)),
    )
    extra = draw(st.sampled_from([(), (Charge("fees", rows[0].due, LENT_ON, 3, "c"),)]))
    return Loan(tuple(rows), extra, tuple(money), penalty=terms, disbursed_on=LENT_ON)


@settings(max_examples=400, deadline=None)
@given(nearly_in_time(), st.integers(0, 150))
def test_a_loan_tried_without_its_clock_owes_the_same(loan, days):
    """The night first looks whether penalties can have begun at all."""
    as_of = LENT_ON + timedelta(days=days)
    batch, each = joined([loan], as_of)
    night = np.zeros((1, c.STATE), dtype=np.int64)
    compiled.states(batch, night)
    assert night.reshape(-1).tolist() == replay(each[0]).state


CAPS = st.sampled_from(
    [
        (),
        (ANNUAL,),
        (Cap("HOUSE", "total_cost", Fraction(1, 50)),),
        (ANNUAL, Cap("HOUSE", "total_cost", Fraction(1, 20)), Cap("D", "in_duplum", Fraction(1))),
    ]
)


@settings(max_examples=200, deadline=None)
@given(nearly_in_time(), CAPS, st.integers(0, 150))
def test_who_pays_the_payoff_owes_nothing_and_paid_nothing_too_much(loan, caps, days):
    loan, as_of = replace(loan, caps=caps), LENT_ON + timedelta(days=days)
    before = state_of(loan, as_of)
    if not before.payoff:
        return
    last = Payment(as_of, before.payoff, "z")
    after = state_of(replace(loan, payments=(*loan.payments, last)), as_of)
    assert (after.payoff, after.arrears, after.dpd) == (0, 0, 0)
    assert after.credit == before.credit


HUGE = st.integers(AMOUNT - 3, AMOUNT)
FINEST = st.builds(Fraction, st.integers(10**9 // 10 - 50, 10**9 // 10), st.just(10**9))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(HUGE, HUGE), min_size=1, max_size=5),
    FINEST,
    st.lists(st.tuples(st.integers(1, 36_000), HUGE), max_size=5),
    st.integers(30_000, 36_500),
    st.booleans(),
)
def test_compiled_equals_undecorated_at_the_limits(rows, rate, money, last, on_interest):
    start = date(1950, 1, 1)
    loan = Loan(
        tuple(Instalment(start + timedelta(days=n + 1), p, i, n) for n, (p, i) in enumerate(rows)),
        payments=tuple(Payment(start + timedelta(days=d), a, n) for n, (d, a) in enumerate(money)),
        penalty=PenaltyTerms(rate, "principal_and_interest" if on_interest else "principal"),
        caps=(Cap("HOUSE", "annual_rate", Fraction(100)),),
        disbursed_on=start,
    )
    as_of = start + timedelta(days=last)
    assert state_of(loan, as_of, engine=compiled.traced) == state_of(loan, as_of)


def test_compiled_equals_undecorated_for_thousands_of_instalments():
    """More than 4,096 instalments, daily, a payment every second day, all late."""
    start = date(2010, 1, 1)
    days = [start + timedelta(days=n) for n in range(4_200)]
    loan = Loan(
        tuple(Instalment(day, 700 + n % 13, n % 7, n) for n, day in enumerate(days)),
        payments=tuple(Payment(d + timedelta(days=40), 1_300, n) for n, d in enumerate(days[::2])),
        penalty=PENALTY,
    )
    as_of = days[-1] + timedelta(days=10)
    assert state_of(loan, as_of, engine=compiled.traced) == state_of(loan, as_of)
