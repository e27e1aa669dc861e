"""The payoff of a loan whose interest follows the money, and schedules beside caps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.case import parse_case, replay_case, schedule_of
from doorstep.book.rules.change_kinds import Change
from doorstep.book.rules.changes import schedule_at
from doorstep.book.rules.terms import Terms, parse_terms
from doorstep.book.tests.test_changes import LOAN, START, lent, rows, told
from doorstep.book.types import Cap, Loan, Payment


@settings(max_examples=80, deadline=None)
@given(lent(), st.integers(0, 420))
def test_paying_the_payoff_closes_the_loan_and_leaves_nothing_over(terms_and_loan, days):
    terms, loan = terms_and_loan
    if terms.recalculate is None:
        return
    day = START + timedelta(days=days)
    case = parse_case(LOAN | {"as_of": day.isoformat()})
    loan = replace(loan, payments=tuple(p for p in loan.payments if p.on <= day))
    case = replace(case, terms=terms, loan=loan)
    payoff = replay_case(case).payoff
    if payoff == 0:
        return
    last = Payment(day, payoff, "9")
    case = replace(case, loan=replace(loan, payments=(*loan.payments, last)))
    state = replay_case(case)
    assert state.payoff == 0
    assert sum(i.outstanding for i in state.instalments) == 0
    assert [p.credit for p in state.payments if p.payment_id == "9"] == [0]


def test_a_payoff_bears_interest_to_the_day_and_no_further():
    """15 March, 15 days after the first instalment was paid: 5,019.23 and 15 days of 12 %."""
    terms = LOAN["terms"] | {"interest_period": "daily", "recalculate": {}}
    money = [{"payment_id": 1, "on": "2026-02-28", "amount": 103_600}]
    said = told(terms=terms, payments=money, as_of="2026-03-15")
    assert said["payoff"] == 501_923 + 2_475
    closing = [*money, {"payment_id": 2, "on": "2026-03-15", "amount": 504_398}]
    done = told(terms=terms, payments=closing, as_of="2026-03-15")
    assert rows(done)[-1] == ("2026-03-15", 501_923, 2_475, 0)
    assert schedule_of(parse_case(LOAN))[0].due == date(2026, 2, 28)


def test_a_reversal_dated_before_its_payment_does_not_stop_a_change():
    """It undoes the payment whenever that came: as if neither had been."""
    terms = parse_terms(LOAN["terms"])
    day, change = date(2026, 2, 20), Change(date(2026, 2, 10), "reschedule", 1, holiday=1)
    loan = Loan((), payments=(Payment(date(2026, 2, 25), 100, 1), Payment(day, 0, 2, 1)))
    made = schedule_at(600_000, START, terms, loan, [change], day)
    assert made == schedule_at(600_000, START, terms, Loan(()), [change], day)


def test_a_cap_cuts_what_is_demanded_and_not_how_the_schedule_is_made():
    late = Loan((), payments=(Payment(date(2026, 3, 1), 20_000, "p"),))
    tight = Cap("HOUSE", "annual_rate", Fraction(1, 1000))
    terms = Terms(Fraction(24), 3)
    made = [Change(date(2026, 3, 10), "reamortise", "c")]
    plain = schedule_at(100_000, START, terms, late, made, date(2026, 6, 1))
    assert schedule_at(100_000, START, terms, replace(late, caps=(tight,)), made,
                       date(2026, 6, 1)) == plain  # fmt: skip
