from __future__ import annotations

import pytest
from tests.cast import NINE, people_of_the_cast

from doorstep.book import api as book
from doorstep.book.tests import files
from doorstep.casefile import api as casefile
from doorstep.delinquency import api as delinquency
from doorstep.people.types import SYSTEM


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    settings.INBOX = tmp_path / "inbox"
    return people_of_the_cast()


@pytest.fixture
def cases(cast, tmp_path):
    """Cases of Li Na (B1) and Kim Mi-ran (B2), opened from the small placement."""
    paths, plan = files.placement(tmp_path / "in", charges=[])
    book.import_placement(paths, plan, lender="bluebay", at=NINE, by="test")
    book.run_ageing(NINE.date(), NINE)
    delinquency.refresh(NINE.date(), NINE)
    return {c.borrower_id: c for c in casefile.open_cases(SYSTEM)}
