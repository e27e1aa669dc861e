"""The one replay: what every loan owes after its dated events, from integer columns alone.

This source runs in two ways and there is no second implementation: `compiled.replay` is this file
compiled by numba for the nightly book, `replay` below runs it undecorated on Python's unbounded
integers for one loan on a page, and as the oracle of the other.

The rule in one breath: events in order of day, same-day rank and id; a payment first clears
everything that is due on its day, oldest instalment first and within an instalment in the order of
the product, then runs into the future the same way in the order for advance money; what is left
after that is credit. See docs/algorithms/ledger.md.

`f` are the facts, `r` the results, `n` the loan, `e` the event, `i` the instalment, and `r.now`
(`w`) is what is in mind of the loan at hand. The row of an instalment in the results is
`c.WIDTH * i + w[c.ROW]`; without detail that is room used again for every loan.
"""

from __future__ import annotations

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results, sizes
from doorstep.book.rules.jit import Jit, as_it_is
from doorstep.book.rules.owed import count, days_past_due, open_ahead, open_rooms
from doorstep.book.rules.settle import (
    advance,
    forgives,
    late_fee,
    penalty,
    put,
    run_up,
    scheduled,
    settle_charges,
    settle_row,
)
from doorstep.book.rules.undo import give_back

# `compiled` loads this file and its parts a second time with numba's decorator in this name.
jit: Jit = globals().get("jit", as_it_is)
cold: Jit = globals().get("cold", as_it_is)


@jit
def _begin(f: Facts, r: Results, n: int, loans: int) -> None:
    """An empty mind for loan `n`; `loans` is how many there are, 0 where no detail is wanted."""
    w, first, last = r.now, f.instalment_at[n], f.instalment_at[n + 1]
    for k in range(c.NOW):
        w[k] = 0
    charges = f.charge_at[n + 1] - f.charge_at[n]
    if loans:
        w[c.DETAIL], w[c.ROW] = 1, c.CHARGE_WIDTH * f.charge_at[loans] + c.WIDTH * n
    else:
        w[c.CHARGE] = -c.CHARGE_WIDTH * f.charge_at[n]
        w[c.ROW] = c.CHARGE_WIDTH * charges - c.WIDTH * first
        for q in range(c.CHARGE_WIDTH * charges):
            r.cells[q] = 0
        for i in range(first, last + 1):
            for k in range(c.CLEARED):
                r.cells[c.WIDTH * i + w[c.ROW] + k] = 0
    w[c.FIRST] = w[c.NEXT] = w[c.DUE_ROW] = w[c.RUN_ROW] = w[c.FEE_ROW] = first
    w[c.FIRST_CHARGE] = f.charge_at[n]
    i = first
    for q in range(f.charge_at[n], f.charge_at[n + 1]):
        while i < last and f.due[i] < f.charge_due[q]:
            i += 1
        r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] = i
        if i == last:
            r.state[c.STATE * n + c.EXTRA_DUE] = f.charge_due[q]


@cold
def _begin_terms(f: Facts, r: Results, n: int) -> None:
    """Where the clock of a loan with penalties or caps starts, and what it owes then."""
    w, terms = r.now, f.loan_terms[n]
    day = f.as_of
    if f.instalment_at[n] < f.instalment_at[n + 1]:
        day = min(day, f.due[f.instalment_at[n]])
    if f.event_at[n] < f.event_at[n + 1]:
        day = min(day, f.event_day[f.event_at[n]])
    w[c.RATE_NOW] = f.penalties[c.PENALTY * terms + c.P_RATE]
    if f.cap_at[terms] < f.cap_at[terms + 1]:
        w[c.CAPPED] = 1
        if f.loan_opened[n] > 0:
            day = min(day, f.loan_opened[n])
        for i in range(f.instalment_at[n], f.instalment_at[n + 1]):
            w[c.PRINCIPAL_OUT] += f.principal[i]
    w[c.TODAY] = day - 1


@jit
def _whole(f: Facts, r: Results, n: int, e: int, i: int, left: int) -> int:
    """A payment that covers all of an instalment without a penalty settles it at once; else it
    takes 0."""
    row = c.WIDTH * i + r.now[c.ROW]
    if i < r.now[c.RUN_ROW] or late_fee(r, i) > 0:
        return 0
    interest = f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
    principal = f.principal[i] - r.cells[row + c.PRINCIPAL_PAID] - r.cells[row + c.PRINCIPAL_WAIVED]
    if interest + principal > left:
        return 0
    r.cells[row + c.INTEREST_PAID] += interest
    r.cells[row + c.PRINCIPAL_PAID] += principal
    if interest:
        put(f, r, n, e, (i, c.INTEREST), interest)
    if principal:
        put(f, r, n, e, (i, c.PRINCIPAL), principal)
    return int(interest + principal)


@jit
def _sweep(f: Facts, r: Results, n: int, e: int, left: int, ahead: bool, only: int) -> int:
    """Event `e` walks over the instalments, oldest first: over what is due on its day, or (`ahead`)
    over the future; `only` one component or all of them."""
    w, day, last, end = r.now, f.event_day[e], f.instalment_at[n + 1], f.charge_at[n + 1]
    simple = f.event_kind[e] == c.PAYMENT and only == c.ALL_COMPONENTS
    simple = simple and not w[c.CAPPED] and not w[c.HAS_HELD]
    i, q = w[c.FIRST], w[c.FIRST_CHARGE]
    if ahead:
        i = max(i, w[c.NEXT])
    while i <= last and left > 0:
        while q < end and r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] < i:
            q += 1
        first = q
        while q < end and r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] == i:
            q += 1
        taken = 0
        if simple and first == q and i < last and (f.due[i] > day) == ahead:
            taken = _whole(f, r, n, e, i, left)
        if taken:
            left -= taken
        elif not _passed_over(f, r, n, e, i):
            left = settle_row(f, r, n, e, (i, first, q, only), left, ahead)
        if not ahead and i < last and f.due[i] > day:
            break
        i += 1
    return int(left)


@jit
def _passed_over(f: Facts, r: Results, n: int, e: int, i: int) -> bool:
    """Whether event `e` leaves instalment `i` alone: it aims at another, or this is in dispute."""
    target = f.event_target[e]
    if target > c.ANYWHERE and i - f.instalment_at[n] != target:
        return True
    return bool(
        r.now[c.HAS_HELD]
        and r.cells[c.WIDTH * i + r.now[c.ROW] + c.HELD]
        and not forgives(f.event_kind[e])
    )


@jit
def _meet(f: Facts, r: Results, n: int, e: int, left: int) -> int:
    """Event `e` meets what is due on its day, then the future; returns what is left.

    Costs that lead an order are met before all instalments.
    """
    w, order, wanted = r.now, c.ORDER * f.loan_order[n], f.event_component[e]
    while w[c.NEXT] < f.instalment_at[n + 1] and f.due[w[c.NEXT]] <= f.event_day[e]:
        w[c.NEXT] += 1
    if w[c.CAPPED]:
        open_rooms(f, r, n, f.event_day[e], w[c.HAS_HELD] and not forgives(f.event_kind[e]))
    by_component = f.orders[order + c.ORDER - 1]
    for step in range(12):
        ahead, k = step >= 6, step % 6
        if left == 0 or (k > 1 and not by_component):
            continue
        w[c.AHEAD] = ahead
        if step == 6 and w[c.CAPPED]:
            open_ahead(f, r, n, f.event_day[e], c.ROOM)
        only = f.orders[order + (5 if ahead else 0) + max(k - 1, 0)]
        lead = k == 0 and only == c.COSTS and f.event_target[e] <= c.ANYWHERE
        if lead and (wanted == c.ALL_COMPONENTS or wanted == c.COSTS):  # noqa: PLR1714
            all_charges = (f.charge_at[n], f.charge_at[n + 1], c.COSTS)
            left = settle_charges(f, r, n, e, all_charges, left, ahead)
        if k == 0:
            continue
        if not by_component:
            only = wanted
        if only == wanted or wanted == c.ALL_COMPONENTS:  # noqa: PLR1714
            left = _sweep(f, r, n, e, left, ahead, only)
    _move_on(f, r, n)
    return left


@jit
def _move_on(f: Facts, r: Results, n: int) -> None:
    """Step over instalments that are settled with all their charges."""
    w, q, end = r.now, r.now[c.FIRST_CHARGE], f.charge_at[n + 1]
    i = w[c.FIRST]
    while i < f.instalment_at[n + 1] and scheduled(f, r, i, c.WIDTH * i + w[c.ROW]) == 0:
        if late_fee(r, i) + penalty(f, r, n, i) != 0:
            break
        while q < end and r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] <= i:
            place = c.CHARGE_WIDTH * q + w[c.CHARGE]
            if (
                f.charge_amount[q]
                > r.cells[place + c.CHARGE_PAID] + r.cells[place + c.CHARGE_WAIVED]
            ):
                break
            q += 1
        if q < end and r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] <= i:
            break
        i += 1
    w[c.FIRST], w[c.FIRST_CHARGE] = i, q


@jit
def _before(f: Facts, r: Results, n: int, e: int) -> int:
    """What event `e` has to put towards what is owed; -1 for others, which are over with this."""
    kind, amount = f.event_kind[e], f.event_amount[e]
    if kind == c.PAYMENT:
        back = min(r.now[c.OWED], amount)
        if back > 0:
            r.now[c.OWED] -= back
            _leave(r, e, c.PRINCIPAL, back)
        return int(amount - back)
    if forgives(kind):
        return int(amount)
    if kind == c.USE_CREDIT:
        return int(min(amount, r.state[c.STATE * n + c.CREDIT]))
    _happen(f, r, n, e)
    return -1


@cold
def _happen(f: Facts, r: Results, n: int, e: int) -> None:
    """An event that puts no money towards anything."""
    w, kind = r.now, f.event_kind[e]
    if kind == c.PAUSE or kind == c.RESUME:  # noqa: PLR1714
        w[c.PAUSED] = kind == c.PAUSE
    elif kind == c.RE_AGE:
        r.state[c.STATE * n + c.RE_AGED] = f.event_day[e]
    elif kind == c.RATE:
        for i in range(w[c.FIRST], w[c.RUN_ROW]):
            run_up(f, r, n, i)
        w[c.RATE_NOW] = f.event_amount[e]
    elif kind == c.DISPUTE or kind == c.DISPUTE_END:  # noqa: PLR1714
        _dispute(f, r, n, e)
    else:
        give_back(f, r, n, e)


@jit
def _after(f: Facts, r: Results, n: int, e: int, left: int) -> None:
    """What event `e` left over: money meets written-off debt, the rest is credit."""
    s, kind = c.STATE * n, f.event_kind[e]
    if kind == c.PAYMENT:
        gone = r.state[s + c.WRITTEN_OFF] - r.state[s + c.RECOVERED]
        if left > 0 and gone > 0:
            met = min(gone, left)
            r.state[s + c.RECOVERED] += met
            _leave(r, e, c.RECOVERY, met)
            left -= met
        r.state[s + c.CREDIT] += left
    elif kind == c.USE_CREDIT:
        r.state[s + c.CREDIT] -= min(f.event_amount[e], r.state[s + c.CREDIT]) - left
    elif kind == c.WRITE_OFF:
        r.state[s + c.WRITTEN_OFF] += f.event_amount[e] - left
    _leave(r, e, c.LEFT, left)


@jit
def _leave(r: Results, e: int, slot: int, amount: int) -> None:
    if r.now[c.DETAIL]:
        r.split[c.SPLIT * e + slot] = amount


@cold
def _dispute(f: Facts, r: Results, n: int, e: int) -> None:
    """Money leaves an instalment, a charge or all of the loan alone, or no longer does."""
    w, first, target = r.now, f.instalment_at[n], f.event_target[e]
    if not w[c.HAS_HELD]:
        w[c.HAS_HELD] = 1
        for i in range(first, f.instalment_at[n + 1] + 1):
            r.cells[c.WIDTH * i + w[c.ROW] + c.HELD] = 0
        for q in range(f.charge_at[n], f.charge_at[n + 1]):
            r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_HELD] = 0
    held = f.event_kind[e] == c.DISPUTE
    if target < c.ANYWHERE:
        q = f.charge_at[n] - 2 - target
        r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_HELD] = held
        return
    for i in range(first, f.instalment_at[n + 1] + 1):
        if target == c.ANYWHERE or i - first == target:
            r.cells[c.WIDTH * i + w[c.ROW] + c.HELD] = held


@jit
def _live(f: Facts, r: Results, n: int, lasting: bool) -> None:
    """All that happened to loan `n`, in its order; if `lasting`, with the clock of its terms."""
    if lasting:
        _begin_terms(f, r, n)
    first, last = f.event_at[n], f.event_at[n + 1]
    for e in range(first, last + 1):
        if lasting:
            advance(f, r, n, f.event_day[e] if e < last else f.as_of)
        if e < last:
            left = _before(f, r, n, e)
            if left > 0:
                left = _meet(f, r, n, e, left)
            if left >= 0:
                _after(f, r, n, e, left)


@jit
def _replay_loan(f: Facts, r: Results, n: int, loans: int) -> None:
    """Without detail, a loan with penalties is first tried as if it had none: nearly all are paid
    in time, and then that is the answer."""
    clock = not f.penalties[c.PENALTY * f.loan_terms[n] + c.P_PLAIN]
    trial = clock and loans == 0 and _only_money(f, n)
    while True:
        _begin(f, r, n, loans)
        _live(f, r, n, clock and not trial)
        if not trial or _in_time(f, r, n):
            break
        trial = False
        for k in range(c.STATE):
            r.state[c.STATE * n + k] = 0
    count(f, r, n)
    if r.state[c.STATE * n + c.OLDEST]:
        r.state[c.STATE * n + c.DPD] = days_past_due(f, r, n)


@jit
def _only_money(f: Facts, n: int) -> bool:
    """Whether nothing but payments happened to a loan that no cap binds."""
    terms = f.loan_terms[n]
    if f.cap_at[terms] < f.cap_at[terms + 1]:
        return False
    for e in range(f.event_at[n], f.event_at[n + 1]):  # noqa: SIM110 numba is quicker so
        if f.event_kind[e] != c.PAYMENT:
            return False
    return True


@jit
def _in_time(f: Facts, r: Results, n: int) -> bool:
    """Whether each instalment was paid, or still is unpaid, before penalties or a fee begin."""
    w, terms = r.now, c.PENALTY * f.loan_terms[n]
    most = f.as_of
    if f.penalties[terms + c.P_RATE]:
        most = f.penalties[terms + c.P_GRACE]
    if f.penalties[terms + c.P_FEE]:
        most = min(most, f.penalties[terms + c.P_FEE_AFTER] - 1)
    for i in range(f.instalment_at[n], f.instalment_at[n + 1]):
        late = f.as_of - f.due[i]
        if late <= most:
            return True
        row = c.WIDTH * i + w[c.ROW]
        if scheduled(f, r, i, row) != 0 or r.cells[row + c.PAID_ON] - f.due[i] > most:
            return False
    return True


@jit
def replay_into(f: Facts, r: Results, loans: int, detail: bool) -> None:
    """Replay the `loans` of `f` up to the end of `f.as_of` into the columns of `r`.

    The columns must be zeroed where `detail` is asked for; without it only `state` need be.
    """
    for n in range(loans):
        _replay_loan(f, r, n, loans if detail else 0)


def replay(facts: Facts) -> Results:
    """Replay on plain lists, undecorated: any size of number, no compiler."""
    first, *columns = facts
    plain = Facts(first, *[[int(x) for x in column] for column in columns])
    loans, entries = len(plain.loan_order), 0
    while True:
        results = Results(*[[0] * size for size in sizes(plain, entries)])
        results.traced[1] = entries
        replay_into(plain, results, loans, True)
        if results.traced[0] == entries:
            return results
        entries = results.traced[0]
