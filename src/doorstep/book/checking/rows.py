"""What a batch of rows shows by itself: what an import would refuse, and what only looks wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

import pyarrow as pa

from doorstep.book.checking.report import Example, Findings
from doorstep.book.columns import values
from doorstep.book.placement import checks
from doorstep.book.placement.seal import normal, refuse_unreachable
from doorstep.book.placement.work import Work, gather
from doorstep.book.ports import SourceTable
from doorstep.book.ports.batch import shape
from doorstep.book.rules.identity import wrong_identity

Countries = Callable[[str], str]
Doubt = tuple[int, str, str, str]
"""Row, column, code and why."""


def taken(piece: SourceTable, lender: str, countries: Countries) -> Work:
    """The piece as far as its rows stand up by themselves; what does not is among its rejects."""
    work = gather(piece.table, [piece], lambda rows: [""] * rows.num_rows)
    for step in _STEPS.get(piece.table, ()):
        step(work)
    if piece.table == "loans" and lender:
        checks.of_lender(work, lender)
    if piece.table == "contact_points":
        _points(work, countries)
    return work


def _points(work: Work, countries: Countries) -> None:
    """Where the borrower's country is not known a number without + cannot be judged."""
    rows = work.rows
    triples = zip(
        values(rows, "kind"), values(rows, "value"), values(rows, "borrower_id"), strict=True
    )
    found = [_normal(kind, value, countries(who)) for kind, value, who in triples]
    work.rows = rows.append_column("normal", pa.array(found, pa.string()))
    refuse_unreachable(work)


def _normal(kind: str, value: str, country: str) -> str | None:
    found = normal(kind, value, country)
    return value if found is None and kind == "phone" and not country else found


_STEPS: dict[str, tuple[Callable[[Work], None], ...]] = {
    "loans": (
        lambda w: checks.in_order(w, "contract_on", "disbursed_on"),
        checks.stated_whole,
        checks.usable_terms,
    ),
}


def doubt(work: Work, today: date, found: Findings) -> None:
    """Add what would be taken and still looks wrong."""
    name = work.files[0].path.name
    for row, column, code, why in _DOUBTS.get(work.name, _none)(work.rows, today):
        found.one(work.name, column, code).add(Example(name, row, why))


def _none(rows: pa.Table, today: date) -> Iterable[Doubt]:
    return ()


def _borrowers(rows: pa.Table, today: date) -> Iterable[Doubt]:
    columns = ("row", "id_number", "country", "born")
    for row, number, country, born in zip(*(values(rows, c) for c in columns), strict=True):
        if born is not None and born >= today:
            yield row, "born", "future", "is not in the past"
        wrong = wrong_identity(number, country, born) if number else ""
        if wrong:
            yield row, "id_number", "impossible_id", f"(like {shape(number)}) {wrong}"


def _contact_points(rows: pa.Table, today: date) -> Iterable[Doubt]:
    columns = ("row", "kind", "normal", "confirmed_on")
    for row, kind, value, on in zip(*(values(rows, c) for c in columns), strict=True):
        if on is not None and on > today:
            yield row, "confirmed_on", "future", f"{on} has not come yet"
        if kind == "phone" and value.startswith("+") and not _assigned(value):
            yield row, "value", "unassigned_phone", f"(like {shape(value)}) is in no numbering plan"


@cache
def _assigned(number: str) -> bool:
    import phonenumbers

    return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, None)))


def _loans(rows: pa.Table, today: date) -> Iterable[Doubt]:
    return _later(rows, "disbursed_on", today)


def _payments(rows: pa.Table, today: date) -> Iterable[Doubt]:
    return _later(rows, "on", today)


def _later(rows: pa.Table, column: str, today: date) -> Iterable[Doubt]:
    for row, on in zip(values(rows, "row"), values(rows, column), strict=True):
        if on is not None and on > today:
            yield row, column, "future", f"{on} has not come yet"


_DOUBTS: dict[str, Callable[[pa.Table, date], Iterable[Doubt]]] = {
    "borrowers": _borrowers,
    "contact_points": _contact_points,
    "loans": _loans,
    "payments": _payments,
}
