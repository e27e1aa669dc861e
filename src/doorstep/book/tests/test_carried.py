"""A schedule that follows the money: what is left of the past says as much as the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.changes import schedule_at
from doorstep.book.tests.strategies import ORDERS
from doorstep.book.tests.test_changes import START, lent
from doorstep.book.types import AllocationOrder, Event, Payment


@settings(max_examples=120, deadline=None)
@given(
    lent(),
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-8, 8)), min_size=8, max_size=12),
    st.integers(200, 420),
    st.none() | st.builds(AllocationOrder, ORDERS, ORDERS),
    st.sampled_from([(), ((9, 2),), ((9, 2), (3, 4))]),
)
def test_what_is_done_with_needs_no_second_look(terms_and_loan, habits, days, order, undone):
    """Payments near or far from each due day, of the instalment or more or less, some taken back:
    what is left of the past says as much as the past."""
    terms, loan = terms_and_loan
    if terms.recalculate is None:
        return
    terms = replace(terms, instalments=12, grace_interest=0)
    plain = schedule_at(600_000, START, replace(terms, recalculate=None), loan, [], START)
    usual = tuple(
        Payment(
            row.due + timedelta(days=shift),
            max(1, row.principal + row.interest + 5_000 * more),
            100 + n,
        )
        for n, (row, (shift, more)) in enumerate(zip(plain, habits, strict=False))
    )
    back = tuple(
        Event(usual[k].on + timedelta(days=later), "reversal", "", None, 100 + k, 50 + k)
        for k, later in undone
        if k < len(usual)
    )
    quiet = (Event(START, "pause", event_id=1), Event(START, "re_age", event_id=2), *back)
    loan = replace(loan, order=order, events=quiet if undone else ())
    loan = replace(loan, payments=(*loan.payments[:1], *usual))
    day = START + timedelta(days=days)
    quick = schedule_at(600_000, START, terms, loan, [], day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("doorstep.book.rules.recalculation._CHAPTER", 10**6)
        assert schedule_at(600_000, START, terms, loan, [], day) == quick
