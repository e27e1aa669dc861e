"""Penalties, fees, caps and changes by hand-worked numbers (docs/algorithms/ledger.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from doorstep.book.rules import columns as c
from doorstep.book.rules.case import parse_case
from doorstep.book.rules.limits import AMOUNT, ROWS
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.product_terms import ProductTerms, parse_product_terms, terms_rows
from doorstep.book.types import (
    AllocationOrder,
    BookError,
    Charge,
    Event,
    Instalment,
    Loan,
    Payment,
    PenaltyTerms,
)

PENALTY = PenaltyTerms(daily_rate=Fraction(1, 2_000))
MARCH = Instalment(date(2026, 3, 1), 100_000, 10_000, 1)
APRIL = Instalment(date(2026, 4, 1), 100_000, 9_000, 2)
LENT = date(2026, 2, 1)


def march(day):
    return date(2026, 3, day)


def penalties(loan, day):
    return state_of(loan, day).due["penalties"]


def test_penalty_interest_is_overdue_principal_times_rate_times_days():
    loan = Loan((MARCH,), penalty=PENALTY)
    assert [penalties(loan, march(d)) for d in (1, 2, 11)] == [0, 50, 500]
    both = replace(PENALTY, base="principal_and_interest")
    assert penalties(replace(loan, penalty=both), march(11)) == 550


def test_it_is_summed_exactly_and_rounded_once():
    """333 a day at 1/2000 is 0.1665: three days 0.4995, four days 0.666."""
    loan = Loan((Instalment(march(1), 333, 0, 1),), penalty=PENALTY)
    assert [penalties(loan, march(d)) for d in (4, 5, 10, 11)] == [0, 1, 1, 2]


def test_grace_days_are_free_or_owed_after_all():
    loan = Loan((MARCH,), penalty=replace(PENALTY, grace_days=3))
    assert [penalties(loan, march(d)) for d in (4, 5, 6)] == [0, 50, 100]
    loan = replace(loan, penalty=replace(PENALTY, grace_days=3, from_due=True))
    assert [penalties(loan, march(d)) for d in (4, 5, 6)] == [0, 200, 250]


def test_a_payment_meets_what_has_run_up_and_the_rest_runs_on_less():
    """Ten days on 100,000 are 500; 60,500 then leave 50,000 (interest 10,000 came first)."""
    order = AllocationOrder(*[("costs", "penalties", "interest", "principal", "fees")] * 2)
    loan = Loan((MARCH,), payments=(Payment(march(11), 60_500, 1),), order=order, penalty=PENALTY)
    state = state_of(loan, march(21))
    assert state.payments[0].split["penalties"] == 500
    assert state.payments[0].split["principal"] == 50_000
    assert state.due["penalties"] == 250
    days = [(d.since, d.until, d.days, d.base) for d in state.penalty_days]
    assert days == [(march(1), march(11), 10, 100_000), (march(11), march(21), 10, 50_000)]
    parts = [(p.number, p.component, p.amount) for p in state.payments[0].parts]
    assert parts == [(1, "penalties", 500), (1, "interest", 10_000), (1, "principal", 50_000)]


def test_paused_days_cost_nothing_and_a_new_rate_counts_from_its_day():
    loan = Loan(
        (MARCH,),
        events=(Event(march(6), "pause"), Event(march(16), "resume")),
        penalty=PENALTY,
    )
    assert [penalties(loan, march(d)) for d in (6, 16, 17)] == [250, 250, 300]
    cheaper = Event(march(11), "penalty_rate", rate=Fraction(1, 10_000))
    loan = Loan((MARCH,), events=(cheaper,), penalty=PENALTY)
    assert [penalties(loan, march(d)) for d in (11, 12, 21)] == [500, 510, 600]
    assert [d.rate for d in state_of(loan, march(21)).penalty_days] == [
        Fraction(1, 2_000),
        Fraction(1, 10_000),
    ]


def test_a_rate_that_changed_within_a_missed_grace_still_adds_up():
    """One day at 1/365 of 183 is 0.50, owed once the grace of a day is missed."""
    terms = PenaltyTerms(Fraction(1, 365), grace_days=1, from_due=True)
    none = Event(march(2), "penalty_rate", rate=Fraction(0))
    state = state_of(
        Loan((Instalment(march(1), 183, 0, 1),), events=(none,), penalty=terms), march(3)
    )
    assert state.due["penalties"] == 1
    assert sum(d.exact for d in state.penalty_days) == Fraction(183, 365)


def test_a_late_fee_comes_once_for_each_instalment_that_is_late_enough():
    loan = Loan((MARCH, APRIL), penalty=PenaltyTerms(late_fee=2_000, late_fee_after=5))
    assert [state_of(loan, march(d)).due["fees"] for d in (5, 6, 31)] == [0, 2_000, 2_000]
    assert state_of(loan, date(2026, 4, 6)).due["fees"] == 4_000
    assert state_of(loan, march(31)).instalments[0].late_fee_on == march(6)
    just = replace(loan, payments=(Payment(march(5), 110_000, 1),))
    assert state_of(just, march(31)).due["fees"] == 0
    too_late = replace(loan, payments=(Payment(march(6), 110_000, 1),))
    assert state_of(too_late, march(31)).due["fees"] == 2_000


def test_by_component_takes_the_interest_of_all_instalments_before_any_principal():
    names = ("costs", "interest", "principal", "fees", "penalties")
    loan = Loan((MARCH, APRIL), payments=(Payment(date(2026, 4, 1), 30_000, 1),))
    for by, interest in (("instalment", 10_000), ("component", 19_000)):
        state = state_of(replace(loan, order=AllocationOrder(names, names, by)), date(2026, 4, 1))
        assert state.payments[0].split["interest"] == interest


def test_money_taken_back_is_owed_again_from_that_day():
    events = (Event(march(20), "chargeback", "", 60_000, 1, "C1"),)
    loan = Loan((MARCH,), payments=(Payment(march(1), 110_000, 1),), events=events, penalty=PENALTY)
    state = state_of(loan, march(30))
    assert (state.due["principal"], state.due["interest"]) == (60_000, 0)
    assert (state.oldest_unpaid, state.dpd) == (march(20), 10)
    assert state.due["penalties"] == 300
    assert [(m.kind, m.amount, m.split["principal"]) for m in state.moves] == [
        ("chargeback", 60_000, 60_000)
    ]
    with pytest.raises(BookError, match="than was paid"):
        state_of(replace(loan, events=(*events, replace(events[0], event_id="C2"))), march(30))


def test_a_credit_waits_is_used_on_request_and_can_be_given_back():
    loan = Loan((MARCH,), payments=(Payment(march(1), 115_000, 1),))
    fee = Charge("fees", march(10), march(10), 2_000, "F")
    assert state_of(replace(loan, charges=(fee,)), march(10)).credit == 5_000
    used = replace(loan, charges=(fee,), events=(Event(march(11), "use_credit"),))
    assert (state_of(used, march(11)).credit, state_of(used, march(11)).arrears) == (3_000, 0)
    back = replace(used, events=(*used.events, Event(march(12), "refund")))
    assert (state_of(back, march(12)).credit, state_of(back, march(12)).refunded) == (0, 3_000)


def test_a_refund_whose_credit_was_undone_is_owed_back():
    loan = Loan(
        (MARCH,),
        payments=(Payment(march(1), 115_000, 1), Payment(march(20), 0, 2, reverses=1)),
        events=(Event(march(5), "refund", amount=5_000),),
    )
    state = state_of(loan, march(20))
    assert (state.owed_back, state.payoff) == (5_000, 115_000)


def test_written_off_debt_is_not_demanded_and_money_for_it_is_recovery():
    gone = Event(march(10), "write_off", event_id="W")
    loan = Loan((MARCH,), payments=(Payment(march(20), 30_000, 1),), events=(gone,))
    state = state_of(loan, march(15))
    assert (state.payoff, state.dpd, state.written_off) == (0, 0, 110_000)
    state = state_of(loan, march(20))
    assert (state.written_off, state.recovered, state.credit) == (80_000, 30_000, 0)
    assert state.payments[0].recovered == 30_000
    undone = Event(march(25), "reversal", event_id="R", reverses="W")
    state = state_of(replace(loan, events=(gone, undone)), march(25))
    assert (state.payoff, state.recovered, state.dpd) == (80_000, 0, 24)


def test_re_ageing_starts_the_clock_anew_and_forgives_nothing():
    loan = Loan((MARCH,), events=(Event(march(20), "re_age", by="Li", reason="hardship"),))
    state = state_of(loan, march(25))
    assert (state.dpd, state.arrears, state.oldest_unpaid) == (5, 110_000, march(1))
    assert state.re_aged_on == march(20)


def test_money_leaves_what_is_disputed_alone():
    fee = Charge("fees", march(1), march(1), 2_000, "F")
    stop = Event(march(2), "dispute", charge_id="F", event_id=1)
    loan = Loan((MARCH,), (fee,), (Payment(march(3), 112_000, 1),), (stop,))
    state = state_of(loan, march(4))
    assert (state.due["fees"], state.disputed, state.credit) == (2_000, 2_000, 2_000)
    assert state.dpd == 3, "a dispute does not make the debt younger"
    done = replace(loan, events=(stop, replace(stop, kind="dispute_end", event_id=2)))
    assert state_of(done, march(4)).arrears == 0
    whole = replace(loan, events=(Event(march(2), "dispute"),))
    assert state_of(whole, march(4)).credit == 112_000


def test_waivers_aim_at_an_instalment_or_a_charge():
    fees = tuple(Charge("fees", march(d), march(d), 1_000, f"F{d}") for d in (1, 20))
    aimed = Event(date(2026, 4, 2), "waiver", instalment=2)
    state = state_of(Loan((MARCH, APRIL), fees, events=(aimed,)), date(2026, 4, 2))
    assert [i.waived for i in state.instalments] == [0, 110_000]
    aimed = Event(date(2026, 4, 2), "waiver", charge_id="F20")
    state = state_of(Loan((MARCH, APRIL), fees, events=(aimed,)), date(2026, 4, 2))
    assert [i.waived for i in state.instalments] == [0, 1_000]
    with pytest.raises(BookError, match="no charge 'F9'"):
        state_of(Loan((MARCH,), events=(replace(aimed, charge_id="F9"),)), date(2026, 4, 2))


def test_a_reversed_charge_never_was():
    fee = Charge("fees", march(1), march(1), 2_000, "F")
    loan = Loan((MARCH,), (fee,), (Payment(march(1), 112_000, 1),))
    undone = replace(loan, events=(Event(march(9), "reversal", charge_id="F"),))
    assert state_of(undone, march(8)).credit == 0
    assert state_of(undone, march(9)).credit == 2_000


CASE = {
    "as_of": "2026-04-10",
    "instalments": [{"due": "2026-04-01", "principal": 9_000, "interest": 1_000}],
}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"payments": [{"on": "2026-04-02", "amount": AMOUNT + 1}]}, r"payments\[0\].amount"),
        ({"instalments": [{"due": "2026-04-01", "principal": 10**14}]}, r"instalments\[0\].princ"),
        ({"instalments": [{"due": "1899-04-01", "principal": 1}]}, "at most 36525 days"),
        ({"payments": [{"on": "2026-04-02", "amount": AMOUNT}] * 11}, "payments sum to"),
        ({"penalty": {"daily_rate": "0.2"}}, "penalty.daily_rate"),
        ({"penalty": {"daily_rate": "0.0000000001"}}, "too fine"),
        ({"penalty": {"daily_rate": 0.5}}, "no exact rate"),
        ({"penalty": {"grace": 3}}, "penalty.grace: unknown key"),
        ({"penalty": {"late_fee_after": 0}}, "days are from 0"),
        ({"caps": [{"rule": "A", "kind": "yearly", "ratio": "1"}]}, r"caps\[0\].kind"),
        ({"caps": [{"rule": "A", "kind": "annual_rate", "ratio": "101"}]}, r"caps\[0\].ratio"),
        ({"caps": [{"rule": "A", "kind": "in_duplum"}]}, r"caps\[0\].ratio: missing"),
        ({"order": {"due": ["interest"], "by": "loan"}}, "order.by"),
        ({"events": [{"on": "2026-04-02", "kind": "penalty_rate", "rate": "1e9"}]}, "rate"),
    ],
)
def test_what_is_too_much_or_unknown_is_refused_by_name(change, where):
    with pytest.raises(BookError, match=where):
        parse_case(CASE | change)


def test_too_many_rows_of_one_loan_are_refused():
    row = {"on": "2026-04-02", "amount": 1}
    with pytest.raises(BookError, match="payments are too many"):
        parse_case(CASE | {"payments": [row] * (ROWS + 1)})


def test_terms_of_a_product_become_rows_by_day_of_contract():
    terms = parse_product_terms(
        {
            "penalty": {"daily_rate": "0.0005", "late_fee": 2_000},
            "caps": [
                {"rule": "OLD", "kind": "annual_rate", "ratio": "0.36", "until": "2020-08-19"},
                {"rule": "NEW", "kind": "annual_rate", "ratio": "0.154", "since": "2020-08-20"},
            ],
            "order": {"due": ["interest", "principal", "fees", "penalties"], "by": "component"},
        }
    )
    assert terms.order is not None
    assert terms.order.by == "component"
    days = [(date(2020, 8, d) - date(1970, 1, 1)).days for d in (19, 20)]
    rows = terms_rows(
        {"P": terms, "Q": ProductTerms()}, np.array([0, 0, 1, -1]), np.array([*days, 0, 0])
    )
    named = [[cap.rule for cap in rows.named[k]] for k in rows.loan_terms]
    assert named == [["OLD"], ["NEW"], [], []]
    plain = rows.penalties.reshape(-1, c.PENALTY)[rows.loan_terms, c.P_PLAIN]
    assert plain.tolist() == [0, 0, 1, 1]
    with pytest.raises(BookError, match="loans:1:contract_on"):
        terms_rows({"P": terms}, np.array([0]), np.array([0]))
