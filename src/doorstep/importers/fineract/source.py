"""The importer: Fineract's JSON in, canonical Arrow tables and located refusals out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from doorstep.book.ports import (
    TABLES,
    BadInputError,
    Note,
    Progress,
    Reject,
    SourceTable,
    Stated,
)
from doorstep.book.ports.batch import arrow, sha256, whole
from doorstep.book.ports.cells import is_currency
from doorstep.importers.fineract import maps
from doorstep.importers.fineract.fields import FieldError
from doorstep.importers.fineract.loans import NOT_DISBURSED, Made, made_of, status_of
from doorstep.importers.fineract.objects import Loan, loans_of

_USED = ("borrowers", "loans", "instalments", "charges", "payments")
_BATCH = 500
_FORM = "Fineract loans, JSON"


class FineractSource:
    """`book.ports.LoanSource` for `GET /loans/{id}?associations=all`."""

    def lender(self, map_path: Path | None) -> str:
        return maps.load(map_path).lender

    def takes(self, file: Path, map_path: Path) -> bool:
        return maps.load(map_path).takes(file)

    def tables(self, file: Path, map_path: Path | None) -> tuple[str, ...]:
        _whole_map(map_path)
        return _USED

    def schema(self) -> dict[str, Any]:
        return maps.schema()

    def read(
        self, files: Sequence[Path], map_path: Path | None, *, progress: Progress | None = None
    ) -> Iterator[SourceTable]:
        for path in files:
            pieces = list(self.pieces(path, map_path, progress=progress))
            for name in _USED:
                yield whole([p for p in pieces if p.table == name])

    def pieces(
        self,
        file: Path,
        map_path: Path | None,
        *,
        among: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> Iterator[SourceTable]:
        reading = _Reading(file, _whole_map(map_path))
        loans = enumerate(loans_of(file), 1)
        first = True
        while (batch := list(islice(loans, _BATCH))) or first:
            first = False
            yield from reading.piece(batch)
            if progress and batch:
                progress(file.name, batch[-1][0], 0)


def _whole_map(map_path: Path | None) -> maps.FineractMap:
    plan = maps.load(map_path)
    if not re.fullmatch("[A-Z]{2}", plan.country):
        where = map_path.name if map_path else "map"
        raise BadInputError(
            where, "Fineract's loans do not say where the borrower lives; write country = "
            '"CN" (ISO 3166) in a map with importer = "fineract"', column="country",
        )  # fmt: skip
    return plan


class _Reading:
    """One file: rows are numbered within each table, columns are paths within the file."""

    def __init__(self, path: Path, plan: maps.FineractMap) -> None:
        self._path, self._plan, self._sha = path, plan, sha256(path)
        self._numbers = dict.fromkeys(_USED, 0)
        self._clients: set[tuple[str, str | None]] = set()

    def piece(self, batch: Sequence[tuple[int, Loan]]) -> list[SourceTable]:
        empty = {name: arrow(TABLES[name], {"row": []}) for name in _USED}
        found = {
            name: SourceTable(self._path, self._sha, name, 0, empty[name], form=_FORM)
            for name in _USED
        }
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _USED}
        for number, data in batch:
            if status_of(data) in NOT_DISBURSED:
                text = "was never paid out and is no debt; left out"
                found["loans"].notes.append(
                    self._note(0, f"[{number}].status", "not_disbursed", text)
                )
                continue
            try:
                made = made_of(data, self._plan.loan_id, self._plan.country)
                if not is_currency(made.currency):
                    raise FieldError(
                        "currency.code", "bad_currency", "is no ISO 4217 code; correct it"
                    )
            except FieldError as error:
                self._refuse(data, number, error, found)
            else:
                self._take(made, number, found, rows)
        for name in _USED:
            columns = {c: [r.get(c) for r in rows[name]] for c in (*TABLES[name].names, "row")}
            found[name].rows = arrow(TABLES[name], columns)
        return list(found.values())

    def _take(
        self, made: Made, number: int, found: dict[str, SourceTable],
        rows: dict[str, list[dict[str, Any]]],
    ) -> None:  # fmt: skip
        borrower = made.rows["borrowers"][0]
        client = (borrower["borrower_id"], borrower["name"])
        if client in self._clients:
            made.rows["borrowers"] = []
        self._clients.add(client)
        for name in _USED:
            table, part = found[name], made.rows[name]
            for row in part:
                row["row"] = self._next(name)
            rows[name] += part
            table.read += len(part)
            amount = sum(row[m] for row in part for m in TABLES[name].money)
            if TABLES[name].money:
                table.sums_read[made.currency] = table.sums_read.get(made.currency, 0) + amount
        loans = found["loans"]
        place = self._numbers["loans"]
        loans.notes += [self._note(place, f"[{number}].{p}", c, t) for p, c, t in made.notes]
        if made.total is not None:
            loans.stated.append(
                Stated(self._path.name, place, made.loan_id, made.total, made.parts, made.remark)
            )

    def _refuse(
        self, data: Loan, number: int, error: FieldError, found: dict[str, SourceTable]
    ) -> None:
        """A loan that cannot be read whole is refused whole, with all that belongs to it."""
        where = f"[{number}].{error.path}"
        for name in ("loans", "instalments", "charges", "payments"):
            for _ in range(1 if name == "loans" else _height(data, name)):
                table = found[name]
                table.read += 1
                code = error.code if name == "loans" else "loan_refused"
                self_said = error.reason if name == "loans" else f"its loan is refused at {where}"
                table.rejects.append(
                    Reject(self._path.name, self._next(name), where, code, self_said)
                )

    def _next(self, name: str) -> int:
        self._numbers[name] += 1
        return self._numbers[name]

    def _note(self, row: int, path: str, code: str, text: str) -> Note:
        return Note(self._path.name, row, path, code, text)


def _height(data: Loan, name: str) -> int:
    """How many rows of a table a loan that cannot be read seems to have."""
    schedule = data.get("repaymentSchedule")
    periods = schedule.get("periods") if isinstance(schedule, dict) else None
    lists = {
        "instalments": [p for p in periods or [] if isinstance(p, dict) and p.get("period")]
        if isinstance(periods, list)
        else [],
        "charges": data.get("charges"),
        "payments": data.get("transactions"),
    }
    found = lists[name]
    return len(found) if isinstance(found, list) else 0
