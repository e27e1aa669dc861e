from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.casefile.types import PromiseStatus
from doorstep.negotiation.rules.affordability import assess
from doorstep.negotiation.rules.ladder import LONGEST, kept, offers
from doorstep.negotiation.rules.paydays import pay_days
from doorstep.negotiation.rules.watching import outcome_of
from doorstep.negotiation.types import (
    ArrangementStatus,
    Budget,
    EndReason,
    Fit,
    NegotiationError,
    Rhythm,
)

DAY = date(2026, 11, 24)
LINA = Budget(
    "CNY", "CN", income=420_000, adults=1, children=1, housing=90_000, living=110_000,
    health=10_000, regular=30_000, pay_day=10,
)  # fmt: skip

BUDGETS = st.builds(
    Budget,
    currency=st.just("CNY"),
    country=st.just("CN"),
    income=st.integers(0, 2_000_000),
    other_income=st.integers(0, 500_000),
    adults=st.integers(1, 4),
    children=st.integers(0, 4),
    housing=st.integers(0, 400_000),
    living=st.integers(0, 500_000),
    other_debts=st.integers(0, 300_000),
    regular=st.integers(0, 100_000),
    rhythm=st.sampled_from(Rhythm),
    pay_day=st.integers(1, 7),
)
ARREARS = st.integers(1, 3_000_000)


def test_the_protected_amount_is_kept_even_where_less_was_said():
    """One adult and a child keep 2,000; 4,200 - 2,000 - 1,000 - 300 leaves 900 yuan."""
    left = assess(LINA, DAY)
    assert (left.protected.amount, left.living, left.surplus) == (200_000, 200_000, 90_000)
    assert all("CN-ENF-01" in text for text in left.protected.sources.values())


def test_living_that_costs_more_than_the_floor_counts_as_said():
    left = assess(replace(LINA, living=260_000), DAY)
    assert (left.living, left.surplus, left.short) == (260_000, 30_000, 0)


def test_what_is_missing_is_said_and_nothing_is_offered():
    left = assess(replace(LINA, income=200_000), DAY)
    assert (left.surplus, left.short) == (0, 130_000)
    assert offers(120_000, LINA, left, DAY) == []


def test_an_unknown_country_has_no_floor_and_so_no_plan():
    with pytest.raises(NegotiationError, match=r"living\.toml"):
        assess(replace(LINA, country="XX"), DAY)


@pytest.mark.parametrize("name", ["income", "housing", "regular"])
def test_less_than_nothing_is_refused_by_name(name):
    with pytest.raises(NegotiationError, match=name):
        assess(replace(LINA, **{name: -1}), DAY)


def test_the_ladder_of_li_na():
    """1,200 yuan with 900 left: 450, 670 or 900 a month; never all at once."""
    found = offers(120_000, LINA, assess(LINA, DAY), DAY)
    assert [(o.key, o.fit, [p.amount for p in o.payments]) for o in found] == [
        ("monthly-50", Fit.EASY, [45_000, 45_000, 30_000]),
        ("monthly-75", Fit.FITS, [67_000, 53_000]),
    ]
    assert [p.due_on for p in found[0].payments] == [
        date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 10),
    ]  # fmt: skip


def test_everything_now_only_where_a_months_surplus_carries_it():
    left = assess(LINA, DAY)
    assert offers(90_000, LINA, left, DAY)[-1].key == "now"
    assert offers(90_000, LINA, left, DAY)[-1].payments[0].due_on == DAY
    assert "now" not in {o.key for o in offers(90_001, LINA, left, DAY)}


@settings(max_examples=300)
@given(BUDGETS, ARREARS)
def test_no_calendar_month_is_ever_above_the_surplus_and_the_sum_is_the_arrears(budget, arrears):
    left = assess(budget, DAY)
    for offer in offers(arrears, budget, left, DAY):
        months = Counter()
        for p in offer.payments:
            assert p.amount > 0
            months[p.due_on.year, p.due_on.month] += p.amount
        assert max(months.values()) <= left.surplus
        assert sum(p.amount for p in offer.payments) == arrears == offer.total
        assert len(offer.payments) <= LONGEST[offer.rhythm]
        days = [p.due_on for p in offer.payments]
        assert days == sorted(set(days))
        assert days[0] >= DAY


@settings(max_examples=200)
@given(BUDGETS, ARREARS)
def test_offers_are_ranked_and_each_is_different(budget, arrears):
    found = offers(arrears, budget, assess(budget, DAY), DAY)
    assert [o.kept for o in found] == sorted((o.kept for o in found), reverse=True)
    assert len({o.key for o in found}) == len(found)


@given(BUDGETS, ARREARS, st.integers(1, 100_000))
def test_more_income_never_takes_an_easier_plan_away(budget, arrears, more):
    def longest(b: Budget) -> int | None:
        found = [o for o in offers(arrears, b, assess(b, DAY), DAY) if o.key != "now"]
        return min((len(o.payments) for o in found), default=None)

    before, after = longest(budget), longest(replace(budget, income=budget.income + more))
    assert before is None or (after is not None and after <= before)


def test_taking_more_and_lasting_longer_both_lower_the_rule_of_thumb():
    assert kept(50, 3, Rhythm.MONTHLY) > kept(75, 3, Rhythm.MONTHLY)
    assert kept(50, 3, Rhythm.MONTHLY) > kept(50, 9, Rhythm.MONTHLY)


@pytest.mark.parametrize(
    ("after", "rhythm", "pay_day", "first"),
    [
        (DAY, Rhythm.MONTHLY, 24, date(2026, 12, 24)),
        (DAY, Rhythm.MONTHLY, 25, date(2026, 11, 25)),
        (date(2026, 12, 31), Rhythm.MONTHLY, 31, date(2027, 1, 31)),
        (DAY, Rhythm.WEEKLY, 2, date(2026, 12, 1)),
        (DAY, Rhythm.WEEKLY, 3, date(2026, 11, 25)),
    ],
)
def test_the_next_pay_day(after, rhythm, pay_day, first):
    assert pay_days(after, rhythm, pay_day, 1) == [first]


KEPT, PARTLY, BROKEN, OPEN = (
    PromiseStatus.KEPT, PromiseStatus.PARTLY, PromiseStatus.BROKEN, PromiseStatus.OPEN,

)  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "status", "why"),
    [
        ([KEPT, OPEN, OPEN], ArrangementStatus.ACTIVE, None),
        ([KEPT, BROKEN, OPEN], ArrangementStatus.ACTIVE, None),
        ([PARTLY, BROKEN, OPEN], ArrangementStatus.ENDED, EndReason.BROKEN),
        ([KEPT, KEPT, KEPT], ArrangementStatus.COMPLETED, None),
        ([KEPT, KEPT, BROKEN], ArrangementStatus.ENDED, EndReason.BROKEN),
    ],
)
def test_a_plan_survives_one_miss(statuses, status, why):
    assert outcome_of(statuses) == (status, why)
