"""How the clock runs and how one amount is settled: the lower half of the replay.

Compiled and undecorated alike, see `replay`, whose words are used here. An instalment owes, beside
its interest and principal, the charges whose day lies in its period and, once late, a fixed fee and
penalty interest. Penalty interest is kept as `base * rate * days`, run up only when the base is
about to change or somebody asks: `w[INDEX]` is the rate times the days the clock has counted, and
an instalment remembers in `penalty_mark` where the index stood when it was last run up.
"""

from __future__ import annotations

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.jit import Jit, as_it_is

jit: Jit = globals().get("jit", as_it_is)
cold: Jit = globals().get("cold", as_it_is)


@jit
def advance(f: Facts, r: Results, n: int, day: int) -> None:
    """Let the clock of a loan with penalties or caps run to `day`."""
    w = r.now
    days = day - w[c.TODAY]
    if days <= 0:
        return
    since = max(w[c.TODAY], f.loan_opened[n])
    if w[c.CAPPED] and day > since:
        w[c.PRINCIPAL_DAYS] += w[c.PRINCIPAL_OUT] * (day - since)
    if w[c.PAUSED]:
        days = 0
    i = w[c.DUE_ROW]
    while i < f.instalment_at[n + 1] and f.due[i] <= day:
        late = min(days, f.due[i] - w[c.TODAY])
        r.cells[c.WIDTH * i + w[c.ROW] + c.CLOCK_DUE] = w[c.CLOCK] + late
        r.cells[c.WIDTH * i + w[c.ROW] + c.PENALTY_MARK] = w[c.INDEX] + late * w[c.RATE_NOW]
        i += 1
    w[c.DUE_ROW] = i
    _start_penalties(f, r, c.PENALTY * f.loan_terms[n], w[c.CLOCK] + days)
    _charge_late_fees(f, r, c.PENALTY * f.loan_terms[n], w[c.CLOCK] + days)
    w[c.CLOCK] += days
    w[c.INDEX] += days * w[c.RATE_NOW]
    w[c.TODAY] = day


@cold
def _start_penalties(f: Facts, r: Results, terms: int, clock: int) -> None:
    """Penalty interest starts on instalments more than the days of grace late by `clock`."""
    w, grace = r.now, f.penalties[terms + c.P_GRACE]
    i = w[c.RUN_ROW]
    while i < w[c.DUE_ROW] and r.cells[c.WIDTH * i + w[c.ROW] + c.CLOCK_DUE] + grace < clock:
        row = c.WIDTH * i + w[c.ROW]
        r.cells[row + c.PENALTY_RUN] = r.cells[row + c.PENALTY_REST] = r.cells[
            row + c.PENALTY_PAID
        ] = r.cells[row + c.PENALTY_WAIVED] = 0
        if not f.penalties[terms + c.P_FROM_DUE]:
            late = r.cells[row + c.CLOCK_DUE] + grace - w[c.CLOCK]
            r.cells[row + c.PENALTY_MARK] = w[c.INDEX] + late * w[c.RATE_NOW]
        i += 1
    w[c.RUN_ROW] = i


@cold
def _charge_late_fees(f: Facts, r: Results, terms: int, clock: int) -> None:
    """The fixed fee of instalments still unpaid as many days past due as it takes."""
    w = r.now
    i = w[c.FEE_ROW]
    while (
        i < w[c.DUE_ROW]
        and r.cells[c.WIDTH * i + w[c.ROW] + c.CLOCK_DUE] + f.penalties[terms + c.P_FEE_AFTER]
        <= clock
    ):
        row = c.WIDTH * i + w[c.ROW]
        r.cells[row + c.LATE_FEE] = r.cells[row + c.LATE_FEE_PAID] = r.cells[
            row + c.LATE_FEE_WAIVED
        ] = 0
        if scheduled(f, r, i, row) > 0:
            r.cells[row + c.LATE_FEE] = f.penalties[terms + c.P_FEE]
            late = r.cells[row + c.CLOCK_DUE] + f.penalties[terms + c.P_FEE_AFTER] - w[c.CLOCK]
            r.cells[row + c.LATE_FEE_ON] = w[c.TODAY] + late
        i += 1
    w[c.FEE_ROW] = i


@jit
def scheduled(f: Facts, r: Results, i: int, row: int) -> int:
    """Interest and principal of an instalment that are neither paid nor forgiven."""
    interest = f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
    return int(
        interest
        + f.principal[i]
        - r.cells[row + c.PRINCIPAL_PAID]
        - r.cells[row + c.PRINCIPAL_WAIVED]
    )


@cold
def run_up(f: Facts, r: Results, n: int, i: int) -> None:
    """Penalty interest of one instalment up to today: base times rate times days, exactly.

    Split by the unit of the rate so that no product outgrows 64 bits within `limits`.
    """
    w, row = r.now, c.WIDTH * i + r.now[c.ROW]
    step = w[c.INDEX] - r.cells[row + c.PENALTY_MARK]
    if step <= 0:
        return
    terms = c.PENALTY * f.loan_terms[n]
    base = f.principal[i] - r.cells[row + c.PRINCIPAL_PAID] - r.cells[row + c.PRINCIPAL_WAIVED]
    if f.penalties[terms + c.P_ON_INTEREST]:
        base = scheduled(f, r, i, row)
    unit = f.penalties[terms + c.P_UNIT]
    more = (base % unit) * (step % unit) + r.cells[row + c.PENALTY_REST]
    r.cells[row + c.PENALTY_RUN] += (
        (base // unit) * step + (base % unit) * (step // unit) + more // unit
    )
    r.cells[row + c.PENALTY_REST] = more % unit
    r.cells[row + c.PENALTY_MARK] = w[c.INDEX]
    tell(r, -1, i, w[c.TODAY], base, step, w[c.RATE_NOW])


@jit
def penalty(f: Facts, r: Results, n: int, i: int) -> int:
    """Penalty interest of an instalment that is owed today; rounded once, halves up."""
    return 0 if i >= r.now[c.RUN_ROW] else _penalty_run_up(f, r, n, i)


@cold
def _penalty_run_up(f: Facts, r: Results, n: int, i: int) -> int:
    row = c.WIDTH * i + r.now[c.ROW]
    run_up(f, r, n, i)
    up = 2 * r.cells[row + c.PENALTY_REST] >= f.penalties[c.PENALTY * f.loan_terms[n] + c.P_UNIT]
    return int(
        r.cells[row + c.PENALTY_RUN]
        + up
        - r.cells[row + c.PENALTY_PAID]
        - r.cells[row + c.PENALTY_WAIVED]
    )


@jit
def late_fee(r: Results, i: int) -> int:
    row = c.WIDTH * i + r.now[c.ROW]
    if i >= r.now[c.FEE_ROW]:
        return 0
    return int(
        r.cells[row + c.LATE_FEE]
        - r.cells[row + c.LATE_FEE_PAID]
        - r.cells[row + c.LATE_FEE_WAIVED]
    )


@cold
def tell(r: Results, e: int, i: int, a: int, b: int, x: int, y: int) -> None:
    """One more entry of the trace, as far as there is room."""
    if r.now[c.DETAIL]:
        at = c.TRACE * r.traced[0]
        if r.traced[0] < r.traced[1]:
            r.trace[at], r.trace[at + 1], r.trace[at + 2] = e, i, a
            r.trace[at + 3], r.trace[at + 4], r.trace[at + 5] = b, x, y
        r.traced[0] += 1


@jit
def put(f: Facts, r: Results, n: int, e: int, at: tuple[int, int], take: int) -> None:
    """Note that event `e` settled `take` of `at` = (instalment, component)."""
    w, row = r.now, c.WIDTH * at[0] + r.now[c.ROW]
    r.cells[row + c.PAID_ON] = f.event_day[e]
    if not forgives(f.event_kind[e]):
        w[c.PAID + at[1]] += take
    if at[1] == c.PRINCIPAL:
        w[c.PRINCIPAL_OUT] -= take
    if w[c.DETAIL]:
        _put_in_detail(f, r, n, e, at, take)


@cold
def _put_in_detail(f: Facts, r: Results, n: int, e: int, at: tuple[int, int], take: int) -> None:
    """`put` for who wants to know where every payment went."""
    day, row, forgiven = f.event_day[e], c.WIDTH * at[0] + r.now[c.ROW], forgives(f.event_kind[e])
    r.split[c.SPLIT * e + at[1]] += take
    tell(r, e, at[0], at[1], take, 0, r.now[c.AHEAD])
    due = r.state[c.STATE * n + c.EXTRA_DUE] if at[0] == f.instalment_at[n + 1] else f.due[at[0]]
    if f.event_kind[e] == c.WRITE_OFF:
        r.cells[row + c.WRITTEN] += take
    elif not forgiven and day < due:
        r.cells[row + c.EARLY] += take
    elif not forgiven and day > due:
        r.cells[row + c.LATE] += take


@jit
def forgives(kind: int) -> bool:
    return kind == c.WAIVER or kind == c.WRITE_OFF  # noqa: PLR1714 numba is quicker so


@cold
def _settle(
    f: Facts, r: Results, n: int, e: int, at: tuple[int, int], owed: int, left: int, cell: int
) -> int:
    """Put up to `left` towards `owed` of `at` = (instalment, component), whose sum paid stands in
    `cell` and what is forgiven in the next one; returns what is left."""
    take, forgiven = min(owed, left), forgives(f.event_kind[e])
    if r.now[c.CAPPED] and at[1] < c.PRINCIPAL and f.event_kind[e] != c.WRITE_OFF:
        room = min(take, r.now[c.ROOM + at[1]])
        r.now[c.ROOM + at[1]] -= room
        if not forgiven:
            take = room
        else:  # A waiver comes off what a cap leaves, not off what it forbids anyway.
            r.now[c.PAID + at[1]] += room
            if f.event_amount[e] < c.ALL:
                take = room
    if take <= 0:
        return left
    if at[1] >= c.INTEREST and at[0] < r.now[c.RUN_ROW]:
        run_up(f, r, n, at[0])
    r.cells[cell + forgiven] += take
    put(f, r, n, e, at, take)
    return int(left - take)


@cold
def settle_charges(
    f: Facts, r: Results, n: int, e: int, at: tuple[int, int, int], left: int, ahead: bool
) -> int:
    """Event `e` meets the charges `at` = (first, last, component); returns what is left.

    A charge counts if it had been added by then or was due by then.
    """
    w, day, target = r.now, f.event_day[e], f.event_target[e]
    for q in range(at[0], at[1]):
        if f.charge_component[q] != at[2] or (f.charge_due[q] > day) != ahead or left == 0:
            continue
        if f.charge_added[q] > day and f.charge_due[q] > day:
            continue
        place = c.CHARGE_WIDTH * q + w[c.CHARGE]
        i = r.cells[place + c.CHARGE_INSTALMENT]
        if w[c.HAS_HELD] and not forgives(f.event_kind[e]) and _held(r, i, place):
            continue
        if target < c.ANYWHERE and q - f.charge_at[n] != -2 - target:
            continue
        owed = (
            f.charge_amount[q] - r.cells[place + c.CHARGE_PAID] - r.cells[place + c.CHARGE_WAIVED]
        )
        left = _settle(f, r, n, e, (i, at[2]), owed, left, place + c.CHARGE_PAID)
    return left


@jit
def _held(r: Results, i: int, place: int) -> bool:
    return bool(r.cells[place + c.CHARGE_HELD] or r.cells[c.WIDTH * i + r.now[c.ROW] + c.HELD])


@cold
def settle_scheduled(f: Facts, r: Results, n: int, e: int, at: tuple[int, int], left: int) -> int:
    """Event `e` meets the interest or principal `at` = (instalment, component)."""
    i, row = at[0], c.WIDTH * at[0] + r.now[c.ROW]
    if at[1] == c.INTEREST:
        owed = f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
        return _settle(f, r, n, e, at, owed, left, row + c.INTEREST_PAID)
    owed = f.principal[i] - r.cells[row + c.PRINCIPAL_PAID] - r.cells[row + c.PRINCIPAL_WAIVED]
    return _settle(f, r, n, e, at, owed, left, row + c.PRINCIPAL_PAID)


@cold
def settle_lateness(f: Facts, r: Results, n: int, e: int, at: tuple[int, int], left: int) -> int:
    """Event `e` meets the late fee or the penalty interest of an instalment."""
    i, row = at[0], c.WIDTH * at[0] + r.now[c.ROW]
    if at[1] == f.penalties[c.PENALTY * f.loan_terms[n] + c.P_FEE_COMPONENT]:
        owed = late_fee(r, i)
        left = _settle(f, r, n, e, at, owed, left, row + c.LATE_FEE_PAID)
    if at[1] == c.PENALTIES:
        owed = penalty(f, r, n, i)
        left = _settle(f, r, n, e, at, owed, left, row + c.PENALTY_PAID)
    return left


@cold
def settle_row(
    f: Facts, r: Results, n: int, e: int, at: tuple[int, int, int, int], left: int, ahead: bool
) -> int:
    """Event `e` meets one instalment and its charges, `at` = (instalment, first charge, charge
    after the last, component or all), in the order of the product; returns what is left."""
    i, day, target = at[0], f.event_day[e], f.event_target[e]
    order = c.ORDER * f.loan_order[n] + (5 if ahead else 0)
    here = i < f.instalment_at[n + 1] and (f.due[i] > day) == ahead and target >= c.ANYWHERE
    plain = f.penalties[c.PENALTY * f.loan_terms[n] + c.P_PLAIN]
    for k in range(5):
        component = f.orders[order + k]
        if left == 0 or at[3] not in (c.ALL_COMPONENTS, component):
            continue
        if component >= c.INTEREST:
            if here:
                left = settle_scheduled(f, r, n, e, (i, component), left)
            continue
        if at[1] < at[2]:
            left = settle_charges(f, r, n, e, (at[1], at[2], component), left, ahead)
        if here and not ahead and not plain:
            left = settle_lateness(f, r, n, e, (i, component), left)
    return left
