"""The one replay: what every loan owes after its dated events, from integer columns alone.

This source runs in two ways and there is no second implementation: `compiled.replay` is this file
compiled by numba for the nightly book, `replay` below runs it undecorated on Python's unbounded
integers for one loan on a page, and as the oracle of the other.

The rule in one breath: events in order of day, same-day rank and id; a payment first clears
everything that is due on its day, oldest instalment first and within an instalment in the order of
the product, then runs into the future the same way in the order for advance money; what is left
after that is credit. See docs/algorithms/ledger.md.

Rows of the result are shifted by one per loan (the extra instalment), hence `row = i + n`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from doorstep.book.rules.columns import (
    ALL_COMPONENTS,
    COSTS,
    CREDIT,
    DPD,
    DUE_COSTS,
    INTEREST,
    NEVER,
    NEXT_AMOUNT,
    NEXT_DUE,
    NOT_DUE,
    OLDEST,
    ORDER,
    PAUSE,
    PAYMENT,
    PAYOFF,
    PRINCIPAL,
    RESUME,
    SPLIT,
    STATE,
    WAIVER,
    Facts,
    Results,
    sizes,
)

_F = TypeVar("_F", bound=Callable[..., object])


def _as_it_is(function: _F) -> _F:
    return function


# `compiled` loads this file a second time with numba's decorator in this name.
jit: Callable[[_F], _F] = globals().get("jit", _as_it_is)


@jit
def _place_charges(f: Facts, r: Results, n: int) -> None:
    """A charge belongs to the first instalment due on or after it, else to the extra one."""
    i, last = f.instalment_at[n], f.instalment_at[n + 1]
    for c in range(f.charge_at[n], f.charge_at[n + 1]):
        while i < last and f.due[i] < f.charge_due[c]:
            i += 1
        r.charge_instalment[c] = i
        if i == last:
            r.charge_due_on[n] = f.charge_due[c]


@jit
def _note(r: Results, row: int, due: int, amount: int, day: int) -> None:
    """Remember on the instalment when money came: before its due day, after it, or on it."""
    if day < due:
        r.early[row] += amount
    elif day > due:
        r.late[row] += amount


@jit
def _row_due(f: Facts, r: Results, n: int, i: int) -> int:
    """The due day of instalment `i` of loan `n`; the extra one's is its latest charge's."""
    if i == f.instalment_at[n + 1]:
        return int(r.charge_due_on[n])
    return int(f.due[i])


@jit
def _settle_part(
    amount: int, paid: list[int], waived: list[int], at: int, left: int, forgive: bool
) -> int:
    """Put up to `left` towards one amount; returns what went there."""
    take = min(left, amount - paid[at] - waived[at])
    if take <= 0:
        return 0
    if forgive:
        waived[at] += take
    else:
        paid[at] += take
    return take


@jit
def _settle_charges(
    f: Facts, r: Results, n: int, at: tuple[int, int, int], e: int, left: int, ahead: bool
) -> int:
    """Event `e` meets the charges `at` = (first, last, component); returns what it put there.

    A charge counts if it had been added by then or was due by then.
    """
    first, last, component = at
    day, forgive = f.event_day[e], f.event_kind[e] == WAIVER
    used = 0
    for c in range(first, last):
        if f.charge_component[c] != component or (f.charge_due[c] > day) != ahead:
            continue
        if f.charge_added[c] > day and f.charge_due[c] > day:
            continue
        take = _settle_part(
            f.charge_amount[c], r.charge_paid, r.charge_waived, c, left - used, forgive
        )
        if take > 0:
            i = r.charge_instalment[c]
            r.paid_on[i + n] = day
            if not forgive:
                _note(r, i + n, _row_due(f, r, n, i), take, day)
            used += take
    return used


@jit
def _settle_scheduled(
    f: Facts, r: Results, n: int, at: tuple[int, int], e: int, left: int, ahead: bool
) -> int:
    """Event `e` meets the interest or principal `at` = (instalment, component)."""
    i, component = at
    day, forgive = f.event_day[e], f.event_kind[e] == WAIVER
    if i == f.instalment_at[n + 1] or (f.due[i] > day) != ahead:
        return 0
    row = i + n
    if component == INTEREST:
        take = _settle_part(f.interest[i], r.interest_paid, r.interest_waived, row, left, forgive)
    else:
        take = _settle_part(
            f.principal[i], r.principal_paid, r.principal_waived, row, left, forgive
        )
    if take > 0:
        r.paid_on[row] = day
        if not forgive:
            _note(r, row, f.due[i], take, day)
    return take


@jit
def _pass(f: Facts, r: Results, n: int, e: int, left: int, ahead: bool) -> int:
    """One pass over the loan: what is due on the day of event `e`, or (`ahead`) the future.

    Costs that lead an order are met before all instalments.
    """
    order = ORDER * f.loan_order[n] + (5 if ahead else 0)
    only = f.event_component[e]
    lead = f.orders[order] == COSTS
    if lead and only in (ALL_COMPONENTS, COSTS):
        used = _settle_charges(f, r, n, (f.charge_at[n], f.charge_at[n + 1], COSTS), e, left, ahead)
        r.split[SPLIT * e + COSTS] += used
        left -= used
    c = f.charge_at[n]
    for i in range(f.instalment_at[n], f.instalment_at[n + 1] + 1):
        first = c
        while c < f.charge_at[n + 1] and r.charge_instalment[c] == i:
            c += 1
        for k in range(1 if lead else 0, 5):
            component = f.orders[order + k]
            if left == 0 or only not in (ALL_COMPONENTS, component):
                continue
            if component >= INTEREST:
                used = _settle_scheduled(f, r, n, (i, component), e, left, ahead)
            else:
                used = _settle_charges(f, r, n, (first, c, component), e, left, ahead)
            r.split[SPLIT * e + component] += used
            left -= used
        if left == 0:
            break
    return left


@jit
def _owe(f: Facts, r: Results, n: int, day: int, component: int, amount: int) -> None:
    """Count an unpaid amount into the loan's state."""
    s = STATE * n
    r.state[s + PAYOFF] += amount
    if day <= f.as_of:
        r.state[s + DUE_COSTS + component] += amount
        if r.state[s + OLDEST] == 0 or day < r.state[s + OLDEST]:
            r.state[s + OLDEST] = day
        return
    r.state[s + NOT_DUE] += amount
    if day == NEVER:
        return
    if r.state[s + NEXT_DUE] == 0 or day < r.state[s + NEXT_DUE]:
        r.state[s + NEXT_DUE] = day
        r.state[s + NEXT_AMOUNT] = 0
    if day == r.state[s + NEXT_DUE]:
        r.state[s + NEXT_AMOUNT] += amount


@jit
def _count(f: Facts, r: Results, n: int) -> None:
    """What is unpaid at the end of `as_of`, by component, due and not yet due."""
    for i in range(f.instalment_at[n], f.instalment_at[n + 1]):
        row = i + n
        left = f.interest[i] - r.interest_paid[row] - r.interest_waived[row]
        if left > 0:
            _owe(f, r, n, f.due[i], INTEREST, left)
        left = f.principal[i] - r.principal_paid[row] - r.principal_waived[row]
        if left > 0:
            _owe(f, r, n, f.due[i], PRINCIPAL, left)
    for c in range(f.charge_at[n], f.charge_at[n + 1]):
        left = f.charge_amount[c] - r.charge_paid[c] - r.charge_waived[c]
        if left > 0:
            _owe(f, r, n, f.charge_due[c], f.charge_component[c], left)


@jit
def _days_past_due(f: Facts, n: int, oldest: int) -> int:
    """Days since `oldest`, without the days during which the clock was paused."""
    if oldest == 0:
        return 0
    days = f.as_of - oldest
    since = -1
    for e in range(f.event_at[n], f.event_at[n + 1]):
        if f.event_kind[e] == PAUSE and since < 0:
            since = max(f.event_day[e], oldest)
        elif f.event_kind[e] == RESUME and since >= 0:
            days -= max(0, f.event_day[e] - since)
            since = -1
    if since >= 0:
        days -= max(0, f.as_of - since)
    return int(max(0, days))


@jit
def _replay_loan(f: Facts, r: Results, n: int) -> None:
    _place_charges(f, r, n)
    credit = 0
    for e in range(f.event_at[n], f.event_at[n + 1]):
        if f.event_kind[e] < WAIVER:
            continue
        left = _pass(f, r, n, e, f.event_amount[e], False)
        if left > 0:
            left = _pass(f, r, n, e, left, True)
        r.split[SPLIT * e + 5] = left
        if f.event_kind[e] == PAYMENT:
            credit += left
    _count(f, r, n)
    r.state[STATE * n + CREDIT] = credit
    r.state[STATE * n + DPD] = _days_past_due(f, n, r.state[STATE * n + OLDEST])


@jit
def replay_into(f: Facts, r: Results) -> None:
    """Replay every loan of `f` up to the end of `f.as_of` into the zeroed columns of `r`."""
    for n in range(len(f.loan_order)):
        _replay_loan(f, r, n)


def replay(facts: Facts) -> Results:
    """Replay on plain lists, undecorated: any size of number, no compiler."""
    first, *columns = facts
    plain = Facts(first, *[[int(x) for x in column] for column in columns])
    results = Results(*[[0] * size for size in sizes(plain)])
    replay_into(plain, results)
    return results
