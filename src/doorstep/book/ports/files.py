"""Rows of text out of CSV, TSV, XLSX and Parquet; a file that cannot be read says where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from doorstep.book.ports import BadInputError
from doorstep.book.ports.guess import delimiter_of, encoding_of, marked
from doorstep.book.ports.reading import Reading

_LONGEST_LINE = 2**20
_NOT_TEXT = (
    (b"\x1f\x8b", "a gzip archive; unpack it"),
    (b"PK\x03\x04", "a ZIP archive or workbook; unpack it, or name it .xlsx"),
    (b"PAR1", "a Parquet file; name it .parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; save it as .xlsx"),
    (b"%PDF", "a PDF; ask for the table it was made from"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it"),
)

Row = Sequence[str | None]
Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class Content:
    """`names` are the header's (None without one); rows are numbered as a spreadsheet counts.
    `form` says in words how the file was read."""

    names: tuple[str, ...] | None
    rows: Iterator[Numbered]
    total: int = 0
    form: str = ""


def open_file(path: Path, how: Reading) -> Content:
    """Open a file by its ending. Raises BadInputError, now or while the rows are read."""
    if not path.is_file():
        raise BadInputError(path.name, "there is no such file; correct the path")
    ending = path.suffix.lower()
    try:
        if ending in {".xlsx", ".xlsm"}:
            from doorstep.book.ports.workbook import rows_of_sheet

            form = f"XLSX, sheet {how.sheet or 1}"
            return _with_header(path, how, rows_of_sheet(path, how.sheet), form)
        if ending == ".parquet":
            from doorstep.book.ports.parquet import open_parquet

            names, rows, total = open_parquet(path)
            _once(path, names)
            return Content(names, rows, total, "Parquet")
        if ending in {".csv", ".tsv", ".txt"}:
            return _text(path, how)
    except OSError as error:
        raise BadInputError(path.name, f"cannot be read ({error.strerror}); check the disk and "
                            "who may read it") from error  # fmt: skip
    raise BadInputError(path.name, f"cannot read {ending or 'a file without ending'}; use .csv, "
                        ".tsv, .xlsx or .parquet")  # fmt: skip


def _with_header(path: Path, how: Reading, rows: Iterator[Numbered], form: str) -> Content:
    if not how.header:
        return Content(None, rows, form=form)
    first = next(rows, None)
    if first is None:
        raise BadInputError(path.name, "is empty; a header was expected", row=1)
    names = tuple((cell or "").strip().strip("\ufeff") for cell in first[1])
    _once(path, names)
    return Content(names, rows, form=form)


def _once(path: Path, names: Sequence[str]) -> None:
    for name in names:
        if name and names.count(name) > 1:
            raise BadInputError(
                path.name, "two columns have this name; rename one of them", row=1, column=name
            )


def _text(path: Path, how: Reading) -> Content:
    with path.open("rb") as raw:
        head = raw.read(4)
    for magic, what in _NOT_TEXT:
        if head.startswith(magic):
            raise BadInputError(path.name, f"is {what}")
    _bounded(path)
    encoding = marked(path) or how.encoding or "utf-8"
    delimiter = how.delimiter or _delimiter(path, encoding)
    shown = {"\t": "a tab"}.get(delimiter, repr(delimiter))
    form = f"text, {encoding}, cells parted by {shown}"
    return _with_header(path, how, _rows(path, encoding, delimiter), form)


def _delimiter(path: Path, encoding: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    with path.open(encoding=encoding, errors="replace", newline="") as f:
        return delimiter_of(f.readline(_LONGEST_LINE))


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[Numbered]:
    line = 0
    try:
        with path.open(encoding=encoding, newline="") as f:
            reader = csv.reader(f, delimiter=delimiter, strict=True)
            try:
                for number, row in enumerate(reader, 1):
                    if row:
                        yield number, row
            except csv.Error as error:
                line = reader.line_num
                raise BadInputError(
                    path.name, f"broken quoting ({error}); correct the quotes", row=line
                ) from error
    except UnicodeError as error:
        line = _bad_line(path, encoding)
        raise BadInputError(
            path.name,
            f"is not {encoding}; it may be {encoding_of(path)}: name its encoding in the map",
            row=line,
        ) from error


def _bounded(path: Path) -> None:
    """Refuse lines without end before they fill the memory: every block must end one."""
    lines = 1
    with path.open("rb") as f:
        while block := f.read(_LONGEST_LINE):
            ends = block.count(b"\n") + block.count(b"\r")
            if not ends and len(block) == _LONGEST_LINE:
                raise BadInputError(
                    path.name, f"a line of over {_LONGEST_LINE} bytes; check the line ends",
                    row=lines,
                )  # fmt: skip
            lines += block.count(b"\n") or ends


def _bad_line(path: Path, encoding: str) -> int:
    """The line of the first byte that an encoding does not know, without reading the file whole."""
    number = 1
    with path.open(encoding=encoding, newline="\n") as f:
        try:
            while f.readline(_LONGEST_LINE):
                number += 1
        except UnicodeError as error:
            lost = getattr(error, "object", b"")[: getattr(error, "start", 0)]
            return number + (lost.count(b"\n") if isinstance(lost, bytes) else 0)
    return number
