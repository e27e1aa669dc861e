"""Is a promise kept? Decided from verified money alone, each coin counted once.

Money counts for a promise when it is dated on or after the day the promise was made, arrived after
that instant, and is dated at most one grace day after the due day. Promises take from it in the
order they are due, settled ones first what they were settled with. Full money settles a promise as
kept at once; without it, the promise is settled at the end of the grace day: partly kept with
some money, broken with none. None stays open past its date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.casefile.types import PromiseStatus
from doorstep.followup.types import Coin, Result, Word

GRACE = timedelta(days=1)
"""A transfer on the evening of the due day may be dated the next day."""


@dataclass
class _Purse:
    coin: Coin
    left: int


def results(words: Sequence[Word], coins: Sequence[Coin], as_of: date) -> list[Result]:
    """What became of each open promise of one borrower at the end of `as_of`, in due order.

    `words` are all promises of the borrower, settled ones too (they used up their money);
    withdrawn ones used none.
    """
    known = sorted(coins, key=lambda c: (c.on, c.received_at, c.id))
    purse = [_Purse(coin, coin.amount) for coin in known if coin.on <= as_of]
    spent = [w for w in words if w.status not in {PromiseStatus.OPEN, PromiseStatus.WITHDRAWN}]
    for word in sorted(spent, key=_due_order):
        _take(word, word.received, purse)
    waiting = [w for w in words if w.status is PromiseStatus.OPEN]
    return [_result(w, _take(w, w.amount, purse), as_of) for w in sorted(waiting, key=_due_order)]


def _due_order(word: Word) -> tuple[date, int, object, object]:
    return (word.due_on, word.number, word.made_at, word.id)


def _take(word: Word, wanted: int, purse: Sequence[_Purse]) -> int:
    """Take up to `wanted` for a promise out of the purse; returns what there was."""
    got = 0
    for entry in purse:
        if counts_for(entry.coin, word):
            part = min(entry.left, wanted - got)
            entry.left -= part
            got += part
    return got


def counts_for(coin: Coin, word: Word) -> bool:
    """Whether money may count for a promise: never money from before the word was given."""
    return (
        coin.currency == word.currency
        and coin.on >= word.made_on
        and coin.received_at >= word.made_at
        and coin.on <= word.due_on + GRACE
    )


def _result(word: Word, received: int, as_of: date) -> Result:
    if received >= word.amount:
        return Result(word.id, PromiseStatus.KEPT, received)
    if as_of < word.due_on + GRACE:
        return Result(word.id, PromiseStatus.OPEN, received)
    status = PromiseStatus.PARTLY if received else PromiseStatus.BROKEN
    return Result(word.id, status, received)
