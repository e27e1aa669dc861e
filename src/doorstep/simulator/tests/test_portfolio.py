"""The invented portfolio: the same for the same arguments, plausible, and nobody's."""

from __future__ import annotations

from collections import Counter
from datetime import date

import phonenumbers
import pytest

from doorstep.simulator.rules.loans import add_months
from doorstep.simulator.rules.people import identity_number
from doorstep.simulator.rules.portfolio import make_portfolio
from doorstep.simulator.types import Portfolio, Temper

UNTIL = date(2026, 11, 24)


@pytest.fixture(scope="module")
def book() -> Portfolio:
    return make_portfolio(1, 1000, UNTIL)


def test_same_arguments_same_portfolio(book: Portfolio) -> None:
    assert make_portfolio(1, 1000, UNTIL) == book
    assert make_portfolio(2, 1000, UNTIL) != book


def test_a_larger_portfolio_begins_with_the_smaller(book: Portfolio) -> None:
    larger = make_portfolio(1, 1500, UNTIL)
    assert larger.loans[:900] == book.loans[:900]


def test_exactly_as_many_loans_as_asked(book: Portfolio) -> None:
    assert len(book.loans) == len({loan.id for loan in book.loans}) == 1000


def test_principal_of_the_schedule_is_the_loan(book: Portfolio) -> None:
    for loan in book.loans:
        assert sum(i.principal for i in loan.instalments) == loan.principal
        assert 1_000_00 <= loan.principal <= 20_000_00
        assert [i.due for i in loan.instalments] == sorted(i.due for i in loan.instalments)


def test_arrears_are_those_of_a_lender_who_lives(book: Portfolio) -> None:
    """Between five and fifteen borrowers in a hundred late, fewer in each older bucket."""
    paid = Counter[str]()
    for payment in book.payments:
        paid[payment.loan] += payment.amount
    late = Counter[int]()
    for loan in book.loans:
        left = paid[loan.id]
        for part in loan.instalments:
            left -= part.amount
            if left < 0 and part.due < UNTIL:
                late[(UNTIL - part.due).days // 90] += 1
                break
    assert 50 <= sum(late.values()) <= 180
    assert late[0] > late[1] > late[2]


def test_no_phone_can_ring_though_each_is_well_formed(book: Portfolio) -> None:
    for person in book.people:
        for point in person.points:
            if point.kind == "phone":
                parsed = phonenumbers.parse(point.value, "CN")
                assert phonenumbers.is_valid_number(parsed)
                assert str(parsed.national_number).startswith("4330")


def test_mail_goes_nowhere_and_addresses_are_in_yanbian(book: Portfolio) -> None:
    values = [(q.kind, q.value) for p in book.people for q in p.points]
    assert all(v.rsplit("@")[-1].startswith("example.") for k, v in values if k == "email")
    assert all(v.startswith("吉林省延边") for k, v in values if k == "address")


def test_some_addresses_are_not_on_the_map(book: Portfolio) -> None:
    homes = [q for p in book.people for q in p.points if q.kind == "address"]
    missing = sum(h.latitude is None for h in homes) / len(homes)
    assert 0.04 < missing < 0.11


def test_identity_numbers_check_but_belong_to_no_province() -> None:
    number = identity_number(date(1990, 1, 2), 7, "f")
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]
    digits = [10 if c == "X" else int(c) for c in number]
    assert sum(d * w for d, w in zip(digits, weights, strict=True)) % 11 == 1
    assert number.startswith("99")


def test_three_name_traditions_and_their_languages(book: Portfolio) -> None:
    assert {p.tradition for p in book.people} == {"han", "korean", "manchu"}
    assert {p.language for p in book.people} >= {"zh-Hans", "ko", "zh-Hant", "en"}
    assert {p.temper for p in book.people} == set(Temper)


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
