"""A loan's statement: every figure of a debt as a line somebody can add up by hand.

Each line adds to what had fallen due or takes from it, so the balance after a line is the balance
before it and its two amounts, nothing else. At the end stands the same debt as the replay sees it:
what is due and unpaid, less what was paid ahead of its day, less credit. That the two agree is
checked here for every statement, not hoped for. Pure; amounts in minor units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from doorstep.book.types import (
    CapCut,
    Charge,
    Loan,
    LoanState,
    PenaltyDays,
)


class What(StrEnum):
    """What happened, in the order in which lines of one day stand."""

    PAID_OUT = "paid_out"
    DRAWDOWN = "disbursement"
    RATE_CHANGE = "rate_change"
    REAMORTISE = "reamortise"
    RESCHEDULE = "reschedule"
    INSTALMENT = "instalment"
    CHARGE = "charge"
    LATE_FEE = "late_fee"
    PAUSE = "pause"
    RESUME = "resume"
    RE_AGE = "re_age"
    DISPUTE = "dispute"
    DISPUTE_END = "dispute_end"
    PENALTY_RATE = "penalty_rate"
    WAIVER = "waiver"
    REVERSED = "reversed"
    CHARGEBACK = "chargeback"
    PAYMENT = "payment"
    USE_CREDIT = "use_credit"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    PENALTY = "penalty"
    CUT = "cut"


_RANK = {what: rank for rank, what in enumerate(What)}
_CLOCK = ("pause", "resume", "re_age", "dispute", "dispute_end", "penalty_rate")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `fell_due` raises the balance, `settled` lowers it; `parts` says of which
    components the amount is made or where it went. `ref` is the lender's id of what happened.

    `days` (penalty interest) is how the amount came about; `cut` the cap that applied; `credit` the
    part of a payment that met nothing, `recovered` what met debt already written off, which
    lowers no balance. `amount` is the money of a line that moves no balance. `rate` is a new rate,
    of interest a year or of penalties a day. What a new schedule `settled` had fallen due before,
    was unpaid and is part of its instalments.
    """

    on: date
    what: What
    fell_due: int = 0
    settled: int = 0
    balance: int = 0
    number: int = 0
    ref: str = ""
    component: str = ""
    parts: Mapping[str, int] = field(default_factory=dict)
    days: tuple[PenaltyDays, ...] = ()
    cut: CapCut | None = None
    credit: int = 0
    recovered: int = 0
    amount: int = 0
    reason: str = ""
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is owed at the end of `as_of` and how it came about.

    `due` + … = `arrears` by component; `ahead` is what was settled of things not yet due. `balance`
    = arrears − ahead − credit, the balance after the last line.
    """

    as_of: date
    lines: tuple[Line, ...]
    due: Mapping[str, int]
    arrears: int
    ahead: int
    credit: int
    not_due: int
    payoff: int
    dpd: int
    oldest_unpaid: date | None
    next_due: date | None
    next_amount: int
    disputed: int = 0

    @property
    def balance(self) -> int:
        return self.arrears - self.ahead - self.credit


class UnequalStatementError(AssertionError):
    """The lines do not add up to what the replay says: a defect, never shown to a borrower."""


def make_statement(loan: Loan, state: LoanState) -> Statement:
    """The statement of `loan` whose replay gave `state`.

    Raises UnequalStatementError where lines and replay disagree.
    """
    lines = sorted(_lines(loan, state), key=lambda x: (x.on, _RANK[x.what], x.number))
    balance, told = 0, []
    for line in lines:
        balance += line.fell_due - line.settled
        told.append(replace(line, balance=balance))
    found = Statement(
        as_of=state.as_of,
        lines=tuple(told),
        due=state.due,
        arrears=state.arrears,
        ahead=_ahead(loan, state),
        credit=state.credit,
        not_due=state.not_due,
        payoff=state.payoff,
        dpd=state.dpd,
        oldest_unpaid=state.oldest_unpaid,
        next_due=state.next_due,
        next_amount=state.next_amount,
        disputed=state.disputed,
    )
    if balance != found.balance:
        raise UnequalStatementError(
            f"the lines come to {balance}, the replay to {found.balance} on {state.as_of}"
        )
    return found


def _ahead(loan: Loan, state: LoanState) -> int:
    """What was settled before its day: all that is not yet due, less what of it is unpaid."""
    day = state.as_of
    later = sum(i.principal + i.interest for i in loan.instalments if i.due > day)
    later += sum(c.amount for c in _charges(loan, day) if c.due > day)
    return later - state.not_due


def _lines(loan: Loan, state: LoanState) -> Iterator[Line]:
    day = state.as_of
    if loan.disbursed_on and loan.disbursed_on <= day:
        lent = sum(i.principal for i in loan.instalments)
        later = sum(x.amount for x in loan.changes if x.on > loan.disbursed_on)
        yield Line(loan.disbursed_on, What.PAID_OUT, amount=lent - later)
    yield from _fallen_due(loan, day)
    yield from _made_anew(loan)
    yield from _penalties(state)
    yield from _money(loan, state)
    yield from _changes(loan, state)
    for cut in state.cuts:
        yield Line(day, What.CUT, settled=sum(cut.cut.values()), parts=cut.cut, cut=cut)


def _fallen_due(loan: Loan, day: date) -> Iterator[Line]:
    """Instalments by their day as they fell due then, and charges by theirs or the later day on
    which they were added."""
    gone = Counter[tuple[int, str]]()
    for change in loan.changes:
        for number, (principal, interest) in change.moved.items():
            gone.update({(number, "principal"): principal, (number, "interest"): interest})
    for number, i in enumerate(sorted(loan.instalments, key=lambda i: (i.due, i.number)), 1):
        if i.due <= day:
            parts = {
                "interest": i.interest + gone[number, "interest"],
                "principal": i.principal + gone[number, "principal"],
            }
            yield Line(i.due, What.INSTALMENT, sum(parts.values()), number=number, parts=parts)
    for charge in _charges(loan, day):
        if charge.due <= day:
            yield Line(
                max(charge.due, charge.added_on),
                What.CHARGE,
                charge.amount,
                component=charge.component,
                ref=str(charge.charge_id),
                parts={charge.component: charge.amount},
            )


def _made_anew(loan: Loan) -> Iterator[Line]:
    """What made the instalments anew, and what of the arrears went into the new ones."""
    for change in loan.changes:
        if change.kind == "disbursement" and change.on == loan.disbursed_on:
            continue
        principal = sum(x for x, _ in change.moved.values())
        interest = sum(x for _, x in change.moved.values())
        yield Line(
            change.on,
            What(change.kind),
            settled=principal + interest,
            parts={"interest": interest, "principal": principal},
            ref=str(change.event_id),
            amount=change.amount,
            reason=change.reason,
            rate=None if change.rate_percent is None else change.rate_percent / 100,
        )


def _charges(loan: Loan, day: date) -> list[Charge]:
    gone = {
        e.charge_id
        for e in loan.events
        if e.kind == "reversal" and e.on <= day and e.charge_id != ""
    }
    return [c for c in loan.charges if c.added_on <= day and c.charge_id not in gone]


def _penalties(state: LoanState) -> Iterator[Line]:
    """Penalty interest and the fixed fee of each instalment that came late, run up to the day."""
    for i in state.instalments:
        if i.late_fee and i.late_fee_on:
            yield Line(i.late_fee_on, What.LATE_FEE, i.late_fee, number=i.number)
        if i.penalty_interest:
            days = tuple(d for d in state.penalty_days if d.number == i.number)
            yield Line(
                max((d.until for d in days), default=state.as_of),
                What.PENALTY,
                i.penalty_interest,
                number=i.number,
                days=days,
                parts={"penalties": i.penalty_interest},
            )


def _money(loan: Loan, state: LoanState) -> Iterator[Line]:
    """Payments where they went; one taken back stays visible and counts for nothing."""
    for paid in state.payments:
        yield Line(
            paid.on,
            What.PAYMENT,
            settled=0 if paid.reversed else paid.amount - paid.recovered,
            amount=paid.amount,
            ref=str(paid.payment_id),
            parts={k: v for k, v in paid.split.items() if v},
            credit=paid.credit,
            recovered=paid.recovered,
        )
        if paid.reversed:
            yield Line(
                _taken_back_on(loan, paid.payment_id) or paid.on,
                What.REVERSED,
                amount=paid.amount,
                ref=str(paid.payment_id),
            )


def _taken_back_on(loan: Loan, payment_id: str | int) -> date | None:
    days = [p.on for p in loan.payments if p.reverses == payment_id]
    days += [e.on for e in loan.events if e.kind == "reversal" and e.payment_id == payment_id]
    return min(days, default=None)


def _changes(loan: Loan, state: LoanState) -> Iterator[Line]:
    """What was decided: by whom and why is kept with the event."""
    why = {e.event_id: e.reason for e in loan.events}
    for move in state.moves:
        settles = move.kind in ("waiver", "write_off")
        raises = move.kind in ("refund", "chargeback")
        yield Line(
            move.on,
            What(move.kind),
            fell_due=move.amount - move.recovered if raises else 0,
            settled=move.amount if settles else 0,
            amount=move.amount,
            parts={k: v for k, v in move.split.items() if v},
            ref=str(move.event_id),
            recovered=move.recovered,
            reason=why.get(move.event_id, ""),
        )
    undone = {
        e.reverses
        for e in loan.events
        if e.kind == "reversal" and e.reverses and e.on <= state.as_of
    }
    for e in loan.events:
        if e.on <= state.as_of and e.kind in _CLOCK and (e.event_id not in undone):
            yield Line(
                e.on,
                What(e.kind),
                number=e.instalment or 0,
                ref=str(e.charge_id or ""),
                reason=e.reason,
                rate=e.rate,
            )
