"""Caps by hand-worked numbers (docs/algorithms/ledger.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from doorstep.book.rules.loan import state_of
from doorstep.book.tests.test_penalties import APRIL, LENT, MARCH, PENALTY, march
from doorstep.book.types import (
    BookError,
    Cap,
    Charge,
    Event,
    Loan,
    Payment,
)

ANNUAL = Cap("CN-RATE-05", "annual_rate", Fraction(24, 100), why="24 % a year")


def test_what_exceeds_a_cap_on_the_annual_rate_is_not_demanded_and_says_why():
    """100,000 for 28 days at 24 % are 1,841.09; the interest alone is 10,000."""
    loan = Loan((MARCH,), penalty=PENALTY, caps=(ANNUAL,), disbursed_on=LENT)
    state = state_of(loan, march(1))
    assert state.due["interest"] == 100_000 * 24 * 28 // 36_500 == 1_841
    assert [(x.rule, x.ceiling, x.cut) for x in state.cuts] == [
        ("CN-RATE-05", 1_841, {"interest": 10_000 - 1_841})
    ]
    assert state.instalments[0].cut == 8_159
    assert state.payoff == 101_841
    later = state_of(loan, march(11))
    assert (later.due["interest"], later.due["penalties"]) == (100_000 * 24 * 38 // 36_500, 0)
    assert later.cuts[0].cut["penalties"] == 500


def test_money_never_meets_what_a_cap_forbids_to_demand():
    paid = Payment(march(1), 110_000, 1)
    loan = Loan((MARCH,), payments=(paid,), caps=(ANNUAL,), disbursed_on=LENT)
    state = state_of(loan, march(31))
    assert state.payments[0].split["interest"] == 1_841
    assert (state.credit, state.arrears, state.dpd) == (8_159, 0, 0)


def test_a_waiver_comes_off_what_a_cap_leaves():
    """Of 10,000 interest 1,841 may be demanded: 300 waived are 300 less, today and later."""
    loan = Loan((MARCH,), caps=(ANNUAL,), disbursed_on=LENT)
    waiver = Event(march(1), "waiver", component="interest", amount=300, event_id="w")
    waived = replace(loan, events=(waiver,))
    for day in (march(1), march(20)):
        assert state_of(waived, day).due["interest"] == state_of(loan, day).due["interest"] - 300
    large = replace(loan, events=(replace(waiver, amount=9_000),))
    state = state_of(large, march(1))
    assert (state.due["interest"], state.moves[0].amount) == (0, 1_841)
    everything = replace(loan, events=(replace(waiver, amount=None),))
    assert state_of(everything, date(2027, 3, 1)).due["interest"] == 0


def test_who_pays_ahead_is_never_late_by_a_cap():
    """A cap by the year bounds what is due; an instalment paid before its day is paid whole."""
    early = Payment(LENT, MARCH.principal + MARCH.interest, 1)
    loan = Loan((MARCH, APRIL), payments=(early,), caps=(ANNUAL,), disbursed_on=LENT)
    state = state_of(loan, MARCH.due)
    assert dict(state.payments[0].split)["interest"] == MARCH.interest
    assert (state.arrears, state.dpd, state.credit) == (0, 0, 0)


def test_a_cap_on_the_total_cost_counts_what_was_paid_already():
    cap = Cap("HOUSE", "total_cost", Fraction(12, 100))
    paid = Payment(march(1), 110_000, 1)
    loan = Loan((MARCH, APRIL), payments=(paid,), caps=(cap,))
    state = state_of(loan, date(2026, 4, 1))
    assert state.due["interest"] == 9_000
    tight = replace(cap, ratio=Fraction(6, 100))
    assert state_of(replace(loan, caps=(tight,)), date(2026, 4, 1)).due["interest"] == 2_000


def test_in_duplum_stops_charges_at_the_unpaid_principal_and_interest_comes_first():
    fine = Charge("penalties", march(2), march(2), 95_000, 1)
    loan = Loan((MARCH,), (fine,), caps=(Cap("DUPLUM", "in_duplum", Fraction(1)),))
    due = state_of(loan, march(3)).due
    assert (due["interest"], due["penalties"]) == (10_000, 90_000)


def test_dated_caps_bind_by_the_day_of_the_contract():
    caps = (
        replace(ANNUAL, rule="OLD", ratio=Fraction(36, 100), until=date(2020, 8, 19)),
        replace(ANNUAL, rule="NEW", ratio=Fraction(154, 1_000), since=date(2020, 8, 20)),
    )
    loan = Loan((MARCH,), caps=caps, disbursed_on=LENT)
    for signed, rule in ((date(2020, 8, 19), "OLD"), (date(2020, 8, 20), "NEW")):
        state = state_of(replace(loan, contract_on=signed), march(2))
        assert [x.rule for x in state.cuts] == [rule]
    with pytest.raises(BookError, match="contract_on"):
        state_of(replace(loan, disbursed_on=None), march(2))
