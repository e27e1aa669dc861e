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

    Instalments have one row more per loan than in `Facts`: row `instalment_at[n + 1] + n` is the
    instalment that charges due after the last one make; `charge_due_on` is its day, or 0.
    `*_paid` and `*_waived` are sums (`waived` holds what is written off too, `written` that part of
    it over all components); `paid_on` is the day of the last money or waiver, 0 for none.
    `penalty` is the penalty interest run up so far and `late_fee` the fixed fee; `cut` is what caps
    keep from being demanded. `split` has SPLIT numbers per event: the five components, what was
    left over as credit, and what met written-off debt. `state` has STATE numbers per loan.
    """

    interest_paid: Column
    interest_waived: Column
    principal_paid: Column
    principal_waived: Column
    penalty: Column
    penalty_paid: Column
    penalty_waived: Column
    penalty_rest: Column
    penalty_mark: Column
    late_fee: Column
    late_fee_paid: Column
    late_fee_waived: Column
    cut: Column
    written: Column
    again: Column
    held: Column
    charge_paid: Column
    charge_waived: Column
    charge_instalment: Column
    charge_held: Column
    early: Column
    late: Column
    paid_on: Column
    charge_due_on: Column
    split: Column
    state: Column


SPLIT = 7

STATE = 24
DPD, OLDEST, NEXT_DUE, NEXT_AMOUNT, DUE_COSTS = range(5)
"""Then due fees, penalties, interest and principal, what is not yet due, credit and payoff."""
NOT_DUE, CREDIT, PAYOFF = 9, 10, 11
CUT_FEES, CUT_PENALTIES, CUT_INTEREST = 12, 13, 14
"""What caps keep from being demanded; then the cap that binds (its number among the loan's, plus
1) and its ceiling."""
CAP_BINDS, CAP_CEILING = 15, 16
WRITTEN_OFF, RECOVERED, REFUNDED, OWED_BACK, DISPUTED, RE_AGED = range(17, 23)


def sizes(facts: Facts) -> Results:
    """How long each column of `Results` must be for these facts."""
    loans = len(facts.loan_order)
    rows = len(facts.due) + loans
    charges = len(facts.charge_due)
    lengths = dict.fromkeys(Results._fields, rows)
    lengths |= {name: charges for name in Results._fields if name.startswith("charge_")}
    lengths |= {
        "charge_due_on": loans,
        "split": SPLIT * len(facts.event_day),
        "state": STATE * loans,
    }
    return Results(**lengths)
