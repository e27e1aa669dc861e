"""What remakes a schedule: drawdowns, rate changes, re-amortisation, rescheduling."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.case import answer, parse_case, replay_case
from doorstep.book.rules.change_kinds import Change
from doorstep.book.rules.changes import schedule_at
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.terms import Terms, parse_terms
from doorstep.book.types import BookError, Charge, Event, Loan, Payment

RUN = CliRunner()
START = date(2026, 1, 31)
LOAN: dict[str, Any] = {
    "as_of": "2026-04-20",
    "disbursed_on": "2026-01-31",
    "principal": 600_000,
    "terms": {"rate_percent": 12, "instalments": 6, "instalment_multiple_of": 100},
    "payments": [
        {"payment_id": 1, "on": "2026-02-28", "amount": 103_500},
        {"payment_id": 2, "on": "2026-04-05", "amount": 20_000},
    ],
}  # fmt: skip
"""6,000.00 at 12 % in six of 1,035.00: the first is paid, of the second 200.00, late."""


def told(*events, **more):
    read = parse_case(LOAN | {"events": list(events)} | more)
    return answer(read, replay_case(read))


def rows(said):
    return [
        (i["due"], i["principal"], i["interest"], i["outstanding"]) for i in said["instalments"]
    ]


def test_without_a_change():
    assert rows(told()) == [
        ("2026-02-28", 97_500, 6_000, 0),
        ("2026-03-31", 98_475, 5_025, 83_500),
        ("2026-04-30", 99_460, 4_040, 103_500),
        ("2026-05-31", 100_454, 3_046, 103_500),
        ("2026-06-30", 101_459, 2_041, 103_500),
        ("2026-07-31", 102_652, 1_027, 103_679),
    ]


def test_re_amortised_arrears_join_the_instalments_to_come():
    """On 10 April 4,875.25 are left: 985.00 of arrears and 4,040.25 to come, less 149.75 paid. The
    annuity over four is 1,249.45, so 1,249.00. April costs 13.47 for ten of its days on 4,040.25
    and 32.50 for twenty on 4,875.25."""
    said = told({"on": "2026-04-10", "kind": "reamortise"})
    assert rows(said) == [
        ("2026-02-28", 97_500, 6_000, 0),
        ("2026-03-31", 14_975, 5_025, 0),
        ("2026-04-30", 120_303, 4_597, 124_900),
        ("2026-05-31", 121_228, 3_672, 124_900),
        ("2026-06-30", 122_440, 2_460, 124_900),
        ("2026-07-31", 123_554, 1_236, 124_790),
    ]
    assert (said["dpd"], said["oldest_unpaid"]) == (0, None)
    assert [p["principal"] for p in said["payments"]] == [97_500, 14_975]


def test_the_day_before_the_change_nothing_is_known_of_it():
    change = {"on": "2026-04-10", "kind": "reamortise"}
    before = told(change, as_of="2026-04-09")
    assert rows(before) == rows(told(as_of="2026-04-09"))
    assert before["dpd"] == 9


def test_money_of_the_day_of_the_change_meets_the_new_schedule():
    money = [*LOAN["payments"], {"payment_id": 3, "on": "2026-04-10", "amount": 50_000}]
    said = told({"on": "2026-04-10", "kind": "reamortise"}, payments=money)
    assert rows(said)[2] == ("2026-04-30", 120_303, 4_597, 74_900)
    assert said["payments"][2]["principal"] + said["payments"][2]["interest"] == 50_000


def test_backdated_money_makes_the_change_anew():
    """450.00 of 1 April, told on 15 April: they meet the arrears first, and less is moved."""
    money = [*LOAN["payments"], {"payment_id": 3, "on": "2026-04-01", "amount": 45_000}]
    said = told({"on": "2026-04-10", "kind": "reamortise"}, payments=money)
    assert sum(i["principal"] for i in said["instalments"]) == 600_000
    assert rows(said)[1] == ("2026-03-31", 59_975, 5_025, 0)
    assert rows(said)[2][3] < 124_900


def test_a_holiday_moves_the_days_and_its_interest_is_paid_after_it():
    """Two months free: the interest of April to June comes with June's instalment, on top."""
    said = told({"on": "2026-04-10", "kind": "reschedule", "holiday": 2})
    assert [r[0] for r in rows(said)[2:]] == [
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
    ]
    june, july = rows(said)[2], rows(said)[3]
    assert june[1] == 124_900 - 4_875  # the usual part of June: 1 % of 4,875.25
    assert june[2] == 1_347 + 13_001  # ten days of April on 4,040.25; 2 2/3 months on 4,875.25
    assert july[3] == 124_900
    free = told({"on": "2026-04-10", "kind": "reschedule", "holiday": 2, "interest_free": 1})
    assert rows(free)[2][2] == 1_347


def test_rescheduled_to_new_days_over_a_longer_term():
    said = told(
        {"on": "2026-04-10", "kind": "reschedule", "first_due": "2026-05-15", "instalments": 12}
    )
    assert [r[0] for r in rows(said)[2:4]] == ["2026-05-15", "2026-06-15"]
    assert len(rows(said)) == 2 + 12
    kept = told({"on": "2026-04-10", "kind": "reschedule", "first_due": "2026-05-15",
                 "instalments": 12, "arrears": "kept"})  # fmt: skip
    assert rows(kept)[1] == ("2026-03-31", 98_475, 5_025, 83_500)
    assert kept["dpd"] == 20
    weekly = told({"on": "2026-04-10", "kind": "reschedule", "first_due": "2026-04-17",
                   "unit": "weeks", "instalments": 26})  # fmt: skip
    assert [r[0] for r in rows(weekly)[2:5]] == ["2026-04-17", "2026-04-24", "2026-05-01"]


def test_a_loan_that_is_over_can_be_rescheduled():
    over = {"on": "2026-09-10", "kind": "reschedule", "first_due": "2026-10-15", "instalments": 3}
    said = told(over, as_of="2026-09-12")
    assert said["dpd"] == 0
    assert sum(r[3] > 0 for r in rows(said)) == 3
    with pytest.raises(BookError, match=r"events\[0\].instalments: missing"):
        told(over | {"instalments": None}, as_of="2026-09-12")


def test_a_new_rate_costs_from_its_day_and_leaves_arrears_alone():
    """April: ten days on 4,040.25 at 12 % are 13.47, twenty at 24 % 53.87."""
    said = told({"on": "2026-04-10", "kind": "rate_change", "rate_percent": 24})
    assert rows(said)[1] == ("2026-03-31", 98_475, 5_025, 83_500)
    assert rows(said)[2][2] == 1_347 + 5_387
    assert sum(i["principal"] for i in said["instalments"]) == 600_000
    assert said["dpd"] == 20


def test_a_change_of_a_loan_that_is_repaid_changes_nothing():
    """A new rate for all loans meets some that are over; the night must not stop at them."""
    money = [{"payment_id": 1, "on": "2026-02-10", "amount": 700_000}]
    follows = {"payments": money, "terms": LOAN["terms"] | {"recalculate": {}}}
    for event in ({"kind": "rate_change", "rate_percent": 24}, {"kind": "reamortise"}):
        assert told({"on": "2026-04-10"} | event, **follows) == told(**follows)
    late = {"on": "2026-08-10", "kind": "rate_change", "rate_percent": 24}
    assert told(late, as_of="2026-09-01") == told(as_of="2026-09-01")


def test_a_change_that_is_taken_back_was_never_made():
    made = {"on": "2026-04-10", "kind": "reamortise"}
    case = parse_case(LOAN | {"events": [made | {"event_id": 7}]})
    undo = Event(date(2026, 4, 18), "reversal", event_id=8, reverses=7)
    undone = replace(case, loan=replace(case.loan, events=(undo,)))
    assert answer(undone, replay_case(undone)) == told()
    before = replace(undone, as_of=date(2026, 4, 17))
    assert answer(before, replay_case(before)) == told(made, as_of="2026-04-17")


def test_flat_interest_is_shared_by_days_on_the_day_of_a_change():
    flat = LOAN["terms"] | {"interest": "flat"}
    said = told({"on": "2026-04-10", "kind": "reamortise"}, terms=flat)
    assert sum(i["principal"] for i in said["instalments"]) == 600_000
    assert said["dpd"] == 0


def test_what_was_paid_ahead_stands_as_met_on_the_day_of_the_change():
    money = [{"payment_id": 1, "on": "2026-02-28", "amount": 250_000}]
    said = told({"on": "2026-03-10", "kind": "reamortise"}, payments=money)
    closed = [i for i in said["instalments"] if i["due"] == "2026-03-10"]
    assert [i["outstanding"] for i in closed] == [0, 0]
    assert sum(i["paid"] for i in said["instalments"]) == 250_000
    assert said["payments"] == told(payments=money)["payments"]


def test_a_line_bears_interest_on_what_is_drawn():
    line = {
        "principal": 600_000,
        "payments": [],
        "terms": {"rate_percent": 12, "instalments": 6, "amortization": "interest_only"},
    }
    drawn = [
        {"on": "2026-01-31", "kind": "disbursement", "amount": 200_000},
        {"on": "2026-03-31", "kind": "disbursement", "amount": 100_000},
    ]
    said = told(*drawn, **line, as_of="2026-05-01")
    assert [r[1] for r in rows(said)] == [0] * 5 + [300_000]
    assert [r[2] for r in rows(said)] == [2_000, 2_000, 3_000, 3_000, 3_000, 3_000]
    empty = told(drawn[1], **line, as_of="2026-05-01")
    assert [r[2] for r in rows(empty)] == [0, 0, 1_000, 1_000, 1_000, 1_000]


def test_a_drawdown_may_make_the_instalments_anew():
    terms = {"rate_percent": 0, "instalments": 4, "drawdown": "new_instalment"}
    drawn = [
        {"on": "2026-01-31", "kind": "disbursement", "amount": 100_000},
        {"on": "2026-03-01", "kind": "disbursement", "amount": 90_000},
    ]
    said = told(*drawn, terms=terms, payments=[])
    assert [r[1] for r in rows(said)] == [25_000, 55_000, 55_000, 55_000]
    keep = told(*drawn, terms=terms | {"drawdown": "keep_instalment"}, payments=[])
    assert [r[1] for r in rows(keep)][:2] == [100_000, 90_000]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({"kind": "rate_change"}, "events[0].rate_percent: missing"),
        ({"kind": "disbursement"}, "events[0].amount: missing"),
        ({"kind": "disbursement", "amount": 600_001}, "events[0].amount: the line of 600000"),
        ({"kind": "reamortise", "first_due": "2026-05-01"}, "events[0].first_due: unknown key"),
        ({"kind": "reamortise", "instalments": 10_001}, "events[0].instalments: too many"),
        ({"kind": "reschedule", "first_due": "2026-04-01"}, "events[0].first_due: is before"),
        ({"kind": "reschedule", "every": 10**9}, "events[0].instalments: the last is due after"),
        ({"kind": "reschedule", "arrears": "gone"}, "events[0].arrears: unknown value"),
        ({"kind": "rate_change", "rate_percent": 10**6}, "events[0].rate_percent: 1000000 is too"),
        ({"kind": "reamortise", "on": "2026-01-30"}, "events[0].on: is before the disbursement"),
        ({"kind": "disbursement", "on": "2026-08-30", "amount": 1}, "is after the last due day"),
        ({"kind": "pause", "first_due": "2026-05-01"}, "events[0].first_due: is for"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_and_named(event, what):
    case = LOAN | {"as_of": "2026-10-01", "events": [{"on": "2026-04-10"} | event]}
    done = RUN.invoke(app, ["replay", "-", "--json"], input=json.dumps(case))
    assert (done.exit_code, done.stdout) == (3, "")
    assert what in done.stderr


GIVEN: dict[str, Any] = {
    "as_of": "2026-04-20",
    "disbursed_on": "2026-01-31",
    "instalments": [
        {"number": n, "due": due, "principal": 100_000, "interest": 3_000}
        for n, due in enumerate(("2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"), 1)
    ],
    "payments": [{"payment_id": 1, "on": "2026-02-28", "amount": 103_000}],
}  # fmt: skip
"""4,000.00 in four of 1,030.00 as the lender gave them: nobody knows by which rate."""
FULL = {"on": "2026-04-10", "kind": "reschedule", "rate_percent": 12, "instalments": 3,
        "first_due": "2026-05-10", "unit": "months"}  # fmt: skip


def test_given_instalments_are_rescheduled_by_terms_told_in_full():
    """On 10 April 3,000.00 are left, 1,000.00 of them late with 30.00 of interest. April's 30.00
    are for thirty days, ten of which are over: 10.00. May costs 1 % on top."""
    read = parse_case(GIVEN | {"events": [FULL]})
    said = answer(read, replay_case(read))
    assert rows(said)[:2] == [("2026-02-28", 100_000, 3_000, 0), ("2026-03-31", 0, 0, 0)]
    assert [r[0] for r in rows(said)[2:]] == ["2026-05-10", "2026-06-10", "2026-07-10"]
    assert rows(said)[2][2] == 3_000 + 1_000 + 3_000
    assert sum(i["principal"] for i in said["instalments"]) == 400_000
    assert said["dpd"] == 0
    kept = parse_case(GIVEN | {"events": [FULL | {"arrears": "kept"}]})
    assert answer(kept, replay_case(kept))["dpd"] == 20


def test_once_rescheduled_given_instalments_change_like_all_others():
    later = {"on": "2026-05-12", "kind": "rate_change", "rate_percent": 6}
    read = parse_case(GIVEN | {"events": [FULL, later], "as_of": "2026-05-20"})
    said = answer(read, replay_case(read))
    assert rows(said)[2][2] == 7_000
    assert rows(said)[3][2] < 2_000


def test_with_terms_beside_them_given_instalments_may_be_changed_in_part():
    events = [{"on": "2026-04-10", "kind": "reschedule", "holiday": 1}]
    read = parse_case(GIVEN | {"events": events, "terms": {"rate_percent": 12, "instalments": 4}})
    said = answer(read, replay_case(read))
    assert [r[0] for r in rows(said)[2:]] == ["2026-05-31", "2026-06-30"]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({"kind": "reamortise"}, "reschedule with rate_percent, instalments, first_due, unit"),
        ({"kind": "rate_change", "rate_percent": 3}, "were given without terms"),
        (FULL | {"unit": None}, "were given without terms"),
        ({"kind": "disbursement", "amount": 5}, "a line is drawn from terms"),
    ],
)
def test_given_instalments_without_terms_are_not_guessed_at(event, what):
    read = parse_case(GIVEN | {"events": [{"on": "2026-04-10"} | event]})
    with pytest.raises(BookError, match=what):
        replay_case(read)


def test_a_change_needs_the_day_of_the_loan():
    with pytest.raises(BookError, match="disbursed_on: missing"):
        parse_case(GIVEN | {"events": [FULL], "disbursed_on": None})


def test_a_reversal_of_a_reversal_brings_the_change_back():
    made = {"on": "2026-04-10", "kind": "reamortise", "event_id": 7}
    undo = {"on": "2026-04-12", "kind": "reversal", "event_id": 8, "reverses": 7}
    again = {"on": "2026-04-13", "kind": "reversal", "event_id": 9, "reverses": 8}
    assert told(made, undo) == told()
    assert told(made, undo, again) == told(made)


DAYS = st.integers(0, 420).map(lambda n: START + timedelta(days=n))
TERMS = st.builds(
    dict,
    rate_percent=st.sampled_from([0, 7.5, 12, 36]),
    instalments=st.integers(2, 12),
    interest=st.sampled_from(["flat", "declining_balance"]),
    interest_period=st.sampled_from(["repayment_period", "daily"]),
    amortization=st.sampled_from(["equal_installments", "equal_principal_payments"]),
    grace_interest=st.integers(0, 1),
    instalment_multiple_of=st.sampled_from([1, 100]),
    recalculate=st.sampled_from(
        [None, {}, {"early_payment": "fewer_instalments"}, {"early_payment": "next_instalments"},
         {"late_interest": "every_day"}, {"frequency": "same_as_repayment_period"},
         {"compounding": "interest"}]
    ),
).map(lambda t: t | ({"recalculate": None} if t["interest"] == "flat" else {}))  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(["reamortise", "reschedule", "rate_change"]))
    more: dict[str, Any] = {}
    if kind == "rate_change":
        more["rate_percent"] = parse_terms({"rate_percent": 18, "instalments": 1}).rate_percent
    else:
        more["instalments"] = draw(st.integers(1, 12))
        more["arrears"] = draw(st.sampled_from(["moved", "kept"]))
    on = START + timedelta(days=draw(st.integers(0, 58)))
    if kind == "reschedule" and draw(st.booleans()):
        more["first_due"] = on + timedelta(days=draw(st.integers(0, 50)))
    elif kind == "reschedule":
        more["holiday"] = draw(st.integers(1, 3))
    return Change(on, kind, draw(st.integers(1, 99)), **more)


@st.composite
def lent(draw: st.DrawFn) -> tuple[Terms, Loan]:
    money = draw(st.lists(st.tuples(DAYS, st.integers(1, 300_000)), max_size=6))
    fees = draw(st.lists(st.tuples(DAYS, DAYS, st.integers(1, 5_000)), max_size=2))
    loan = Loan(
        (),
        tuple(Charge("fees", d, a, x, n) for n, (d, a, x) in enumerate(fees)),
        tuple(Payment(d, x, n) for n, (d, x) in enumerate(money, 1)),
    )
    return parse_terms(draw(TERMS)), loan


def outstanding(instalments, loan, day):
    state = state_of(replace(loan, instalments=instalments), day)
    paid = sum(p.split["principal"] for p in state.payments)
    return sum(i.principal for i in instalments) - paid, state


@settings(max_examples=120, deadline=None)
@given(lent(), changes(), st.integers(50_000, 900_000))
def test_a_change_conserves_what_is_outstanding_and_what_was_paid(
    terms_and_loan, change, principal
):
    terms, loan = terms_and_loan
    known = replace(loan, payments=tuple(p for p in loan.payments if p.on < change.on))
    eve = change.on - timedelta(days=1)
    before = schedule_at(principal, START, terms, known, [], change.on)
    after = schedule_at(principal, START, terms, known, [change], change.on)
    assert sum(i.principal for i in before) == sum(i.principal for i in after) == principal
    assert all(i.principal >= 0 and i.interest >= 0 for i in after)
    left, was = outstanding(before, known, eve)
    now, state = outstanding(after, known, eve)
    assert (now, [p.split for p in state.payments]) == (left, [p.split for p in was.payments])


@settings(max_examples=80, deadline=None)
@given(
    lent(), st.lists(changes(), max_size=2), st.integers(0, 420), st.randoms(use_true_random=False)
)
def test_any_order_of_arrival_gives_the_same_schedule(terms_and_loan, made, days, random):
    terms, loan = terms_and_loan
    made = [replace(c, event_id=n) for n, c in enumerate(made)]
    day = START + timedelta(days=days)
    mixed = replace(
        loan,
        payments=tuple(random.sample(loan.payments, len(loan.payments))),
        charges=tuple(random.sample(loan.charges, len(loan.charges))),
    )
    one = schedule_at(600_000, START, terms, loan, made, day)
    assert one == schedule_at(600_000, START, terms, mixed, random.sample(made, len(made)), day)
    assert sum(i.principal for i in one) == 600_000
