"""A lender's file in, cases out: opened, escalated, eased and closed by themselves."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import DAY, NINE, manager, stranger

from doorstep.book import api as book
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.delinquency import api
from doorstep.delinquency.types import CaseChanges
from doorstep.people.api import create_mandate
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db
LINA_DUE = 100_000 + 3_000


def of(borrower: str):
    return next(c for c in casefile.open_cases(SYSTEM) if c.borrower_id == borrower)


def test_one_case_for_each_borrower_in_arrears_and_none_for_the_unaged(day):
    assert day(DAY) == CaseChanges(opened=2)
    lina, miran = of("B1"), of("B2")
    assert (lina.dpd, lina.bucket, lina.arrears, lina.payoff) == (84, "61-90", LINA_DUE, 206_000)
    assert (miran.dpd, miran.arrears, miran.payoff) == (16, 42_025, 122_025)
    assert (lina.country, lina.region, lina.zone) == ("CN", "Yanji", "Asia/Shanghai")
    assert (lina.language, miran.language) == ("zh-Hans", "ko")
    assert len({lina.reference, miran.reference}) == 2


def test_twice_on_a_day_changes_nothing(day):
    day(DAY)
    before = casefile.timeline(SYSTEM, of("B1").id)
    assert day(DAY) == CaseChanges()
    assert casefile.timeline(SYSTEM, of("B1").id) == before


def test_a_case_escalates_with_its_bucket_and_says_from_which(day):
    day(date(2026, 11, 24))
    assert day(date(2026, 12, 1)) == CaseChanges(escalated=1)
    newest = casefile.timeline(SYSTEM, of("B1").id)[0]
    assert newest.kind is FactKind.CASE_ESCALATED
    assert (newest.data["was"], newest.data["bucket"], newest.data["dpd"]) == (
        "61-90",
        "91-180",
        91,
    )


def test_a_part_payment_changes_the_numbers_and_no_more(day, pays):
    day(DAY)
    pays("L1", "part", DAY, 50_000)
    assert day(date(2026, 11, 25)) == CaseChanges()
    assert of("B1").arrears == LINA_DUE - 50_000


def test_a_case_eases_when_the_oldest_instalment_is_paid(day, pays):
    day(date(2026, 12, 10))
    pays("L1", "oldest", date(2026, 12, 10), LINA_DUE)
    assert day(date(2026, 12, 11)) == CaseChanges(eased=1)
    assert (of("B1").bucket, of("B1").dpd) == ("1-30", 10)


def test_a_case_closes_when_nothing_is_overdue_and_a_new_one_opens_when_it_is_again(day, pays):
    day(DAY)
    first = of("B1")
    pays("L1", "all", DAY, LINA_DUE)
    assert day(date(2026, 11, 25)) == CaseChanges(closed=1)
    closed = casefile.find_case(SYSTEM, first.id)
    assert (closed.status, closed.arrears, closed.closed_on) == ("closed", 0, date(2026, 11, 25))
    assert casefile.timeline(SYSTEM, first.id)[0].kind is FactKind.CASE_CLOSED
    assert day(date(2026, 12, 1)) == CaseChanges()
    assert day(date(2026, 12, 2)) == CaseChanges(opened=1)
    assert of("B1").id != first.id


def test_nothing_is_overdue_on_the_due_day_itself(day, pays):
    pays("L1", "all", DAY, LINA_DUE)
    day(date(2026, 12, 1))
    assert [c.borrower_id for c in casefile.open_cases(SYSTEM)] == ["B2"]


def test_cases_fall_under_the_mandate_that_covers_them_and_strangers_see_none(day, placed):
    day(DAY)
    assert {c.borrower_id for c in casefile.open_cases(manager(placed))} == {"B1", "B2"}
    assert casefile.open_cases(stranger(placed)) == []


def test_outside_the_mandate_the_lenders_own_team_works(day, placed):
    create_mandate(
        "bluebay-doorway", lender="bluebay", agency="doorway", starts_on=date(2026, 8, 1),
        scope={"regions": ["Tumen"]},
    )  # fmt: skip
    day(DAY)
    assert (of("B1").agency_id, of("B2").agency_id) == (None, placed.doorway)


def test_a_day_that_was_not_aged_is_refused(placed):
    with pytest.raises(api.NotAgedError, match="2026-11-24"):
        api.refresh(DAY, None)


def test_the_number_of_queries_does_not_grow_with_the_cases(day, django_assert_max_num_queries):
    book.run_ageing(DAY, NINE)
    with django_assert_max_num_queries(16):
        api.refresh(DAY, NINE)
