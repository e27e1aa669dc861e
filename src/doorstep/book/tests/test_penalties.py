"""Penalties, fees, caps and changes by hand-worked numbers (docs/algorithms/ledger.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.case import parse_case
from doorstep.book.rules.limits import AMOUNT, ROWS
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.product_terms import ProductTerms, parse_product_terms, terms_rows
from doorstep.book.rules.replay import replay
from doorstep.book.tests.strategies import DAYS, eventful
from doorstep.book.tests.strategies import START as LENT_ON
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
