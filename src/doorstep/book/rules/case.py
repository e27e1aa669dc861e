"""A loan as one JSON object (`doorstep book replay`): read strictly, answered in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from doorstep.book.rules.change_kinds import CHANGE_KEYS, CHANGES, Change, parse_change
from doorstep.book.rules.changes import made_at, unmade
from doorstep.book.rules.limits import check_loan
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.payoff import payoff_on
from doorstep.book.rules.product_terms import (
    parse_cap,
    parse_fraction,
    parse_order,
    parse_penalty,
)
from doorstep.book.rules.stream import KINDS as KINDS_OF_EVENTS
from doorstep.book.rules.terms import LARGEST_PRINCIPAL, Terms, parse_terms
from doorstep.book.types import (
    BookError,
    Charge,
    Event,
    Instalment,
    InstalmentState,
    Loan,
    LoanState,
    Payment,
)
from doorstep.kernel.money import COMPONENTS

CHARGES = {"cost": "costs", "fee": "fees", "penalty": "penalties"}
KINDS = ("allocation", "schedule", "recalculation")
EVENTS = (*KINDS_OF_EVENTS, "reversal")
SHOWN = ("principal", "interest", "fees", "penalties")
"""Components of every answer; `costs` is added where a case has any."""

_CASE = {
    "id", "kind", "as_of", "disbursed_on", "principal", "terms", "instalments", "charges", "order",
    "payments", "events", "penalty", "caps", "contract_on",
}  # fmt: skip
_EVENT = {
    "event_id", "on", "kind", "component", "amount", "payment_id", "instalment", "charge_id",
    "reverses", "rate", "by", "reason",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A case as read: `terms` and not `loan.instalments` where the schedule is to be made;
    `changes` are the events that remake it."""

    as_of: date
    disbursed_on: date | None
    principal: int
    loan: Loan
    terms: Terms | None
    changes: tuple[Change, ...] = ()


def parse_case(data: Any, where: str = "case") -> Case:
    """A case from JSON. Raises BookError naming the key that is unknown, missing or unusable."""
    _known(data, _CASE, where)
    if "as_of" not in data:
        raise BookError(f"{where}.as_of", "missing; give the day, like 2026-11-24")
    terms = parse_terms(data["terms"], f"{where}.terms") if data.get("terms") else None
    if terms is None and not data.get("instalments"):
        raise BookError(where, "give instalments, or terms to make them from")
    happened = _each(data, "events", where, _event)
    loan = _loan(data, where, happened)
    _once([p.payment_id for p in loan.payments], f"{where}.payments", "payment_id")
    _once([c.charge_id for c in loan.charges], f"{where}.charges", "charge_id")
    _once([e.event_id for e in happened], f"{where}.events", "event_id")
    if terms is not None and not loan.instalments and loan.disbursed_on is None:
        raise BookError(f"{where}.disbursed_on", "missing; terms need the day money was paid out")
    if data.get("kind") not in {None, *KINDS}:
        raise BookError(f"{where}.kind", f"{data['kind']!r} is unknown; use {', '.join(KINDS)}")
    principal = _whole(data, "principal", where, 0) if "principal" in data else 0
    if principal > LARGEST_PRINCIPAL:
        raise BookError(f"{where}.principal", f"too much; give at most {LARGEST_PRINCIPAL}")
    changes = tuple(e for e in happened if isinstance(e, Change))
    if changes and loan.disbursed_on is None:
        raise BookError(f"{where}.disbursed_on", "missing; a change of the schedule needs it")
    as_of = _date(data, "as_of", where)
    check_loan(loan, as_of, where)
    return Case(as_of, loan.disbursed_on, principal, loan, terms, changes)


def _once(ids: Sequence[str | int], where: str, name: str) -> None:
    """Refuse an id that is there twice: what it names would count twice, or none knows which."""
    seen: set[str] = set()
    for n, key in enumerate(ids):
        if key != "" and str(key) in seen:
            raise BookError(f"{where}[{n}].{name}", f"{key!r} is there twice; give each its own")
        seen.add(str(key))


def _loan(data: Mapping[str, Any], where: str, happened: Sequence[Event | Change]) -> Loan:
    return Loan(
        instalments=tuple(_each(data, "instalments", where, _instalment)),
        charges=tuple(_each(data, "charges", where, _charge)),
        payments=tuple(_each(data, "payments", where, _payment)),
        events=tuple(e for e in happened if isinstance(e, Event)),
        order=parse_order(data.get("order"), f"{where}.order"),
        penalty=parse_penalty(data["penalty"], f"{where}.penalty") if data.get("penalty") else None,
        caps=tuple(_each(data, "caps", where, parse_cap)),
        disbursed_on=_date(data, "disbursed_on", where) if data.get("disbursed_on") else None,
        contract_on=_date(data, "contract_on", where) if data.get("contract_on") else None,
    )


def schedule_of(case: Case) -> tuple[Instalment, ...]:
    """The instalments of a case: as given, or made from terms, money and changes up to `as_of`."""
    plain = case.loan.instalments and not case.changes
    if plain or case.disbursed_on is None:
        return case.loan.instalments
    return made_at(
        case.principal, case.disbursed_on, case.terms, case.loan, case.changes, case.as_of
    ).rows


def replay_case(case: Case) -> LoanState:
    """The state of a case at the end of its `as_of`."""
    loan, _ = unmade(case.loan, case.changes, case.as_of)
    whole = replace(loan, instalments=schedule_of(case))
    check_loan(whole, case.as_of, "case")
    state = state_of(whole, case.as_of)
    if case.loan.instalments or case.terms is None or case.terms.recalculate is None:
        return state
    return replace(state, payoff=payoff_on(case, schedule_of, case.as_of))


def answer(case: Case, state: LoanState) -> dict[str, Any]:
    """The JSON answer: `instalments` and `payments` as in the reference cases, then the loan."""
    costs = any(x.component == "costs" for x in case.loan.charges)
    shown = ("costs", *SHOWN) if costs else SHOWN
    more = [
        k for k in ("waived", "cut", "written_off") if any(getattr(i, k) for i in state.instalments)
    ]
    return {
        "instalments": [_row(i, shown, more) for i in state.instalments],
        "payments": [
            {
                "on": p.on.isoformat(),
                "amount": p.amount,
                **{name: p.split[name] for name in shown},
                **({"recovered": p.recovered} if p.recovered else {}),
                **({"reversed": True} if p.reversed else {}),
            }
            for p in state.payments
        ],
        "credit": state.credit,
        "dpd": state.dpd,
        "oldest_unpaid": _iso(state.oldest_unpaid),
        "payoff": state.payoff,
        **_why(state),
    }


def _why(state: LoanState) -> dict[str, Any]:
    """What few loans have: named only where there is something to say."""
    found: dict[str, Any] = {
        "penalty_days": [
            {
                "number": d.number,
                "since": d.since.isoformat(),
                "until": d.until.isoformat(),
                "days": d.days,
                "base": d.base,
                "rate": str(d.rate),
            }
            for d in state.penalty_days
        ],
        "cuts": [
            {"rule": x.rule, "why": x.why, "ceiling": x.ceiling, "cut": dict(x.cut)}
            for x in state.cuts
        ],
        "re_aged_on": _iso(state.re_aged_on),
    }
    for name in ("written_off", "recovered", "refunded", "owed_back", "disputed"):
        found[name] = getattr(state, name)
    return {name: value for name, value in found.items() if value}


def _row(i: InstalmentState, shown: Sequence[str], more: Sequence[str]) -> dict[str, Any]:
    return {
        "due": i.due.isoformat(),
        **{name: i.parts[name] for name in shown},
        "total": i.total,
        "paid": i.paid,
        **{name: getattr(i, name) for name in more},
        "in_advance": i.in_advance,
        "late": i.late,
        "outstanding": i.outstanding,
        "paid_on": _iso(i.paid_on),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _known(data: Any, keys: set[str], where: str) -> None:
    if not isinstance(data, Mapping):
        raise BookError(where, "give an object with named values")
    for key in data:
        if key not in keys:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(sorted(keys))}")


def _each(
    data: Mapping[str, Any], key: str, where: str, read: Callable[[Any, str], Any]
) -> list[Any]:
    rows = data.get(key) or []
    if not isinstance(rows, list):
        raise BookError(f"{where}.{key}", "give a list")
    return [read(row, f"{where}.{key}[{n}]") for n, row in enumerate(rows)]


def _date(row: Mapping[str, Any], key: str, where: str) -> date:
    try:
        return date.fromisoformat(row[key])
    except KeyError:
        raise BookError(f"{where}.{key}", "missing; give a day like 2026-11-24") from None
    except (TypeError, ValueError):
        raise BookError(
            f"{where}.{key}", f"{row[key]!r} is no day; write it like 2026-11-24"
        ) from None


def _whole(row: Mapping[str, Any], key: str, where: str, least: int) -> int:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BookError(
            f"{where}.{key}", f"{value!r}: give a whole number of minor units, at least {least}"
        )
    return value


def _id(row: Mapping[str, Any], key: str, where: str) -> str | int:
    value = row.get(key, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BookError(f"{where}.{key}", f"{value!r}: an id is text or a whole number")
    return value


def _instalment(row: Any, where: str) -> Instalment:
    _known(row, {"number", "due", "principal", "interest"}, where)
    return Instalment(
        _date(row, "due", where),
        _whole(row, "principal", where, 0),
        _whole(row, "interest", where, 0) if "interest" in row else 0,
        _whole(row, "number", where, 0) if "number" in row else 0,
    )


def _charge(row: Any, where: str) -> Charge:
    _known(row, {"charge_id", "kind", "due", "added_on", "amount"}, where)
    if row.get("kind") not in CHARGES:
        raise BookError(f"{where}.kind", f"{row.get('kind')!r}: use {', '.join(CHARGES)}")
    due = _date(row, "due", where)
    return Charge(
        CHARGES[row["kind"]],
        due,
        _date(row, "added_on", where) if "added_on" in row else due,
        _whole(row, "amount", where, 1),
        _id(row, "charge_id", where),
    )


def _payment(row: Any, where: str) -> Payment:
    _known(row, {"payment_id", "on", "amount", "reverses"}, where)
    undoes = _id(row, "reverses", where) if row.get("reverses") is not None else None
    return Payment(
        _date(row, "on", where),
        _whole(row, "amount", where, 1) if undoes is None else 0,
        _id(row, "payment_id", where),
        undoes,
    )


def _event(row: Any, where: str) -> Event | Change:
    if isinstance(row, Mapping) and row.get("kind") in CHANGES:
        return parse_change(row, where)
    _known(row, _EVENT | CHANGE_KEYS, where)
    for key in sorted((CHANGE_KEYS - _EVENT) & set(row)):
        raise BookError(f"{where}.{key}", f"is for {', '.join(CHANGES)}; leave it out")
    kind, component = row.get("kind"), row.get("component") or ""
    if kind not in EVENTS:
        raise BookError(
            f"{where}.kind", f"{kind!r} is unknown; use {', '.join((*EVENTS, *CHANGES))}"
        )
    if component and component not in COMPONENTS:
        raise BookError(f"{where}.component", f"{component!r}: use {', '.join(COMPONENTS)}")
    return Event(
        _date(row, "on", where),
        kind,
        component,
        _whole(row, "amount", where, 1) if row.get("amount") is not None else None,
        _id(row, "payment_id", where),
        _id(row, "event_id", where),
        _whole(row, "instalment", where, 1) if row.get("instalment") is not None else None,
        _id(row, "charge_id", where),
        _id(row, "reverses", where),
        parse_fraction(row["rate"], f"{where}.rate") if "rate" in row else None,
        str(row.get("by", "")),
        str(row.get("reason", "")),
    )
