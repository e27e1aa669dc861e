"""Placement tables to the sorted integer columns of the replay. Vectorised; nothing per loan.

A loan with instalments (or with terms to make them from) is *full*. One with stated balances is
*summary*: what it owed on `stated_on` becomes an opening instalment due `stated_on - dpd`, what
was not due then falls due at maturity, and what is dated up to `stated_on` is already in the
stated numbers. A loan with neither is *unaged*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Array, Flags, Ints, column, days, ints, pc
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.columns import Facts
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.rates import with_rates
from doorstep.book.rules.remade import remade
from doorstep.book.rules.stated import SUMMARY, Stated, opening, stated_of
from doorstep.book.rules.taken_back import (
    chargebacks,
    undone_by_changes,
    undone_by_payments,
)
from doorstep.book.rules.termed import from_terms
from doorstep.book.rules.told import Told, nothing, told_of
from doorstep.book.rules.within import check_batch
from doorstep.book.types import BookError

Tables = Mapping[str, pa.Table]

CHARGE = {"cost": 0, "fee": 1, "penalty": 2, "costs": 0, "fees": 1, "penalties": 2}
_RANK = np.array(c.RANK)


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Facts for the replay and what turns its answer into tables again."""

    facts: Facts
    loan_ids: Array
    currencies: Array
    status: np.ndarray[Any, Any]
    numbers: Ints
    payments: pa.Table
    payment_event: Ints
    payoff_at: Ints = field(default_factory=_none)
    payoff: Ints = field(default_factory=_none)
    """Loans by place whose payoff is not all that is unpaid, and what it is: see `quoted`."""

    def quote(self, state: Ints) -> None:
        """Put these payoffs into the (loans, STATE) numbers of the replay."""
        state[self.payoff_at, c.PAYOFF] = self.payoff


@dataclass(frozen=True, slots=True)
class _Schedule:
    loan: Ints
    due: Ints
    number: Ints
    principal: Ints
    interest: Ints


@dataclass(frozen=True, slots=True)
class _Charges:
    loan: Ints
    component: Ints
    due: Ints
    added: Ints
    amount: Ints
    id: list[str]


def prepare(tables: Tables, events: pa.Table | None, basis: Basis) -> Prepared:
    """Everything the replay needs, sorted. Raises BookError naming table, row and column."""
    tables, events = remade(
        tables, events, basis.as_of, basis.order, basis.all_orders, basis.penalties
    )
    day = day_of(basis.as_of)
    loans = _sorted_loans(tables)
    ids = column(loans, "loan_id")
    schedule = _schedule(tables, ids)
    made = from_terms(loans, np.bincount(schedule.loan, minlength=len(ids)) > 0)
    schedule = _joined(schedule, made)
    stated = stated_of(loans, day, np.bincount(schedule.loan, minlength=len(ids)) > 0)
    schedule = _joined(schedule, opening(stated))
    told = _told(events, ids, day, stated)
    charges = _charges(tables, ids, day, stated, told)
    told = told.aimed(charges.loan, charges.id, np.bincount(schedule.loan, minlength=len(ids)))
    money = _money(tables, told, ids, day, stated)
    told = chargebacks(money.table, money.loan, money.live, told)
    told, terms = with_rates(told, _terms(loans, basis, stated))
    stream, payment_event = _stream(money, told)
    facts = _facts(loans.num_rows, schedule, charges, stream, terms)
    check_batch(facts, ids)
    return Prepared(
        facts,
        ids,
        column(loans, "currency") if "currency" in loans.column_names else pa.nulls(len(ids)),
        stated.status,
        schedule.number,
        money.table,
        payment_event,
    )


def _terms(loans: pa.Table, basis: Basis, stated: Stated) -> dict[str, Any]:
    """The facts about terms."""
    found: dict[str, Any] = {**basis.each(loans), **basis.shared}
    # A stated figure holds its penalties already, and without the past no cap can be judged.
    found["loan_terms"] = np.where(stated.status == SUMMARY, 0, found["loan_terms"])
    return found


def _facts(
    many: int,
    schedule: _Schedule,
    charges: _Charges,
    stream: tuple[Ints, ...],
    terms: Mapping[str, Any],
) -> Facts:
    return Facts(
        instalment_at=_at(schedule.loan, many),
        due=schedule.due,
        principal=schedule.principal,
        interest=schedule.interest,
        charge_at=_at(charges.loan, many),
        charge_component=charges.component,
        charge_due=charges.due,
        charge_added=charges.added,
        charge_amount=charges.amount,
        event_at=_at(stream[0], many),
        event_day=stream[1],
        event_kind=stream[2],
        event_component=stream[3],
        event_amount=stream[4],
        event_target=stream[5],
        **terms,
    )


def _sorted_loans(tables: Tables) -> pa.Table:
    loans = tables["loans"]
    if "loan_id" not in loans.column_names:
        raise BookError("loans:0:loan_id", "this column is missing; add it")
    loans = loans.sort_by("loan_id")
    ids = column(loans, "loan_id")
    if ids.null_count:
        raise BookError("loans:0:loan_id", "a loan without an id; give every loan one")
    if len(ids) > 1:
        twice = pc.index(pc.equal(ids[1:], ids[:-1]), True).as_py()
        if twice >= 0:
            raise BookError(
                "loans:0:loan_id", f"{ids[twice]} is there twice; keep one row for each loan"
            )
    return loans


def _loan_index(table: pa.Table, ids: Array, where: str) -> Ints:
    """The place of each row's loan among the sorted ids."""
    if table.num_rows == 0:
        return np.zeros(0, dtype=np.int64)
    mine = column(table, "loan_id")
    if mine.type != ids.type:
        mine = mine.cast(ids.type)
    found = pc.index_in(mine, value_set=ids)
    if found.null_count:
        row = pc.index(pc.is_null(found), True).as_py()
        raise BookError(
            f"{where}:{row + 1}:loan_id", f"{mine[row]} is not among the loans; add the loan"
        )
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _ranks(table: pa.Table, name: str) -> Ints:
    """Each row's place in the order of an id column; 0 for all where there is none."""
    if name not in table.column_names or table.num_rows == 0:
        return np.zeros(table.num_rows, dtype=np.int64)
    return np.asarray(pc.rank(column(table, name), tiebreaker="dense").to_numpy(), dtype=np.int64)


def _sort(*keys: Ints) -> Ints | slice:
    """The order that sorts by `keys`, the first one leading; a no-op slice if already sorted."""
    tied = np.ones(max(len(keys[0]) - 1, 0), dtype=bool)
    for key in keys:
        step = np.diff(key)
        if bool(np.any(tied & (step < 0))):
            return np.lexsort(keys[::-1])
        tied &= step == 0
    return slice(None)


def _at(loan: Ints, loans: int) -> Ints:
    """Where each loan's rows start, and after the last one the end."""
    return np.searchsorted(loan, np.arange(loans + 1)).astype(np.int64)


def _schedule(tables: Tables, ids: Array) -> _Schedule:
    table = tables.get("instalments")
    if table is None or table.num_rows == 0:
        none = np.zeros(0, dtype=np.int64)
        return _Schedule(none, none, none, none, none)
    where = "instalments"
    return _ordered(
        _Schedule(
            _loan_index(table, ids, where),
            days(table, "due", where),
            ints(table, "number", where, 0),
            ints(table, "principal", where),
            ints(table, "interest", where, 0),
        )
    )


def _ordered(s: _Schedule) -> _Schedule:
    by = _sort(s.loan, s.due, s.number)
    return _Schedule(s.loan[by], s.due[by], s.number[by], s.principal[by], s.interest[by])


def _joined(s: _Schedule, more: tuple[Ints, Ints, Ints, Ints, Ints]) -> _Schedule:
    """A schedule with more instalments in it, in order again."""
    if not len(more[0]):
        return s
    mine = (s.loan, s.due, s.number, s.principal, s.interest)
    return _ordered(_Schedule(*[np.concatenate(p) for p in zip(mine, more, strict=True)]))


def _told(events: pa.Table | None, ids: Array, day: int, stated: Stated) -> Told:
    """The changes that stand."""
    if events is None or events.num_rows == 0:
        return nothing()
    loan = _loan_index(events, ids, "events")
    return told_of(events, loan, _ranks(events, "event_id"), day, stated.since)


def _charges(tables: Tables, ids: Array, day: int, stated: Stated, told: Told) -> _Charges:
    table = tables.get("charges")
    if table is None:
        table = pa.table({"loan_id": ids[:0]})
    rank = _ranks(table, "charge_id")
    where = "charges"
    kept = _Charges(
        _loan_index(table, ids, where),
        charge_kinds(table, where) if table.num_rows else rank,
        days(table, "due", where) if table.num_rows else rank,
        days(table, "added_on", where) if table.num_rows else rank,
        ints(table, "amount", where) if table.num_rows else rank,
        _charge_ids(table) if told.names_charges else [],
    )
    keep = (kept.added <= day) & (kept.added > stated.since[kept.loan])
    keep &= _not_reversed(kept, told)
    more = stated.charges
    columns = [
        np.concatenate([a[keep], b])
        for a, b in zip(
            (kept.loan, kept.component, kept.due, kept.added, kept.amount), more, strict=True
        )
    ]
    rank = np.concatenate([rank[keep], np.zeros(len(more[0]), dtype=np.int64)])
    by = _sort(columns[0], columns[2], rank)
    loan, component, due, added, amount = (x[by] for x in columns)
    return _Charges(loan, component, due, added, amount, _sorted_ids(kept.id, keep, len(loan), by))


def _sorted_ids(names: list[str], keep: Flags, size: int, by: Ints | slice) -> list[str]:
    """The ids of charges in the replay's order; those of stated balances have none."""
    if not names:
        return []
    found = np.full(size, "", dtype=object)
    found[: int(keep.sum())] = np.array(names, dtype=object)[keep]
    sorted_: list[str] = found[by].tolist()
    return sorted_


def _charge_ids(table: pa.Table) -> list[str]:
    if table.num_rows == 0 or "charge_id" not in table.column_names:
        return [""] * table.num_rows
    return [str(x) for x in column(table, "charge_id").to_pylist()]


def _not_reversed(charges: _Charges, told: Told) -> Flags:
    """Which charges no reversal took away. Raises BookError for one that is not there."""
    keep = np.ones(len(charges.loan), dtype=bool)
    if told.charges:
        at = {n: k for k, n in enumerate(zip(charges.loan.tolist(), charges.id, strict=True))}
        for (loan, name), row in sorted(told.charges.items()):
            if (loan, name) not in at:
                raise BookError(
                    f"events:{row + 1}:charge_id", f"the loan has no charge {name!r} to reverse"
                )
            keep[at[(loan, name)]] = False
    return keep


def charge_kinds(table: pa.Table, where: str) -> Ints:
    """The component number of each charge. Raises BookError naming the row of an unknown kind."""
    words = column(table, "kind").cast(pa.string())
    found = pc.index_in(words, value_set=pa.array(list(CHARGE)))
    if found.null_count:
        row = pc.index(pc.is_null(found), True).as_py()
        raise BookError(
            f"{where}:{row + 1}:kind",
            f"{table['kind'][row].as_py()!r} is no kind of charge; use fee, penalty or cost",
        )
    places: Ints = found.to_numpy()
    return np.array(list(CHARGE.values()), dtype=np.int64)[places]


@dataclass(frozen=True, slots=True)
class _Money:
    """Payments in the order of loan, day and id; `live` are the ones not reversed."""

    table: pa.Table
    loan: Ints
    day: Ints
    amount: Ints
    live: Flags


def _money(tables: Tables, told: Told, ids: Array, day: int, stated: Stated) -> _Money:
    table = tables.get("payments")
    if table is None or table.num_rows == 0:
        none = np.zeros(0, dtype=np.int64)
        empty = pa.table({"loan_id": ids[:0], "payment_id": pa.array([], pa.string())})
        return _Money(empty, none, none, none, none.astype(bool))
    loan, on = _loan_index(table, ids, "payments"), days(table, "on", "payments")
    amount = ints(table, "amount", "payments")
    rank = _ranks(table, "payment_id")
    undoes = np.zeros(table.num_rows, dtype=bool)
    undone = undoes.copy()
    if "reverses" in table.column_names:
        undoes = ~np.asarray(pc.is_null(column(table, "reverses")).to_numpy(zero_copy_only=False))
        undone |= undone_by_payments(table, loan, undoes & (on <= day))
    undone |= undone_by_changes(table, loan, told)
    keep = ~undoes & (on <= day) & (on > stated.since[loan])
    by = np.flatnonzero(keep)
    by = by[np.lexsort((rank[by], on[by], loan[by]))]
    shown = ["loan_id", *[n for n in ("payment_id", "on", "amount") if n in table.column_names]]
    return _Money(table.select(shown).take(by), loan[by], on[by], amount[by], ~undone[by])


def _stream(money: _Money, told: Told) -> tuple[tuple[Ints, ...], Ints]:
    """(loan, day, kind, component, amount, target) of every event, and each payment's place."""
    live = np.flatnonzero(money.live)
    anywhere = np.full(len(live), c.ANYWHERE)
    paid = (
        money.loan[live],
        money.day[live],
        np.full(len(live), c.PAYMENT),
        np.full(len(live), c.ALL_COMPONENTS),
        money.amount[live],
        anywhere,
        np.arange(len(live)),
    )
    other = (told.loan, told.day, told.kind, told.component, told.amount, told.target, told.rank)
    loan, on, kind, component, amount, target, rank = (
        np.concatenate(p) for p in zip(paid, other, strict=True)
    )
    by = np.lexsort((rank, _RANK[kind], on, loan)) if len(told) else np.arange(len(loan))
    place = np.empty(len(loan), dtype=np.int64)
    place[by] = np.arange(len(loan))
    payment_event = np.full(len(money.live), -1, dtype=np.int64)
    payment_event[live] = place[: len(live)]
    return tuple(x[by] for x in (loan, on, kind, component, amount, target)), payment_event
