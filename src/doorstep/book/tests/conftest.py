from __future__ import annotations

import pytest
from tests.cast import people_of_the_cast

from doorstep.book import api
from doorstep.book.tests import files as f


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    settings.INBOX = tmp_path / "inbox"
    return people_of_the_cast()


@pytest.fixture
def take(cast, tmp_path):
    """Import the small placement, with some tables replaced."""

    def run(folder="in", **tables):
        paths, plan = f.placement(tmp_path / folder, **tables)
        return api.import_placement(paths, plan, lender="bluebay", at=f.AT, by="test")

    return run


@pytest.fixture
def bank_book(cast, take):
    """Bluebay's book, aged: Li Na owes on two loans, Kim Mi-ran on one, Wang Wei's is settled."""
    loans = [
        {**f.LOANS[0], "loan_id": "LOAN-10001"},
        {**f.LOANS[1], "loan_id": "LOAN-10002"},
        {**f.LOANS[0], "loan_id": "LOAN-10003", "disbursed_on": "2026-08-01"},
        {**f.LOANS[2], "loan_id": "LOAN-10009"},
    ]
    rows = [{**r, "loan_id": "LOAN-10001"} for r in f.INSTALMENTS]
    rows += [{**r, "loan_id": "LOAN-10003"} for r in f.INSTALMENTS[1:]]
    rows.append({"loan_id": "LOAN-10009", "number": "1", "due": "2026-10-01",
                 "principal": "500.00", "interest": "0"})  # fmt: skip
    money = [
        {**f.PAYMENTS[0], "loan_id": "LOAN-10001"},
        {"loan_id": "LOAN-10009", "payment_id": "PAY9", "on": "2026-10-01", "amount": "500.00"},
    ]
    charges = [{**f.CHARGES[0], "loan_id": "LOAN-10001"}]
    take("bank", loans=loans, instalments=rows, payments=money, charges=charges)
    api.run_ageing(f.AT.date(), f.AT)
    return cast
