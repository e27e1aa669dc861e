"""The rule of promises, with the traps others fell into."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.casefile.types import PromiseStatus
from doorstep.followup.rules.keeping import GRACE, counts_for, results
from doorstep.followup.types import Coin, Word

DAY = date(2026, 11, 24)
KEPT, PARTLY, BROKEN, OPEN = (
    PromiseStatus.KEPT,
    PromiseStatus.PARTLY,
    PromiseStatus.BROKEN,
    PromiseStatus.OPEN,
)


def instant(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def word(n=1, *, amount=10_000, made=DAY, hour=6, due=3, status=OPEN, received=0) -> Word:
    return Word(
        UUID(int=n), amount, "CNY", made, instant(made, hour), made + timedelta(days=due), 1,
        status, received,
    )  # fmt: skip


def coin(on: date, amount=10_000, *, hour=12, n=1, currency="CNY") -> Coin:
    return Coin(f"P{n}", on, instant(on, hour), amount, currency)


def days(n: int) -> date:
    return DAY + timedelta(days=n)


def status(words, coins, as_of) -> list[tuple[PromiseStatus, int]]:
    return [(r.status, r.received) for r in results(words, coins, as_of)]


def test_paid_in_full_before_the_due_day_is_kept_at_once():
    assert status([word()], [coin(days(1))], days(1)) == [(KEPT, 10_000)]


def test_money_from_before_the_word_does_not_keep_it():
    yesterday, this_morning = coin(days(-1)), coin(DAY, hour=5)
    assert status([word()], [yesterday, this_morning], days(5)) == [(BROKEN, 0)]


def test_money_booked_late_but_dated_before_the_word_does_not_keep_it():
    late_booking = Coin("P1", days(-2), instant(days(1), 9), 10_000, "CNY")
    assert status([word()], [late_booking], days(5)) == [(BROKEN, 0)]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(2, (OPEN, 4_000)), (3, (OPEN, 4_000)), (4, (PARTLY, 4_000)), (50, (PARTLY, 4_000))],
)
def test_the_grace_day_is_over_first(as_of, expected):
    assert status([word()], [coin(days(2), 4_000)], days(as_of)) == [expected]


@pytest.mark.parametrize(("paid", "expected"), [(4, KEPT), (5, BROKEN)])
def test_money_of_the_grace_day_counts_and_of_the_day_after_does_not(paid, expected):
    assert status([word()], [coin(days(paid))], days(9))[0][0] is expected


def test_one_payment_is_used_up_by_the_promise_due_first():
    first, second = word(1, due=2), word(2, due=6)
    assert status([second, first], [coin(days(1), 12_000)], days(8)) == [
        (KEPT, 10_000),
        (PARTLY, 2_000),
    ]


def test_a_settled_promise_keeps_what_it_was_settled_with():
    settled = word(1, due=2, status=KEPT, received=10_000)
    assert status([settled, word(2, due=6)], [coin(days(1), 12_000)], days(8)) == [(PARTLY, 2_000)]


def test_a_withdrawn_promise_used_nothing():
    withdrawn = word(1, due=2, status=PromiseStatus.WITHDRAWN, received=0)
    assert status([withdrawn, word(2, due=6)], [coin(days(1))], days(1)) == [(KEPT, 10_000)]


def test_money_in_another_currency_is_not_counted():
    assert status([word()], [coin(days(1), currency="USD")], days(5)) == [(BROKEN, 0)]


WORDS = st.lists(
    st.builds(
        lambda n, amount, made, hour, due: word(
            n, amount=amount, made=days(made), hour=hour, due=due
        ),
        st.integers(1, 10**6),
        st.integers(1, 20_000),
        st.integers(0, 20),
        st.integers(0, 23),
        st.integers(0, 15),
    ),
    max_size=6,
    unique_by=lambda w: w.id,
)
COINS = st.lists(
    st.builds(
        lambda n, on, amount, hour: coin(days(on), amount, hour=hour, n=n),
        st.integers(1, 10**6),
        st.integers(-5, 40),
        st.integers(1, 20_000),
        st.integers(0, 23),
    ),
    max_size=8,
    unique_by=lambda c: c.id,
)
AS_OF = st.integers(0, 45).map(days)


@settings(max_examples=300)
@given(WORDS, COINS, AS_OF)
def test_none_stays_open_past_its_date_and_no_coin_counts_twice(words, coins, as_of):
    found = {r.id: r for r in results(words, coins, as_of)}
    assert len(found) == len(words)
    for w in words:
        result = found[w.id]
        assert 0 <= result.received <= w.amount
        assert (result.status is KEPT) == (result.received == w.amount)
        if as_of >= w.due_on + GRACE:
            assert result.status is not OPEN
        if result.status is BROKEN:
            assert result.received == 0
    usable = [c for c in coins if c.on <= as_of and any(counts_for(c, w) for w in words)]
    assert sum(r.received for r in found.values()) <= sum(c.amount for c in usable)


@settings(max_examples=200)
@given(WORDS, COINS, AS_OF)
def test_money_from_before_every_word_changes_nothing(words, coins, as_of):
    early = [coin(days(-9), 50_000, n=10**7)]
    assert results(words, [*coins, *early], as_of) == results(words, coins, as_of)


@settings(max_examples=200)
@given(WORDS, COINS, AS_OF, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(words, coins, as_of, random):
    mixed = results(random.sample(words, len(words)), random.sample(coins, len(coins)), as_of)
    assert mixed == results(words, coins, as_of)


@settings(max_examples=200)
@given(WORDS, COINS, st.integers(0, 45))
def test_settling_day_by_day_loses_no_promise(words, coins, last):
    """Each day settles what it can; at the end every promise past its date is settled."""
    now = {w.id: w for w in words}
    for n in range(last + 1):
        for r in results(list(now.values()), coins, days(n)):
            if r.status is not OPEN:
                old = now[r.id]
                now[r.id] = word_settled(old, r.status, r.received)
    late = [w for w in now.values() if days(last) >= w.due_on + GRACE]
    assert all(w.status is not OPEN for w in late)


def word_settled(w: Word, status: PromiseStatus, received: int) -> Word:
    return Word(
        w.id, w.amount, w.currency, w.made_on, w.made_at, w.due_on, w.number, status, received
    )
