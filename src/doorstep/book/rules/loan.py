"""One loan through the replay: dataclasses in, dataclasses out, on Python's own integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.order import DEFAULT, numbers
from doorstep.book.rules.replay import replay
from doorstep.book.rules.stream import Happened, happened, kind_of, target_of
from doorstep.book.rules.terms_rows import cap_numbers, caps_in_force, penalty_numbers
from doorstep.book.rules.traced import paid_parts, penalty_days
from doorstep.book.types import (
    BookError,
    Cap,
    CapCut,
    Charge,
    Event,
    Instalment,
    InstalmentState,
    Loan,
    LoanState,
    Moved,
    Payment,
    PaymentState,
)
from doorstep.kernel.money import COMPONENTS

EPOCH = date(1970, 1, 1)
ALL = c.ALL
PAID = (c.INTEREST_PAID, c.PRINCIPAL_PAID, c.PENALTY_PAID, c.LATE_FEE_PAID)
"""Cells of an instalment with what was paid; what was forgiven stands in the next one of each."""

MOVING = ("waiver", "use_credit", "refund", "write_off", "chargeback")

Replay = Callable[[Facts], Results]


def day_of(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def state_of(loan: Loan, as_of: date, *, engine: Replay = replay) -> LoanState:
    """The loan at the end of `as_of`; what is dated later is not looked at.

    Raises BookError for a change that names nothing of the loan, and for a cap that needs a day
    the loan does not tell.
    """
    schedule = sorted(loan.instalments, key=lambda i: (i.due, i.number))
    known = happened(loan, as_of)
    caps = caps_in_force(loan.caps, loan.contract_on or loan.disbursed_on)
    facts = _facts(schedule, known, loan, caps, as_of)
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
        instalments=tuple(_instalments(schedule, known, facts, results)),
        payments=tuple(_payments(known, results)),
        penalty_days=tuple(penalty_days(facts, results)),
        cuts=_cuts(caps, s),
        written_off=s[c.WRITTEN_OFF] - s[c.RECOVERED],
        recovered=s[c.RECOVERED],
        refunded=s[c.REFUNDED],
        owed_back=s[c.OWED_BACK],
        disputed=s[c.DISPUTED],
        re_aged_on=_date(s[c.RE_AGED]),
        moves=tuple(_moves(known, facts, results)),
    )


def _date(day: int) -> date | None:
    return date_of(day) if day else None


def _facts(
    schedule: Sequence[Instalment], known: Happened, loan: Loan, caps: Sequence[Cap], as_of: date
) -> Facts:
    charges, stream = known.charges, known.stream
    rates = [_rate(e) for e in stream if isinstance(e, Event) and e.kind == "penalty_rate"]
    penalty = penalty_numbers(loan.penalty, caps, rates)
    return Facts(
        as_of=day_of(as_of),
        loan_order=[0],
        loan_terms=[0],
        loan_opened=[_opened(loan, caps)],
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
        event_kind=[kind_of(e) for e in stream],
        event_component=[_component(e) for e in stream],
        event_amount=[_amount(e, loan, penalty[c.P_UNIT]) for e in stream],
        event_target=[target_of(e, charges, len(schedule)) for e in stream],
        orders=numbers(loan.order or DEFAULT),
        penalties=penalty,
        cap_at=[0, len(caps)],
        caps=[x for k, cap in enumerate(caps) for x in cap_numbers(cap, f"caps[{k}]")],
    )


def _opened(loan: Loan, caps: Sequence[Cap]) -> int:
    if loan.disbursed_on is not None:
        return day_of(loan.disbursed_on)
    if any(cap.kind == "annual_rate" for cap in caps):
        raise BookError("disbursed_on", "missing; a cap on the annual rate counts from it")
    return 0


def _rate(event: Event) -> Fraction:
    if event.rate is None:
        raise BookError("penalty_rate", f"the change of {event.on} gives no rate")
    return event.rate


def _amount(event: Event | Payment, loan: Loan, unit: int) -> int:
    if isinstance(event, Event) and event.kind == "penalty_rate":
        return int(_rate(event) * unit)
    if isinstance(event, Event) and event.kind == "chargeback" and event.amount is None:
        return next(p.amount for p in loan.payments if p.payment_id == event.payment_id)
    return ALL if event.amount is None else event.amount


def _component(event: Event | Payment) -> int:
    if isinstance(event, Payment) or not event.component:
        return c.ALL_COMPONENTS
    return COMPONENTS.index(event.component)


def _instalments(
    schedule: Sequence[Instalment], known: Happened, f: Facts, r: Results
) -> list[InstalmentState]:
    last = _date(int(r.state[c.EXTRA_DUE]))
    extra = [Instalment(last, 0, 0, 0)] if last else []
    rows, paid_of = c.cells_of_instalments(f, r), c.cells_of_charges(f, r)
    homes: dict[int, list[int]] = {}
    for k, cells in enumerate(paid_of):
        homes.setdefault(int(cells[c.CHARGE_INSTALMENT]), []).append(k)
    return [
        _instalment(
            instalment,
            row + 1,
            [int(x) for x in rows[row]],
            [(known.charges[k], paid_of[k]) for k in homes.get(row, [])],
            f,
        )
        for row, instalment in enumerate([*schedule, *extra])
    ]


def _instalment(
    instalment: Instalment,
    number: int,
    cells: Sequence[int],
    charges: Sequence[tuple[Charge, Sequence[int]]],
    f: Facts,
) -> InstalmentState:
    parts = dict.fromkeys(COMPONENTS, 0)
    parts["interest"], parts["principal"] = instalment.interest, instalment.principal
    for charge, _ in charges:
        parts[charge.component] += charge.amount
    penalty = cells[c.PENALTY_RUN] + (2 * cells[c.PENALTY_REST] >= f.penalties[c.P_UNIT])
    parts["penalties"] += penalty
    parts[COMPONENTS[f.penalties[c.P_FEE_COMPONENT]]] += cells[c.LATE_FEE]
    paid = sum(cells[k] for k in PAID) + sum(int(x[c.CHARGE_PAID]) for _, x in charges)
    gone = sum(cells[k + 1] for k in PAID) + sum(int(x[c.CHARGE_WAIVED]) for _, x in charges)
    settled = cells[c.PAID_ON] and paid + gone == sum(parts.values())
    return InstalmentState(
        number=number,
        due=instalment.due,
        parts=parts,
        paid=paid,
        waived=gone - cells[c.WRITTEN],
        in_advance=cells[c.EARLY],
        late=cells[c.LATE],
        paid_on=date_of(cells[c.PAID_ON]) if settled else None,
        cut=cells[c.CUT_OFF],
        written_off=cells[c.WRITTEN],
        disputed=bool(cells[c.HELD] or any(x[c.CHARGE_HELD] for _, x in charges)),
        penalty_interest=penalty,
        late_fee=cells[c.LATE_FEE],
        late_fee_on=_date(cells[c.LATE_FEE_ON]),
    )


def _payments(known: Happened, r: Results) -> list[PaymentState]:
    place = {id(e): k for k, e in enumerate(known.stream)}
    parts = paid_parts(r)
    found = []
    for p in known.money:
        at = place.get(id(p), -1)
        split = [0] * c.SPLIT
        if at >= 0:
            split = [int(x) for x in r.split[c.SPLIT * at : c.SPLIT * (at + 1)]]
        found.append(
            PaymentState(
                payment_id=p.payment_id,
                on=p.on,
                amount=p.amount,
                split=dict(zip(COMPONENTS, split, strict=False)),
                credit=split[c.LEFT],
                reversed=p.payment_id in known.undone,
                recovered=split[c.RECOVERY],
                parts=tuple(parts.get(at, ())),
            )
        )
    return found


def _moves(known: Happened, f: Facts, r: Results) -> list[Moved]:
    parts = paid_parts(r)
    found = []
    for k, e in enumerate(known.stream):
        if isinstance(e, Payment) or e.kind not in MOVING:
            continue
        split = [int(x) for x in r.split[c.SPLIT * k : c.SPLIT * (k + 1)]]
        amount = sum(split[:5])
        if e.kind in {"refund", "chargeback"}:
            amount = f.event_amount[k] if f.event_amount[k] < ALL else sum(split)
        found.append(
            Moved(
                event_id=e.event_id,
                on=e.on,
                kind=e.kind,
                amount=amount,
                split=dict(zip(COMPONENTS, split, strict=False)),
                ahead=sum(p.amount for p in parts.get(k, ()) if p.ahead),
                parts=tuple(parts.get(k, ())),
                recovered=split[c.RECOVERY],
            )
        )
    return found


def _cuts(caps: Sequence[Cap], s: Sequence[int]) -> tuple[CapCut, ...]:
    if not s[c.CAP_BINDS]:
        return ()
    cap = caps[s[c.CAP_BINDS] - 1]
    cut = {name: x for name, x in zip(COMPONENTS, s[c.CUT : c.CUT + 4], strict=False) if x}
    return (CapCut(cap.rule, cap.why, s[c.CAP_CEILING], cut),)
