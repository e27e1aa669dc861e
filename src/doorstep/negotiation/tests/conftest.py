from __future__ import annotations

import pytest
from tests.cast import case_of, people_of_the_cast


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def lina(cast):
    """Li Na owes 1,200 yuan."""
    return case_of(cast)
