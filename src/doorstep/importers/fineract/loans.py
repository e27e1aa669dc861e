"""One loan of Fineract as rows of ours, whole or not at all.

What Fineract has waived is left out of what is owed; its schedule holds re-aging, re-amortisation
and charge-backs already, so those transactions are not played again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from doorstep.importers.fineract.fields import FieldError, Fields
from doorstep.importers.fineract.objects import Loan

NOT_DISBURSED = {100, 200, 400, 500}
"""Submitted, approved, withdrawn by the client, rejected."""

_REMARKS = {601: "Fineract has written it off", 602: "Fineract has rescheduled it into another"}

_MONEY = {2: "repayment", 5: "repayment at disbursement", 8: "recovery", 17: "charge payment",
          28: "down payment"}  # fmt: skip
_CREDITS = {
    21: "merchant issued refund",
    22: "payout refund",
    23: "goodwill credit",
    24: "charge refund",
    26: "charge adjustment",
    31: "interest payment waiver",
    33: "interest refund",
}
"""They lower the debt like money, but nobody paid."""
_IN_SCHEDULE = {1, 3, 4, 9, 10, 12, 13, 14, 15, 19, 25, 27, 29, 30, 32, 34}
"""Disbursement, contra, waivers, accruals, transfers between offices, charge-back and charge-off,
re-aging: the schedule has them already, or nothing is owed for them."""
_OUT = {16: "refund", 18: "refund of an active loan", 20: "refund of credit"}

Row = dict[str, Any]


@dataclass(slots=True)
class Made:
    """The rows of one loan by table, what Fineract states of it, and what should be known."""

    loan_id: str
    currency: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    total: int | None = None
    parts: dict[str, int] = field(default_factory=dict)
    remark: str = ""
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, path: str, code: str, text: str) -> None:
        self.notes.append((path, code, text))


def status_of(data: Loan) -> int:
    status = data.get("status")
    found = status.get("id") if isinstance(status, dict) else None
    return found if isinstance(found, int) else 300


def made_of(data: Loan, id_field: str, country: str) -> Made:
    """The rows of a loan. Raises FieldError naming the field that cannot be used."""
    loan = Fields(data, "")
    currency = loan.inside("currency").text("code", 3) or ""
    loan = Fields(data, "", currency)
    loan_id = _needed(loan, id_field)
    client = loan.text("clientId", 64)
    if client is None:
        raise FieldError(
            "clientId", "no_client", "is missing: a loan of a group; place it by person"
        )
    schedule = loan.inside("repaymentSchedule")
    made = Made(loan_id, currency, remark=_REMARKS.get(status_of(data), ""))
    made.rows["borrowers"] = [
        {"borrower_id": client, "name": loan.text("clientName", 500), "country": country}
    ]
    out_on = _disbursed_on(loan, schedule)
    made.rows["loans"] = [_loan(loan, loan_id, client, out_on)]
    made.rows["instalments"] = [_instalment(p, loan_id) for p in _periods(schedule)]
    if not made.rows["instalments"]:
        raise FieldError(
            schedule.place("periods"), "missing", "has no instalment; send the whole loan"
        )
    made.rows["charges"] = _charges(loan, schedule, made, out_on)
    made.rows["payments"] = _payments(loan, made)
    _state(loan, made)
    return made


def _needed(loan: Fields, name: str) -> str:
    found = loan.text(name, 64)
    if found is None:
        raise FieldError(name, "missing", "is missing; it is needed")
    return found


def _disbursed_on(loan: Fields, schedule: Fields) -> date:
    timeline = loan.inside_if_there("timeline")
    found = timeline.day("actualDisbursementDate") if timeline else None
    firsts = [p.needed_day("dueDate") for p in schedule.each("periods") if not p.whole("period")]
    if found is None and not firsts:
        raise FieldError("timeline.actualDisbursementDate", "missing", "is missing; it is needed")
    return found or min(firsts)


def _loan(loan: Fields, loan_id: str, client: str, out_on: date) -> Row:
    summary = loan.inside_if_there("summary")
    stated = summary is not None and summary.has("principalDisbursed")
    source, name = (summary, "principalDisbursed") if stated and summary else (loan, "principal")
    principal = source.amount(name)
    if not principal:
        raise FieldError(source.place(name), "zero", "is nothing; a loan has a principal")
    timeline = loan.inside_if_there("timeline")
    product = loan.text("loanProductName", 500) or ""
    return {
        "loan_id": loan_id,
        "borrower_id": client,
        "product": product if 0 < len(product) <= 64 else _needed(loan, "loanProductId"),
        "currency": loan.currency,
        "principal": principal,
        "disbursed_on": out_on,
        "maturity": timeline.day("expectedMaturityDate") if timeline else None,
    }


def _periods(schedule: Fields) -> list[Fields]:
    """The instalments; periods without a number are disbursements."""
    return [p for p in schedule.each("periods") if p.whole("period")]


def _instalment(period: Fields, loan_id: str) -> Row:
    number = period.whole("period")
    if number is None or not 1 <= number <= 4096:
        raise FieldError(
            period.place("period"), "out_of_range", "is not between 1 and 4096; correct it"
        )
    return {
        "loan_id": loan_id,
        "number": number,
        "due": period.needed_day("dueDate"),
        "principal": period.amount("principalDue"),
        "interest": _less(period, "interestDue", "interestWaived"),
        "currency": period.currency,
    }


def _less(part: Fields, name: str, waived: str) -> int:
    left = part.amount(name) - part.amount(waived)
    if left < 0:
        raise FieldError(part.place(waived), "negative", f"is more than {name}; correct it")
    return left


def _charges(loan: Fields, schedule: Fields, made: Made, out_on: date) -> list[Row]:
    """The charges by name, or, where they are not what the schedule asks for, by period."""
    by_period = list(_of_periods(schedule, made, out_on))
    named = list(_named(loan, made, out_on))
    if loan.has("charges") and _sums(named) == _sums(by_period):
        return named
    if named:
        text = "the charges are not what the schedule asks for; the schedule's are taken"
        made.note("charges", "charges_by_period", text)
    return by_period


def _sums(rows: Iterable[Row]) -> dict[str, int]:
    found = {"fee": 0, "penalty": 0}
    for row in rows:
        found[row["kind"]] += row["amount"]
    return found


def _of_periods(schedule: Fields, made: Made, out_on: date) -> Iterable[Row]:
    for n, period in enumerate(schedule.each("periods"), 1):
        due = period.needed_day("dueDate") if period.whole("period") else out_on
        for kind, name in (("fee", "feeCharges"), ("penalty", "penaltyCharges")):
            amount = _less(period, f"{name}Due", f"{name}Waived")
            if amount:
                yield _charge(made, f"{made.loan_id}-{kind}-{n}", kind, due, due, amount)


def _named(loan: Fields, made: Made, out_on: date) -> Iterable[Row]:
    for charge in loan.each("charges"):
        kind = "penalty" if charge.flag("penalty") else "fee"
        charge_id = _needed(charge, "id")
        parts = charge.each("installmentChargeData")
        for part in parts or [charge]:
            amount = _less(part, "amount", "amountWaived")
            if not amount:
                continue
            number = part.whole("installmentNumber") if parts else None
            due = part.day("dueDate") or out_on
            added = charge.day("submittedOnDate") or due
            key = f"{charge_id}-{number}" if number else charge_id
            yield _charge(made, key, kind, due, min(added, due), amount)


def _charge(made: Made, key: str, kind: str, due: date, added: date, amount: int) -> Row:
    return {
        "loan_id": made.loan_id, "charge_id": key, "kind": kind, "due": due, "added_on": added,
        "amount": amount, "currency": made.currency,
    }  # fmt: skip


def _payments(loan: Fields, made: Made) -> list[Row]:
    found: list[Row] = []
    for moved in loan.each("transactions"):
        kind = moved.inside("type").whole("id")
        if kind in _MONEY or kind in _CREDITS:
            found += _payment(moved, made)
            if kind in _CREDITS and not moved.flag("manuallyReversed"):
                text = f"a {_CREDITS[kind]} lowers the debt; it was taken as a payment"
                made.note(moved.path, "credit", text)
        elif not moved.flag("manuallyReversed"):
            _left_out(moved, kind, made)
    return found


def _payment(moved: Fields, made: Made) -> list[Row]:
    """A payment, and where it was taken back its reversal."""
    key, on, amount = _needed(moved, "id"), moved.needed_day("date"), moved.amount("amount")
    if not amount:
        return []
    row = {"loan_id": made.loan_id, "payment_id": key, "on": on, "amount": amount,
           "currency": made.currency}  # fmt: skip
    if not moved.flag("manuallyReversed"):
        return [row]
    back_on = max(moved.day("reversedOnDate") or on, on)
    return [row, {**row, "payment_id": f"{key}-reversed", "on": back_on, "reverses": key}]


def _left_out(moved: Fields, kind: int | None, made: Made) -> None:
    if kind in _OUT:
        text = f"a {_OUT[kind]} of {moved.amount('amount')} minor units went out and was left out"
        made.note(moved.path, "money_out", text)
    elif kind == 6:
        made.remark = made.remark or _REMARKS[601]
    elif kind not in _IN_SCHEDULE:
        made.note(
            moved.path, "unknown_type", f"transactions of type {kind} are not known; left out"
        )


def _state(loan: Fields, made: Made) -> None:
    """What Fineract says is outstanding, as far as it says so."""
    summary = loan.inside_if_there("summary")
    if summary is None or not summary.has("totalOutstanding"):
        return
    made.total = summary.amount("totalOutstanding")
    names = {"fees": "feeCharges", "penalties": "penaltyCharges", "interest": "interest",
             "principal": "principal"}  # fmt: skip
    made.parts = {
        component: summary.amount(f"{name}Outstanding")
        for component, name in names.items()
        if summary.has(f"{name}Outstanding")
    }
