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
"""Event numbers. A reversal removes its payment before the replay starts, so it has none."""

ALL_COMPONENTS = -1
"""The component of a waiver that forgives the oldest money first, whatever it is."""

NEVER = 2_932_896
"""9999-12-31: the day of money with no known due date."""


class Facts(NamedTuple):
    """What is known of many loans. Every part is sorted by loan, then by the order it needs.

    instalments  by due day and number: due, principal, interest
    charges      by due day and id: component, due, added, amount
    events       by day, same-day rank and id: day, kind, component, amount
    orders       ten numbers per allocation order: five components for money that is due, then
                 five for money paid in advance
    """

    as_of: int
    loan_order: Column
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
    orders: Column


DAYS = frozenset({"due", "charge_due", "charge_added", "event_day"})
"""Columns of days: 32 bits when compiled, as Arrow has them; amounts and places have 64."""

LABELS = frozenset({"charge_component", "event_kind", "event_component"})
"""Columns of small numbers: 8 bits when compiled."""

PER_LOAN = frozenset({"loan_order"})
SHARED = frozenset({"as_of", "orders"})


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
    `*_paid` and `*_waived` are sums; `paid_on` is the day of the last money or waiver, 0 for none.
    `split` has six numbers per event: the five components, then what was left over.
    `state` has STATE numbers per loan, see below.
    """

    interest_paid: Column
    interest_waived: Column
    principal_paid: Column
    principal_waived: Column
    charge_paid: Column
    charge_waived: Column
    charge_instalment: Column
    early: Column
    late: Column
    paid_on: Column
    charge_due_on: Column
    split: Column
    state: Column


STATE = 12
DPD, OLDEST, NEXT_DUE, NEXT_AMOUNT, DUE_COSTS = range(5)
"""Then due fees, penalties, interest and principal, what is not yet due, credit and payoff."""
NOT_DUE, CREDIT, PAYOFF = 9, 10, 11


def sizes(facts: Facts) -> Results:
    """How long each column of `Results` must be for these facts."""
    loans = len(facts.loan_order)
    rows = len(facts.due) + loans
    charges = len(facts.charge_due)
    return Results(
        interest_paid=rows,
        interest_waived=rows,
        principal_paid=rows,
        principal_waived=rows,
        charge_paid=charges,
        charge_waived=charges,
        charge_instalment=charges,
        early=rows,
        late=rows,
        paid_on=rows,
        charge_due_on=loans,
        split=6 * len(facts.event_day),
        state=STATE * loans,
    )
