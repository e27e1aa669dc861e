"""Several debts of one person by article 560 of the Civil Code."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.book.rules.debts import Debt, split_among
from doorstep.book.types import BookError

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def paid(amount, *debts, chosen=()):
    shares, left = split_among(amount, debts, chosen)
    return [(s.debt_id, s.amount, s.why) for s in shares], left


def test_the_payers_word_comes_before_everything_else():
    old, new = Debt("old", 100, due_on=MAY), Debt("new", 0, 80, due_on=JUNE)
    assert paid(90, old, new, chosen=["new"]) == ([("new", 80, "chosen"), ("old", 10, "due")], 0)


def test_what_is_due_comes_before_what_is_not():
    later = Debt("a", 0, 500, due_on=MAY)
    due = Debt("b", 100, 50, due_on=JUNE, security=Fraction(1))
    assert paid(120, later, due) == ([("b", 100, "due"), ("a", 20, "later")], 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"security": Fraction(0), "due_on": JUNE}, {"security": Fraction(1, 2), "due_on": MAY}),
        ({"burden": Fraction(24, 100), "due_on": JUNE}, {"burden": Fraction(8, 100)}),
        ({"due_on": MAY}, {"due_on": JUNE}),
        ({"security": Fraction(1, 3)}, {"security": Fraction(1, 2), "burden": Fraction(1)}),
    ],
    ids=["least security", "heaviest", "first due", "security before burden"],
)
def test_among_due_debts_security_then_burden_then_day(first, second):
    a, b = Debt("z", 100, **first), Debt("a", 100, **second)
    assert paid(150, a, b) == ([("z", 100, "due"), ("a", 50, "due")], 0)
    assert paid(150, b, a) == paid(150, a, b)


def test_equal_debts_are_paid_in_proportion_to_the_unit():
    three = [Debt(x, 100, due_on=MAY) for x in "abc"]
    shares, left = paid(100, *three)
    assert shares == [("a", 34, "proportion"), ("b", 33, "proportion"), ("c", 33, "proportion")]
    assert left == 0
    assert paid(90, Debt("a", 100), Debt("b", 200))[0] == [
        ("a", 30, "proportion"),
        ("b", 60, "proportion"),
    ]


def test_what_nothing_is_owed_for_is_left():
    assert paid(150, Debt("a", 100)) == ([("a", 100, "due")], 50)
    assert paid(5) == ([], 5)


@pytest.mark.parametrize(
    ("amount", "debts", "chosen", "where"),
    [
        (0, [Debt("a", 1)], (), "amount"),
        (5, [Debt("a", 1), Debt("a", 2)], (), "debts"),
        (5, [Debt("a", 1)], ("b",), "chosen"),
        (5, [Debt("a", -1)], (), "debts"),
    ],
)
def test_what_cannot_be_split_is_refused(amount, debts, chosen, where):
    with pytest.raises(BookError) as refused:
        split_among(amount, debts, chosen)
    assert refused.value.where == where


_DEBTS = st.lists(
    st.builds(
        Debt,
        st.sampled_from("abcdefgh"),
        st.integers(0, 999),
        st.integers(0, 999),
        st.sampled_from([MAY, JUNE]),
        st.sampled_from([Fraction(0), Fraction(1, 2)]),
        st.sampled_from([Fraction(0), Fraction(1, 10)]),
    ),
    unique_by=lambda d: d.debt_id,
)


@given(st.integers(1, 5000), _DEBTS, st.randoms(use_true_random=False))
def test_no_unit_is_made_or_lost_and_the_order_of_telling_does_not_matter(amount, debts, random):
    shares, left = split_among(amount, debts)
    assert sum(s.amount for s in shares) + left == amount
    for debt in debts:
        got = sum(s.amount for s in shares if s.debt_id == debt.debt_id)
        assert 0 <= got <= debt.due + debt.later
    assert left == max(0, amount - sum(d.due + d.later for d in debts))
    shuffled = list(debts)
    random.shuffle(shuffled)
    assert split_among(amount, shuffled) == (shares, left)
