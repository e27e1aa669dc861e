"""While the lender's own system states a lower figure, the case demands that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import DAY, NINE

from doorstep.book import api as book
from doorstep.book.tests import files
from doorstep.casefile import api as casefile
from doorstep.delinquency import api
from doorstep.people.types import SYSTEM

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def told(cast, tmp_path):
    """The lender's own system says that Li Na owes `principal` of the one instalment due."""

    def take(principal):
        stated = {
            "stated_on": YESTERDAY.isoformat(), "dpd": "83", "owed_principal": principal,
            "owed_interest": "30.00" if principal != "0" else "0",
        }  # fmt: skip
        loans = [{**files.LOANS[0], **stated}, *files.LOANS[1:]]
        paths, plan = files.placement(tmp_path / principal, loans=loans, charges=[])
        book.import_placement(paths, plan, lender="bluebay", at=NINE, by="test")
        book.run_ageing(DAY, NINE)
        book.prove(DAY, NINE)
        return api.refresh(DAY, NINE)

    return take


def arrears():
    return {c.borrower_id: c.arrears for c in casefile.open_cases(SYSTEM)}.get("B1")


def test_the_lower_figure_is_demanded_and_ours_again_when_they_agree(told):
    told("400.00")
    assert arrears() == 43_000
    told("1000.00")
    assert arrears() == 103_000


def test_nobody_is_chased_for_what_the_lender_says_is_paid(told):
    assert told("0").opened == 1
    assert arrears() is None
