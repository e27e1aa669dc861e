"""One loan through the replay: dataclasses in, dataclasses out, on Python's own integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.order import DEFAULT, numbers
from doorstep.book.rules.replay import replay
from doorstep.book.types import (
    BookError,
    Charge,
    Event,
    Instalment,
    InstalmentState,
    Loan,
    LoanState,
    Payment,
    PaymentState,
)
from doorstep.kernel.money import COMPONENTS

EPOCH = date(1970, 1, 1)
ALL = c.ALL
RANK = {"pause": 0, "resume": 0, "waiver": 1, "payment": 3}
"""Same-day order of what the replay sees; charges are known by date, reversals come before it."""
_KIND = {"pause": c.PAUSE, "resume": c.RESUME, "waiver": c.WAIVER, "payment": c.PAYMENT}

Replay = Callable[[Facts], Results]


def day_of(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def state_of(loan: Loan, as_of: date, *, engine: Replay = replay) -> LoanState:
    """The loan at the end of `as_of`; what is dated later is not looked at.

    Raises BookError for a reversal that names no payment of the loan.
    """
    schedule = sorted(loan.instalments, key=lambda i: (i.due, i.number))
    charges = sorted(
        (x for x in loan.charges if x.added_on <= as_of), key=lambda x: (x.due, _by_id(x.charge_id))
    )
    money = sorted(
        (p for p in loan.payments if p.on <= as_of and p.reverses is None),
        key=lambda p: (p.on, _by_id(p.payment_id)),
    )
    undone = _undone(loan, as_of)
    stream = _stream(loan.events, [p for p in money if p.payment_id not in undone], as_of)
    facts = _facts(schedule, charges, stream, loan, as_of)
    results = engine(facts)
    s = [int(x) for x in results.state]
    return LoanState(
        as_of=as_of,
        dpd=s[c.DPD],
        oldest_unpaid=_date(s[c.OLDEST]),
        next_due=_date(s[c.NEXT_DUE]),
        next_amount=s[c.NEXT_AMOUNT],
        due=dict(zip(COMPONENTS, s[c.DUE_COSTS : c.DUE_COSTS + 5], strict=True)),
        not_due=s[c.NOT_DUE],
        credit=s[c.CREDIT],
        payoff=s[c.PAYOFF],
        instalments=tuple(_instalments(schedule, charges, results)),
        payments=tuple(_payments(money, undone, stream, results)),
    )


def _date(day: int) -> date | None:
    return date_of(day) if day else None


def _by_id(key: str | int) -> tuple[bool, str | int]:
    """Ids are text or numbers; numbers come first and rise as numbers."""
    return isinstance(key, str), key


def _undone(loan: Loan, as_of: date) -> set[str | int]:
    known = {p.payment_id for p in loan.payments if p.reverses is None}
    gone = [p.reverses for p in loan.payments if p.reverses is not None and p.on <= as_of]
    gone += [e.payment_id for e in loan.events if e.kind == "reversal" and e.on <= as_of]
    for payment_id in gone:
        if payment_id not in known or payment_id == "":
            raise BookError("reversal", f"there is no payment {payment_id!r} to reverse")
    return {g for g in gone if g is not None}


def _stream(
    events: Sequence[Event], money: Sequence[Payment], as_of: date
) -> list[Event | Payment]:
    """What the replay walks through: by day, same-day rank and id."""
    kept = sorted(
        (e for e in events if e.on <= as_of and e.kind != "reversal"),
        key=lambda e: _by_id(e.event_id),
    )
    return sorted(
        [*kept, *money],
        key=lambda x: (x.on, RANK["payment" if isinstance(x, Payment) else x.kind]),
    )


def _facts(
    schedule: Sequence[Instalment],
    charges: Sequence[Charge],
    stream: Sequence[Event | Payment],
    loan: Loan,
    as_of: date,
) -> Facts:
    return Facts(
        as_of=day_of(as_of),
        loan_order=[0],
        loan_terms=[0],
        loan_opened=[0],
        instalment_at=[0, len(schedule)],
        due=[day_of(i.due) for i in schedule],
        principal=[i.principal for i in schedule],
        interest=[i.interest for i in schedule],
        charge_at=[0, len(charges)],
        charge_component=[COMPONENTS.index(x.component) for x in charges],
        charge_due=[day_of(x.due) for x in charges],
        charge_added=[day_of(x.added_on) for x in charges],
        charge_amount=[x.amount for x in charges],
        event_at=[0, len(stream)],
        event_day=[day_of(e.on) for e in stream],
        event_kind=[_KIND["payment" if isinstance(e, Payment) else e.kind] for e in stream],
        event_component=[_component(e) for e in stream],
        event_amount=[ALL if e.amount is None else e.amount for e in stream],
        event_target=[c.ANYWHERE for e in stream],
        orders=numbers(loan.order or DEFAULT),
        **c.NO_TERMS,
    )


def _component(event: Event | Payment) -> int:
    if isinstance(event, Payment) or not event.component:
        return c.ALL_COMPONENTS
    return COMPONENTS.index(event.component)


def _instalments(
    schedule: Sequence[Instalment], charges: Sequence[Charge], r: Results
) -> list[InstalmentState]:
    extra = [Instalment(date_of(r.charge_due_on[0]), 0, 0, 0)] if r.charge_due_on[0] else []
    found = []
    for row, instalment in enumerate([*schedule, *extra]):
        mine = [k for k in range(len(charges)) if r.charge_instalment[k] == row]
        parts = dict.fromkeys(COMPONENTS, 0)
        parts["interest"], parts["principal"] = instalment.interest, instalment.principal
        for k in mine:
            parts[charges[k].component] += charges[k].amount
        paid = r.interest_paid[row] + r.principal_paid[row] + sum(r.charge_paid[k] for k in mine)
        waived = (
            r.interest_waived[row] + r.principal_waived[row] + sum(r.charge_waived[k] for k in mine)
        )
        settled = r.paid_on[row] and paid + waived == sum(parts.values())
        found.append(
            InstalmentState(
                number=row + 1,
                due=instalment.due,
                parts=parts,
                paid=int(paid),
                waived=int(waived),
                in_advance=int(r.early[row]),
                late=int(r.late[row]),
                paid_on=date_of(int(r.paid_on[row])) if settled else None,
            )
        )
    return found


def _payments(
    money: Sequence[Payment],
    undone: set[str | int],
    stream: Sequence[Event | Payment],
    r: Results,
) -> list[PaymentState]:
    place = {id(e): c.SPLIT * k for k, e in enumerate(stream)}
    found = []
    for p in money:
        at = place.get(id(p))
        split = [0] * 6 if at is None else [int(x) for x in r.split[at : at + 6]]
        found.append(
            PaymentState(
                payment_id=p.payment_id,
                on=p.on,
                amount=p.amount,
                split=dict(zip(COMPONENTS, split, strict=False)),
                credit=split[5],
                reversed=p.payment_id in undone,
            )
        )
    return found
