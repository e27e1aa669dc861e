"""What a change of a loan's schedule or rate must be like before it is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from doorstep.book.change_facts import Account, Change
from doorstep.book.remakable import possible
from doorstep.book.rules.authority import costs_more
from doorstep.book.rules.change_kinds import CHANGE_KEYS, CHANGES, KEYS, parse_change
from doorstep.book.rules.rates import daily_rate
from doorstep.book.rules.remade import has_terms
from doorstep.book.rules.stream import undone_changes
from doorstep.book.rules.terms import parse_rate
from doorstep.book.services.change_errors import ChangeError, Effect
from doorstep.book.statement_words import money
from doorstep.book.types import BookError

_OWN = {*(CHANGE_KEYS - {"event_id", "on", "kind", "amount"}), "rate"}
"""Fields of a change that only these kinds have."""
RATES = {"rate_change": "rate_percent", "reschedule": "rate_percent", "penalty_rate": "rate"}


@dataclass(frozen=True, slots=True)
class _Standing:
    """The changes of a loan's schedule and rates that stand today, as rows by day; `given` is
    whether its instalments came from the lender."""

    rows: list[dict[str, Any]]
    given: bool

    @property
    def schedule(self) -> list[dict[str, Any]]:
        return [r for r in self.rows if r["kind"] in CHANGES]

    @property
    def drawn(self) -> int:
        return sum(r["amount"] or 0 for r in self.rows if r["kind"] == "disbursement")


def _standing(account: Account) -> _Standing:
    rows = account.events.to_pylist()
    told = [(r["event_id"], r["on"], r["reverses"]) for r in rows if r["kind"] == "reversal"]
    mine = [r for r in rows if r["kind"] in (*CHANGES, "penalty_rate")]
    gone, _all = undone_changes({r["event_id"] for r in mine}, told, account.today)
    kept = [r for r in mine if r["event_id"] not in gone]
    sent = [i for i in account.tables["instalments"].to_pylist() if not i["made"]]
    return _Standing(sorted(kept, key=lambda r: (r["on"], r["event_id"])), bool(sent))


def check_remaking(account: Account, change: Change, asked_on: date) -> None:
    """Refuse a change of schedule or rate that is not whole, or not possible for this loan.

    `asked_on` is the day on which somebody asked for it: a higher rate cannot begin before it.
    Raises ChangeError naming the field.
    """
    _own_fields(change)
    if change.kind not in (*CHANGES, "penalty_rate"):
        return
    if account.stated_on is not None:
        raise ChangeError(
            _("loan_id: the lender states only a balance of this loan; import its instalments or "
              "terms, then it can be changed")
        )  # fmt: skip
    _values(change)
    standing = _standing(account)
    if change.kind in CHANGES:
        _possible(account, change, standing)
    if change.kind == "disbursement":
        _drawn(account, change, standing)
    _not_backdated(account, change, standing, asked_on)


def _own_fields(change: Change) -> None:
    """No field that another kind has."""
    mine = {*KEYS.get(change.kind, ()), *(("rate",) if change.kind == "penalty_rate" else ())}
    for f in fields(change):
        if f.name in _OWN - mine and getattr(change, f.name) not in ("", None):
            raise ChangeError(
                _("%(field)s: a change of this kind has none; leave it out") % {"field": f.name}
            )


def _values(change: Change) -> None:
    """Every value as the rules read it."""
    if change.kind == "penalty_rate":
        with _named():
            daily_rate(change.rate, "rate")
        return
    if change.kind == "rate_change" and not change.rate_percent:
        raise ChangeError(_("rate_percent: say the new rate, in percent a year"))
    if change.kind == "reschedule" and all(v is None for v in _asked(change).values()):
        raise ChangeError(_("first_due: say what changes: days, number, rate or a time without"))
    with _named():
        row = {"kind": change.kind, "on": change.on, "amount": change.amount, **_asked(change)}
        parse_change({k: v for k, v in row.items() if v is not None}, "change")


def _asked(change: Change) -> dict[str, Any]:
    names = [k for k in KEYS[change.kind] if k != "amount"]
    return {k: getattr(change, k) if getattr(change, k) != "" else None for k in names}


@contextmanager
def _named() -> Iterator[None]:
    """What the rules refuse, named by the field of the form."""
    try:
        yield
    except BookError as error:
        field = error.where.rpartition(".")[2]
        raise ChangeError(f"{field}: {error.reason}") from error


def _possible(account: Account, change: Change, standing: _Standing) -> None:
    row = {**dict.fromkeys(CHANGE_KEYS), "kind": change.kind, "on": change.on, **_asked(change)}
    if change.kind == "disbursement" and standing.given:
        raise ChangeError(
            _("kind: the lender gave this loan's instalments; only a loan made from terms is drawn "
              "in parts")
        )  # fmt: skip
    if not possible(account.row, standing.given, [*standing.schedule, row]):
        raise ChangeError(
            _("rate_percent: the lender gave this loan's instalments and not its terms; reschedule "
              "it first, with rate, number of instalments, first day and rhythm")
        )  # fmt: skip


def _drawn(account: Account, change: Change, standing: _Standing) -> None:
    """A first drawdown makes a line of a loan that counted as paid out whole."""
    is_line = any(r["kind"] == "disbursement" for r in standing.rows)
    if not is_line and change.on != account.disbursed_on:
        raise ChangeError(
            _("on: this loan counts as paid out whole on %(day)s; if it is a line, record what was "
              "drawn on that day first")
            % {"day": account.disbursed_on}
        )  # fmt: skip
    left = account.row["principal"] - standing.drawn
    if (change.amount or 0) > left:
        raise ChangeError(
            _("amount: only %(amount)s of the line are left")
            % {"amount": money(max(0, left), account.currency)}
        )


def _not_backdated(account: Account, change: Change, standing: _Standing, asked_on: date) -> None:
    old, new = rates_of(account, change, standing)
    if new is not None and old is not None and new > old and change.on < asked_on:
        raise ChangeError(
            _("on: a higher rate cannot reach back; it begins on %(day)s at the earliest")
            % {"day": asked_on}
        )
    if new is not None and new == old and change.kind != "reschedule":
        field = RATES[change.kind]
        raise ChangeError(_("%(field)s: this is the rate already") % {"field": field})


def rates_of(
    account: Account, change: Change, standing: _Standing | None = None
) -> tuple[Fraction | None, Fraction | None]:
    """The rate in force on the day of a change and the one it brings; None where nobody knows the
    old one, or there is no new one."""
    name = RATES.get(change.kind, "")
    text = getattr(change, name) if name else ""
    if not text:
        return None, None
    read = daily_rate if name == "rate" else parse_rate
    old = account.daily_rate if name == "rate" else _contract_rate(account.row)
    for row in (standing or _standing(account)).rows:
        same = (row["kind"] == "penalty_rate") == (name == "rate")
        if same and row["on"] <= change.on and row[name] is not None:
            old = read(row[name], name)
    return old, read(text, name)


def _contract_rate(row: Mapping[str, Any]) -> Fraction | None:
    return parse_rate(row["rate_percent"], "rate_percent") if has_terms(row) else None


def takes_two(account: Account, change: Change, effect: Effect) -> bool:
    """Whether a change is against the borrower, so that no one person may decide it."""
    old, new = rates_of(account, change)
    return new is not None and costs_more(old, new, effect.before, effect.after)


def changes_schedule(account: Account, change: Change, then: Effect) -> None:
    """Refuse a change that does nothing on its own day: there is nothing left to repay."""
    if change.kind in CHANGES and then.before.instalments == then.after.instalments:
        raise ChangeError(_("on: on that day it would change nothing; nothing is left to repay"))
