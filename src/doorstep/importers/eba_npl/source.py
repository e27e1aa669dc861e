"""The importer: sheets of the templates in, canonical Arrow tables and located refusals out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from doorstep.book.ports import TABLES, BadInputError, Note, Progress, SourceTable
from doorstep.book.ports.batch import Source, arrow, batches, empty, read_batch, sha256, whole
from doorstep.book.ports.cells import converter
from doorstep.book.ports.files import Numbered, Row, open_file
from doorstep.book.ports.reading import Reading
from doorstep.importers.eba_npl import maps
from doorstep.importers.eba_npl.rows import (
    CELLS,
    Cells,
    Known,
    deceased,
    goes_on,
    payments,
    related_person,
)
from doorstep.importers.eba_npl.templates import (
    ALL,
    COLLECTION,
    COUNTERPARTY,
    LOAN,
    Sheet,
    recognise,
)

_BATCH = 20_000
_LOOKED_AT = 12
"""Rows in which the header is looked for: titles and notes stand above it."""
_TABLES = {
    "1": ("borrowers", "contact_points"),
    "3": ("loans",),
    "5": ("payments",),
}
_TAKEN = {
    "1": {"1,02", "1,03", "1,07", "1,09", "1,10", "1,11", "1,12", "1,14", "1,15", "1,16", "1,17"},
    "3": {"3,00", "3,01", "3,02", "3,06", "3,07", "3,08", "3,09", "3,10", "3,11", "3,12", "3,13"},
    "5": {"5,00"},
}


@dataclass(frozen=True, slots=True)
class _Open:
    """One sheet of one file; `name` is how messages call it."""

    path: Path
    name: Path
    sha: str
    sheet: Sheet
    reading: Reading

    def rows(self) -> Iterator[Numbered]:
        return (n for n in open_file(self.path, self.reading).rows if n[0] > self.sheet.row)

    def cells(self) -> Iterator[tuple[int, dict[str, str], Row]]:
        """Row number, the template's fields by index (absent ones empty), and the row itself."""
        fields, at = self.sheet.template.fields, self.sheet.at
        for number, row in self.rows():
            found = {i: _cell(row, at[i]) if i in at else "" for i in fields}
            yield number, found, row


class EbaNplSource:
    """`book.ports.LoanSource` for the templates of Regulation (EU) 2023/2083."""

    def lender(self, map_path: Path | None) -> str:
        return maps.load(map_path).lender

    def takes(self, file: Path, map_path: Path) -> bool:
        return maps.load(map_path).takes(file)

    def tables(self, file: Path, map_path: Path | None) -> tuple[str, ...]:
        sheets, _ = _sheets(file, maps.load(map_path))
        found = [t for s in sheets for t in _TABLES.get(s.sheet.template.number, ())]
        return tuple(found) or ("related_persons",)

    def schema(self) -> dict[str, Any]:
        return maps.schema()

    def read(
        self, files: Sequence[Path], map_path: Path | None, *, progress: Progress | None = None
    ) -> Iterator[SourceTable]:
        for pieces in self._by_table(files, files, map_path, progress):
            yield whole(pieces)

    def pieces(
        self,
        file: Path,
        map_path: Path | None,
        *,
        among: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> Iterator[SourceTable]:
        for pieces in self._by_table([file], among or [file], map_path, progress):
            yield from pieces

    def _by_table(
        self,
        files: Sequence[Path],
        among: Sequence[Path],
        map_path: Path | None,
        progress: Progress | None,
    ) -> Iterator[list[SourceTable]]:
        plan = maps.load(map_path)
        opened = {path: _sheets(path, plan) for path in dict.fromkeys([*among, *files])}
        known = _known([s for sheets, _ in opened.values() for s in sheets], plan.reading)
        owner = next((p for p, (sheets, _) in opened.items() if _has_links(sheets)), None)
        order = [COUNTERPARTY.number, LOAN.number, COLLECTION.number]
        for path in files:
            sheets, notes = opened[path]
            if path == owner and known.links.related():
                yield [_related(path, known)]
            for one in sorted(sheets, key=lambda s: s.sheet.template.number):
                if one.sheet.template.number in order:
                    for table in _TABLES[one.sheet.template.number]:
                        found = list(_pieces(one, table, known, progress))
                        found[0].notes += notes + _left(one, table)
                        notes = []
                        yield found


def _sheets(path: Path, plan: maps.EbaMap) -> tuple[list[_Open], list[Note]]:
    """The recognised sheets of a file, and a note for each that is not taken."""
    found, notes = [], []
    sha = ""
    for sheet in _names(path):
        reading = replace(plan.reading, sheet=sheet)
        first = list(islice(open_file(path, reading).rows, _LOOKED_AT))
        known = recognise(first)
        name = path.with_name(f"{path.name}[{sheet}]") if sheet else path
        if known is None:
            if first:
                text = "is none of templates 1, 2, 3 and 5; left out"
                notes.append(Note(name.name, 1, "", "template_left_out", text))
            continue
        sha = sha or sha256(path)
        found.append(_Open(path, name, sha, known, reading))
    if not found:
        raise BadInputError(
            path.name, "has no sheet with the data fields of templates 1, 2, 3 or 5 of Regulation "
            "(EU) 2023/2083; keep their names or indexes in the header",
        )  # fmt: skip
    return found, notes


def _names(path: Path) -> list[str]:
    if path.suffix.lower() != ".xlsx":
        return [""]
    from doorstep.book.ports.workbook import sheets_of

    return sheets_of(path)


def _cell(row: Row, at: int) -> str:
    return (row[at] or "").strip() if at < len(row) else ""


def _has_links(sheets: Iterable[_Open]) -> bool:
    return any(s.sheet.template.number.startswith("2") for s in sheets)


def _known(sheets: Sequence[_Open], reading: Reading) -> Known:
    """What the rows of one sheet need of the others: who owes what, names, currencies."""
    known = Known(reading=reading)
    for one in sheets:
        number = one.sheet.template.number
        if number.startswith("2"):
            known.links.add(number, (cells for _, cells, _ in one.cells()))
    wanted = {person for _, person, _ in known.links.related()}
    for one in sheets:
        for _, cells, _ in one.cells() if one.sheet.template in (COUNTERPARTY, LOAN) else ():
            if one.sheet.template is LOAN:
                known.currencies[cells["3,01"]] = cells["3,08"]
                known.cut_off[cells["3,01"]] = cells["3,00"]
            elif cells["1,02"] in wanted:
                known.names[cells["1,02"]] = cells["1,03"]
    return known


def _pieces(
    one: _Open, table: str, known: Known, progress: Progress | None
) -> Iterator[SourceTable]:
    left = tuple(n for at, n in enumerate(one.sheet.names) if n and at not in _used(one))
    taken = {c: f"{i} {one.sheet.template.fields[i]}" for c, i in _COLUMNS.get(table, {}).items()
             if i in one.sheet.at}  # fmt: skip
    about: dict[str, Any] = {
        "left": left,
        "taken": taken,
        "form": f"EBA template {one.sheet.template.number}",
    }
    read, first = 0, True
    for batch in chain(batches(_made(one, table, known), _BATCH), [[]]):
        if not batch and not first:
            break
        first = False
        piece = _converted(one.name, one.sha, table, [(n, c) for n, c, _ in batch], known.reading)
        piece.notes += [
            Note(one.name.name, n, column, code, text)
            for n, _, row in batch
            for column, code, text in _remarks(table, row)
        ]
        for name, value in about.items():
            setattr(piece, name, value)
        read += piece.read
        if progress:
            progress(one.name.name, read, 0)
        yield piece


def _made(one: _Open, table: str, known: Known) -> Iterator[tuple[int, Cells, dict[str, str]]]:
    if table == "payments":
        running = 0
        for _, cells, row in one.cells():
            months = {m: _cell(row, at) for m, at in one.sheet.months.items()}
            for made in payments(cells, months, known):
                running += 1
                yield running, made, cells
        return
    for number, cells, _ in one.cells():
        found = CELLS[table](cells, known)
        if found is not None:
            yield number, found, cells


def _remarks(table: str, row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if table == "borrowers" and deceased(row):
        yield "1,09", "deceased", "has passed away; raise a stop before anybody is contacted"
    if table == "loans" and goes_on(row):
        yield (
            "3,07",
            "goes_on",
            "runs on, so its principal is not taken as due; say if it was called",
        )


def _used(one: _Open) -> set[int]:
    taken = _TAKEN.get(one.sheet.template.number, set())
    return {at for i, at in one.sheet.at.items() if i in taken} | set(one.sheet.months.values())


def _left(one: _Open, table: str) -> list[Note]:
    """One note of the fields of a sheet that are not taken."""
    names = [n for at, n in enumerate(one.sheet.names) if n and at not in _used(one)]
    if table == "contact_points" or not names:
        return []
    text = f"not taken: {'; '.join(names)}"
    return [Note(one.name.name, one.sheet.row, "", "not_mapped", text)]


def _related(path: Path, known: Known) -> SourceTable:
    made = [(n, related_person(pair, known)) for n, pair in enumerate(known.links.related(), 1)]
    found = _converted(path, sha256(path), "related_persons", made, known.reading)
    found.form = "EBA templates 2.1 to 2.4"
    return found


def _converted(
    name: Path, sha: str, table: str, rows: Sequence[tuple[int, Cells]], reading: Reading
) -> SourceTable:
    """Cells of text as typed columns; what cannot be converted is refused with its place."""
    spec = TABLES[table]
    columns = [c for c in spec.columns if any(c.name in cells for _, cells in rows)]
    columns = columns or [c for c in spec.columns if c.required]
    sources = [Source(c, at, "", {}, converter(c, reading)) for at, c in enumerate(columns)]
    batch = [(n, [cells.get(c.name, "") for c in columns]) for n, cells in rows]
    found = SourceTable(name, sha, table, 0, empty(spec))
    found.rows = arrow(spec, read_batch(batch, sources, spec, found, len(columns)))
    found.rejects = [replace(r, column=_field(table, r.column)) for r in found.rejects]
    return found


def _field(table: str, column: str) -> str:
    """What the template calls a column of ours."""
    index = _COLUMNS.get(table, {}).get(column, "")
    name = next((t.fields[index] for t in ALL if index in t.fields), "")
    return f"{index} {name}" if name else column


_COLUMNS = {
    "borrowers": {"borrower_id": "1,02", "name": "1,03", "id_kind": "1,12", "id_number": "1,11",
                  "born": "1,07", "country": "1,17", "region": "1,15"},
    "contact_points": {"borrower_id": "1,02", "value": "1,14"},
    "loans": {"loan_id": "3,01", "product": "3,06", "currency": "3,08", "principal": "3,09",
              "disbursed_on": "3,02", "maturity": "3,07", "stated_on": "3,00", "dpd": "3,13",
              "owed_principal": "3,09", "owed_interest": "3,10", "owed_fees": "3,11",
              "owed_penalties": "3,12"},
    "payments": {"loan_id": "5,00"},
}  # fmt: skip
