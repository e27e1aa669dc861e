"""Money that goes back to who paid it: chargebacks and refunds. A part of the replay, see there."""

from __future__ import annotations

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.jit import Jit, as_it_is
from doorstep.book.rules.settle import penalty, scheduled, tell

jit: Jit = globals().get("jit", as_it_is)
cold: Jit = globals().get("cold", as_it_is)


@cold
def give_back(f: Facts, r: Results, n: int, e: int) -> None:
    """Money goes back to who paid it: first the credit, then what was met last is unpaid again,
    the newest instalment first and its components in the reverse of their order."""
    w, s, left = r.now, c.STATE * n, f.event_amount[e]
    refund = f.event_kind[e] == c.REFUND
    credit = min(left, r.state[s + c.CREDIT])
    if refund and left == c.ALL:
        left = credit
    if refund:
        r.state[s + c.REFUNDED] += left
    r.state[s + c.CREDIT] -= credit
    left -= credit
    if w[c.DETAIL]:
        r.split[c.SPLIT * e + c.LEFT] = credit
    if left > 0 and not w[c.HAS_BACK]:
        w[c.HAS_BACK] = 1
        for i in range(f.instalment_at[n], f.instalment_at[n + 1] + 1):
            r.cells[c.WIDTH * i + w[c.ROW] + c.AGAIN] = 0
    i = f.instalment_at[n + 1]
    while i >= f.instalment_at[n] and left > 0:
        left = _unpay(f, r, n, e, i, left)
        i -= 1
    some = min(left, r.state[s + c.RECOVERED])
    r.state[s + c.RECOVERED] -= some
    if w[c.DETAIL]:
        r.split[c.SPLIT * e + c.RECOVERY] = some
    if left > some:
        if w[c.OWED] == 0:
            w[c.OPENED] = f.event_day[e]
        w[c.OWED] += left - some


@cold
def _unpay(f: Facts, r: Results, n: int, e: int, i: int, left: int) -> int:
    """Take up to `left` out of what one instalment was paid; returns what is left."""
    w, row, last = r.now, c.WIDTH * i + r.now[c.ROW], i == f.instalment_at[n + 1]
    before, order = left, c.ORDER * f.loan_order[n]
    ahead = 0
    if not last:
        ahead = int(f.due[i] > f.event_day[e])
        if penalty(f, r, n, i) + scheduled(f, r, i, row) == 0:
            r.cells[row + c.AGAIN] = f.event_day[e]
    for k in range(4, -1, -1):
        component = f.orders[order + k]
        if component == c.PRINCIPAL and not last:
            left = _undo(r, e, (i, component, ahead), row + c.PRINCIPAL_PAID, left)
        elif component == c.INTEREST and not last:
            left = _undo(r, e, (i, component, ahead), row + c.INTEREST_PAID, left)
        elif component < c.INTEREST:
            left = _unpay_charges(f, r, n, e, (i, component), left)
    if left < before:
        w[c.FIRST], w[c.FIRST_CHARGE] = min(w[c.FIRST], i), f.charge_at[n]
        if w[c.DETAIL]:
            _forget(f, r, n, i, before - left)
    return left


@cold
def _unpay_charges(f: Facts, r: Results, n: int, e: int, at: tuple[int, int], left: int) -> int:
    w, i, row = r.now, at[0], c.WIDTH * at[0] + r.now[c.ROW]
    if at[1] == c.PENALTIES and i < w[c.RUN_ROW]:
        left = _undo(r, e, (i, at[1], 0), row + c.PENALTY_PAID, left)
    fee = f.penalties[c.PENALTY * f.loan_terms[n] + c.P_FEE_COMPONENT]
    if at[1] == fee and i < w[c.FEE_ROW]:
        left = _undo(r, e, (i, fee, 0), row + c.LATE_FEE_PAID, left)
    for q in range(f.charge_at[n + 1] - 1, f.charge_at[n] - 1, -1):
        place = c.CHARGE_WIDTH * q + w[c.CHARGE]
        if r.cells[place + c.CHARGE_INSTALMENT] == i and f.charge_component[q] == at[1]:
            ahead = f.charge_due[q] > f.event_day[e]
            left = _undo(r, e, (i, at[1], ahead), place + c.CHARGE_PAID, left)
    return left


@jit
def _undo(r: Results, e: int, at: tuple[int, int, int], cell: int, left: int) -> int:
    """Take out of the sum paid in `cell`; `at` = (instalment, component, whether not yet due)."""
    take = min(left, r.cells[cell])
    if take <= 0:
        return left
    r.cells[cell] -= take
    r.now[c.PAID + at[1]] -= take
    if r.now[c.DETAIL]:
        r.split[c.SPLIT * e + at[1]] += take
        tell(r, e, at[0], at[1], take, 1, at[2])
    if at[1] == c.PRINCIPAL:
        r.now[c.PRINCIPAL_OUT] += take
    return int(left - take)


@cold
def _forget(f: Facts, r: Results, n: int, i: int, taken: int) -> None:
    """Of what an instalment was paid late, in time and early, the latest is taken first."""
    w, row = r.now, c.WIDTH * i + r.now[c.ROW]
    paid = r.cells[row + c.INTEREST_PAID] + r.cells[row + c.PRINCIPAL_PAID]
    if i < w[c.RUN_ROW]:
        paid += r.cells[row + c.PENALTY_PAID]
    if i < w[c.FEE_ROW]:
        paid += r.cells[row + c.LATE_FEE_PAID]
    for q in range(f.charge_at[n], f.charge_at[n + 1]):
        if r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_INSTALMENT] == i:
            paid += r.cells[c.CHARGE_WIDTH * q + w[c.CHARGE] + c.CHARGE_PAID]
    r.cells[row + c.LATE] -= min(taken, r.cells[row + c.LATE])
    r.cells[row + c.EARLY] = min(r.cells[row + c.EARLY], paid - r.cells[row + c.LATE])
