"""The pure part of the portfolio: days, flows, cohorts, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.book.rules.portfolio import (
    Counts,
    Days,
    Move,
    Part,
    cells,
    end_of,
    every_day,
    first_of,
    flows,
    month_ends,
    month_of,
)

JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)


def test_a_month_end_that_was_not_aged_is_missing_and_no_other_day_stands_for_it():
    found = month_ends([JAN, date(2026, 2, 27), MAR])
    assert found == Days((JAN, MAR), (FEB,))


def test_nothing_is_missing_before_the_first_day_ever_aged():
    found = month_ends([FEB, MAR], since=date(2025, 1, 1))
    assert found == Days((FEB, MAR))


def test_the_running_month_is_seen_at_its_last_aged_day():
    assert month_ends([JAN, date(2026, 2, 9), date(2026, 2, 11)]).days == (JAN, date(2026, 2, 11))


def test_a_span_that_ends_within_a_month_misses_nothing_of_it():
    assert month_ends([JAN, FEB, MAR], until=date(2026, 3, 15)) == Days((JAN, FEB))


def test_the_end_of_the_running_month_is_not_missing_yet():
    twentieth = date(2026, 3, 20)
    assert month_ends([JAN, FEB, twentieth], until=MAR) == Days((JAN, FEB, twentieth))


def test_the_end_of_a_month_that_is_over_is_missing_though_the_span_ends_with_it():
    aged = [JAN, FEB, date(2026, 3, 20), date(2026, 4, 30)]
    assert month_ends(aged, until=MAR) == Days((JAN, FEB), (MAR,))


def test_days_that_were_left_out_are_named():
    found = every_day([date(2026, 1, 1), date(2026, 1, 4)])
    assert [d.day for d in found.missing] == [2, 3]


def test_no_days_at_all():
    assert month_ends([]) == Days(()) == every_day([])


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_months_go_there_and_back(day):
    month = month_of(day)
    assert first_of(month) <= day <= end_of(month)
    assert month_of(end_of(month)) == month == month_of(first_of(month))


def test_the_five_ways_of_a_bucket_by_hand():
    moves = [
        Move("CNY", "1-30", "31-60", 3, 300),
        Move("CNY", "1-30", "61-90", 1, 70),
        Move("CNY", "1-30", "1-30", 2, 200),
        Move("CNY", "1-30", "current", 5, 500),
        Move("CNY", "1-30", "settled", 4, 40),
        Move("CNY", "1-30", "written_off", 1, 10),
        Move("CNY", "1-30", "gone", 1, 100),
        Move("CNY", "31-60", "1-30", 1, 9),
        Move("USD", "1-30", "1-30", 7, 7),
        Move("CNY", "new", "1-30", 8, 8),
        Move("CNY", "unaged", "1-30", 6, 0),
        Move("CNY", "settled", "current", 1, 0),
    ]
    first, second, third = flows(JAN, FEB, moves)
    assert (first.currency, first.state, first.stock) == ("CNY", "1-30", Part(17, 1220))
    assert (first.forward, first.stayed) == (Part(4, 370), Part(2, 200))
    assert (first.eased, first.closed, first.gone) == (Part(5, 500), Part(5, 50), Part(1, 100))
    assert (second.state, second.eased) == ("31-60", Part(1, 9))
    assert (third.currency, third.stayed) == ("USD", Part(7, 7))


STATES = ["current", "1-30", "31-60", "180+", "settled", "written_off", "unaged", "new", "gone"]
MOVES = st.lists(
    st.builds(
        Move,
        st.sampled_from(["CNY", "USD"]),
        st.sampled_from([s for s in STATES if s != "gone"]),
        st.sampled_from([s for s in STATES if s != "new"]),
        st.integers(1, 1000),
        st.integers(0, 10**12),
    )
)


@given(MOVES)
def test_the_ways_add_up_to_the_opening_stock(moves):
    told = flows(JAN, FEB, moves)
    for f in told:
        mine = [m for m in moves if (m.currency, m.was) == (f.currency, f.state)]
        assert f.stock == Part(sum(m.loans for m in mine), sum(m.amount for m in mine))
        assert f.stock == f.forward + f.stayed + f.eased + f.closed + f.gone
    asked = {(m.currency, m.was) for m in moves}
    out = {"new", "unaged", "settled", "written_off"}
    assert {(f.currency, f.state) for f in told} == {a for a in asked if a[1] not in out}


def test_a_cohort_by_hand():
    """Ten loans of January; two more come in February. Three reach 30 days in February, one of
    them stands there still in March; one more reaches it then."""
    jan = (month_of(JAN), "CNY")
    counts = Counts(
        {jan: {jan[0]: Part(10, 1000), jan[0] + 1: Part(2, 200)}},
        {(30, jan): {jan[0] + 1: Part(3, 300), jan[0] + 2: Part(1, 100)}},
        {(30, jan): {jan[0] + 1: Part(3, 300), jan[0] + 2: Part(2, 200)}},
    )
    rows = cells(counts, Days((JAN, FEB, MAR)), [30])
    assert [(c.month, c.all.loans, c.ever.loans, c.now.loans) for c in rows] == [
        (0, 10, 0, 0),
        (1, 12, 3, 3),
        (2, 12, 4, 2),
    ]
    assert (rows[2].cohort, rows[2].on, rows[2].ever.amount) == (date(2026, 1, 1), MAR, 400)


@pytest.mark.parametrize("seen", [(JAN, MAR), (JAN, FEB, MAR)])
def test_a_month_not_seen_has_no_cell(seen):
    jan = (month_of(JAN), "CNY")
    rows = cells(Counts({jan: {jan[0]: Part(1, 1)}}, {}, {}), Days(seen), [30])
    assert [c.on for c in rows] == list(seen)
