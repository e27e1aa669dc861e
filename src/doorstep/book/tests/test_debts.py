"""Several debts of one person by article 560 of the Civil Code: the rule by itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.book.rules.debts import Debt, divide, split_among
from doorstep.book.types import BookError

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def paid(amount, *debts, chosen=()):
    shares, left = split_among(amount, debts, chosen)
    return [(s.debt_id, s.amount, s.why) for s in shares], left


def test_the_debtors_word_comes_before_everything_else():
    old, new = Debt("old", 100, due_on=MAY), Debt("new", 0, 80, later_on=JUNE)
    assert paid(90, old, new, chosen=["new"]) == ([("new", 80, "chosen"), ("old", 10, "due")], 0)


def test_among_several_named_together_the_steps_of_the_law_decide_not_the_order_of_naming():
    a, b = Debt("a", 0, 100), Debt("b", 60, 40, due_on=JUNE)
    shares = [("b", 60, "chosen"), ("a", 7, "chosen"), ("b", 3, "chosen")]
    assert paid(70, a, b, Debt("c", 500), chosen=["a", "b"]) == (shares, 0)
    assert paid(70, b, Debt("c", 500), a, chosen=["b", "a"]) == (shares, 0)


def test_what_is_due_comes_before_what_is_not():
    later = Debt("a", 0, 500, later_on=MAY)
    due = Debt("b", 100, 50, due_on=JUNE, security=Fraction(1))
    assert paid(120, later, due) == ([("b", 100, "due"), ("a", 20, "later")], 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"security": Fraction(0), "due_on": JUNE}, {"security": Fraction(1, 2), "due_on": MAY}),
        ({"burden": Fraction(24, 100), "due_on": JUNE}, {"burden": Fraction(8, 100)}),
        ({"due_on": MAY}, {"due_on": JUNE}),
        ({"security": Fraction(1, 3)}, {"security": Fraction(1, 2), "burden": Fraction(1)}),
        ({"burden": Fraction(24, 100), "due_on": MAY}, {"burden": None, "due_on": JUNE}),
        ({"burden": None, "due_on": MAY}, {"burden": Fraction(24, 100), "due_on": JUNE}),
    ],
    ids=[
        *("least security", "heaviest", "first due", "security before burden"),
        *("one burden unknown", "the other unknown"),
    ],
)
def test_among_due_debts_security_then_burden_then_day(first, second):
    a, b = Debt("z", 100, **first), Debt("a", 100, **second)
    assert paid(150, a, b) == ([("z", 100, "due"), ("a", 50, "due")], 0)
    assert paid(150, b, a) == paid(150, a, b)


def test_debts_not_due_follow_the_same_steps():
    a, b = Debt("a", 0, 100, later_on=JUNE), Debt("b", 0, 100, later_on=MAY)
    assert paid(150, a, b) == ([("b", 100, "later"), ("a", 50, "later")], 0)


def test_equal_debts_are_paid_in_proportion_to_the_unit():
    three = [Debt(x, 100, due_on=MAY) for x in "abc"]
    shares, left = paid(100, *three)
    assert shares == [("a", 34, "proportion"), ("b", 33, "proportion"), ("c", 33, "proportion")]
    assert left == 0
    assert paid(90, Debt("a", 100), Debt("b", 200))[0] == [
        ("a", 30, "proportion"),
        ("b", 60, "proportion"),
    ]


def test_equal_debts_that_are_paid_whole_are_not_paid_in_proportion():
    assert paid(300, Debt("a", 100), Debt("b", 200))[0] == [("a", 100, "due"), ("b", 200, "due")]


def test_what_nothing_is_owed_for_is_credit_of_the_debt_paid_last():
    assert paid(150, Debt("a", 100)) == ([("a", 100, "due")], 50)
    found = divide(200, [Debt("a", 100, due_on=MAY), Debt("b", 20, 30, due_on=JUNE)])
    assert [(p.debt_id, p.amount) for p in found] == [("a", 100), ("b", 100)]
    assert found[1].grounds == (("due", 20), ("later", 30), ("credit", 50))


def test_where_nothing_is_owed_only_a_single_debt_or_a_word_tells_whose_credit_it_is():
    assert divide(5, [Debt("a"), Debt("b")]) == ()
    assert divide(5, []) == ()
    assert divide(5, [Debt("a")])[0].grounds == (("credit", 5),)
    assert divide(5, [Debt("a"), Debt("b")], {"b"})[0].debt_id == "b"
    assert divide(5, [Debt("a"), Debt("b")], {"a", "b"}) == ()


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
        st.sampled_from([MAY, JUNE]),
        st.sampled_from([Fraction(0), Fraction(1, 2)]),
        st.sampled_from([Fraction(0), Fraction(1, 10), None]),
    ),
    unique_by=lambda d: d.debt_id,
    min_size=1,
)


@st.composite
def _cases(draw):
    debts = draw(_DEBTS)
    chosen = draw(st.sets(st.sampled_from([d.debt_id for d in debts])))
    return draw(st.integers(1, 9000)), debts, chosen


@given(_cases(), st.randoms(use_true_random=False))
def test_no_unit_is_made_or_lost_and_the_order_of_telling_does_not_matter(case, random):
    amount, debts, chosen = case
    shares, left = split_among(amount, debts, chosen)
    assert sum(s.amount for s in shares) + left == amount
    assert left == max(0, amount - sum(d.due + d.later for d in debts))
    portions = divide(amount, debts, chosen)
    if portions:
        assert sum(p.amount for p in portions) == amount
    owed = {d.debt_id: d.due + d.later for d in debts}
    for p in portions:
        credit = sum(x for why, x in p.grounds if why == "credit")
        assert p.amount - credit <= owed[p.debt_id]
        assert credit in {0, left}
    shuffled = list(debts)
    random.shuffle(shuffled)
    assert split_among(amount, shuffled, sorted(chosen)) == (shares, left)
    assert divide(amount, shuffled, chosen) == portions


@given(_cases())
def test_nothing_is_paid_before_its_turn(case):
    """Chosen before others, due before later: a part is touched only when all before it are met."""
    amount, debts, chosen = case
    shares, _ = split_among(amount, debts, chosen)
    rest = [d for d in debts if d.debt_id not in chosen]
    said = sum(s.amount for s in shares if s.debt_id in chosen)
    due = sum(min(sum(s.amount for s in shares if s.debt_id == d.debt_id), d.due) for d in rest)
    others = sum(s.amount for s in shares if s.debt_id not in chosen)
    if others:
        assert said == sum(d.due + d.later for d in debts if d.debt_id in chosen)
    if others > due:
        assert due == sum(d.due for d in rest)


def test_the_worked_numbers_of_the_docs():
    def loans(rate):
        day = {"due_on": date(2026, 9, 1), "later_on": date(2026, 12, 1)}
        return [
            Debt("LOAN-10001", 104_500, 100_000, burden=Fraction(rate, 100), **day),
            Debt("LOAN-10003", 103_000, 100_000, burden=Fraction(14, 100), **day),
        ]

    def told(amount, rate=13, chosen=()):
        found = divide(amount, loans(rate), chosen)
        return {p.debt_id[-1]: p.grounds for p in found}

    assert told(110_000) == {"3": (("due", 103_000),), "1": (("due", 7_000),)}
    assert told(300_000) == {
        "3": (("due", 103_000), ("later", 92_500)),
        "1": (("due", 104_500),),
    }
    assert told(210_000, chosen=["LOAN-10001"]) == {
        "1": (("chosen", 104_500), ("chosen", 100_000)),
        "3": (("due", 5_500),),
    }
    assert told(450_000) == {
        "3": (("due", 103_000), ("later", 100_000)),
        "1": (("due", 104_500), ("later", 100_000), ("credit", 42_500)),
    }
    assert told(30_000, rate=14) == {
        "1": (("proportion", 15_108),),
        "3": (("proportion", 14_892),),
    }
