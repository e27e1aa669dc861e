"""What caps let be demanded and what is unpaid in the end. A part of the replay, see there."""

from __future__ import annotations

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.jit import Jit, as_it_is
from doorstep.book.rules.settle import late_fee, penalty, scheduled

jit: Jit = globals().get("jit", as_it_is)
cold: Jit = globals().get("cold", as_it_is)


@cold
def open_rooms(f: Facts, r: Results, n: int, day: int, free_only: int) -> None:
    """How much of each component caps let be demanded on `day`, into `w[ROOM]`.

    Interest has the first claim on what a cap leaves, then fees, penalties and costs.
    """
    w, terms = r.now, f.loan_terms[n]
    _sum_open(f, r, n, day, free_only)
    for k in range(5):
        w[c.ROOM + k] = w[c.OPEN + k]
    for cap in range(f.cap_at[terms], f.cap_at[terms + 1]):
        most = _ceiling(f, r, n, c.CAP * cap)
        left, cut = most, 0
        for k in (c.INTEREST, c.FEES, c.PENALTIES, c.COSTS):
            if (f.caps[c.CAP * cap + 3] >> k) & 1:
                room = min(w[c.ROOM + k], left)
                cut += w[c.ROOM + k] - room
                w[c.ROOM + k] = room
                left -= room
        if cut > 0:
            r.state[c.STATE * n + c.CAP_BINDS] = cap - f.cap_at[terms] + 1
            r.state[c.STATE * n + c.CAP_CEILING] = most


@cold
def open_ahead(f: Facts, r: Results, n: int, day: int, at: int) -> None:
    """How much of each component that is not yet due on `day` money may meet, into `w[at]`.

    What falls due later bears cost that runs until then, so a cap by the year or against what is
    unpaid does not bound it; a cap on the whole cost does, and its room never grows again.
    """
    w, terms = r.now, f.loan_terms[n]
    _sum_ahead(f, r, n, day, at)
    for cap in range(f.cap_at[terms], f.cap_at[terms + 1]):
        if f.caps[c.CAP * cap] != c.TOTAL_COST:
            continue
        _sum_open(f, r, n, day, 0)
        left = _ceiling(f, r, n, c.CAP * cap)
        for k in range(c.PRINCIPAL):
            if (f.caps[c.CAP * cap + 3] >> k) & 1:
                left -= min(left, w[c.OPEN + k])
        for k in (c.INTEREST, c.FEES, c.PENALTIES, c.COSTS):
            if (f.caps[c.CAP * cap + 3] >> k) & 1:
                w[at + k] = min(w[at + k], left)
                left -= w[at + k]


@cold
def _sum_ahead(f: Facts, r: Results, n: int, day: int, at: int) -> None:
    """What is not yet due and unpaid on `day` of each component, into `w[at]`."""
    w = r.now
    for k in range(5):
        w[at + k] = 0
    for i in range(w[c.FIRST], f.instalment_at[n + 1]):
        if f.due[i] > day:
            row = c.WIDTH * i + w[c.ROW]
            w[at + c.INTEREST] += (
                f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
            )
    for q in range(w[c.FIRST_CHARGE], f.charge_at[n + 1]):
        if f.charge_due[q] > day:
            place = c.CHARGE_WIDTH * q + w[c.CHARGE]
            w[at + f.charge_component[q]] += (
                f.charge_amount[q]
                - r.cells[place + c.CHARGE_PAID]
                - r.cells[place + c.CHARGE_WAIVED]
            )


@cold
def _ceiling(f: Facts, r: Results, n: int, cap: int) -> int:
    """What a cap lets be unpaid of its components today; rounded down, for the borrower."""
    w, up, down = r.now, f.caps[cap + 1], f.caps[cap + 2]
    base = w[c.PRINCIPAL_OUT]
    if f.caps[cap] == c.ANNUAL_RATE:
        base = w[c.PRINCIPAL_DAYS]
    elif f.caps[cap] == c.TOTAL_COST:
        base = 0
        for i in range(f.instalment_at[n], f.instalment_at[n + 1]):
            base += f.principal[i]
    most = (base // down) * up + (base % down) * up // down
    if f.caps[cap] != c.IN_DUPLUM:
        for k in range(c.PRINCIPAL):
            if (f.caps[cap + 3] >> k) & 1:
                most -= w[c.PAID + k]
    return int(max(0, most))


@cold
def _sum_open(f: Facts, r: Results, n: int, day: int, free_only: int) -> None:
    """What is due and unpaid on `day` of each component (`free_only`: and not in dispute)."""
    w, fees = r.now, f.penalties[c.PENALTY * f.loan_terms[n] + c.P_FEE_COMPONENT]
    for k in range(5):
        w[c.OPEN + k] = 0
    i = w[c.FIRST]
    while i < f.instalment_at[n + 1] and f.due[i] <= day:
        row = c.WIDTH * i + w[c.ROW]
        if not free_only or not r.cells[row + c.HELD]:
            w[c.OPEN + c.INTEREST] += (
                f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
            )
            w[c.OPEN + c.PENALTIES] += penalty(f, r, n, i)
            w[c.OPEN + fees] += late_fee(r, i)
        i += 1
    for q in range(w[c.FIRST_CHARGE], f.charge_at[n + 1]):
        place = c.CHARGE_WIDTH * q + w[c.CHARGE]
        row = c.WIDTH * r.cells[place + c.CHARGE_INSTALMENT] + w[c.ROW]
        if f.charge_due[q] <= day and not (
            free_only and (r.cells[row + c.HELD] or r.cells[place + c.CHARGE_HELD])
        ):
            owed = (
                f.charge_amount[q]
                - r.cells[place + c.CHARGE_PAID]
                - r.cells[place + c.CHARGE_WAIVED]
            )
            w[c.OPEN + f.charge_component[q]] += owed


@jit
def _owe(f: Facts, r: Results, n: int, day: int, component: int, amount: int) -> None:
    """Count an unpaid amount into the loan's state."""
    s = c.STATE * n
    r.state[s + c.PAYOFF] += amount
    if day <= f.as_of:
        r.state[s + c.DUE_COSTS + component] += amount
        return
    r.state[s + c.NOT_DUE] += amount
    if day == c.NEVER:
        return
    if r.state[s + c.NEXT_DUE] == 0 or day < r.state[s + c.NEXT_DUE]:
        r.state[s + c.NEXT_DUE] = day
        r.state[s + c.NEXT_AMOUNT] = 0
    if day == r.state[s + c.NEXT_DUE]:
        r.state[s + c.NEXT_AMOUNT] += amount


@jit
def _demand(
    f: Facts, r: Results, n: int, at: tuple[int, int, int], amount: int, held: bool
) -> None:
    """Count what is unpaid of `at` = (row, component, day), without what caps cut off."""
    w, s = r.now, c.STATE * n
    row, component, day = at
    if amount <= 0:
        return
    if day <= f.as_of:
        since = day
        if w[c.HAS_BACK] and component >= c.INTEREST:
            since = max(day, r.cells[row + c.AGAIN])
        if r.state[s + c.OLDEST] == 0 or since < r.state[s + c.OLDEST]:
            r.state[s + c.OLDEST] = since
    if w[c.CAPPED] and day <= f.as_of and component < c.PRINCIPAL:
        allowed = min(amount, w[c.ROOM + component])
        w[c.ROOM + component] -= allowed
        r.state[s + c.CUT + component] += amount - allowed
        if w[c.DETAIL]:
            r.cells[row + c.CUT_OFF] += amount - allowed
        amount = allowed
    if w[c.CAPPED] and day > f.as_of and component < c.PRINCIPAL:
        allowed = min(amount, w[c.LATER + component])
        w[c.LATER + component] -= allowed
        r.state[s + c.PAYOFF] -= amount - allowed
    if amount > 0:
        _owe(f, r, n, day, component, amount)
        if held and day <= f.as_of:
            r.state[s + c.DISPUTED] += amount


@jit
def count(f: Facts, r: Results, n: int) -> None:
    """What is unpaid at the end of `as_of`, by component, due and not yet due."""
    w = r.now
    if w[c.CAPPED]:
        r.state[c.STATE * n + c.CAP_BINDS] = r.state[c.STATE * n + c.CAP_CEILING] = 0
        open_ahead(f, r, n, f.as_of, c.LATER)
        open_rooms(f, r, n, f.as_of, 0)
    for i in range(w[c.FIRST], f.instalment_at[n + 1]):
        row = c.WIDTH * i + w[c.ROW]
        held = bool(w[c.HAS_HELD] and r.cells[row + c.HELD])
        interest = f.interest[i] - r.cells[row + c.INTEREST_PAID] - r.cells[row + c.INTEREST_WAIVED]
        _demand(f, r, n, (row, c.INTEREST, f.due[i]), interest, held)
        principal = (
            f.principal[i] - r.cells[row + c.PRINCIPAL_PAID] - r.cells[row + c.PRINCIPAL_WAIVED]
        )
        _demand(f, r, n, (row, c.PRINCIPAL, f.due[i]), principal, held)
        if i < w[c.DUE_ROW]:
            _count_lateness(f, r, n, i, held)
    for q in range(w[c.FIRST_CHARGE], f.charge_at[n + 1]):
        place = c.CHARGE_WIDTH * q + w[c.CHARGE]
        row = c.WIDTH * r.cells[place + c.CHARGE_INSTALMENT] + w[c.ROW]
        held = bool(w[c.HAS_HELD] and (r.cells[row + c.HELD] or r.cells[place + c.CHARGE_HELD]))
        left = (
            f.charge_amount[q] - r.cells[place + c.CHARGE_PAID] - r.cells[place + c.CHARGE_WAIVED]
        )
        _demand(f, r, n, (row, f.charge_component[q], f.charge_due[q]), left, held)
    if w[c.OWED] > 0:
        _owe(f, r, n, w[c.OPENED], c.PRINCIPAL, w[c.OWED])
        r.state[c.STATE * n + c.OWED_BACK] = w[c.OWED]
        if r.state[c.STATE * n + c.OLDEST] == 0 or w[c.OPENED] < r.state[c.STATE * n + c.OLDEST]:
            r.state[c.STATE * n + c.OLDEST] = w[c.OPENED]
    due = 0
    for k in range(5):
        due += r.state[c.STATE * n + c.DUE_COSTS + k]
    if due == 0:
        r.state[c.STATE * n + c.OLDEST] = 0  # all that is due is cut off: nothing to be late with


@cold
def _count_lateness(f: Facts, r: Results, n: int, i: int, held: bool) -> None:
    """The late fee and the penalty interest of an instalment. Penalty interest whose instalment is
    paid is owed since the money that paid it."""
    terms, row, day = c.PENALTY * f.loan_terms[n], c.WIDTH * i + r.now[c.ROW], f.due[i]
    fee = late_fee(r, i)
    if fee > 0:
        at = (row, f.penalties[terms + c.P_FEE_COMPONENT], r.cells[row + c.LATE_FEE_ON])
        _demand(f, r, n, at, fee, held)
    if scheduled(f, r, i, row) == 0:
        day = max(day, r.cells[row + c.PAID_ON])
    elif r.now[c.HAS_BACK]:
        day = max(day, r.cells[row + c.AGAIN])
    _demand(f, r, n, (row, c.PENALTIES, day), penalty(f, r, n, i), held)


@cold
def days_past_due(f: Facts, r: Results, n: int) -> int:
    """Days since the oldest unpaid due day, or since the clock was started anew, without the days
    during which it was paused."""
    oldest = r.state[c.STATE * n + c.OLDEST]
    if oldest == 0:
        return 0
    oldest = max(oldest, r.state[c.STATE * n + c.RE_AGED])
    days, since = f.as_of - oldest, -1
    for e in range(f.event_at[n], f.event_at[n + 1]):
        if f.event_kind[e] == c.PAUSE and since < 0:
            since = max(f.event_day[e], oldest)
        elif f.event_kind[e] == c.RESUME and since >= 0:
            days -= max(0, f.event_day[e] - since)
            since = -1
    if since >= 0:
        days -= max(0, f.as_of - since)
    return int(max(0, days))
