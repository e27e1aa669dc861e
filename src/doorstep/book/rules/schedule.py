"""A repayment schedule from terms alone: dates, principal and interest of every instalment."""

from __future__ import annotations

from datetime import date

from doorstep.book.rules.plan import first_plan, rows_of
from doorstep.book.rules.terms import Terms
from doorstep.book.types import Instalment


def make_schedule(principal: int, disbursed_on: date, terms: Terms) -> tuple[Instalment, ...]:
    """The instalments of `principal` (minor units) by `terms`; the principal parts add up to it.

    Equal instalments are rounded to the multiple and the last one takes the rest; equal principal
    is not rounded to it. See docs/algorithms/schedules.md for worked numbers.
    """
    return tuple(rows_of(first_plan(principal, disbursed_on, terms)))
