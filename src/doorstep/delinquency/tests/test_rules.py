from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.delinquency.rules.mandates import Scope, mandate_for
from doorstep.delinquency.rules.places import zone_of
from doorstep.delinquency.rules.standing import standings

ROW = {
    "lender": "bluebay", "lender_id": 1, "loan_id": "L1", "borrower_id": "B1", "product": "cash",
    "currency": "CNY", "dpd": 12, "credit": 0, "payoff": 90_000, "due_costs": 0, "due_fees": 0,
    "due_penalties": 500, "due_interest": 1_000, "due_principal": 20_000,
}  # fmt: skip
KEY = (1, "B1")


def test_loans_of_one_borrower_make_one_standing():
    other = ROW | {"loan_id": "L2", "dpd": 70, "product": "card"}
    quiet = ROW | {"loan_id": "L3", "dpd": 0, "due_penalties": 0, "due_interest": 0}
    quiet |= {"due_principal": 0}
    found = standings([ROW, other, quiet])
    assert list(found) == [KEY]
    assert (found[KEY].dpd, found[KEY].bucket, found[KEY].arrears, found[KEY].payoff) == (
        70, "61-90", 43_000, 270_000,
    )  # fmt: skip
    assert found[KEY].products == {"cash", "card"}


@pytest.mark.parametrize(
    "change", [{"dpd": 0}, {"dpd": None, "due_principal": None}, {"credit": 21_500}]
)
def test_due_today_unaged_and_covered_by_credit_are_not_overdue(change):
    assert standings([ROW | change]) == {}


def test_a_loan_in_another_currency_is_not_added_up():
    foreign = ROW | {"loan_id": "L2", "currency": "USD", "dpd": 300, "due_principal": 100}
    assert standings([ROW, foreign])[KEY].arrears == 21_500
    assert standings([ROW, foreign])[KEY].dpd == 12


LOANS = st.lists(
    st.builds(
        lambda n, b, d, due, credit: ROW
        | {"loan_id": n, "borrower_id": b, "dpd": d, "due_principal": due, "credit": credit},
        st.integers(0, 99), st.sampled_from("AB"), st.none() | st.integers(0, 400),
        st.integers(0, 9_000), st.integers(0, 9_000),
    ),
    max_size=8,
)  # fmt: skip


@given(LOANS, st.randoms(use_true_random=False))
def test_the_order_of_loans_does_not_matter_and_arrears_are_never_negative(rows, random):
    found = standings(rows)
    assert standings(random.sample(rows, len(rows))) == found
    assert all(s.arrears > 0 and s.dpd > 0 for s in found.values())


STANDING = standings([ROW])[KEY]


@pytest.mark.parametrize(
    ("covers", "taken"),
    [
        ({}, True),
        ({"products": ["cash"]}, True),
        ({"products": ["card"]}, False),
        ({"buckets": ["1-30"], "regions": ["Yanji"]}, True),
        ({"buckets": ["31-60"]}, False),
        ({"regions": ["Tumen"]}, False),
    ],
)
def test_a_mandate_covers_by_product_bucket_and_region(covers, taken):
    scope = Scope(7, 1, 9, covers)
    assert (mandate_for([scope], 1, STANDING, "Yanji") is scope) is taken
    assert mandate_for([scope], 2, STANDING, "Yanji") is None


def test_two_products_need_a_mandate_that_covers_both():
    both = replace(STANDING, products=frozenset({"cash", "card"}))
    assert mandate_for([Scope(7, 1, 9, {"products": ["cash"]})], 1, both, "") is None


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("CN", "Xinjiang", "Asia/Shanghai"),
        ("KR", "", "Asia/Seoul"),
        ("US", "Texas", ""),
        ("US", "America/Chicago", "America/Chicago"),
        ("", "Yanji", ""),
    ],
)
def test_a_zone_is_told_only_where_it_is_certain(country, region, zone):
    assert zone_of(country, region) == zone
