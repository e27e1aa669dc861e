"""Rows of text out of CSV, TSV, XLSX and Parquet; a file that cannot be read says where."""

from __future__ import annotations

import codecs
import csv
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError
from doorstep.importers.placement.cells import FORMULA
from doorstep.importers.placement.maps import FileMap

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LARGEST_UNPACKED = 2 * 2**30
_WORST_RATIO = 200
_BATCH = 20_000

Row = Sequence[str | None]
Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class Content:
    """`names` are the header's (None without one); rows are numbered as a spreadsheet counts."""

    names: tuple[str, ...] | None
    rows: Iterator[Numbered]
    total: int = 0


def open_file(path: Path, how: FileMap) -> Content:
    """Open a file by its ending. Raises BadInputError, now or while the rows are read."""
    if not path.is_file():
        raise BadInputError(path.name, "there is no such file")
    ending = path.suffix.lower()
    if ending in {".xlsx", ".xlsm"}:
        return _with_header(path, how, _xlsx(path, how))
    if ending == ".parquet":
        return _parquet(path)
    if ending in {".csv", ".tsv", ".txt"}:
        return _with_header(path, how, _text(path, how))
    raise BadInputError(path.name, f"cannot read {ending or 'a file without ending'}; use .csv, "
                        ".tsv, .xlsx or .parquet")  # fmt: skip


def _with_header(path: Path, how: FileMap, rows: Iterator[Numbered]) -> Content:
    if not how.header:
        return Content(None, rows)
    first = next(rows, None)
    if first is None:
        raise BadInputError(path.name, "is empty; a header was expected", row=1)
    names = tuple((cell or "").strip().strip("\ufeff") for cell in first[1])
    for name in names:
        if name and names.count(name) > 1:
            raise BadInputError(path.name, "two columns have this name", row=1, column=name)
    return Content(names, rows)


def _text(path: Path, how: FileMap) -> Iterator[Numbered]:
    encoding = _encoding(path, how)
    delimiter = how.delimiter or ("\t" if path.suffix.lower() == ".tsv" else ",")
    try:
        with path.open(encoding=encoding, newline="") as f:
            reader = csv.reader(f, delimiter=delimiter, strict=True)
            try:
                for number, row in enumerate(reader, 1):
                    if row:
                        yield number, row
            except csv.Error as error:
                raise BadInputError(
                    path.name, f"broken quoting or a NUL ({error})", row=reader.line_num
                ) from error
    except UnicodeError as error:
        line = _bad_line(path, encoding)
        raise BadInputError(
            path.name, f"is not {encoding}; name its encoding in the map", row=line
        ) from error


def _encoding(path: Path, how: FileMap) -> str:
    with path.open("rb") as f:
        head = f.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    return how.encoding or "utf-8"


def _bad_line(path: Path, encoding: str) -> int:
    try:
        path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        return error.object[: error.start].count(b"\n") + 1
    except UnicodeError:
        pass
    return 1


def _xlsx(path: Path, how: FileMap) -> Iterator[Numbered]:
    import fastexcel

    formulas = _inspect(path, how.sheet)
    try:
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(how.sheet or 0, header_row=None, dtypes="string")
        table: Any = sheet.to_arrow()
    except Exception as error:  # calamine raises many kinds; all mean the file is broken
        raise BadInputError(path.name, f"is not a readable XLSX workbook ({error})") from error
    columns = [table.column(n).to_pylist() for n in range(table.num_columns)]
    for number, cells in enumerate(zip(*columns, strict=True), 1):
        row = [_no_midnight(c) for c in cells]
        for column in formulas.get(number, ()):
            if column < len(row):
                row[column] = FORMULA
        if any(c not in {None, ""} for c in row):
            yield number, row


def _no_midnight(cell: str | None) -> str | None:
    return cell.removesuffix(" 00:00:00").removesuffix("T00:00:00") if cell else cell


def _inspect(path: Path, sheet: str) -> dict[int, list[int]]:
    """Refuse a zip bomb before unpacking; find the formulas: columns by row."""
    try:
        with zipfile.ZipFile(path) as z:
            unpacked = sum(i.file_size for i in z.infolist())
            packed = max(1, path.stat().st_size)
            if unpacked > _LARGEST_UNPACKED or (
                unpacked > 50 * 2**20 and unpacked / packed > _WORST_RATIO
            ):
                raise BadInputError(path.name, "unpacks to an absurd size; save it anew")
            return _formulas(z, _sheet_path(z, path, sheet))
    except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
        raise BadInputError(path.name, "is not a whole XLSX file; save or send it again") from error


def _sheet_path(z: zipfile.ZipFile, path: Path, sheet: str) -> str:
    book = z.read("xl/workbook.xml").decode("utf-8", "replace")
    sheets = re.findall(r"<sheet\b[^>]*?/?>", book)
    found = [(_attr(s, "name"), _attr(s, "r:id")) for s in sheets]
    wanted = next((r for name, r in found if not sheet or name == sheet), None)
    if wanted is None:
        names = ", ".join(name for name, _ in found)
        raise BadInputError(path.name, f"has no sheet {sheet!r}; it has {names}")
    links = z.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for link in re.findall(r"<Relationship\b[^>]*?>", links):
        if _attr(link, "Id") == wanted:
            target = _attr(link, "Target")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _attr(tag: str, name: str) -> str:
    from html import unescape

    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else ""


def _formulas(z: zipfile.ZipFile, part: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for cell in re.finditer(rb'<c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b', z.read(part)):
        column = 0
        for letter in cell.group(1):
            column = column * 26 + letter - 64
        found.setdefault(int(cell.group(2)), []).append(column - 1)
    return found


def _parquet(path: Path) -> Content:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = tuple(file.schema_arrow.names)
        total = file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise BadInputError(path.name, "is not a whole Parquet file; send it again") from error
    return Content(names, _parquet_rows(path, file), total)


def _parquet_rows(path: Path, file: Any) -> Iterator[Numbered]:
    import pyarrow as pa

    number = 1
    try:
        for batch in file.iter_batches(_BATCH):
            columns = [[_as_text(v) for v in c.to_pylist()] for c in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                yield number, row
    except (pa.ArrowException, OSError) as error:
        raise BadInputError(
            path.name, "is damaged from here on; send it again", row=number + 1
        ) from error


def _as_text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _no_midnight(value.replace(tzinfo=None).isoformat())
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
