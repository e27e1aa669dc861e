from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cast import DAY, NINE, at, case_of, people_of_the_cast

from doorstep.book.api import MoneyIn
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.followup import api as followup
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db
COIN = MoneyIn(DAY, at(8), 5_000, "CNY", "P-1", "L-1")


@pytest.fixture
def story(monkeypatch):
    """Li Na's case and a purse that the test fills: what the book would answer."""
    cast = people_of_the_cast()
    case = case_of(cast)
    purse = []
    monkeypatch.setattr(
        "doorstep.book.api.verified_money",
        lambda keys, since=None: {(cast.bluebay, "B-LINA"): list(purse)},
    )
    return case, purse


def told(case):
    return [
        (f.kind, f.data.get("payment"), f.data.get("amount"))
        for f in reversed(casefile.timeline(SYSTEM, case))
        if f.kind in {FactKind.PAYMENT, FactKind.PAYMENT_REVERSED}
    ]


def test_money_is_told_once_at_the_instant_it_came(story):
    case, purse = story
    purse.append(COIN)
    assert followup.note_money(NINE) == 1
    assert followup.note_money(NINE + timedelta(days=1)) == 0
    assert told(case) == [(FactKind.PAYMENT, "P-1", 5_000)]
    fact = next(f for f in casefile.timeline(SYSTEM, case) if f.kind is FactKind.PAYMENT)
    assert fact.at == at(8)


def test_money_taken_back_is_told_too_and_may_come_again(story):
    case, purse = story
    purse.append(COIN)
    followup.note_money(NINE)
    purse.clear()
    assert followup.note_money(at(10)) == 1
    assert followup.note_money(at(11)) == 0
    purse.append(COIN)
    followup.note_money(at(12))
    assert sorted(k for k, _, _ in told(case)) == ["payment", "payment", "payment_reversed"]


def test_money_from_before_the_case_is_not_its_story(story):
    case, purse = story
    purse.append(replace(COIN, on=DAY - timedelta(days=1)))
    assert followup.note_money(NINE) == 0
    assert told(case) == []
