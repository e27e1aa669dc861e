"""A mandate that names regions opens the loans of borrowers who live there, and no others."""

from __future__ import annotations

import pytest

from doorstep.book import api
from doorstep.book.models import Loan
from doorstep.book.services.payments import UnknownLoanError
from doorstep.book.tests import files as f
from doorstep.book.tests.test_loan_changes import person
from doorstep.kernel.money import Money
from doorstep.people.models import Mandate

DAY = f.AT.date()


@pytest.fixture
def agent(take, cast):
    """Of the agency whose mandate of Bluebay's loans names Yanji: L1's borrower lives there, L2's
    lives in Tumen."""
    take()
    Mandate.objects.filter(pk=cast.mandate).update(scope={"regions": ["Yanji"]})
    api.run_ageing(DAY, f.AT)
    return person("agent", "doorway")


def test_lists_and_rows_hold_loans_of_the_region_alone(agent, cast):
    assert [loan.loan_id for _, loan in api.list_loans(agent)] == ["L1"]
    assert [x.loan_id for x in api.loans_of(agent, cast.bluebay, "B1")] == ["L1"]
    assert api.loans_of(agent, cast.bluebay, "B2") == []
    rows = dict(Loan.objects.values_list("loan_id", "mandate_id"))
    assert rows["L1"] == cast.mandate
    assert rows["L2"] is None


def test_no_door_of_one_loan_opens_elsewhere(agent):
    assert api.loan_state(agent, "bluebay", "L1", DAY).loan.loan_id == "L1"
    for door in (api.loan_state, api.statement_of):
        with pytest.raises(UnknownLoanError):
            door(agent, "bluebay", "L2", DAY)
    with pytest.raises(UnknownLoanError):
        api.record_payment(
            agent, lender="bluebay", loan_id="L2", payment_id="X", on=DAY,
            amount=Money(100, "CNY"), at=f.AT, by="agent",
        )  # fmt: skip
