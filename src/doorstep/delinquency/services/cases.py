"""Cases open, escalate, ease and close by themselves, in bulk, from the aged book."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute
from django.db import transaction

from doorstep.book import api as book
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView, FactKind
from doorstep.delinquency.rules.mandates import Scope, mandate_for
from doorstep.delinquency.rules.moves import move_of
from doorstep.delinquency.rules.places import zone_of
from doorstep.delinquency.rules.standing import standings
from doorstep.delinquency.types import CaseChanges, Key, Move, Standing
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import COMPONENTS
from doorstep.people.api import mandates_in_force
from doorstep.people.types import SYSTEM

BY = "delinquency"
_READ = (
    *("lender", "lender_id", "loan_id", "borrower_id", "product", "currency", "dpd", "credit"),
    *("payoff", *[f"due_{name}" for name in COMPONENTS]),
)
_FACT = {
    Move.ESCALATE: FactKind.CASE_ESCALATED,
    Move.EASE: FactKind.CASE_EASED,
    Move.CLOSE: FactKind.CASE_CLOSED,
}
_SETTLED = Standing("", "", "current", 0, 0, 0, frozenset())
pc: Any = pyarrow.compute


class NotAgedError(LookupError):
    """The book has not been aged for that day; age it first."""


@transaction.atomic
def refresh(as_of: date, at: datetime) -> CaseChanges:
    """Bring the cases in line with the book as aged for `as_of`. A second call changes nothing.

    One case is one borrower of one lender. Raises NotAgedError where the day was not aged.
    """
    aged = book.aged(as_of)
    if aged is None:
        raise NotAgedError(f"the book is not aged for {as_of}; run the ageing of that day first")
    found = standings(_rows(aged.loans))
    cases = casefile.open_cases(SYSTEM)
    moves = [(c, m) for c in cases if (m := move_of(c, found.get((c.lender_id, c.borrower_id))))]
    changes = [_change(c, m, found.get((c.lender_id, c.borrower_id))) for c, m in moves]
    casefile.change_cases(changes, on=as_of, at=at, by=BY)
    staying = {(c.lender_id, c.borrower_id) for c in cases}
    staying -= {(c.lender_id, c.borrower_id) for c, m in moves if m is Move.CLOSE}
    fresh = {key: s for key, s in sorted(found.items()) if key not in staying}
    casefile.create_cases(_new(fresh, as_of), on=as_of, at=at, by=BY)
    kinds = [m for _, m in moves]
    return CaseChanges(
        len(fresh), kinds.count(Move.ESCALATE), kinds.count(Move.EASE), kinds.count(Move.CLOSE)
    )


def _rows(loans: pa.Table) -> list[dict[str, Any]]:
    """All loans of every borrower who has one past due; the rest of the book stays columnar."""
    loans = loans.select(_READ)
    late = loans.filter(pc.greater(pc.fill_null(loans.column("dpd"), 0), 0))
    borrowers = late.group_by(["lender_id", "borrower_id"]).aggregate([])
    mine = loans.join(borrowers, ["lender_id", "borrower_id"], join_type="left semi")
    rows: list[dict[str, Any]] = mine.to_pylist()
    held = book.held_back()
    for row in rows:
        row["held_back"] = held.get((row["lender_id"], row["loan_id"]), 0)
    return rows


def _change(case: CaseView, move: Move, standing: Standing | None) -> casefile.CaseChange:
    now = _SETTLED if move is Move.CLOSE else standing or _SETTLED
    return casefile.CaseChange(
        id=case.id,
        bucket=now.bucket,
        dpd=now.dpd,
        arrears=now.arrears,
        payoff=now.payoff,
        close=move is Move.CLOSE,
        fact=_FACT.get(move),
        data={
            "was": case.bucket,
            "bucket": now.bucket,
            "dpd": now.dpd,
            "arrears": now.arrears,
            "payoff": now.payoff,
            "currency": case.currency,
        },
    )


def _new(fresh: Mapping[Key, Standing], as_of: date) -> list[casefile.NewCase]:
    if not fresh:
        return []
    people = book.borrowers(list(fresh))
    scopes = _scopes(as_of)
    cases = []
    for (lender_id, borrower_id), standing in fresh.items():
        person = people.get((lender_id, borrower_id))
        country, region = (person.country, person.region) if person else ("", "")
        mandate = mandate_for(scopes, lender_id, standing, region)
        key = named_id("case", standing.lender, borrower_id, as_of, standing.currency)
        numbers = asdict(standing)
        cases.append(
            casefile.NewCase(
                id=key,
                reference=reference(key.bytes),
                lender_id=lender_id,
                agency_id=mandate.agency_id if mandate else None,
                mandate_id=mandate.mandate_id if mandate else None,
                borrower_id=borrower_id,
                **{n: numbers[n] for n in ("bucket", "dpd", "arrears", "payoff", "currency")},
                language=person.language if person else "",
                country=country,
                region=region,
                zone=zone_of(country, region),
            )
        )
    return cases


def _scopes(on: date) -> Sequence[Scope]:
    return [Scope(m.pk, m.lender_id, m.agency_id, m.scope) for m in mandates_in_force(on)]


def reference(key: bytes) -> str:
    """A case's name for people: ten letters and digits that do not look alike, from its id."""
    text = base64.b32encode(key)[:10].decode()
    return f"{text[:5]}-{text[5:]}"
