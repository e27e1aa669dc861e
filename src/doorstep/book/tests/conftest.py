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
