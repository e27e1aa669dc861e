"""The sorted integer columns the replay reads and the columns it fills.

Days are days since 1970-01-01, amounts minor units. A column is a NumPy array of int64 for the
compiled replay or a plain list of Python integers for the undecorated one: the same source reads
both. `*_at` columns have one entry more than there are loans; the rows of loan `n` are
`at[n] .. at[n + 1] - 1`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Column = Any
"""An int64 array or a list of int."""

COSTS, FEES, PENALTIES, INTEREST, PRINCIPAL = range(5)
"""Component numbers, in the order of `kernel.money.COMPONENTS`."""

PAUSE, RESUME, WAIVER, PAYMENT = range(4)
RE_AGE, RATE, DISPUTE, DISPUTE_END, TAKEN_BACK, USE_CREDIT, REFUND, WRITE_OFF = range(4, 12)
"""Event numbers. A reversal removes what it undoes before the replay starts, so it has none.

`event_amount` is an amount, but for RATE the new numerator of the daily penalty rate, and ALL
where everything is meant.
"""

RANK = (0, 0, 1, 3, 0, 0, 0, 0, 2, 4, 5, 6)
"""The order of events within a day, by event number: the state of the clock, waivers, money taken
back, payments, the use of a credit, refunds, write-offs."""

ALL = 2**62
"""The amount of an event that means everything."""

ALL_COMPONENTS = -1
"""The component of a waiver that forgives the oldest money first, whatever it is."""

ANYWHERE = -1
"""The target of an event that means the whole loan. A target of 0 or more is an instalment, counted
from 0 in the order of due days; -2, -3, … is the loan's first, second, … charge."""

NEVER = 2_932_896
"""9999-12-31: the day of money with no known due date."""

ORDER = 11
"""Numbers per allocation order: five components for money that is due, five for money in advance,
and 1 where money goes by component, not by instalment."""

PENALTY = 9
"""Numbers per row of `penalties`; row 0 is a loan without penalties and caps.

The first two are the daily rate as a fraction (denominator 1 where there is none)."""
P_RATE, P_UNIT, P_ON_INTEREST, P_GRACE, P_FROM_DUE, P_FEE, P_FEE_AFTER, P_FEE_COMPONENT = range(8)
P_PLAIN = 8
"""1 where the row says nothing: no penalty, no fee, no cap. Such loans take the short way."""

CAP = 4
"""Numbers per cap: kind, ratio as a fraction (a year of 365 days is in the denominator of an annual
rate), and the capped components as a sum of 2 ** component."""
ANNUAL_RATE, TOTAL_COST, IN_DUPLUM = range(3)


class Facts(NamedTuple):
    """What is known of many loans. Every part is sorted by loan, then by the order it needs.

    loan_order   the row of `orders` of each loan
    loan_terms   the row of `penalties` and of `cap_at` of each loan
    loan_opened  the day its principal was paid out, from which an annual cap counts; 0 if unknown
    instalments  by due day and number: due, principal, interest
    charges      by due day and id: component, due, added, amount
    events       by day, same-day rank and id: day, kind, component, amount, target
    orders       ORDER numbers per allocation order
    penalties    PENALTY numbers per kind of terms
    cap_at, caps the caps of each kind of terms, CAP numbers each
    """

    as_of: int
    loan_order: Column
    loan_terms: Column
    loan_opened: Column
    instalment_at: Column
    due: Column
    principal: Column
    interest: Column
    charge_at: Column
    charge_component: Column
    charge_due: Column
    charge_added: Column
    charge_amount: Column
    event_at: Column
    event_day: Column
    event_kind: Column
    event_component: Column
    event_amount: Column
    event_target: Column
    orders: Column
    penalties: Column
    cap_at: Column
    caps: Column


NO_TERMS: dict[str, list[int]] = {
    "penalties": [0, 1, 0, 0, 0, 0, 1, FEES, 1],
    "cap_at": [0, 0],
    "caps": [],
}
"""`penalties`, `cap_at` and `caps` where no loan has any (`loan_terms` is 0 for all)."""


DAYS = frozenset({"due", "charge_due", "charge_added", "event_day"})
"""Columns of days: 32 bits when compiled, as Arrow has them; amounts and places have 64."""

LABELS = frozenset({"charge_component", "event_kind", "event_component"})
"""Columns of small numbers: 8 bits when compiled."""

PER_LOAN = frozenset({"loan_order", "loan_terms", "loan_opened"})
SHARED = frozenset({"as_of", "orders", "penalties", "cap_at", "caps"})


def part(facts: Facts, start: int, stop: int) -> Facts:
    """The loans `start` to `stop` of arrays of facts, as views."""
    cuts = {}
    for name, column in facts._asdict().items():
        if name in SHARED:
            cuts[name] = column
        elif name in PER_LOAN:
            cuts[name] = column[start:stop]
        elif name.endswith("_at"):
            cuts[name] = column[start : stop + 1] - column[start]
            cuts[name].flags.writeable = False
        else:
            kind = name.split("_", maxsplit=1)[0]
            at = facts._asdict()[f"{kind if kind in {'charge', 'event'} else 'instalment'}_at"]
            cuts[name] = column[at[start] : at[stop]]
    return Facts(**cuts)


class Results(NamedTuple):
    """What the replay says of every loan, instalment, charge and payment.

    cells   CHARGE_WIDTH numbers per charge, then WIDTH per instalment (`cells_of_*` finds them). A
            loan has one instalment more than in `Facts`: that of the charges due after the last.
    split   SPLIT numbers per event: the five components, what was left over as credit, and what
            met written-off debt
    state   STATE numbers per loan
    trace   TRACE numbers an entry; `traced` says how many there are and for how many there is room
    now     room for what is in mind of the loan at hand

    Without detail `cells` is room for one loan, and only `state` says anything afterwards.
    """

    cells: Column
    split: Column
    state: Column
    trace: Column
    traced: Column
    now: Column


WIDTH, CHARGE_WIDTH = 21, 4
INTEREST_PAID, INTEREST_WAIVED, PRINCIPAL_PAID, PRINCIPAL_WAIVED, PAID_ON = range(5)
"""Of an instalment: sums paid and forgiven (written off too), the day of the last of them."""
CLEARED = 5
"""How many of an instalment's numbers must be nought at first; the others are set before use."""
PENALTY_PAID, PENALTY_WAIVED, LATE_FEE_PAID, LATE_FEE_WAIVED, LATE_FEE = range(5, 10)
PENALTY_RUN, PENALTY_REST, PENALTY_MARK, CLOCK_DUE = range(10, 14)
"""Penalty interest run up in whole units and the rest of a unit, where the index stood then, and
where the clock stood on the due day."""
CUT_OFF, WRITTEN, AGAIN, HELD, EARLY, LATE, LATE_FEE_ON = range(14, 21)
"""What caps keep from being demanded, what of the forgiven was written off, the day money was taken
back, whether in dispute, what was paid before and after the due day, and the late fee's day."""
CHARGE_PAID, CHARGE_WAIVED, CHARGE_INSTALMENT, CHARGE_HELD = range(4)
"""Of a charge; the instalment is counted as in `Facts`, the one of late charges after the last."""

SPLIT = 7
LEFT, RECOVERY = 5, 6

STATE = 25
DPD, OLDEST, NEXT_DUE, NEXT_AMOUNT, DUE_COSTS = range(5)
"""Then due fees, penalties, interest and principal, what is not yet due, credit and payoff."""
NOT_DUE, CREDIT, PAYOFF = range(9, 12)
CUT, CUT_FEES, CUT_PENALTIES, CUT_INTEREST = range(12, 16)
"""What caps keep from being demanded, costs first; then the cap that binds (its number among the
loan's, plus 1) and its ceiling."""
CAP_BINDS, CAP_CEILING, WRITTEN_OFF, RECOVERED, REFUNDED, OWED_BACK, DISPUTED, RE_AGED = range(
    16, 24
)
EXTRA_DUE = 24
"""The day of the instalment that late charges make, or 0."""

TRACE = 6
"""Two kinds of entry. What an event settled (or undid: 1): (event, instalment, component, amount,
0 or 1, whether it was not yet due). A stretch of penalty
interest: (-1, instalment, last day, base, rate times days, rate)."""

NOW = 42
"""What the replay keeps in mind of a loan, in `Results.now`."""
(
    DETAIL, ROW, CHARGE,  # where the cells of instalments and charges start
    FIRST, FIRST_CHARGE, NEXT,  # the first that is not settled; the first instalment not yet due
    TODAY, CLOCK, PAUSED, RATE_NOW, INDEX,  # the clock without paused days; rate times its days
    DUE_ROW, RUN_ROW, FEE_ROW,  # the first not due, without penalty, without a look for a fee
    HAS_HELD, HAS_BACK, OWED, CAPPED, OPENED,
    AHEAD, PRINCIPAL_OUT, PRINCIPAL_DAYS, PAID,  # PAID: of five components
) = range(23)  # fmt: skip
ROOM, OPEN, LATER = 27, 32, 37
"""What caps still let be demanded of each component; what of it is due and unpaid; what of it that
is not yet due may ever be."""


def sizes(facts: Facts, traced: int = 0) -> Results:
    """How long each column of `Results` must be for these facts, in detail."""
    loans = len(facts.loan_order)
    return _sizes(
        loans,
        CHARGE_WIDTH * len(facts.charge_due) + WIDTH * (len(facts.due) + loans),
        len(facts.event_day),
        traced,
    )


def rooms(facts: Facts, instalments: int, charges: int) -> Results:
    """`sizes` without detail; no loan has more than so many instalments and charges."""
    cells = CHARGE_WIDTH * charges + WIDTH * (instalments + 1)
    return _sizes(len(facts.loan_order), cells, 0, 0)


def _sizes(loans: int, cells: int, events: int, traced: int) -> Results:
    return Results(cells, SPLIT * events, STATE * loans, TRACE * traced, 2, NOW)


def cells_of_charges(facts: Facts, results: Results) -> Any:
    """The cells of charges, one row for each."""
    return _table(results.cells, 0, len(facts.charge_due), CHARGE_WIDTH)


def cells_of_instalments(facts: Facts, results: Results) -> Any:
    """The cells of instalments, one row for each and for the extra one of each loan."""
    start = CHARGE_WIDTH * len(facts.charge_due)
    return _table(results.cells, start, len(facts.due) + len(facts.loan_order), WIDTH)


def _table(cells: Column, start: int, rows: int, width: int) -> Any:
    if isinstance(cells, list):
        return [cells[start + width * k : start + width * (k + 1)] for k in range(rows)]
    return cells[start : start + width * rows].reshape(rows, width)
