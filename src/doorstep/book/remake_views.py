"""The old and the new schedule side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from doorstep.book.services.change_errors import Effect
from doorstep.book.types import LoanState


@dataclass(frozen=True, slots=True)
class Row:
    """What is unpaid of what falls due on a day, before and after a change; 0 for nothing."""

    due: date
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Schedules:
    """All due days on which something is unpaid before or after a change; (before, after) of all
    that is unpaid and of the interest of the whole loan, paid or not."""

    rows: list[Row]
    unpaid: tuple[int, int]
    interest: tuple[int, int]


def schedules(effect: Effect) -> Schedules | None:
    """The unpaid instalments before and after a change, by due day; None where they are equal."""
    if _plan(effect.before) == _plan(effect.after):
        return None
    before, after = _unpaid(effect.before), _unpaid(effect.after)
    rows = [Row(day, before[day], after[day]) for day in sorted({*before, *after})]
    return Schedules(
        rows,
        (before.total(), after.total()),
        (_interest(effect.before), _interest(effect.after)),
    )


def _plan(state: LoanState) -> list[tuple[date, int, int]]:
    return [(i.due, i.parts["principal"], i.parts["interest"]) for i in state.instalments]


def _unpaid(state: LoanState) -> Counter[date]:
    found: Counter[date] = Counter()
    for i in state.instalments:
        if i.outstanding:
            found[i.due] += i.outstanding
    return found


def _interest(state: LoanState) -> int:
    return sum(i.parts["interest"] for i in state.instalments)
