from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.cast import NINE, people_of_the_cast

from doorstep.book import api as book
from doorstep.book.tests import files
from doorstep.delinquency import api
from doorstep.delinquency.types import CaseChanges
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    settings.INBOX = tmp_path / "inbox"
    return people_of_the_cast()


@pytest.fixture
def placed(cast, tmp_path):
    """The small placement: Li Na full and late, Kim Mi-ran late by stated balance, Wang unaged."""
    paths, plan = files.placement(tmp_path / "in", charges=[])
    book.import_placement(paths, plan, lender="bluebay", at=NINE, by="test")
    return cast


@pytest.fixture
def day(placed):
    """Age the book and refresh the cases of a day, as the cycle does."""

    def run(on: date) -> CaseChanges:
        at = _at(on)
        book.run_ageing(on, at)
        return api.refresh(on, at)

    return run


def _at(on: date) -> datetime:
    return NINE + timedelta(days=(on - NINE.date()).days)


@pytest.fixture
def pays(placed):
    def run(loan: str, payment: str, on: date, amount: int) -> None:
        book.record_payment(
            SYSTEM, lender="bluebay", loan_id=loan, payment_id=payment, on=on,
            amount=Money(amount, "CNY"), at=_at(on) + timedelta(hours=3), by="test",
        )  # fmt: skip

    return run
