from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules import compiled
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.order import make_order
from doorstep.book.rules.stream import happened
from doorstep.book.tests.strategies import AMOUNTS, DAYS, eventful, loans, shuffled
from doorstep.book.types import BookError, Charge, Event, Instalment, Loan, Payment
from doorstep.kernel.money import COMPONENTS

MARCH = Instalment(date(2026, 3, 1), 100_000, 10_000, 1)
APRIL = Instalment(date(2026, 4, 1), 100_000, 9_000, 2)


def money_in(loan, as_of):
    """Live payments, less what was given back, up to a day."""
    state = state_of(loan, as_of)
    paid = sum(p.amount for p in state.payments if not p.reversed)
    return paid - sum(m.amount for m in state.moves if m.kind in {"refund", "chargeback"})


@settings(max_examples=400, deadline=None)
@given(eventful(), DAYS)
def test_money_is_neither_made_nor_lost(loan, as_of):
    state = state_of(loan, as_of)
    paid = sum(i.paid for i in state.instalments)
    assert paid + state.credit + state.recovered - state.owed_back == money_in(loan, as_of)
    for p in state.payments:
        parts = sum(p.split.values()) + p.credit + p.recovered
        assert parts == (0 if p.reversed else p.amount)
    unpaid = state.arrears + state.not_due
    assert unpaid == sum(i.outstanding for i in state.instalments) + state.owed_back
    if any(cap.kind == "total_cost" for cap in loan.caps):
        assert state.payoff <= unpaid  # a cap on the whole cost forbids some of what is to come
    else:
        assert state.payoff == unpaid
    forgiven = sum(i.waived + i.written_off for i in state.instalments)
    assert forgiven == sum(m.amount for m in state.moves if m.kind in {"waiver", "write_off"})
    assert min(state.credit, state.written_off, state.owed_back) >= 0
    for i in state.instalments:
        assert min(i.outstanding, i.paid, i.waived, i.written_off, i.cut) >= 0
        assert 0 <= i.in_advance + i.late <= i.paid
    assert (state.dpd == 0) or state.oldest_unpaid is not None


@settings(max_examples=300, deadline=None)
@given(eventful(), DAYS)
def test_every_payment_and_penalty_can_be_added_up_by_instalment(loan, as_of):
    state = state_of(loan, as_of)
    for p in state.payments:
        for component, amount in p.split.items():
            mine = sum(x.amount for x in p.parts if x.component == component)
            assert mine == amount or (component == "principal" and mine < amount)
    for i in state.instalments:
        exact = sum((d.exact for d in state.penalty_days if d.number == i.number), Fraction(0))
        charged = sum(x.amount for x in live_charges(loan, as_of, i.number))
        fee = i.late_fee if loan.penalty and loan.penalty.late_fee_component == "penalties" else 0
        assert i.parts["penalties"] - charged - fee == (2 * exact + 1) // 2


def live_charges(loan, as_of, number):
    """Penalty charges of an instalment, by the days of the instalments."""
    dues = [i.due for i in sorted(loan.instalments, key=lambda i: i.due)]
    for x in happened(loan, as_of).charges:
        if x.component == "penalties":
            home = next((k for k, due in enumerate(dues) if due >= x.due), len(dues))
            if home == number - 1:
                yield x


@settings(max_examples=300, deadline=None)
@given(loans(), DAYS, AMOUNTS)
def test_nothing_is_paid_ahead_while_something_is_due(loan, as_of, amount):
    before = state_of(loan, as_of)
    after = state_of(replace(loan, payments=(*loan.payments, Payment(as_of, amount, 900))), as_of)
    if after.not_due < before.not_due or after.credit > before.credit:
        assert after.arrears == 0
    assert after.arrears <= before.arrears


@settings(max_examples=300, deadline=None)
@given(eventful(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(loan, as_of, random):
    assert state_of(shuffled(loan, random), as_of) == state_of(loan, as_of)


@settings(max_examples=300, deadline=None)
@given(eventful(), DAYS)
def test_compiled_and_undecorated_are_equal(loan, as_of):
    assert state_of(loan, as_of, engine=compiled.traced) == state_of(loan, as_of)


@settings(max_examples=200, deadline=None)
@given(eventful(), DAYS)
def test_later_events_are_not_looked_at(loan, as_of):
    late = as_of + timedelta(days=1)
    more = replace(
        loan,
        payments=(*loan.payments, Payment(late, 5_000, 900)),
        charges=(*loan.charges, Charge("fees", as_of, late, 5_000, 900)),
        events=(*loan.events, Event(late, "waiver", event_id=900)),
    )
    assert state_of(more, as_of) == state_of(loan, as_of)


@settings(max_examples=200, deadline=None)
@given(eventful(), DAYS)
def test_a_reversed_payment_is_as_if_it_had_never_been(loan, as_of):
    paid = replace(loan, payments=(*loan.payments, Payment(as_of, 7_000, 900)))
    undone = replace(paid, payments=(*paid.payments, Payment(as_of, 0, 901, reverses=900)))
    without, after = state_of(loan, as_of), state_of(undone, as_of)
    assert replace(after, payments=()) == replace(without, payments=())


def test_amounts_beyond_64_bits_are_exact_undecorated():
    huge = 2**80
    loan = Loan(
        (Instalment(date(2026, 3, 1), huge, 1, 1),), payments=(Payment(date(2026, 3, 1), huge, 1),)
    )
    assert state_of(loan, date(2026, 3, 2)).payoff == 1


def test_days_past_due_is_0_on_the_due_day_and_1_the_day_after():
    loan = Loan((MARCH, APRIL))
    assert [state_of(loan, date(2026, 3, d)).dpd for d in (1, 2)] == [0, 1]
    assert state_of(loan, date(2026, 3, 1)).oldest_unpaid == date(2026, 3, 1)
    assert state_of(loan, date(2026, 2, 28)).oldest_unpaid is None


def test_a_paused_clock_stands_still_and_goes_on_from_where_it_stood():
    loan = Loan(
        (MARCH,),
        events=(Event(date(2026, 3, 6), "pause"), Event(date(2026, 3, 16), "resume")),
    )
    seen = [state_of(loan, date(2026, 3, d)).dpd for d in (5, 6, 10, 16, 17)]
    assert seen == [4, 5, 5, 5, 6]


def test_the_default_order_is_costs_interest_principal_then_the_rest():
    """Civil Code 561, golden case 41: 1,000 pays costs 100, interest 300, principal 600."""
    day = date(2026, 3, 1)
    loan = Loan(
        (Instalment(day, 500_000, 30_000, 1),),
        (Charge("costs", day, day, 10_000, 1), Charge("penalties", day, day, 5_000, 2)),
        (Payment(day, 100_000, 1),),
    )
    split = state_of(loan, day).payments[0].split
    assert split == dict(zip(COMPONENTS, (10_000, 0, 0, 30_000, 60_000), strict=True))


def test_costs_that_lead_come_before_all_instalments_and_elsewhere_within_their_own():
    loan = Loan(
        (MARCH, APRIL),
        (Charge("costs", date(2026, 4, 1), date(2026, 3, 20), 8_000, 1),),
        (Payment(date(2026, 4, 2), 50_000, 1),),
    )
    assert state_of(loan, date(2026, 4, 2)).payments[0].split["costs"] == 8_000
    inside = make_order(["interest", "principal", "costs", "fees", "penalties"])
    assert state_of(replace(loan, order=inside), date(2026, 4, 2)).payments[0].split["costs"] == 0


def test_a_waiver_forgives_what_is_open_and_never_money_already_paid():
    loan = Loan(
        (MARCH, APRIL),
        payments=(Payment(date(2026, 3, 1), 4_000, 1),),
        events=(Event(date(2026, 3, 2), "waiver", "interest", 10_000),),
    )
    state = state_of(loan, date(2026, 3, 5))
    assert [i.waived for i in state.instalments] == [6_000, 4_000]
    assert state.credit == 0
    assert state.payoff == 200_000 + 5_000


def test_charges_after_the_last_instalment_make_one_of_their_own():
    loan = Loan(
        (MARCH,),
        (
            Charge("fees", date(2026, 3, 10), date(2026, 3, 10), 500, 1),
            Charge("penalties", date(2026, 3, 20), date(2026, 3, 20), 700, 2),
        ),
    )
    assert [i.due for i in state_of(loan, date(2026, 3, 10)).instalments] == [
        date(2026, 3, 1),
        date(2026, 3, 10),
    ]
    extra = state_of(loan, date(2026, 3, 20)).instalments[-1]
    assert (extra.due, extra.total) == (date(2026, 3, 20), 1_200)


def test_the_reversal_of_an_unknown_payment_is_named():
    loan = Loan((MARCH,), payments=(Payment(date(2026, 3, 1), 0, 2, reverses=77),))
    with pytest.raises(BookError, match="77"):
        state_of(loan, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("names", "word"),
    [(["interest", "principal"], "exactly once"), (["interests"], "unknown component")],
)
def test_an_allocation_order_names_each_component_once(names, word):
    with pytest.raises(BookError, match=word):
        make_order(names)
