"""One loan's rows as the dataclasses of the replay: for a page, without columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from doorstep.book.rules.loan import state_of
from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.payoff import needed
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.rules.quoted import with_plenty
from doorstep.book.rules.rates import rate_of
from doorstep.book.rules.remade import follows_money, made_of
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.termed import terms_of_row
from doorstep.book.types import Charge, Event, Instalment, Loan, LoanState, Payment

_COMPONENT = {"cost": "costs", "fee": "fees", "penalty": "penalties"}
_STATED = ("costs", "fees", "penalties")
_FAR = date(9999, 12, 31)


def loan_from(
    tables: Mapping[str, pa.Table], events: pa.Table, as_of: date, terms: ProductTerms | None
) -> Loan:
    """The loan of `tables` (which hold one loan only) as the replay reads it.

    A summary loan becomes what `rules.stated` makes of it: its stated arrears as an opening
    instalment, the rest due at maturity, and what is dated up to the stated day left out.
    """
    reasons = dict(zip(*(events[n].to_pylist() for n in ("event_id", "reason")), strict=True))
    terms = terms or ProductTerms()
    row = tables["loans"].to_pylist()[0]
    penalties = {row["product"]: terms.penalty} if terms.penalty else {}
    order = terms.order or DEFAULT
    tables, rest, made = made_of(tables, events, as_of, order, penalties=penalties)
    events = events.slice(0, 0) if rest is None else rest
    instalments = [_instalment(i) for i in tables["instalments"].to_pylist()]
    charges = [_charge(c) for c in tables["charges"].to_pylist()]
    since = None
    if not instalments and row["instalments"] is not None and row["rate_percent"] is not None:
        instalments = list(make_schedule(row["principal"], row["disbursed_on"], terms_of_row(row)))
    if not instalments and row["stated_on"] is not None and row["stated_on"] <= as_of:
        since = row["stated_on"]
        instalments, charges = _opening(row), [*_opening_charges(row), *_after(charges, since)]
        # A stated figure holds its penalties already, and without the past no cap can be judged.
        terms = ProductTerms(order=terms.order)
    payments = [_payment(p) for p in tables["payments"].to_pylist()]
    told = [_event(e) for e in events.to_pylist()]
    if since is not None:
        payments = _money_after(payments, since)
        told = _told_after(told, since, {c.charge_id for c in charges})
    return Loan(
        instalments=tuple(instalments),
        charges=tuple(charges),
        payments=tuple(payments),
        events=tuple(told),
        order=terms.order,
        penalty=terms.penalty,
        caps=terms.caps,
        disbursed_on=row["disbursed_on"],
        contract_on=row["contract_on"],
        changes=tuple(
            replace(x, reason=reasons.get(x.event_id, ""))
            for found in made.values()
            for x in found.changes
        ),
    )


def state_on(
    tables: Mapping[str, pa.Table], events: pa.Table, as_of: date, terms: ProductTerms | None
) -> tuple[Loan, LoanState | None]:
    """The loan and its state at the end of a day, with the payoff the night says; None where
    nobody can say what it owes."""
    loan = loan_from(tables, events, as_of, terms)
    if not loan.instalments:
        return loan, None
    state = state_of(loan, as_of)
    return loan, replace(state, payoff=payoff_on(tables, events, state, terms))


def payoff_on(
    tables: Mapping[str, pa.Table], events: pa.Table, state: LoanState, terms: ProductTerms | None
) -> int:
    """What settles the loan on the day of `state`, which the replay gave: all that is unpaid, or,
    where interest follows the money, what a payment on that day would have to be."""
    day, ids = state.as_of, follows_money(tables)
    if not len(ids):
        return state.payoff
    tried = state_of(loan_from(with_plenty(tables, ids, day), events, day, terms), day)
    last = tried.payments[-1]
    return int(needed(last.credit + last.recovered, tried.payoff))


def has_schedule(tables: Mapping[str, pa.Table]) -> bool:
    """Whether the one loan has instalments or terms to make them from: then it is a full one."""
    (row,) = tables["loans"].to_pylist()
    return bool(tables["instalments"].num_rows) or row["rate_percent"] is not None


def _money_after(payments: Sequence[Payment], since: date) -> list[Payment]:
    """Money after the stated day. What undoes earlier money is in the next figure stated."""
    kept = [p for p in payments if p.on > since]
    ids = {p.payment_id for p in kept}
    return [p for p in kept if p.reverses is None or p.reverses in ids]


def _told_after(told: Sequence[Event], since: date, charges: set[str | int]) -> list[Event]:
    """Changes after the stated day, without reversals of charges that the figure holds."""
    kept = [e for e in told if e.on > since]
    return [e for e in kept if e.kind != "reversal" or not e.charge_id or e.charge_id in charges]


def _after(charges: Iterable[Charge], since: date) -> list[Charge]:
    return [c for c in charges if c.added_on > since]


def _opening(row: Mapping[str, Any]) -> list[Instalment]:
    opened = _opened(row)
    found = [Instalment(opened, row["owed_principal"] or 0, row["owed_interest"] or 0, 0)]
    if row["not_due"]:
        found.append(Instalment(max(row["maturity"] or _FAR, opened), row["not_due"], 0, 1))
    return found


def _opening_charges(row: Mapping[str, Any]) -> list[Charge]:
    opened = _opened(row)
    return [
        Charge(name, opened, opened, row[f"owed_{name}"], f"stated-{name}")
        for name in _STATED
        if row[f"owed_{name}"]
    ]


def _opened(row: Mapping[str, Any]) -> date:
    """The due day of the oldest arrears as the lender stated them."""
    opened: date = row["stated_on"] - timedelta(days=row["dpd"] or 0)
    return opened


def _instalment(row: Mapping[str, Any]) -> Instalment:
    return Instalment(row["due"], row["principal"], row["interest"], row["number"])


def _charge(row: Mapping[str, Any]) -> Charge:
    kind = row["kind"]
    return Charge(
        _COMPONENT.get(kind, kind), row["due"], row["added_on"], row["amount"], row["charge_id"]
    )


def _payment(row: Mapping[str, Any]) -> Payment:
    return Payment(row["on"], row["amount"], row["payment_id"], row["reverses"])


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        row["on"],
        row["kind"],
        component=row["component"] or "",
        amount=row["amount"],
        payment_id=row["payment_id"] or "",
        event_id=row["event_id"] or "",
        instalment=row["instalment"],
        charge_id=row["charge_id"] or "",
        reverses=row["reverses"] or "",
        by=row["by"],
        reason=row["reason"],
        rate=rate_of(row),
    )
