"""Promises meet real money of the book."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import DAY, NINE, at, manager, stranger

from doorstep.book import api as book
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind, PromiseStatus
from doorstep.delinquency import api as delinquency
from doorstep.followup.api import ChaseReport, chase
from doorstep.followup.panels import promises as panel
from doorstep.kernel.money import Money
from doorstep.negotiation import api as negotiation
from doorstep.negotiation.types import Budget
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db


def promise(case, amount, due, when=NINE):
    return casefile.make_promise(
        case.id, amount=Money(amount, "CNY"), due_on=due, at=when, by="dan", source="call"
    )


def pays(loan, payment, on: date, amount, hour=12, verified=True):
    book.record_payment(
        SYSTEM, lender="bluebay", loan_id=loan, payment_id=payment, on=on,
        amount=Money(amount, "CNY"), at=at(hour, day=on), by="test", verified=verified,
    )  # fmt: skip


def states(case):
    found = casefile.promises_of(SYSTEM, [case.id])[case.id]
    return {p.id: (str(p.status), p.received) for p in found}


def day(n):
    return DAY + timedelta(days=n)


def run(n):
    """What the day after day `n` does in the morning: it looks back to the end of `n`."""
    return chase(day(n), at(7, day=day(n + 1)))


def test_kept_partly_and_broken(cases):
    lina, miran = cases["B1"], cases["B2"]
    kept = promise(lina, 50_000, day(3))
    part = promise(miran, 20_000, day(3))
    pays("L1", "X1", day(1), 50_000)
    pays("L2", "X2", day(2), 500)
    assert run(2) == ChaseReport(kept=1)
    assert run(3) == ChaseReport()
    assert run(4) == ChaseReport(partly=1)
    assert states(lina)[kept] == ("kept", 50_000)
    assert states(miran)[part] == ("partly", 500)
    again = promise(miran, 20_000, day(7), when=at(9, day=day(6)))
    assert run(8) == ChaseReport(broken=1)
    assert states(miran)[again] == ("broken", 0)
    newest = casefile.timeline(SYSTEM, miran.id)[0]
    assert (newest.kind, newest.data["status"]) == (FactKind.PROMISE_RESULT, "broken")


def test_a_second_call_finds_nothing_to_do(cases):
    promise(cases["B1"], 50_000, day(1))
    assert run(2) == ChaseReport(broken=1)
    assert run(2) == ChaseReport()


def test_paid_before_the_word_was_given_is_not_kept(cases):
    pays("L1", "X1", DAY, 50_000, hour=8)
    mine = promise(cases["B1"], 50_000, day(1), when=NINE)
    assert run(2) == ChaseReport(broken=1)
    assert states(cases["B1"])[mine] == ("broken", 0)


def test_unverified_money_and_money_taken_back_keep_nothing(cases):
    promise(cases["B1"], 50_000, day(1))
    promise(cases["B2"], 50_000, day(1))
    pays("L1", "X1", day(1), 50_000, verified=False)
    pays("L2", "X2", day(1), 50_000)
    book.reverse_payment(
        SYSTEM, lender="bluebay", payment_id="X2", reversal_id="R2", on=day(1),
        at=at(15, day=day(1)), by="test",
    )  # fmt: skip
    assert run(2) == ChaseReport(broken=2)


def test_a_word_outlives_its_case(cases):
    lina = cases["B1"]
    mine = promise(lina, 50_000, day(3))
    pays("L1", "X1", day(1), 103_000)
    book.run_ageing(day(1), at(20, day=day(1)))

    assert delinquency.refresh(day(1), at(20, day=day(1))).closed == 1
    assert run(2) == ChaseReport(kept=1)
    assert states(lina)[mine] == ("kept", 50_000)


BUDGET = Budget("CNY", "CN", income=420_000, housing=90_000, living=150_000, pay_day=28)


def test_the_instalments_of_a_plan_are_watched_to_its_end(cases):
    lina = cases["B1"]
    offer = negotiation.offers(SYSTEM, lina.id, BUDGET, DAY)[0]
    negotiation.agree(SYSTEM, lina.id, offer, BUDGET, at=NINE, by="dan")
    assert len(offer.payments) > 1
    for p in offer.payments:
        pays("L1", f"X{p.number}", p.due_on, p.amount)
    report = chase(offer.last_on, at(20, day=offer.last_on))
    assert report == ChaseReport(kept=len(offer.payments))
    assert negotiation.arrangement_of(SYSTEM, lina.id) is None
    kinds = [f.kind for f in casefile.timeline(SYSTEM, lina.id)]
    assert kinds.count(FactKind.ARRANGEMENT_ENDED) == 1


def test_the_panel_shows_promises_to_those_who_may_see_the_case(cases, cast):
    lina = cases["B1"]
    promise(lina, 50_000, day(1))
    html = panel(manager(cast), lina.id, day(1))
    assert "500.00" in html
    assert "today" in html
    assert panel(stranger(cast), lina.id, day(1)) is None
    assert panel(manager(cast), cases["B2"].id, day(1)) is None


def test_the_number_of_queries_before_settling_does_not_grow(cases, django_assert_max_num_queries):
    for n, case in enumerate(cases.values()):
        promise(case, 1_000 + n, day(9))
    with django_assert_max_num_queries(14):
        run(1)
    assert casefile.promises_due(SYSTEM, day(20))[0].status is PromiseStatus.OPEN
