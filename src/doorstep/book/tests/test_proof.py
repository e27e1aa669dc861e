"""The daily proof: the lender's own figure beside ours, and the lower one demanded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorstep.book import api
from doorstep.book.models import LenderDifference
from doorstep.book.rules.difference import Cause, Figures, cause_of, held_back
from doorstep.book.tests import files as f
from doorstep.kernel.money import COMPONENTS, Money
from doorstep.people.models import User
from doorstep.people.types import SYSTEM

DAY = f.AT.date()
YESTERDAY = DAY - timedelta(days=1)
OURS = {"stated_on": YESTERDAY.isoformat(), "owed_principal": "1000.00", "owed_interest": "30.00",
        "owed_fees": "15.00", "dpd": "83"}  # fmt: skip


def stating(**figures):
    return [{**f.LOANS[0], **OURS, **figures}, *f.LOANS[1:]]


def figures(ours, theirs, *payments):
    def whole(given):
        return {c: given.get(c, 0) for c in COMPONENTS}

    return Figures(DAY, whole(ours), whole(theirs), payments)


@pytest.mark.parametrize(
    ("ours", "theirs", "payments", "cause"),
    [
        ({"fees": 10, "principal": 90}, {"principal": 100}, (), Cause.SPLIT),
        ({"principal": 100}, {"principal": 150}, ((DAY, 50),), Cause.PAYMENT_NOT_THERE),
        ({"principal": 100}, {"principal": 180},
         ((DAY, 50), (DAY - timedelta(days=1), 30)), Cause.PAYMENT_NOT_THERE),
        ({"principal": 100}, {"principal": 150},
         ((DAY - timedelta(days=40), 50),), Cause.UNKNOWN),
        ({"principal": 100}, {"principal": 40}, (), Cause.PAYMENT_NOT_HERE),
        ({"fees": 20, "principal": 100}, {"principal": 100}, (), Cause.CHARGES),
        ({"interest": 20}, {"interest": 25}, (), Cause.INTEREST),
    ],
)  # fmt: skip
def test_the_likely_cause(ours, theirs, payments, cause):
    assert cause_of(figures(ours, theirs, *payments)) is cause


def test_only_what_we_would_demand_more_is_held_back():
    assert held_back(figures({"principal": 100}, {"principal": 40})) == 60
    assert held_back(figures({"principal": 40}, {"principal": 100})) == 0


def test_equal_figures_leave_no_row(take):
    take(loans=stating())
    report = api.prove(DAY, f.AT)
    assert (report.compared, report.differing) == (1, 0)
    assert not LenderDifference.objects.exists()


def test_a_lower_figure_of_the_lender_is_held_back_until_they_agree(take, cast):
    take(loans=stating(owed_principal="400.00"))
    first = api.prove(DAY, f.AT)
    assert (first.differing, first.new) == (1, 1)
    assert api.prove(DAY, f.AT).new == 0
    assert api.held_back() == {(cast.bluebay, "L1"): 60000}
    found = api.difference_of(SYSTEM, cast.bluebay, "L1")
    assert (found.our_total, found.their_total, found.cause) == (
        104500, 44500, Cause.PAYMENT_NOT_HERE
    )  # fmt: skip
    after = DAY + timedelta(days=1)
    take("later", loans=stating(stated_on=DAY.isoformat()))
    last = api.prove(after, f.AT)
    assert (last.differing, last.gone) == (0, 1)
    assert LenderDifference.objects.get().ended_on == after
    assert api.held_back() == {}


def test_a_difference_that_stays_keeps_the_day_it_began(take):
    take(loans=stating(owed_fees="0"))
    api.prove(DAY, f.AT)
    take("later", loans=stating(owed_fees="5.00", stated_on=DAY.isoformat()))
    api.prove(DAY + timedelta(days=1), f.AT)
    row = LenderDifference.objects.get()
    assert (row.since, row.stated_on, row.held_back, row.cause) == (DAY, DAY, 1000, Cause.CHARGES)


def test_a_payment_the_lender_has_not_booked_yet_is_named_as_the_likely_cause(take):
    take(loans=stating())
    api.record_payment(
        SYSTEM, lender="bluebay", loan_id="L1", payment_id="LIVE1", on=YESTERDAY,
        amount=Money(50000, "CNY"), at=f.AT, by="test",
    )  # fmt: skip
    api.prove(DAY, f.AT)
    row = LenderDifference.objects.get()
    assert (row.cause, row.held_back, row.gap) == (Cause.PAYMENT_NOT_THERE, 0, -50000)


def test_old_statements_and_summary_loans_are_not_proven(take):
    take(loans=stating(stated_on=(DAY - timedelta(days=8)).isoformat()))
    assert api.prove(DAY, f.AT).compared == 0


def test_page_shows_both_figures_to_its_own_people_only(take, client):
    take(loans=stating(owed_principal="400.00"))
    api.run_ageing(DAY, f.AT)
    api.prove(DAY, f.AT)
    client.force_login(User.objects.get(username="min"))
    page = client.get("/differences/").content.decode()
    assert "1,045.00" in page
    assert "445.00" in page
    assert "600.00" in client.get("/loans/bluebay/L1/statement/").content.decode()
    client.force_login(User.objects.get(username="pia"))
    assert ">L1<" not in client.get("/differences/").content.decode()
